"""The project's code and data on the machine of a trial: where they are already, or brought there."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import ray
from keeper import unpack


def ready_project(job, keeper):
    """The folder of the project on this machine, set up; and the folder of the data, if they were brought."""
    if not is_apart(job):
        return {"root": job["root"], "data": None}
    root = workers_folder() / ray.get(keeper.bundle_name.remote())
    root.mkdir(parents=True, exist_ok=True)
    with open(root / "lock", "w") as lock:
        # One trial of a machine sets up, the others wait for it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "ready").exists():
            unpack(ray.get(keeper.bundle.remote()), root)
            set_up(root)
            (root / "ready").touch()
    return {"root": str(root), "data": str(root / "data")}


def is_apart(job):
    """Whether this machine does not see the files of the machine that the search was started on."""
    search = Path(job["search_file"])
    return not search.exists() or search.read_text() != job["search_text"]


def workers_folder():
    named = os.environ.get("FASHION_MNIST_WORKER_DIR")
    return Path(named) if named else Path.home() / ".cache" / "fashion-mnist-typescript"


def set_up(root):
    node = shutil.which("node")
    if node is None:
        raise RuntimeError("Node 20 or newer is missing on this machine: install it there.")
    words = [node, "scripts/run.mjs", "doctor"]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    # The doctor also fails where it only misses what trainings do without; the last of the steps leaves this.
    if not (root / ".venv" / "etc" / "jupyter" / ".setup").exists():
        raise RuntimeError(f"The set-up of {root} failed: {(done.stdout + done.stderr)[-2000:]}")
