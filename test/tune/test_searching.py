"""Suggestions and rungs, with Ray's and Optuna's own parts: python -m unittest in the searches' environment."""

import json
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

from ledger import Ledger
from ray import cloudpickle
from ray.exceptions import RayTaskError
from ray.tune.experiment import Trial
from ray.tune.schedulers import TrialScheduler
from ray.tune.search import Searcher
from searching import METRIC, Referee, Suggestions

SPACE = {
    "peak": {"kind": "range", "low": 0.01, "high": 1, "scale": "logarithmic", "whole": False},
    "epochs": {"kind": "range", "low": 2, "high": 8, "scale": "linear", "whole": True},
    "averaging": {"kind": "choice", "options": {"none": {}, "exponential": {}}},
    "decay": {
        "kind": "range",
        "low": 0.9,
        "high": 0.99,
        "scale": "linear",
        "whole": False,
        "when": {"setting": "averaging", "is": ["exponential"]},
    },
}
HAND_MADE = {"peak": 0.1, "epochs": 4, "averaging": "exponential", "decay": 0.97}


def plan(trials=12, pruning=None):
    recipe = {"epochs": 8, "seed": 1}
    return {
        "recipe": recipe,
        "space": SPACE,
        "handMade": HAND_MADE,
        "trials": trials,
        "pruning": pruning,
    }


class SearchingTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "trials.jsonl"

    def begin(self, plan):
        self.ledger = Ledger(self.path)
        self.over = []
        self.suggestions = Suggestions(plan, self.ledger, {})
        self.referee = Referee(plan, self.ledger, self.over.append)

    def result(self, number, curve, **more):
        result = {"epoch": len(curve), METRIC: curve[-1], "curve": curve, "seconds": 1, "attempt": 1}
        trial = SimpleNamespace(config={"number": number})
        return self.referee.on_trial_result(None, trial, {**result, **more})

    def test_the_hand_made_settings_come_first_and_all_lie_in_the_space(self):
        self.begin(plan())
        first = self.suggestions.suggest("a")
        self.assertEqual(first["settings"], HAND_MADE)
        for index in range(11):
            settings = self.suggestions.suggest(f"b{index}")["settings"]
            self.assertTrue(0.01 <= settings["peak"] <= 1)
            self.assertIn(settings["epochs"], range(2, 9))
            self.assertEqual("decay" in settings, settings["averaging"] == "exponential")
        self.assertEqual(self.suggestions.suggest("c"), Searcher.FINISHED)
        self.assertEqual([one["seed"] for one in self.ledger.trials], list(range(1, 13)))

    def test_a_search_that_goes_on_begins_with_what_was_not_over(self):
        self.begin(plan(4))
        for name in "abc":
            self.suggestions.suggest(name)
        self.result(2, [0.5], finished=True)
        self.suggestions.on_trial_complete("b")
        before = json.loads(self.path.read_text().splitlines()[2])["settings"]
        self.begin(plan(4))
        suggested = [self.suggestions.suggest(name) for name in "defg"]
        self.assertEqual([one["number"] for one in suggested[:3]], [1, 3, 4])
        self.assertEqual(suggested[1]["settings"], before)
        self.assertEqual(suggested[3], Searcher.FINISHED)

    def test_a_search_that_was_interrupted_draws_what_it_would_have_drawn(self):
        self.begin(plan(4))
        undisturbed = [self.suggestions.suggest(name)["settings"] for name in "abcd"]
        self.path.unlink()
        self.begin(plan(4))
        for name in "ab":
            self.suggestions.suggest(name)
        self.begin(plan(4))
        suggested = [self.suggestions.suggest(name)["settings"] for name in "cdef"]
        self.assertEqual(suggested, undisturbed)

    def test_a_trial_below_the_best_third_is_pruned_at_its_rung_and_noted_as_such(self):
        self.begin(plan(9, {"first": 2, "factor": 3}))
        for number in range(1, 10):
            self.suggestions.suggest(str(number))
        self.assertEqual(self.result(1, [0.1]), TrialScheduler.CONTINUE)
        for number, accuracy in [(1, 0.9), (2, 0.8), (3, 0.95), (4, 0.7)]:
            decision = self.result(number, [0.1, accuracy])
            pruned = decision == TrialScheduler.STOP
            self.assertEqual(pruned, number in (2, 4), number)
            self.assertEqual(self.ledger.trials[number - 1]["state"] == "pruned", pruned)
        self.assertEqual(self.over, [2, 4])

    def test_the_rungs_know_after_a_restart_what_they_knew_before(self):
        pruning = {"first": 2, "factor": 3}
        self.begin(plan(9, pruning))
        for number in range(1, 4):
            self.suggestions.suggest(str(number))
        self.result(1, [0.1, 0.9])
        self.result(2, [0.1, 0.95])
        self.begin(plan(9, pruning))
        self.assertEqual(self.result(3, [0.1, 0.8]), TrialScheduler.STOP)
        # Reported again by an attempt that was taken up, a rung does not count twice.
        self.assertEqual(self.result(2, [0.1, 0.95], attempt=2), TrialScheduler.CONTINUE)

    def test_a_trial_that_says_why_it_failed_is_over(self):
        self.begin(plan(2))
        self.suggestions.suggest("a")
        decision = self.result(1, [0.0], reason="The loss became NaN")
        self.assertEqual(decision, TrialScheduler.STOP)
        self.suggestions.on_trial_complete("a")
        self.assertEqual(self.ledger.trials[0]["reason"], "The loss became NaN")

    def test_a_trial_whose_attempts_all_failed_is_over_with_what_the_last_one_said(self):
        self.begin(plan(2))
        cause = RuntimeError("Node 20 or newer is missing on this machine: install it there.")
        said = self.path.with_name("error.pkl")
        said.write_bytes(cloudpickle.dumps(RayTaskError("step", "a traceback", cause)))
        for number, name, file in [(1, "a", said), (2, "b", None)]:
            self.suggestions.suggest(name)
            trial = SimpleNamespace(config={"number": number}, pickled_error_file=file)
            trial.status = Trial.ERROR
            self.referee.on_trial_error(None, trial)
            self.assertEqual(self.ledger.trials[number - 1]["state"], "waiting", "it is tried again")
            trial.status = Trial.RUNNING
            self.referee.on_trial_error(None, trial)
            self.suggestions.on_trial_complete(name, error=True)
        self.assertEqual(
            [(trial["state"], trial["reason"]) for trial in self.ledger.trials],
            [("failed", str(cause)), ("failed", "It was ended from outside, again and again.")],
        )
        self.assertEqual(self.over, [1, 2])


if __name__ == "__main__":
    unittest.main()
