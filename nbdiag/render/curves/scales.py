"""Axes of the live drawing: where a number stands, and which numbers are written."""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from nbdiag.render.curves.charts import Chart

_MOST_TICKS = 6
_SOLID = 1e-12


@dataclass(frozen=True)
class Axis:
    """A range with its ticks.

    Attributes
    ----------
    low, high
        Ends of the range, after ``bend``.
    ticks
        Values to write.
    bend
        Makes a value a place: itself, or its logarithm.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    bend: Callable[[float], float] = float

    def share(self, value: float) -> float:
        """Place of a value, 0 at the low end and 1 at the high one; never far outside."""
        place = (self.bend(value) - self.low) / max(self.high - self.low, _SOLID)
        return min(max(place, -0.02), 1.02)

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
        return _bent(low, high, _logarithm if chart.scale == "log" else _symmetric)
    if low > -0.5 * (high - low):
        low = min(low, 0.0)
    space = (high - low) * 0.1 or max(abs(high) * 0.1, 0.1)
    low, high = low - (0.0 if low == 0 else space), high + space
    return Axis(low, high, _between(low, high, _step(high - low)))


def _logarithm(value: float) -> float:
    return math.log10(max(value, sys.float_info.min))


def _symmetric(value: float) -> float:
    return math.copysign(math.log10(1 + abs(value)), value)


def _bent(low: float, high: float, bend: Callable[[float], float]) -> Axis:
    """Make a logarithmic axis, powers of ten written."""
    start, end = bend(low), bend(high)
    room = max((end - start) * 0.06, 0.05)
    powers = [10.0**power for power in range(-12, 39)]
    every = [*(-power for power in reversed(powers)), 0.0, *powers] if low <= 0 else powers
    inside = [value for value in every if start - room <= bend(value) <= end + room]
    # Around 0 the small powers of ten fall together.
    apart: list[float] = []
    for value in inside:
        if not apart or bend(value) - bend(apart[-1]) >= (end - start) / 12:
            apart.append(value)
    return Axis(start - room, end + room, tuple(apart[:: math.ceil(len(apart) / 7) or 1]), bend)


def _step(width: float) -> float:
    """Return the least of 1, 2, 5, 10 … that makes six steps or fewer."""
    rough = max(width, _SOLID) / _MOST_TICKS
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next(power * times for times in (1, 2, 5, 10) if power * times >= rough * 0.999)


def _between(low: float, high: float, step: float) -> tuple[float, ...]:
    first = math.ceil(low / step - 1e-9)
    return tuple(place * step for place in range(first, math.floor(high / step + 1e-9) + 1))
