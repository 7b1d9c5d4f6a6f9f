"""Numbers and lines along the axes of a chart.

Matplotlib makes five artists for a tick and measures each several times, which took most of the
time of a drawing. Here all lines of an axis are one artist, and each number is a text.
"""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.ticker import NullLocator
from matplotlib.transforms import ScaledTranslation, Transform

from nbdiag.render.curves.scales import Axis

_MARK = 0.014  # of the height of the axes
_POINTS = 72
_BESIDE, _BELOW, _LABEL = 5.0, 6.0, 14.0  # points between the axes and numbers, or the label


def draw_ticks(
    axes: Axes, across: Axis, up: Axis, along: str, colours: tuple[str, str, str]
) -> None:
    """Draw the ticks of both axes, in the place of matplotlib's.

    Parameters
    ----------
    axes
        With its scales and ranges.
    across, up
        The ticks of the horizontal and of the upright axis.
    along
        What the horizontal axis counts.
    colours
        Of the numbers, of the marks below the horizontal axis, and of the lines across.
    """
    ink, faint, rule = colours
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(NullLocator())
        axis.set_minor_locator(NullLocator())
    rows, columns = axes.get_yaxis_transform(), axes.get_xaxis_transform()
    _draw_lines(axes, [((0.0, tick), (1.0, tick)) for tick in up.ticks], rows, rule, 0.5)
    _draw_lines(axes, [((tick, 0.0), (tick, -_MARK)) for tick in across.ticks], columns, faint, 2.0)
    rows, columns = moved(axes, rows, -_BESIDE, 0.0), moved(axes, columns, 0.0, -_BELOW)
    for tick, said in zip(up.ticks, up.labels, strict=True):
        _write(axes, 0.0, tick, said, rows, ink, ha="right", va="center_baseline")
    for tick, said in zip(across.ticks, across.labels, strict=True):
        _write(axes, tick, 0.0, said, columns, ink, ha="center", va="top")
    end = moved(axes, axes.transAxes, _LABEL, -_BELOW)
    axes.text(
        1.0, 0.0, along, transform=end, color=ink, ha="left", va="top", fontsize=8, parse_math=False
    )


def _draw_lines(
    axes: Axes,
    lines: Sequence[tuple[tuple[float, float], tuple[float, float]]],
    transform: Transform,
    colour: str,
    zorder: float,
) -> None:
    drawn = LineCollection(
        lines, colors=colour, linewidths=0.8, transform=transform, zorder=zorder, clip_on=False
    )
    axes.add_collection(drawn, autolim=False)


def moved(axes: Axes, transform: Transform, right: float, up: float) -> Transform:
    """Move a place by so many points."""
    inches = (right / _POINTS, up / _POINTS)
    return transform + ScaledTranslation(*inches, axes.figure.dpi_scale_trans)


def _write(
    axes: Axes, x: float, y: float, text: str, transform: Transform, colour: str, **sides: Any
) -> None:
    axes.text(x, y, text, transform=transform, color=colour, parse_math=False, **sides)
