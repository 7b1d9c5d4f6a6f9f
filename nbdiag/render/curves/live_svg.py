"""The curves of a training that runs, as SVG: a millisecond, where a crisp PNG takes a hundred.

What is drawn is what `charts` finds, in the colours and the proportions of the final drawing.
"""

import base64
import math
from dataclasses import dataclass
from html import escape

from nbdiag.render.curves.charts import Chart, Curve, charts
from nbdiag.render.curves.scales import Axis, value_axis
from nbdiag.render.phrases import one_line
from nbdiag.schema.report import ReportData

_WIDTH, _HEIGHT = 900, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 50, 14, 34, 40
# The colours of the final drawing: Okabe and Ito's, https://jfly.uni-koeln.de/color/
_COLOURS = {"training": ("#0072B2", "#009E73"), "validation": ("#D55E00", "#CC79A7")}
_INK, _SOFT, _RULE = "#333333", "#8a8a8a", "#e4e4e4"
_MOST_POINTS = 300
_MOST_MARKERS = 30
_LEGEND_STEP = 92


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
    wide = _WIDTH / len(drawn)
    body = "".join(_Frame(chart, place * wide, wide).draw() for place, chart in enumerate(drawn))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" font-family="DejaVu Sans, Verdana, sans-serif" '
        f'font-size="12" fill="{_INK}"><rect width="100%" height="100%" fill="#fff"/>{body}</svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode('ascii')}"


@dataclass(frozen=True)
class _Frame:
    """One chart in its place."""

    chart: Chart
    left: float
    width: float

    def draw(self) -> str:
        across, up = self._epochs(), value_axis(self.chart)
        return "".join(
            (
                self._rules(across, up),
                *(self._curve(curve, across, up) for curve in self.chart.curves),
                *(self._level(level.value, level.label, up) for level in self.chart.levels),
                *(self._mark(mark.epoch, mark.text, across) for mark in self.chart.marks[:2]),
                self._heading(),
            )
        )

    def _epochs(self) -> Axis:
        every = [x for curve in self.chart.curves for x in curve.x]
        low, high = min(every), max(every)
        room = max((high - low) * 0.04, 0.25 if high <= low + 1 else 0.0)
        return Axis.whole(low - room, high + room)

    def _x(self, value: float, across: Axis) -> float:
        start, end = self.left + _LEFT, self.left + self.width - _RIGHT
        return start + across.share(value) * (end - start)

    def _y(self, value: float, up: Axis) -> float:
        return _HEIGHT - _BOTTOM - up.share(value) * (_HEIGHT - _TOP - _BOTTOM)

    def _rules(self, across: Axis, up: Axis) -> str:
        left, right = self.left + _LEFT, self.left + self.width - _RIGHT
        base = _HEIGHT - _BOTTOM
        parts = []
        for tick, said in zip(up.ticks, up.labels, strict=True):
            y = self._y(tick, up)
            parts.append(_line(left, y, right, y, _RULE))
            parts.append(_text(left - 7, y + 4, said, anchor="end"))
        for tick, said in zip(across.ticks, across.labels, strict=True):
            x = self._x(tick, across)
            parts.append(_line(x, base, x, base + 4, _SOFT))
            parts.append(_text(x, base + 17, said, anchor="middle"))
        parts.append(f'<path d="M{left:.1f} {_TOP}V{base}H{right:.1f}" fill="none" {_pen(_SOFT)}/>')
        parts.append(_text((left + right) / 2, _HEIGHT - 6, "epoch", anchor="middle"))
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
            hollow = "#fff" if curve.side == "probe" else colour
            dots = "".join(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{hollow}" stroke="{colour}"/>'
                for x, y in kept
            )
        line = f'<path d="{"".join(path)}" fill="none" {_pen(colour, width, dash)}/>'
        return f"<g{faint}>{line if path else ''}{dots}</g>"

    def _level(self, value: float, label: str, up: Axis) -> str:
        left, right, y = self.left + _LEFT, self.left + self.width - _RIGHT, self._y(value, up)
        return _line(left, y, right, y, _SOFT, "2 3") + _text(
            right - 4, y - 5, one_line(label, 60), anchor="end", colour="#5a5a5a", size=11
        )

    def _mark(self, epoch: float, text: str, across: Axis) -> str:
        x = self._x(epoch, across)
        late = x > self.left + self.width / 2
        return _line(x, _TOP, x, _HEIGHT - _BOTTOM, _INK, "5 3") + _text(
            x + (-5 if late else 5),
            _TOP + 12,
            one_line(text, 40),
            anchor="end" if late else "start",
            size=11,
        )

    def _heading(self) -> str:
        left, right = self.left + _LEFT, self.left + self.width - _RIGHT
        parts = [_text(left, 20, one_line(self.chart.title, 30), weight="bold", size=13)]
        named = [item for item in self.chart.curves if not item.past and item.side != "probe"]
        for place, curve in enumerate(reversed(named[-3:])):
            colour, width, dash = _look(curve)
            end = right - place * _LEGEND_STEP
            parts.append(_text(end - 61, 20, one_line(curve.label, 11), size=11))
            parts.append(_line(end - 88, 16, end - 66, 16, colour, dash, width))
        return "".join(parts)


def _thinned(curve: Curve) -> list[tuple[float, float]]:
    """Return at most 300 points, the last one among them."""
    points = list(zip(curve.x, curve.y, strict=True))
    every = math.ceil(len(points) / _MOST_POINTS)
    return points[::-1][::every][::-1]


def _look(curve: Curve) -> tuple[str, float, str]:
    """Return colour, width and dashes."""
    if curve.side == "steps":
        return _SOFT, 0.8, ""
    if curve.side == "probe":
        return _COLOURS["training"][0], 1.5, ""
    width = 1.4 if curve.past else 2.2
    dash = "7 4" if curve.side == "validation" else ""
    return _COLOURS[curve.side][curve.rank % 2], width, dash


def _pen(colour: str, width: float = 1.0, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'stroke="{colour}" stroke-width="{width}"{dashes}'


def _line(
    x: float, y: float, to_x: float, to_y: float, colour: str, dash: str = "", width: float = 1.0
) -> str:
    return f'<path d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" {_pen(colour, width, dash)}/>'


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    colour: str = _INK,
    size: int = 12,
    weight: str = "normal",
) -> str:
    """Write a text with a white rim, so that it reads on a line, too."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{weight}" fill="{colour}" stroke="#fff" stroke-width="3" '
        f'paint-order="stroke">{escape(text)}</text>'
    )
