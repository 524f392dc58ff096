"""Which settings are tried, and which trials go on: Optuna's sampler, Ray's successive halving."""

from pathlib import Path
from types import SimpleNamespace

import optuna
from ledger import OVER
from ray import cloudpickle
from ray.exceptions import RayTaskError
from ray.tune.experiment import Trial
from ray.tune.schedulers import ASHAScheduler, FIFOScheduler, TrialScheduler
from ray.tune.search import Searcher

METRIC = "validation_accuracy"

LOST = "It was ended from outside, again and again."


def suggest(asked, space):
    """The settings of a trial as Optuna wants them; conditions refer to settings further up."""
    settings = {}
    for path, setting in space.items():
        when = setting.get("when")
        if when is not None and settings.get(when["setting"]) not in when["is"]:
            continue
        if setting["kind"] == "choice":
            settings[path] = asked.suggest_categorical(path, list(setting["options"]))
            continue
        draw = asked.suggest_int if setting["whole"] else asked.suggest_float
        is_log = setting["scale"] == "logarithmic"
        settings[path] = draw(path, setting["low"], setting["high"], log=is_log)
    return settings


class Suggestions(Searcher):
    """Names the trials to run: those that the ledger has begun, then the hand-made settings, then Optuna's."""

    def __init__(self, plan, ledger, config):
        super().__init__(metric=METRIC, mode="max")
        self.plan = plan
        self.ledger = ledger
        self.config = config
        self.waiting = [trial["number"] for trial in ledger.unfinished()]
        self.numbers = {}
        self.asked = {}
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self.study = optuna.create_study(direction="maximize")
        for trial in ledger.trials:
            if trial["state"] in OVER:
                self._tell(self._ask(trial["number"], trial["settings"])[0], trial)

    def suggest(self, trial_id):
        if self.waiting:
            trial = self.ledger.trials[self.waiting.pop(0) - 1]
            asked, _ = self._ask(trial["number"], trial["settings"])
        elif len(self.ledger.trials) < self.plan["trials"]:
            number = len(self.ledger.trials) + 1
            asked, settings = self._ask(number, self.plan["handMade"] if number == 1 else None)
            trial = self.ledger.add(settings, self.plan["recipe"]["seed"] + number - 1)
        else:
            return Searcher.FINISHED
        number = trial["number"]
        self.numbers[trial_id] = number
        self.asked[number] = asked
        named = {key: trial[key] for key in ("number", "settings", "seed")}
        return {**self.config, **named}

    def on_trial_complete(self, trial_id, result=None, error=False):
        number = self.numbers[trial_id]
        trial = self.ledger.trials[number - 1]
        if trial["state"] in OVER:
            self._tell(self.asked[number], trial)

    def _ask(self, number, settings):
        # By its number, so that a search that was interrupted draws what it would have drawn.
        seed = self.plan["recipe"]["seed"] + 1000 * number
        self.study.sampler = optuna.samplers.TPESampler(seed=seed, constant_liar=True)
        if settings is not None:
            self.study.enqueue_trial(settings)
        asked = self.study.ask()
        return asked, suggest(asked, self.plan["space"])

    def _tell(self, asked, trial):
        """Pruned trials count by how far they came and what they had reached, failed ones as the worst."""
        for epoch, accuracy in enumerate(trial["curve"]):
            asked.report(accuracy, epoch + 1)
        if trial["state"] == "finished":
            self.study.tell(asked, trial["validationAccuracy"])
        else:
            self.study.tell(asked, state=optuna.trial.TrialState.PRUNED)

    def save(self, checkpoint_path):
        """Ray's own state is not needed: the ledger has it all."""
        open(checkpoint_path, "w").close()

    def restore(self, checkpoint_path):
        raise NotImplementedError


def reason_of(trial):
    """Why the last attempt at a trial has failed: what it said, where it could still say something."""
    try:
        error = cloudpickle.loads(Path(trial.pickled_error_file).read_bytes())
    except Exception:
        error = None
    if isinstance(error, RayTaskError):
        return f"{error.cause or error}"
    return LOST


class Referee(FIFOScheduler):
    """Decides after each epoch whether a trial goes on, and notes it in the ledger in the same breath."""

    def __init__(self, plan, ledger, on_over):
        super().__init__()
        self.ledger = ledger
        self.on_over = on_over
        self.halving = plan["pruning"] and ASHAScheduler(
            time_attr="epoch",
            metric=METRIC,
            mode="max",
            max_t=plan["recipe"]["epochs"],
            grace_period=plan["pruning"]["first"],
            reduction_factor=plan["pruning"]["factor"],
        )
        self.known = {}
        for trial in ledger.trials:
            for epoch, accuracy in enumerate(trial["curve"]):
                self._is_pruned(trial["number"], {"epoch": epoch + 1, METRIC: accuracy})

    def on_trial_result(self, controller, trial, result):
        number = trial.config["number"]
        state = self._state(number, result)
        self.ledger.report(
            number,
            state,
            curve=result["curve"],
            seconds=result["seconds"],
            attempt=result["attempt"],
            reason=result.get("reason"),
        )
        if state == "running":
            return TrialScheduler.CONTINUE
        self.on_over(number)
        return TrialScheduler.STOP

    def on_trial_error(self, controller, trial):
        # Ray asks this too where it goes on to try again: then it has stopped the trial already.
        if trial.status == Trial.ERROR:
            return
        number = trial.config["number"]
        self.ledger.change(number, "failed", reason_of(trial))
        self.on_over(number)

    def _state(self, number, result):
        if result.get("reason") is not None:
            return "failed"
        if result.get("finished", False):
            return "finished"
        return "pruned" if self._is_pruned(number, result) else "running"

    def _is_pruned(self, number, result):
        """Under the trial's own number: Ray's names for it change when a search goes on."""
        if self.halving is None or result["epoch"] >= self.halving._max_t:
            return False
        if number not in self.known:
            self.known[number] = SimpleNamespace(trial_id=str(number))
            self.halving.on_trial_add(None, self.known[number])
        decision = self.halving.on_trial_result(None, self.known[number], result)
        return decision == TrialScheduler.STOP
