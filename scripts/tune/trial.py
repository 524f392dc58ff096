"""A trial: the project's own training command in a process of its own, as a trainable of Ray Tune."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import ray
from keeper import pack, unpack
from project import ready_project
from ray import tune


def work_folder(search_file):
    """Where the trials of a search work on this machine, apart from those of other projects and users."""
    own = hashlib.sha256(str(search_file).encode()).hexdigest()[:8]
    name = f"{Path(search_file).parent.name}-{own}"
    return Path(tempfile.gettempdir()) / f"fashion-mnist-trials-{os.getuid()}" / name


def environment(threads, data):
    """What the training's process sees: so many threads, no test images, no notes of TensorFlow's."""
    return {
        **os.environ,
        **({} if data is None else {"FASHION_MNIST_DIR": data}),
        "TF_NUM_INTRAOP_THREADS": str(threads),
        "OMP_NUM_THREADS": str(threads),
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
        "FASHION_MNIST_TEST_SET": "closed",
    }


def node_program(preferred):
    """The Node that the search was started with, or that of this machine."""
    return preferred if os.path.exists(preferred) else "node"


class TrainingProcess:
    """The process of one attempt. It ends by itself when this one is gone, as its input closes then."""

    def __init__(self, words, folder, job, project):
        self.errors = open(folder / "errors", "w+")
        self.process = subprocess.Popen(
            words,
            cwd=project["root"],
            env=environment(job["threads"], project["data"]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            start_new_session=True,
        )

    def line(self):
        """The next thing it says; raises if it has ended without a word of farewell."""
        for text in self.process.stdout:
            if text.startswith("{"):
                return json.loads(text)
        self.errors.seek(0)
        said = self.errors.read().strip()[-2000:]
        raise RuntimeError(f"The training ended with code {self.process.wait()}. {said}".strip())

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()


class TrainingTrial(tune.Trainable):
    """Reports an epoch a step. What it has reached lies with the keeper before it is reported."""

    def setup(self, config):
        # Ray may make two actors for a trial and take one of them: an attempt begins with its first step.
        self.training = None
        self.number = config["number"]
        self.job = config["job"]
        self.name = f"{self.job['name']}-{self.number}"

    def begin(self):
        self.keeper = ray.get_actor(self.config["keeper"])
        self.begun = time.monotonic()
        self.attempt, kept = ray.get(self.keeper.open.remote(self.number))
        self.folder = work_folder(self.job["search_file"]) / f"{self.number}-{self.attempt}"
        # An attempt that was killed has left its files.
        for left in self.folder.parent.glob(f"{self.number}-*"):
            shutil.rmtree(left, ignore_errors=True)
        self.folder.mkdir(parents=True)
        if kept is not None:
            unpack(kept, self.folder)
        self.curve = self._kept_curve()
        project = ready_project(self.job, self.keeper)
        self.training = TrainingProcess(self._words(), self.folder, self.job, project)

    def step(self):
        if self.training is None:
            self.begin()
            # What was reached before may never have been reported.
            if self.curve:
                return self._result()
        line = self.training.line()
        while line["event"] == "epoch" and line["epoch"]["epoch"] <= len(self.curve):
            # It went on from a checkpoint that is older than what it had said.
            line = self.training.line()
        if line["event"] == "failed":
            return self._result(reason=line["reason"])
        if line["event"] == "end":
            return self._end(line)
        self.curve.append(line["epoch"]["validationAccuracy"])
        content = pack(self.folder, self._run_files())
        ray.get(self.keeper.save.remote(self.number, self.attempt, content))
        return self._result()

    def reset_config(self, new_config):
        self.cleanup()
        self.setup(new_config)
        return True

    def cleanup(self):
        if self.training is not None:
            self.training.end()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, line):
        if line["state"] != "finished":
            raise RuntimeError(f"The training was {line['state']} from outside.")
        self.curve = [epoch["validationAccuracy"] for epoch in line["history"]]
        model = self.folder / "models" / self.name
        contents = [
            pack(model, sorted(model.iterdir())),
            pack(self._run_folder(), self._record_files()),
        ]
        ray.get(self.keeper.keep.remote(self.number, self.attempt, self.name, contents))
        return self._result(finished=True)

    def _result(self, **more):
        return {
            "epoch": len(self.curve),
            "validation_accuracy": self.curve[-1] if self.curve else 0.0,
            "curve": list(self.curve),
            "seconds": time.monotonic() - self.begun,
            "attempt": self.attempt,
            **more,
        }

    def _words(self):
        search = self.folder / "search.json"
        search.write_text(json.dumps(self.job["plan"]))
        images = self.job["plan"]["images"]
        start = [
            *["--search", search, "--settings", json.dumps(self.config["settings"])],
            *["--name", self.name, "--seed", str(self.config["seed"])],
            *([] if images is None else ["--images", str(images)]),
        ]
        known = (self._run_folder() / "record.json").exists()
        return [
            *[node_program(self.job["node"]), "--import", "tsx", "scripts/train.ts", "--json"],
            *(["--resume", self.name] if known else start),
            *["--logs", self.folder / "logs", "--models", self.folder / "models"],
        ]

    def _run_folder(self):
        return self.folder / "logs" / self.name

    def _record_files(self):
        """The history before the record, which names the history."""
        return [self._run_folder() / name for name in ("history.jsonl", "record.json")]

    def _run_files(self):
        """The record, and of the checkpoints the newest."""
        checkpoints = sorted((self._run_folder() / "checkpoints").glob("*.checkpoint"))
        return [*self._record_files(), *checkpoints[-1:]]

    def _kept_curve(self):
        history = self._run_folder() / "history.jsonl"
        lines = history.read_text().splitlines() if history.exists() else []
        return [json.loads(line)["validationAccuracy"] for line in lines]
