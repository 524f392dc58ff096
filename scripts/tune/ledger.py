"""The ledger of a search, `trials.jsonl`: a line a trial, and all that the search goes on from."""

import json
import os
from pathlib import Path

OVER = ("finished", "pruned", "failed")


class Ledger:
    """Every change is on the disk, whole, before anything follows from it."""

    def __init__(self, path, tell=lambda trial: None):
        self.path = Path(path)
        self.tell = tell
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        self.trials = [json.loads(line) for line in lines]
        # Seconds of the earlier attempts of each trial.
        self.earlier = {}

    def unfinished(self):
        return [trial for trial in self.trials if trial["state"] not in OVER]

    def add(self, settings, seed):
        """Notes a new trial before it runs, so that it cannot be lost."""
        trial = {
            "number": len(self.trials) + 1,
            "settings": settings,
            "seed": seed,
            "state": "waiting",
            "epochs": 0,
            "validationAccuracy": None,
            "curve": [],
            "seconds": 0,
            "attempts": 0,
            "reason": None,
        }
        self.trials.append(trial)
        self._write()
        self.tell(trial)
        return trial

    def report(self, number, state, *, curve, seconds, attempt, reason=None):
        """Notes what a trial has reached. A trial that is over stays as it is, whoever still speaks for it."""
        trial = self.trials[number - 1]
        if trial["state"] in OVER or attempt < trial["attempts"]:
            return
        if attempt > trial["attempts"]:
            self.earlier[number] = trial["seconds"]
        trial.update(
            state=state,
            epochs=len(curve),
            validationAccuracy=curve[-1] if curve else None,
            curve=curve,
            seconds=round(self.earlier.get(number, 0) + seconds, 2),
            attempts=attempt,
            reason=reason,
        )
        self._write()
        self.tell(trial)

    def change(self, number, state, reason=None):
        """Notes another state of a trial that is not over."""
        trial = self.trials[number - 1]
        if trial["state"] in OVER or trial["state"] == state:
            return
        trial.update(state=state, reason=reason)
        self._write()
        self.tell(trial)

    def _write(self):
        partial = self.path.with_name(self.path.name + ".tmp")
        with open(partial, "w") as file:
            file.writelines(json.dumps(trial) + "\n" for trial in self.trials)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, self.path)
