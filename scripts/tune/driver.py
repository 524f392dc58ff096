"""Runs a search: driver.py FOLDER NODE. FOLDER has its search.json; NODE is the program that runs the trials.

Says each change of a trial as a line of JSON. Goes on where the ledger in FOLDER ends. Ends when its
input is closed, so that no search outlives the command that started it.
"""

import json
import os
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

import ray
from keeper import Keeper
from ledger import Ledger
from ray import tune
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy
from searching import METRIC, Referee, Suggestions
from trial import TrainingTrial, work_folder

# How often a trial is taken up again after its process or its machine was lost.
RETRIES = 5


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
    else:
        cores = max(os.cpu_count(), plan["threads"])
        ray.init(num_cpus=cores, include_dashboard=False, object_store_memory=2**28, **quiet)


def start_keeper(folder, plan, ledger):
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    name = f"keeper of {plan['name']}"
    attempts = {trial["number"]: trial["attempts"] for trial in ledger.trials}
    options = {"name": name, "num_cpus": 0, "scheduling_strategy": here}
    keeper = ray.remote(Keeper).options(**options).remote(folder / "runs", plan.get("models"), attempts)
    return name, keeper


def search(folder, node):
    plan = json.loads((folder / "search.json").read_text())
    ledger = Ledger(folder / "trials.jsonl", lambda trial: say("trial", trial=trial))
    connect(plan)
    keeper_name, keeper = start_keeper(folder, plan, ledger)
    job = {"name": plan["name"], "plan": plan, "threads": plan["threads"]}
    job = {**job, "root": os.getcwd(), "node": node}
    suggestions = Suggestions(plan, ledger, {"keeper": keeper_name, "job": job})
    trainable = tune.with_resources(TrainingTrial, {"cpu": plan["threads"], "gpu": plan["gpus"]})
    tuner = tune.Tuner(
        trainable,
        tune_config=tune.TuneConfig(
            metric=METRIC,
            mode="max",
            search_alg=suggestions,
            scheduler=Referee(plan, ledger, lambda number: keeper.close.remote(number)),
            num_samples=plan["trials"],
            time_budget_s=plan["hours"] and 3600 * plan["hours"],
            reuse_actors=True,
            trial_name_creator=lambda trial: f"trial-{trial.config['number']}",
            trial_dirname_creator=lambda trial: f"trial-{trial.config['number']}",
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
    for trial in ledger.unfinished():
        ledger.change(trial["number"], "waiting")
    ray.shutdown()
    shutil.rmtree(work_folder(plan["name"]), ignore_errors=True)
    shutil.rmtree(folder / "ray", ignore_errors=True)


if __name__ == "__main__":
    end_with_input()
    search(Path(sys.argv[1]).resolve(), sys.argv[2])
    say("end")
