"""What a curve says: its slope, its jumps and swings, where it turns, when it stops moving.

A curve is one value per epoch (or step), oldest first. Every function is pure and says `Missing`
where the curve cannot tell.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nbdiag.language import say
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

Curve = tuple[float, ...]

FEWEST_FOR_PACE = 2
FEWEST_FOR_SLOPE = 5  # two thirds of all pairs may be outliers' before a median of ten slopes tips
MOST_FOR_SLOPE = 200  # pairs grow with the square of the points
JUMP = 3.0  # times the level before: an epoch mean moves by less on its own once training settles
LASTS = 3  # epochs; a single bad epoch is a spike, and recovers
WINDOW = 10  # epochs that say what the level before a jump was
STRAIGHT = 0.6  # of the first half's fall
RISES = 0.1  # of the epochs
REPEAT = 1e-6  # relative; the float32 mean of equal batches wobbles by no more


@dataclass(frozen=True)
class Jump:
    """A rise that lasts.

    Attributes
    ----------
    at
        Index of the first value after the rise.
    before, after
        Median level on both sides.
    recovered
        Whether the curve comes back to within twice the level before.
    """

    at: int
    before: float
    after: float
    recovered: bool


@dataclass(frozen=True)
class Turn:
    """Where a validation curve is best before it rises for good.

    Attributes
    ----------
    at
        Index of the lowest value.
    best, last
        The lowest value, and the median of the last three.
    """

    at: int
    best: float
    last: float


def curve(run: TrainingRun, label: str = "loss") -> Curve | Missing:
    """Values of one metric, one per completed epoch."""
    values = run.history.epochs.get(label, ())
    if values:
        return values
    if label.startswith("val_") and run.fit.validation == "none":
        return Missing("there is no validation data")
    return Missing(say("no epoch has reported {label}", label=label))


def trend(values: Sequence[float]) -> float | Missing:
    """Relative change per epoch over the last half.

    The Theil-Sen slope (median of the slopes of all pairs) of the logarithm: -0.05 means five
    per cent lower with each epoch. Up to 29 % outliers do not move it.

    Parameters
    ----------
    values
        Positive values.

    Returns
    -------
    float or Missing
        Missing with fewer than five points in the last half, or where a logarithm does not exist.

    References
    ----------
    P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63, 1968.
    """
    late = np.asarray(values[len(values) // 2 :], dtype=float)
    if len(late) < FEWEST_FOR_SLOPE:
        return Missing("too few epochs for a slope")
    if not np.all(np.isfinite(late)) or np.any(late <= 0):
        return Missing("the curve is not positive and finite throughout")
    return _theil_sen(np.log(late))


def pace(values: Sequence[float]) -> float | Missing:
    """Relative change per epoch, as far as so many epochs can tell.

    `trend` where there are enough epochs; else the mean change of the logarithm since the first
    epoch, whose own mean still holds the fresh weights' loss and is left out if two others remain.
    """
    found = trend(values)
    if not isinstance(found, Missing):
        return found
    late = np.asarray(values[1:] if len(values) > FEWEST_FOR_PACE else values, dtype=float)
    if len(late) < 2:  # noqa: PLR2004 - a change needs two
        return Missing("fewer than two epochs were completed")
    if not np.all(np.isfinite(late)) or np.any(late <= 0):
        return Missing("the curve is not positive and finite throughout")
    return float(np.log(late[-1] / late[0]) / (len(late) - 1))


def _theil_sen(heights: np.ndarray) -> float:
    places = np.unique(np.linspace(0, len(heights) - 1, MOST_FOR_SLOPE).round().astype(int))
    first, second = np.triu_indices(len(places), 1)
    rises = heights[places][second] - heights[places][first]
    return float(np.median(rises / (places[second] - places[first])))


def repeats(values: Sequence[float]) -> int:
    """How many values at the end of the curve are the same, counting the last; 0 if empty."""
    if not values:
        return 0
    last = values[-1]
    tolerance = REPEAT * abs(last) if math.isfinite(last) else 0.0
    same = 0
    for value in reversed(values):
        if not (value == last or abs(value - last) <= tolerance):
            break
        same += 1
    return same


def jump(
    values: Sequence[float], least: float, window: int = WINDOW, lasts: int = LASTS
) -> Jump | None:
    """Find the first rise of a curve that had fallen, if it lasts.

    Parameters
    ----------
    values
        Positive values.
    least
        Height that counts as high: below it a loss may move by any factor and mean nothing.
    window
        How many values say what the level before was.
    lasts
        How many values in a row must be high.

    Returns
    -------
    Jump or None
        The first place from which ``lasts`` values lie above ``least`` and above three times the
        median of the ``window`` values before, while the curve had fallen by half at least; None
        where there is no such place, or a value is not positive and finite.
    """
    heights = np.asarray(values, dtype=float)
    if not np.all(np.isfinite(heights)) or np.any(heights <= 0):
        return None
    if len(heights) < 2 * lasts:
        return None
    low = sliding_window_view(heights, lasts).min(axis=1)
    fallen = np.minimum.accumulate(heights) <= heights[0] / 2
    # The least of the values before is no more than their median, and much quicker to find.
    padded = np.concatenate([np.full(window, np.inf), heights])
    floor = sliding_window_view(padded, window).min(axis=1)[: len(low)]
    high = (low > np.maximum(least, JUMP * floor))[lasts:] & fallen[lasts - 1 : -lasts]
    for at in np.flatnonzero(high) + lasts:
        before = float(np.median(heights[max(0, at - window) : at]))
        if low[at] > JUMP * before:
            back = np.median(heights[-lasts:]) <= 2 * before
            return Jump(int(at), before, float(np.median(heights[at:])), bool(back))
    return None


def swing(values: Sequence[float]) -> float | Missing:
    """Typical size of a zigzag over the last half, in the curve's own unit.

    The median of ``|a - 2 b + c| / 2`` over neighbouring triples: 0 for any straight line,
    the amplitude for a curve that alternates.
    """
    late = np.asarray(values[len(values) // 2 :], dtype=float)
    if len(late) < FEWEST_FOR_SLOPE:
        return Missing("too few epochs to tell a swing from a slope")
    if not np.all(np.isfinite(late)):
        return Missing("the curve is not finite throughout")
    return float(np.median(np.abs(late[:-2] - 2 * late[1:-1] + late[2:])) / 2)


def turns(values: Sequence[float]) -> float | Missing:
    """Share of inner points of the last half at which the curve turns (2/3 for pure noise)."""
    late = np.asarray(values[len(values) // 2 :], dtype=float)
    if len(late) < FEWEST_FOR_SLOPE:
        return Missing("too few epochs to count turns")
    if not np.all(np.isfinite(late)):
        return Missing("the curve is not finite throughout")
    steps = np.sign(np.diff(late))
    return float(np.mean(steps[:-1] * steps[1:] < 0))


def turn(validation: Sequence[float]) -> Turn | None:
    """Find where a validation curve is lowest, if there are three epochs since and it has risen."""
    heights = np.asarray(validation, dtype=float)
    if not len(heights) or not np.all(np.isfinite(heights)):
        return None
    at = int(np.argmin(heights))
    if len(heights) - at <= LASTS or _theil_sen(heights[at:]) <= 0:
        return None
    return Turn(at, float(heights[at]), float(np.median(heights[-LASTS:])))


def straightness(values: Sequence[float]) -> float | Missing:
    """Fall in the second half of the curve over the fall in the first.

    1 for a straight line, near 0 for a curve that has settled; a training that is only slow is
    still on the straight part.

    Returns
    -------
    float or Missing
        Missing with fewer than three values, or for a curve that does not fall at first.
    """
    heights = np.asarray(values, dtype=float)
    if len(heights) < 3 or not np.all(np.isfinite(heights)):  # noqa: PLR2004 - two halves
        return Missing("too few epochs to compare two halves")
    middle = np.interp((len(heights) - 1) / 2, np.arange(len(heights)), heights)
    early, late = heights[0] - middle, middle - heights[-1]
    if early <= 0:
        return Missing("the curve does not fall")
    return float(late / early)


def straight_fall(values: Sequence[float]) -> float | None:
    """Fall per epoch over the second half of a curve that falls as fast there as before.

    Returns
    -------
    float or None
        In the curve's own unit. None for a curve that levels off (its second half loses less than
        60 % of what its first half does), or that rises with more than a tenth of its epochs:
        noise has no pace.
    """
    straight = straightness(values)
    if isinstance(straight, Missing) or straight < STRAIGHT:
        return None
    changes = np.diff(np.asarray(values, dtype=float))
    if np.mean(changes >= 0) > RISES:
        return None
    return float(-np.mean(changes[len(changes) // 2 :]))


def not_finite(values: Sequence[float]) -> int | None:
    """Index of the first value that is NaN or infinite, None when there is none."""
    return next((at for at, value in enumerate(values) if not math.isfinite(value)), None)
