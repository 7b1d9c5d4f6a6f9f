"""One chart on matplotlib axes."""

import math
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.transforms import Transform

from nbdiag.language import say
from nbdiag.render.curves.charts import Chart, Curve, first_bad
from nbdiag.render.curves.legend import Legend
from nbdiag.render.curves.scales import Axis, value_axis
from nbdiag.render.curves.ticks import draw_ticks, moved
from nbdiag.render.phrases import number, one_line

# Blue and vermilion of Okabe and Ito's palette, which colour-blind readers tell apart; the second
# pair is their bluish green and reddish purple. https://jfly.uni-koeln.de/color/
COLOURS = {"training": ("#0072B2", "#009E73"), "validation": ("#D55E00", "#CC79A7")}
INK, FAINT, RULE = "#333333", "#8a8a8a", "#e4e4e4"
_MOST_MARKERS = 30
_PAST = 1.5  # share of this run's length up to which the run before is shown
_MOST_MARKS = 4
_CLEAR = 5.0  # points between a line and its words: a marker of a curve on the line fits in
_LABELLED, _TALL = 0.5, 0.1  # shares of the axes' width and height that the words of a level take
_HEIGHTS = (0.88, 0.7, 0.5, 0.3, 0.15)  # where a note may stand; the first wins a tie


def draw_chart(axes: Axes, chart: Chart) -> None:
    """Draw curves, levels and marks of a chart."""
    frame(axes, chart.title)
    _scale(axes, chart)
    for curve in chart.curves:
        _draw_curve(axes, curve)
    draw_ticks(axes, *_fit_range(axes, chart), say("epoch"), (INK, FAINT, RULE))
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
    _name_levels(axes, chart)
    _draw_marks(axes, chart)
    _legend(axes, chart)


def frame(axes: Axes, title: str) -> None:
    """Set the title and nbdiag's style of empty axes."""
    axes.set_facecolor("white")
    # With a height that is given, matplotlib need not measure what is drawn to find one.
    words = axes.set_title(title, loc="left", y=1.0, fontsize=10, fontweight="bold", color=INK)
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
            markerfacecolor="white",
            markeredgecolor=COLOURS["training"][0],
            linestyle="none",
            label=_in_legend(curve),
            zorder=4,
        )
        return
    validation = curve.side == "validation"
    few = len(curve.x) <= _MOST_MARKERS
    _line(
        axes,
        curve,
        color=COLOURS[curve.side][curve.rank % 2],
        linewidth=1.2 if curve.past else 1.8,
        linestyle="--" if validation else "-",
        marker=("s" if validation else "o") if few else None,
        markersize=3 if curve.past else 4,
        alpha=0.35 if curve.past else 1.0,
        label=_in_legend(curve),
        zorder=2 if curve.past else 3,
    )


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
    """Return the end of the axis: a much longer run before does not press this one together."""
    own = max((x for curve in chart.curves if not curve.past for x in curve.x), default=1.0)
    past = max((x for curve in chart.curves if curve.past for x in curve.x), default=1.0)
    return max(own, min(past, own * _PAST))


def _name_levels(axes: Axes, chart: Chart) -> None:
    """Write each level's words on the side of its line where nothing else is drawn.

    Where both sides are alike they stand below the line, and above the highest.
    """
    ordered = sorted(chart.levels, key=lambda level: level.value)
    drawn = _heights(axes, chart, _LABELLED)
    for place, level in enumerate(ordered):
        (height,) = _as_shares(axes, [(0.0, level.value)])
        others = [*drawn, *_as_shares(axes, [(0.0, one.value) for one in ordered if one != level])]
        under, over = (_crossed(height, height + side * _TALL, others) for side in (-1, 1))
        below = place < len(ordered) - 1 if under == over else under < over
        axes.text(
            0.99,
            level.value,
            level.label,
            transform=moved(axes, axes.get_yaxis_transform(), 0.0, -_CLEAR if below else _CLEAR),
            ha="right",
            va="top" if below else "bottom",
            fontsize=8,
            color="#5a5a5a",
            zorder=5,
            parse_math=False,
        )


def _crossed(line: float, end: float, heights: list[float]) -> int:
    """Count what lies where words would stand; outside the axes nothing may stand."""
    if not 0 <= end <= 1:
        return len(heights) + 1
    low, high = sorted((line, end))
    return sum(low < height < high for height in heights)


def _heights(axes: Axes, chart: Chart, start: float) -> list[float]:
    """Heights that the curves pass on the right, as shares of the axes."""
    left, right = axes.get_xlim()
    first = left + start * (right - left)
    points: list[tuple[float, float]] = []
    for curve in chart.curves:
        known = [
            (x, y) for x, y in zip(curve.x, curve.y, strict=True) if math.isfinite(y) and x <= right
        ]
        points += known[-1:]
        for (x, y), (next_x, next_y) in pairwise(known):
            steps = [(x + at / 8 * (next_x - x), y + at / 8 * (next_y - y)) for at in range(8)]
            points += [step for step in steps if step[0] >= first]
    return _as_shares(axes, points)


def _as_shares(axes: Axes, points: list[tuple[float, float]]) -> list[float]:
    if not points:
        return []
    place = axes.transData + axes.transAxes.inverted()
    shares: list[float] = place.transform(points)[:, 1].tolist()
    return shares


def _draw_marks(axes: Axes, chart: Chart) -> None:
    for mark in chart.marks[:_MOST_MARKS]:
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
        left = mark.epoch > sum(axes.get_xlim()) / 2
        _write(
            axes,
            f" {one_line(say(mark.text), 60)} ",
            (mark.epoch, 0.97),
            axes.get_xaxis_transform(),
            ha="right" if left else "left",
            va="top",
        )
    said = [*(one_line(note, 60) for note in chart.notes[:2]), *_bad(chart)]
    if said:
        height = _emptiest(axes, chart)
        _write(axes, "\n".join(said), (0.99, height), axes.transAxes, ha="right", fontweight="bold")


def _bad(chart: Chart) -> list[str]:
    """Report for each curve of this run from which epoch on it is NaN or infinite."""
    return [
        say(
            "{curve} is {value} from epoch {epoch}",
            curve=curve.label,
            value=number(curve.y[bad - 1]),
            epoch=bad,
        )
        for curve in chart.curves
        if curve.side in ("training", "validation") and not curve.past
        if (bad := first_bad(curve.y)) is not None
    ]


def _emptiest(axes: Axes, chart: Chart) -> float:
    """Find the height, as a share of the axes, that is farthest from everything on the right."""
    taken = _heights(axes, chart, 0.5)
    taken += _as_shares(axes, [(0.0, level.value) for level in chart.levels])
    return max(_HEIGHTS, key=lambda height: min((abs(height - at) for at in taken), default=1.0))


def _write(
    axes: Axes,
    text: str,
    place: tuple[float, float],
    transform: Transform,
    *,
    ha: str,
    va: str = "center",
    color: str = INK,
    fontweight: str = "normal",
) -> None:
    axes.text(
        *place,
        text,
        transform=transform,
        ha=ha,
        va=va,
        color=color,
        fontweight=fontweight,
        fontsize=8,
        zorder=5,
        parse_math=False,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.8},
    )


def _legend(axes: Axes, chart: Chart) -> None:
    if not any(math.isfinite(y) for curve in chart.curves for y in curve.y):
        return
    named = [line for line in axes.lines if not str(line.get_label() or "_").startswith("_")]
    axes.add_artist(Legend(named, INK))
