"""The curves of a training that runs, as SVG: a millisecond, where a crisp PNG takes a hundred.

What is drawn is what `charts` finds, in the colours and the proportions of the final drawing.
"""

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from nbdiag.language import say
from nbdiag.render.columns import width as columns
from nbdiag.render.curves.arrangement import (
    COLUMN,
    LINE,
    MARKS,
    WIDTH,
    Place,
    heading,
    height_of,
    level_words,
    mark_words,
    places,
)
from nbdiag.render.curves.charts import Chart, Curve, charts
from nbdiag.render.curves.colours import COLOURS, FAINT, INK, RULE
from nbdiag.render.curves.scales import Axis, value_axis
from nbdiag.schema.report import ReportData

_MOST_POINTS = 300
_MOST_MARKERS = 30
_ABOVE, _BESIDE, _EPOCH = 5.0, 7.0, 14.0  # between the axes and words
_SMALL, _LARGE = 8.0, 10.0  # letters
_LEGEND_LINE, _LEGEND_GAP = 16.0, 12.0
_DOTS = 900 / WIDTH


def sketch(report: ReportData) -> str | None:
    """Draw the curves so far.

    Parameters
    ----------
    report
        The run so far, and what is certain of it.

    Returns
    -------
    str or None
        The address of an image; None when there is nothing to draw.
    """
    drawn = charts(report)
    if not drawn:
        return None
    pairs = zip(drawn, places(drawn), strict=True)
    height = height_of(drawn)
    body = "".join(_Frame(chart, at).draw() for chart, at in pairs) + _legend(drawn)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" '
        f'width="{_DOTS * WIDTH:.0f}" height="{_DOTS * height:.0f}" '
        f'font-family="DejaVu Sans, Verdana, sans-serif" font-size="9" fill="{INK}">{body}</svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode('ascii')}"


@dataclass(frozen=True)
class _Frame:
    """One chart in its place."""

    chart: Chart
    at: Place

    def draw(self) -> str:
        across, up = self._epochs(), value_axis(self.chart)
        return "".join(
            (
                self._rules(across, up),
                *(self._curve(curve, across, up) for curve in self.chart.curves),
                self._levels(up),
                self._marks(across),
                self._heading(),
            )
        )

    @property
    def _right(self) -> float:
        return self.at.left + self.at.width

    @property
    def _base(self) -> float:
        return self.at.top + self.at.height

    def _epochs(self) -> Axis:
        every = [x for curve in self.chart.curves for x in curve.x]
        low, high = min(every), max(every)
        room = max((high - low) * 0.04, 0.25 if high <= low + 1 else 0.0)
        return Axis.whole(low - room, high + room)

    def _x(self, value: float, across: Axis) -> float:
        return self.at.left + across.share(value) * self.at.width

    def _y(self, value: float, up: Axis) -> float:
        return self._base - up.share(value) * self.at.height

    def _rules(self, across: Axis, up: Axis) -> str:
        left, right, base = self.at.left, self._right, self._base
        parts = []
        for tick, said in zip(up.ticks, up.labels, strict=True):
            y = self._y(tick, up)
            parts.append(_line(left, y, right, y, RULE))
            parts.append(_text(left - 5, y + 3, said, anchor="end"))
        for tick, said in zip(across.ticks, across.labels, strict=True):
            x = self._x(tick, across)
            parts.append(_line(x, base, x, base + 3, FAINT))
            parts.append(_text(x, base + 13, said, anchor="middle"))
        parts.append(
            f'<path d="M{left:.1f} {self.at.top:.1f}V{base:.1f}H{right:.1f}" fill="none" '
            f"{_pen(FAINT)}/>"
        )
        parts.append(_text(right + _EPOCH, base + 13, say("epoch"), size=_SMALL))
        return "".join(parts)

    def _curve(self, curve: Curve, across: Axis, up: Axis) -> str:
        points = [
            (self._x(x, across), self._y(y, up)) if math.isfinite(y) else None
            for x, y in _thinned(curve)
        ]
        kept = [point for point in points if point is not None]
        colour, width, dash = _look(curve)
        path, broken = [], True
        for point in points:
            if point is not None:
                path.append(f"{'M' if broken else 'L'}{point[0]:.1f} {point[1]:.1f}")
            broken = point is None
        faint = ' opacity="0.4"' if curve.past else ""
        dots = ""
        if curve.side != "steps" and not curve.past and len(kept) <= _MOST_MARKERS:
            hollow = "none" if curve.side == "probe" else colour
            dots = "".join(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="{hollow}" stroke="{colour}"/>'
                for x, y in kept
            )
        line = f'<path d="{"".join(path)}" fill="none" {_pen(colour, width, dash)}/>'
        return f"<g{faint}>{line if path else ''}{dots}</g>"

    def _levels(self, up: Axis) -> str:
        parts = []
        for level in self.chart.levels:
            y = self._y(level.value, up)
            parts.append(_line(self.at.left, y, self._right, y, FAINT, "1 2"))
        for words in level_words(self.chart, up, self.at.height):
            lines = words.text.split("\n")
            top = self._base - words.place - LINE * (len(lines) - 1) / 2 + 3
            for number, line in enumerate(lines):
                place = self._right + _BESIDE, top + LINE * number
                parts.append(_text(*place, line, size=_SMALL))
        return "".join(parts)

    def _marks(self, across: Axis) -> str:
        marks = self.chart.marks[:2]
        places = [self._x(mark.epoch, across) - self.at.left for mark in marks]
        lines = (
            _line(self.at.left + x, self.at.top, self.at.left + x, self._base, INK, "4 2")
            for x in places
        )
        said = (
            _text(
                self.at.left + words.place,
                self.at.top - _ABOVE + 2,
                words.text,
                anchor="middle",
                size=_SMALL,
            )
            for words in mark_words(marks, places, self.at.width)
        )
        return "".join((*lines, *said))

    def _heading(self) -> str:
        title, said = heading(self.chart, self.at.width)
        y = self.at.top - _ABOVE - (MARKS if self.at.marked else 0.0)
        return _text(self.at.left, y, title, weight="bold", size=_LARGE) + _text(
            self._right, y, said, anchor="end", size=_SMALL
        )


def _legend(drawn: Sequence[Chart]) -> str:
    """Name the curves of all charts in a row that ends at the upper right."""
    named: dict[str, Curve] = {}
    for chart in drawn:
        for curve in chart.curves:
            if not curve.past:
                named.setdefault(say("start") if curve.side == "probe" else curve.label, curve)
    parts, end = [], WIDTH - 2
    for label, curve in reversed(named.items()):
        colour, width, dash = _look(curve)
        start = end - COLUMN * columns(label)
        parts.append(_text(end, 9, label, anchor="end", size=_SMALL))
        line = start - _LEGEND_LINE - 4
        parts.append(_line(line, 6, line + _LEGEND_LINE, 6, colour, dash, width))
        end = line - _LEGEND_GAP
    return "".join(parts)


def _thinned(curve: Curve) -> list[tuple[float, float]]:
    """Return at most 300 points, the last one among them."""
    points = list(zip(curve.x, curve.y, strict=True))
    every = math.ceil(len(points) / _MOST_POINTS)
    return points[::-1][::every][::-1]


def _look(curve: Curve) -> tuple[str, float, str]:
    """Return colour, width and dashes."""
    if curve.side == "steps":
        return FAINT, 0.6, ""
    if curve.side == "probe":
        return COLOURS["training"], 1.0, ""
    width = 1.0 if curve.past else 1.6
    dash = "5 3" if curve.side == "validation" else ""
    return COLOURS[curve.side], width, dash


def _pen(colour: str, width: float = 0.8, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'stroke="{colour}" stroke-width="{width}"{dashes}'


def _line(
    x: float, y: float, to_x: float, to_y: float, colour: str, dash: str = "", width: float = 0.8
) -> str:
    return f'<path d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" {_pen(colour, width, dash)}/>'


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", size: float = 9, weight: str = "normal"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size:g}" '
        f'font-weight="{weight}">{escape(text)}</text>'
        if text
        else ""
    )
