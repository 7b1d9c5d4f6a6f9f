"""One chart on matplotlib axes."""

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.transforms import Transform

from nbdiag.language import say
from nbdiag.render.curves.arrangement import MARKS, Place, heading, level_words, mark_words
from nbdiag.render.curves.charts import Chart, Curve, first_bad
from nbdiag.render.curves.colours import COLOURS, FAINT, INK, RULE
from nbdiag.render.curves.scales import Axis, value_axis
from nbdiag.render.curves.ticks import draw_ticks, moved

_MOST_MARKERS = 30
_PAST = 1.5  # share of this run's length up to which the run before is shown
_MOST_MARKS = 4
_ABOVE, _BESIDE = 5.0, 7.0  # points between the axes and words
_SMALL = 8.0


def draw_chart(axes: Axes, chart: Chart, at: Place) -> None:
    """Draw curves, levels and marks of a chart.

    Parameters
    ----------
    axes
        Where to.
    chart
        What.
    at
        The place of these axes.
    """
    _scale(axes, chart)
    for curve in chart.curves:
        _draw_curve(axes, curve)
    _draw_best(axes, chart)
    across, up = _fit_range(axes, chart)
    draw_ticks(axes, across, up, say("epoch"), (INK, FAINT, RULE))
    for level in chart.levels:
        axes.add_artist(
            Line2D(
                (0.0, 1.0),
                (level.value, level.value),
                transform=axes.get_yaxis_transform(),
                color=FAINT,
                linewidth=1.0,
                linestyle=(0, (1, 1.5)),
                zorder=1,
            )
        )
    for words in level_words(chart, up, at.height):
        place = moved(axes, axes.transAxes, _BESIDE, words.place)
        _write(axes, words.text, (1.0, 0.0), place, linespacing=1.15)
    _draw_marks(axes, chart, across, at.width)
    _head(axes, chart, at)


def _head(axes: Axes, chart: Chart, at: Place) -> None:
    """Write the title, and beside it what is said of the chart."""
    title, said = heading(chart, at.width)
    rise = (MARKS if at.marked else 0.0) + _ABOVE
    frame(axes, title, rise)
    if said:
        place = moved(axes, axes.transAxes, 0.0, rise)
        _write(axes, said, (1.0, 1.0), place, ha="right", va="baseline")


def frame(axes: Axes, title: str, rise: float = _ABOVE) -> None:
    """Set the title, so many points above the axes, and nbdiag's style of empty axes."""
    axes.set_facecolor("none")
    # With a height that is given, matplotlib need not measure what is drawn to find one.
    words = axes.set_title(
        title, loc="left", y=1.0, pad=rise, fontsize=10, fontweight="bold", color=INK
    )
    words.set_parse_math(False)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(FAINT)
        spine.set_linewidth(0.8)


def _scale(axes: Axes, chart: Chart) -> None:
    if chart.scale == "log":
        axes.set_yscale("log")
    elif chart.scale == "symlog":
        axes.set_yscale("symlog", linthresh=1.0)


def _draw_curve(axes: Axes, curve: Curve) -> None:
    if curve.side == "steps":
        _line(axes, curve, color=FAINT, linewidth=0.8, alpha=0.7, zorder=2, label=curve.label)
        return
    if curve.side == "probe":
        _line(
            axes,
            curve,
            marker="D",
            markersize=5,
            markerfacecolor="none",
            markeredgecolor=COLOURS["training"],
            linestyle="none",
            label=_in_legend(curve),
            zorder=4,
        )
        return
    validation = curve.side == "validation"
    few = len(curve.x) <= _MOST_MARKERS
    if curve.cut:
        end = Line2D(curve.x[-1:], curve.y[-1:], marker="s" if validation else "o", markersize=5)
        end.set(color=COLOURS[curve.side], linestyle="none", markerfacecolor="none", zorder=3)
        axes.add_artist(end)
    _line(
        axes,
        curve,
        markevery=range(len(curve.x) - curve.cut),
        color=COLOURS[curve.side],
        linewidth=1.2 if curve.past else 1.8,
        linestyle="--" if validation else "-",
        marker=("s" if validation else "o") if few else None,
        markersize=3 if curve.past else 4,
        alpha=0.35 if curve.past else 1.0,
        label=_in_legend(curve),
        zorder=2 if curve.past else 3,
    )


def _draw_best(axes: Axes, chart: Chart) -> None:
    """Put a ring around the best value."""
    if chart.best is not None:
        x, y = chart.best
        ring = Line2D((x,), (y,), marker="o", markersize=9, linestyle="none", zorder=4)
        ring.set(markerfacecolor="none", markeredgecolor=INK, markeredgewidth=1.2)
        axes.add_artist(ring)


def _line(axes: Axes, curve: Curve, **style: Any) -> None:
    """Add a line; the axes have their ranges, so ``plot`` need not find what they hold."""
    axes.add_artist(Line2D(curve.x, curve.y, **style))


def _in_legend(curve: Curve) -> str:
    """Name a curve; both sides of the run before share one entry."""
    if curve.side == "probe":
        return say("start")
    if not curve.past:
        return curve.label
    return say("before") if curve.side == "training" else "_unlisted"


def _fit_range(axes: Axes, chart: Chart) -> tuple[Axis, Axis]:
    """Choose the axes' ranges: whole epochs, room for the levels, a share from 0 to 1."""
    last = _last_epoch(chart)
    first = min((x for curve in chart.curves for x in curve.x), default=1.0)
    first = 0.0 if first < 1 else first
    room = max((last - first) * 0.04, 0.25 if last <= first + 1 else 0.0)
    across, up = Axis.whole(first - room, last + room), value_axis(chart)
    axes.set_xlim(across.low, across.high)
    axes.set_ylim(*up.ends)
    return across, up


def _last_epoch(chart: Chart) -> float:
    """Return the end of the axis: a much longer run before does not press this one together.

    Neither do epochs in which no number was left.
    """
    own = max((_last_seen(curve) for curve in chart.curves if not curve.past), default=1.0)
    past = max((x for curve in chart.curves if curve.past for x in curve.x), default=1.0)
    return max(own, min(past, own * _PAST))


def _last_seen(curve: Curve) -> float:
    seen = [x for x, y in zip(curve.x, curve.y, strict=True) if math.isfinite(y)]
    bad = first_bad(curve.y)
    return max([*seen, curve.x[bad - 1] if bad else 0.0])


def _draw_marks(axes: Axes, chart: Chart, across: Axis, width: float) -> None:
    marks = chart.marks[:_MOST_MARKS]
    for mark in marks:
        axes.add_artist(
            Line2D(
                (mark.epoch, mark.epoch),
                (0.0, 1.0),
                transform=axes.get_xaxis_transform(),
                color=INK,
                linewidth=0.9,
                linestyle=(0, (4, 2)),
                zorder=1.5,
            )
        )
    for words in mark_words(marks, [across.share(mark.epoch) * width for mark in marks], width):
        place = moved(axes, axes.transAxes, words.place, _ABOVE - 2)
        _write(axes, words.text, (0.0, 1.0), place, ha="center", va="baseline")


def _write(
    axes: Axes,
    text: str,
    place: tuple[float, float],
    transform: Transform,
    *,
    ha: str = "left",
    va: str = "center",
    **style: Any,
) -> None:
    axes.text(
        *place,
        text,
        transform=transform,
        ha=ha,
        va=va,
        color=INK,
        fontsize=_SMALL,
        zorder=5,
        parse_math=False,
        **style,
    )
