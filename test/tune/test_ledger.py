"""The ledger and the keeper, which need no Ray: python -m unittest, with scripts/tune on the path."""

import io
import json
import tarfile
import tempfile
import unittest
from pathlib import Path

from keeper import Keeper, bundle, pack, unpack
from ledger import Ledger


class LedgerTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "trials.jsonl"
        self.told = []
        self.ledger = Ledger(self.path, lambda trial: self.told.append(trial["state"]))

    def report(self, number, state, curve, attempt=1, seconds=1.0):
        self.ledger.report(number, state, curve=curve, seconds=seconds, attempt=attempt)

    def stored(self):
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    def test_a_trial_is_on_the_disk_before_it_runs(self):
        trial = self.ledger.add({"peak": 0.1}, 7)
        self.assertEqual(self.stored(), [trial])
        self.assertEqual((trial["number"], trial["state"], trial["seed"]), (1, "waiting", 7))

    def test_each_report_replaces_the_line_of_its_trial(self):
        self.ledger.add({}, 1)
        self.ledger.add({}, 2)
        self.report(2, "running", [0.5])
        self.report(2, "finished", [0.5, 0.6])
        self.report(1, "pruned", [0.2])
        states = [(one["number"], one["state"], one["epochs"]) for one in self.stored()]
        self.assertEqual(states, [(1, "pruned", 1), (2, "finished", 2)])
        self.assertEqual(self.stored()[1]["validationAccuracy"], 0.6)
        self.assertEqual(self.told[-3:], ["running", "finished", "pruned"])

    def test_a_trial_that_is_over_is_not_counted_again(self):
        self.ledger.add({}, 1)
        self.report(1, "finished", [0.9])
        before = self.path.read_text()
        self.report(1, "finished", [0.9, 0.95], attempt=2)
        self.ledger.change(1, "failed", "late")
        self.assertEqual(self.path.read_text(), before)

    def test_an_attempt_that_was_given_up_has_nothing_to_say(self):
        self.ledger.add({}, 1)
        self.report(1, "running", [0.5, 0.6], attempt=2)
        self.report(1, "running", [0.1], attempt=1)
        self.assertEqual(self.stored()[0]["curve"], [0.5, 0.6])

    def test_seconds_add_up_over_the_attempts_and_over_drivers(self):
        self.ledger.add({}, 1)
        self.report(1, "running", [0.5], attempt=1, seconds=10)
        self.report(1, "running", [0.5], attempt=2, seconds=1)
        self.report(1, "running", [0.5, 0.6], attempt=2, seconds=4)
        self.assertEqual(self.stored()[0]["seconds"], 14)
        self.ledger = Ledger(self.path)
        self.report(1, "finished", [0.5, 0.6], attempt=3, seconds=2)
        self.assertEqual(self.stored()[0]["seconds"], 16)

    def test_another_driver_goes_on_where_the_file_ends(self):
        self.ledger.add({"peak": 0.1}, 1)
        self.ledger.add({"peak": 0.2}, 2)
        self.report(1, "finished", [0.9])
        other = Ledger(self.path)
        self.assertEqual([one["number"] for one in other.unfinished()], [2])
        self.assertEqual(other.add({}, 3)["number"], 3)


class KeeperTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.results = (self.folder / "models", self.folder / "logs")
        for folder in self.results:
            folder.mkdir()
        self.keeper = Keeper(self.folder / "runs", {}, (None, None), self.results)

    def archive(self, text):
        source = self.folder / "source"
        (source / "a").mkdir(parents=True, exist_ok=True)
        (source / "a" / "record.json").write_text(text)
        return pack(source, [source / "a" / "record.json", source / "gone"])

    def test_what_one_attempt_has_kept_the_next_one_finds(self):
        attempt, kept = self.keeper.open(3)
        self.assertEqual((attempt, kept), (1, None))
        self.keeper.save(3, attempt, self.archive("epoch 2"))
        attempt, kept = self.keeper.open(3)
        self.assertEqual(attempt, 2)
        unpack(kept, self.folder / "found")
        self.assertEqual((self.folder / "found" / "a" / "record.json").read_text(), "epoch 2")

    def test_an_attempt_that_was_given_up_cannot_overwrite(self):
        first, _ = self.keeper.open(1)
        second, _ = self.keeper.open(1)
        self.keeper.save(1, second, b"new")
        self.keeper.save(1, first, b"old")
        self.assertEqual(self.keeper.open(1)[1], b"new")

    def test_a_trial_that_is_over_leaves_nothing_behind(self):
        attempt, _ = self.keeper.open(1)
        self.keeper.save(1, attempt, b"kept")
        self.keeper.close(1)
        self.keeper.save(1, attempt, b"late")
        self.assertEqual(list((self.folder / "runs").iterdir()), [])

    def test_a_network_and_its_run_lie_whole_among_the_others_or_not_at_all(self):
        attempt, _ = self.keeper.open(1)
        contents = [self.archive("network"), self.archive("run")]
        self.keeper.keep(1, attempt, "search-1", contents)
        self.keeper.keep(1, attempt + 1, "search-2", contents)
        for folder, text in zip(self.results, ("network", "run"), strict=True):
            self.assertEqual([one.name for one in folder.iterdir()], ["search-1"])
            self.assertEqual((folder / "search-1" / "a" / "record.json").read_text(), text)

    def test_an_archive_that_leads_out_of_its_folder_is_refused(self):
        for name, kind in [("../out", tarfile.REGTYPE), ("/out", tarfile.REGTYPE), ("a", tarfile.SYMTYPE)]:
            content = io.BytesIO()
            with tarfile.open(fileobj=content, mode="w") as archive:
                entry = tarfile.TarInfo(name)
                entry.type, entry.linkname = kind, "/etc" if kind == tarfile.SYMTYPE else ""
                archive.addfile(entry)
            with self.assertRaisesRegex(RuntimeError, "which it cannot have"):
                unpack(content.getvalue(), self.folder / "unpacked")

    def test_a_bundle_has_code_and_data_and_no_builds(self):
        root = Path(__file__).parents[2]
        names = tarfile.open(fileobj=io.BytesIO(bundle(root, root / "test" / "fixtures"))).getnames()
        for name in ("lib/training.ts", "scripts/train.ts", "data/train-images-idx3-ubyte.gz"):
            self.assertIn(name, names)
        self.assertEqual([name for name in names if "node_modules" in name or ".venv" in name], [])


if __name__ == "__main__":
    unittest.main()
