"""The trials of a search for TensorBoard: a curve each, and a table of their settings."""

from tensorboardX import SummaryWriter

from ledger import OVER


class Board:
    def __init__(self, folder):
        self.folder = folder
        # Epochs that were written, by the number of the trial.
        self.written = {}

    def show(self, trial):
        """Writes the epochs that are new; of a trial that is over its settings, too."""
        number, curve = trial["number"], trial["curve"]
        first = self.written.get(number, 0)
        is_over = trial["state"] in OVER
        if len(curve) == first and not is_over:
            return
        with SummaryWriter(str(self.folder / f"trial-{number}")) as writer:
            for epoch in range(first, len(curve)):
                writer.add_scalar("validation/accuracy", curve[epoch], epoch + 1)
            if is_over and curve:
                settings = {**trial["settings"], "seed": trial["seed"]}
                outcome = {"validation accuracy": curve[-1], "epochs": len(curve)}
                writer.add_hparams(settings, outcome, name=".")
        self.written[number] = len(curve)
