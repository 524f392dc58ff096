"""Runs a search: driver.py FOLDER NODE DATA. FOLDER has its search.json; NODE is the program that runs the
trials, DATA the folder of the images.

Says each change of a trial as a line of JSON. Goes on where the ledger in FOLDER ends. Ends when its
input is closed, so that no search outlives the command that started it.
"""

import json
import os
import secrets
import shutil
import signal
import sys
import threading
from pathlib import Path

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ["RAY_AIR_NEW_OUTPUT"] = "0"
os.environ["TUNE_DISABLE_AUTO_CALLBACK_LOGGERS"] = "1"
os.environ["TUNE_GLOBAL_CHECKPOINT_S"] = "1000000"
os.environ["TUNE_MAX_PENDING_TRIALS_PG"] = "1"
# Ray would run trials at the lowest priority: any other work of the machine would stop them.
os.environ.setdefault("RAY_worker_niceness", "0")
if not os.environ.get("RAY_ADDRESS"):
    # Ray listens to the network: let it listen to the processes of this search alone.
    os.environ["RAY_AUTH_MODE"] = "token"
    os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)

import keeper
import project
import ray
import trial
from board import Board
from ledger import Ledger
from ray import cloudpickle, tune
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy
from searching import METRIC, Referee, Suggestions

# Machines of a cluster need not have these files.
for module in (keeper, project, trial):
    cloudpickle.register_pickle_by_value(module)

# How often a trial is taken up again after its process or its machine was lost.
RETRIES = 5

# How often Ray is started on this machine until it comes up.
STARTS = 4


def say(event, **more):
    print(json.dumps({"event": event, **more}), flush=True)


def end_with_input():
    def watch():
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait(20)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def end_with_ray():
    """Ends where Ray's own processes were killed: Ray would wait for trials that nothing runs any more."""

    def watch():
        while any(node["Alive"] for node in ray.nodes()):
            threading.Event().wait(5)
            if not ray.is_initialized():
                return
        sys.stderr.write("Ray was killed, perhaps for want of memory. All epochs that were done are kept.\n")
        sys.stderr.flush()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class Starts(tune.Callback):
    """Notes which trials run."""

    def __init__(self, ledger):
        self.ledger = ledger

    def on_trial_start(self, iteration, trials, trial, **info):
        self.ledger.change(trial.config["number"], "running")

    def on_trial_recover(self, iteration, trials, trial, **info):
        self.ledger.change(trial.config["number"], "waiting")


def connect(plan):
    """Joins the cluster that RAY_ADDRESS names, or starts Ray on this machine alone."""
    quiet = {"log_to_driver": False, "logging_level": "ERROR"}
    if os.environ.get("RAY_ADDRESS"):
        ray.init(**quiet)
        return
    # Not a cluster of someone else's that happens to run here.
    options = {"address": "local", "num_cpus": max(allowed_processors(), plan["threads"])}
    for attempt in range(STARTS):
        try:
            ray.init(include_dashboard=False, object_store_memory=2**28, **options, **quiet)
            return
        except Exception:
            # Ray waits for its own processes for 30 seconds, which is short on a busy machine.
            if attempt + 1 == STARTS:
                raise
            ray.shutdown()


def allowed_processors():
    """How many processors this process may use, of those the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def start_keeper(folder, plan, ledger, data):
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    name = f"keeper of {folder}"
    attempts = {one["number"]: one["attempts"] for one in ledger.trials}
    options = {"name": name, "num_cpus": 0, "scheduling_strategy": here}
    actor = ray.remote(keeper.Keeper).options(**options)
    places = (os.getcwd(), data)
    results = plan["models"] and (os.path.join(os.getcwd(), plan["models"]), folder.parents[1])
    return name, actor.remote(folder / "runs", attempts, places, results)


def describe_job(plan, file, node):
    """What all trials have in common."""
    return {
        "name": plan["name"],
        "plan": plan,
        "search_file": str(file),
        "search_text": file.read_text(),
        "threads": plan["threads"],
        "root": os.getcwd(),
        "node": node,
    }


def search(folder, node, data):
    file = folder / "search.json"
    plan = json.loads(file.read_text())
    board = Board(folder / "tensorboard")

    def tell(changed):
        say("trial", trial=changed)
        board.show(changed)

    ledger = Ledger(folder / "trials.jsonl", tell)
    board.written = {one["number"]: len(one["curve"]) for one in ledger.trials}
    connect(plan)
    end_with_ray()
    name, actor = start_keeper(folder, plan, ledger, data)
    config = {"keeper": name, "job": describe_job(plan, file, node)}
    resources = {"cpu": plan["threads"], "gpu": plan["gpus"]}
    tuner = tune.Tuner(
        tune.with_resources(trial.TrainingTrial, resources),
        tune_config=tune.TuneConfig(
            metric=METRIC,
            mode="max",
            search_alg=Suggestions(plan, ledger, config),
            scheduler=Referee(plan, ledger, lambda number: actor.close.remote(number)),
            num_samples=plan["trials"],
            time_budget_s=plan["hours"] and 3600 * plan["hours"],
            reuse_actors=True,
            trial_name_creator=lambda one: f"trial-{one.config['number']}",
            trial_dirname_creator=lambda one: f"trial-{one.config['number']}",
        ),
        run_config=tune.RunConfig(
            name=plan["name"],
            storage_path=str(folder / "ray"),
            verbose=0,
            callbacks=[Starts(ledger)],
            # What trials have reached lies with the keeper.
            checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=False),
            failure_config=tune.FailureConfig(max_failures=RETRIES),
        ),
    )
    say("start", resources=ray.cluster_resources())
    tuner.fit()
    for left in ledger.unfinished():
        ledger.change(left["number"], "waiting")
    ray.shutdown()
    shutil.rmtree(trial.work_folder(file), ignore_errors=True)
    shutil.rmtree(folder / "ray", ignore_errors=True)


if __name__ == "__main__":
    end_with_input()
    search(Path(sys.argv[1]).resolve(), sys.argv[2], sys.argv[3])
    say("end")
