"""Whether the loss swings up and down from epoch to epoch, wide and often."""

from dataclasses import dataclass

from nbdiag.facts.training.baseline import total_constant_loss
from nbdiag.facts.training.curves import curve, swing, turns
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

WIDE = 0.1
"""Typical swing, as a share of the loss of always predicting the same value, from which on it is
wide. Not by relative change: near 0, jumps by any factor are harmless."""
OFTEN = 0.4
"""Share of the epochs at which the curve turns. Pure noise turns at two of three, a settling
curve at hardly any."""


@dataclass(frozen=True)
class Swing:
    """A loss that swings.

    Attributes
    ----------
    size
        Typical swing.
    share
        The same, as a share of the loss of always predicting the same value.
    turns
        Share of the epochs at which the curve turns.
    """

    size: float
    share: float
    turns: float


def swing_of(run: TrainingRun) -> Swing | Missing | None:
    """Find a loss that swings wide and often over its last half, None when it does not."""
    losses, constant = curve(run), total_constant_loss(run)
    if isinstance(losses, Missing):
        return losses
    size, share = swing(losses), turns(losses)
    if isinstance(size, Missing):
        return size
    if isinstance(share, Missing):
        return share
    if isinstance(constant, Missing):
        return constant
    if constant <= 0 or share < OFTEN or size < WIDE * constant:
        return None
    return Swing(size, size / constant, share)
