"""Axes of both drawings: the place of each number, and the ticks that are labelled."""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from nbdiag.render.curves.charts import Chart

_MOST_TICKS = 6
_SOLID = 1e-12
_DIGITS = (4, 6, 9, 12, 17)
_LONGEST = 1e12
_BELOW_ZERO = 0.15  # of a decade: no room for a number that nothing reaches
_CROWDED = 1e4  # five digits crowd an axis


@dataclass(frozen=True)
class Axis:
    """A range with its ticks.

    Attributes
    ----------
    low, high
        Ends of the range, after ``bend``.
    ticks
        Values to write.
    bend, straighten
        Makes a value a place: itself, or its logarithm; and the other way round.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    bend: Callable[[float], float] = float
    straighten: Callable[[float], float] = float

    @property
    def ends(self) -> tuple[float, float]:
        """The range in values."""
        return self.straighten(self.low), self.straighten(self.high)

    def share(self, value: float) -> float:
        """Place of a value, 0 at the low end and 1 at the high one; never far outside."""
        place = (self.bend(value) - self.low) / max(self.high - self.low, _SOLID)
        return min(max(place, -0.02), 1.02)

    @property
    def labels(self) -> tuple[str, ...]:
        """What is written beside the ticks, with as many digits as tell them apart."""
        for digits in _DIGITS:
            said = tuple(_short(tick, digits) for tick in self.ticks)
            if len(set(said)) == len(said):
                break
        return said

    @classmethod
    def whole(cls, low: float, high: float) -> Self:
        """Make an axis of epochs, written as whole numbers."""
        step = max(1, math.ceil(_step(high - low)))
        return cls(low, high, _between(low, high, step))


def value_axis(chart: Chart) -> Axis:
    """Make the upright axis of a chart."""
    if chart.share:
        return Axis(-0.04, 1.04, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0))
    values = [y for curve in chart.curves for y in curve.y if math.isfinite(y)]
    values += [level.value for level in chart.levels]
    low, high = min(values, default=0.0), max(values, default=1.0)
    if chart.scale != "linear" and values:
        bend = (_logarithm, _power) if chart.scale == "log" else (_symmetric, _symmetric_power)
        return _bent(low, high, *bend)
    if low > -0.5 * (high - low):
        low = min(low, 0.0)
    space = (high - low) * 0.1 or max(abs(high) * 0.1, 0.1)
    low, high = low - (0.0 if low == 0 else space), high + space
    return Axis(low, high, _between(low, high, _step(high - low)))


def _short(value: float, digits: int) -> str:
    if abs(value) < _CROWDED:
        return f"{value:.{digits}g}"
    for size, word in ((1e9, " bn"), (1e6, " M"), (1e3, " k")):
        if size <= abs(value) < _LONGEST:
            return f"{value / size:.{digits}g}{word}"
    return f"{value:.{digits}g}"


def _logarithm(value: float) -> float:
    return math.log10(max(value, sys.float_info.min))


def _symmetric(value: float) -> float:
    return math.copysign(math.log10(1 + abs(value)), value)


def _power(place: float) -> float:
    return float(10.0 ** min(place, sys.float_info.max_10_exp))


def _symmetric_power(place: float) -> float:
    return math.copysign(_power(abs(place)) - 1, place)


def _bent(
    low: float,
    high: float,
    bend: Callable[[float], float],
    straighten: Callable[[float], float],
) -> Axis:
    """Make a logarithmic axis, powers of ten written."""
    start, end = bend(low), bend(high)
    room = max((end - start) * 0.06, 0.05)
    powers = [10.0**power for power in range(-12, 39)]
    below_zero = [-power for power in reversed(powers)] if low < 0 else []
    every = [*below_zero, 0.0, *powers] if low <= 0 else powers
    below = min(room, _BELOW_ZERO) if low == 0 else room
    inside = [value for value in every if start - below <= bend(value) <= end + room]
    # Around 0 the small powers of ten fall together.
    apart: list[float] = []
    for value in inside:
        if not apart or bend(value) - bend(apart[-1]) >= (end - start) / 12:
            apart.append(value)
    ticks = tuple(apart[:: math.ceil(len(apart) / 7) or 1])
    return Axis(start - below, end + room, ticks, bend, straighten)


def _step(width: float) -> float:
    """Return the least of 1, 2, 5, 10 … that makes six steps or fewer."""
    rough = max(width, _SOLID) / _MOST_TICKS
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next(power * times for times in (1, 2, 5, 10) if power * times >= rough * 0.999)


def _between(low: float, high: float, step: float) -> tuple[float, ...]:
    first = math.ceil(low / step - 1e-9)
    return tuple(place * step for place in range(first, math.floor(high / step + 1e-9) + 1))
