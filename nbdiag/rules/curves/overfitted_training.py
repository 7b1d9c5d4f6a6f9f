"""NBD308: the validation loss rises while the training loss falls."""

from collections.abc import Iterator

from nbdiag.facts.training.curves import curve
from nbdiag.facts.training.overfitting import Overfit, overfit
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.finding import Evidence, Finding, Mark
from nbdiag.schema.run import TrainingRun


class OverfittedTraining(Rule):
    """The validation loss rises while the training loss falls.

    What it finds
    -------------
    The epoch with the lowest validation loss, when it has risen by a tenth and more since while
    the training loss went on falling.

    Why it hurts
    ------------
    From that epoch on the model memorises the training samples. Its last weights are worse
    than those it already had.

    Example
    -------
    ::

        # epoch 4: loss 0.31, val_loss 0.42 · epoch 20: loss 0.02, val_loss 0.97

    Use instead
    -----------
    ::

        stop = keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)

    More data, dropout, weight decay or a smaller model move the epoch further away.

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    A rise of 10 % over at least three epochs: UMLAUT fires at one rising epoch, and on most sound
    trainings. A warning only where the validation loss ends above that of always predicting the
    same value after having been well below it, and the validation accuracy does not say otherwise:
    confident models lose on a few mistakes and classify as well as before.

    References
    ----------
    Prechelt, "Early stopping - but when?", in: Neural Networks: Tricks of the Trade, 1998.
    """

    code = "NBD308"
    name = "overfitted-training"
    aspect = "curves"
    role = "symptom"
    severity = "warning"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look for the turn of the validation loss."""
        found: Overfit | None = known(overfit(run))
        if found is None:
            return
        losses = known(curve(run))
        yield self.finding(
            say(
                "Your model overfits from epoch {start} on: the validation loss was lowest in "
                "epoch {epoch} ({best:.4g}) and ends at {last:.4g}, while the training loss falls "
                "to {training:.4g}.",
                start=found.epoch + 1,
                epoch=found.epoch,
                best=found.best,
                last=found.last,
                training=losses[-1],
            ),
            (
                Evidence(
                    "validation loss at the end",
                    f"{found.last:.4g}",
                    say(
                        "about {best:.4g}, as in epoch {epoch}", best=found.best, epoch=found.epoch
                    ),
                    "history",
                ),
            ),
            severity="warning" if found.ruined else "info",
            marks=(Mark(found.epoch, "lowest here", "val_loss"),),
        )
