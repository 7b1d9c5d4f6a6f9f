"""From which epoch on a model memorises its training samples."""

from dataclasses import dataclass

from nbdiag.facts.model.outputs import outputs_of
from nbdiag.facts.training.baseline import chance_accuracy, total_constant_loss
from nbdiag.facts.training.curves import Curve, curve, turn
from nbdiag.facts.training.gain import ACCURACIES, loss_gain
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

RISE = 1.1
LEARNT = 0.9
HALF = 0.5


@dataclass(frozen=True)
class Overfit:
    """The turn of a validation loss.

    Attributes
    ----------
    epoch
        The best one, from 1.
    best, last
        Validation loss there and at the end.
    ruined
        Whether the validation loss was well below that of always predicting the same value and has
        ended above it, with no accuracy that says otherwise.
    """

    epoch: int
    best: float
    last: float
    ruined: bool


def overfit(run: TrainingRun) -> Overfit | Missing | None:
    """Find the epoch from which the validation loss rises by a tenth while the other falls."""
    training, validation = curve(run), curve(run, "val_loss")
    if isinstance(training, Missing):
        return training
    if isinstance(validation, Missing):
        return validation
    found = turn(validation)
    if found is None or found.best <= 0 or found.last < RISE * found.best:
        return None
    if training[-1] >= training[found.at] or _diverged(run, training):
        return None
    return Overfit(found.at + 1, found.best, found.last, _ruined(run, found.best, found.last))


def _diverged(run: TrainingRun, training: Curve) -> bool:
    """Whether the training samples were not memorised either, but lost.

    Such a training ends well above its own best epoch, or above what always predicting the same
    value gets.
    """
    if training[-1] > RISE * min(training):
        return True
    reached = loss_gain(run)
    return not isinstance(reached, Missing) and reached < 0


def _ruined(run: TrainingRun, best: float, last: float) -> bool:
    constant = total_constant_loss(run)
    if isinstance(constant, Missing) or best > LEARNT * constant or last < constant:
        return False
    outputs = outputs_of(run)
    for output in () if isinstance(outputs, Missing) else outputs:
        chance = chance_accuracy(run, output)
        for metric in output.metrics:
            seen = run.history.epochs.get(f"val_{metric.label}")
            if metric.name in ACCURACIES and seen and not isinstance(chance, Missing):
                return seen[-1] < chance + HALF * (1 - chance)
    return True
