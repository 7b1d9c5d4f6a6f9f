"""NBD211: training went on long after the validation loss was lowest."""

from collections.abc import Iterator

from nbdiag.facts.training.jump import KEEPERS
from nbdiag.facts.training.overfitting import Overfit, overfit
from nbdiag.language import say, say_count
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import AddCallback, SetFitArgument
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun


class TrainedPastTheBestEpoch(Rule):
    """Training went on long after the validation loss was lowest.

    What it finds
    -------------
    A validation loss that has risen by a tenth and more since its lowest epoch, with no callback
    that stops there or keeps those weights.

    Why it hurts
    ------------
    You keep the weights of the last epoch, and pay for all the epochs in which they got worse.

    Example
    -------
    ::

        model.fit(x, y, epochs=50, validation_split=0.2)     # lowest val_loss in epoch 6

    Use instead
    -----------
    ::

        stop = keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)
        model.fit(x, y, epochs=50, validation_split=0.2, callbacks=[stop])

    Fix safety
    ----------
    review: the validation rows then have a say in the result; keep other rows for the final test.

    Thresholds and their source
    ---------------------------
    Those of overfitting (NBD308): information, and a warning where the validation loss ends above
    that of always predicting the same value.

    References
    ----------
    Prechelt, "Early stopping - but when?", in: Neural Networks: Tricks of the Trade, 1998.
    """

    code = "NBD211"
    name = "trained-past-the-best-epoch"
    aspect = "epochs"
    severity = "warning"
    confidence = "measured"
    explains = ("NBD308",)

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look for the turn, and for a callback that keeps it."""
        found: Overfit | None = known(overfit(run))
        idle = {item.name for item in run.fit.watchers if item.monitor not in run.history.epochs}
        keeps = KEEPERS & set(run.fit.callbacks) - idle
        if found is None or keeps:
            return
        late = run.history.completed - found.epoch
        yield self.finding(
            say(
                "Your best model was that of epoch {epoch}; the {late} epochs after it raised the "
                "validation loss from {best:.4g} to {last:.4g}.",
                epoch=found.epoch,
                late=late,
                best=found.best,
                last=found.last,
            ),
            (
                Evidence(
                    "validation loss at the end",
                    f"{found.last:.4g}",
                    say("{best:.4g}, as in epoch {epoch}", best=found.best, epoch=found.epoch),
                    "history",
                ),
            ),
            _fixes(found.epoch),
            severity="warning" if found.ruined else "info",
        )


def _fixes(epoch: int) -> Iterator[Fix]:
    stop = AddCallback("EarlyStopping", {"patience": 5, "restore_best_weights": True})
    yield Fix("Stop early and keep the best weights", "review", (stop,))
    fewer = SetFitArgument("epochs", epoch)
    title = say_count("Train for {number} epoch", "Train for {number} epochs", epoch)
    yield Fix(title, "review", (fewer,))
