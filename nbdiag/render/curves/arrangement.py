"""Where charts are, and the words around each, so that none is on a curve or on other words.

Levels are named in the margin on the right, marked epochs in a row above the axes, and what is said
of the chart as a whole to the right of its title. Lengths are in points.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nbdiag.language import say
from nbdiag.render.columns import width, wrapped
from nbdiag.render.curves.charts import Chart, Curve, first_bad
from nbdiag.render.curves.scales import Axis, value_axis
from nbdiag.render.phrases import number, one_line
from nbdiag.schema.finding import Mark

LINE = 10.5
"""Height of a line of small words."""

COLUMN = 5.4
"""Room for a column of small words: a letter, or half of a Chinese one."""

BOLD_COLUMN = 7.6
"""Room for a column of a title."""

_WRAPPED = 15  # columns of the margin
_GAP = 12.0
_SHORTEST_TITLE = 8


WIDTH = 648.0
_LEGEND, _ROW = 16.0, 164.0
_TITLE, _BELOW, _BESIDE = 19.0, 20.0, 11.5
_LETTER, _FEWEST_LETTERS = 5.4, 4  # measuring what is drawn takes as long as drawing it twice
_TWO_BY_TWO = 4
MARKS = 12.0
"""Height of the row of marked epochs between the axes and the title."""


@dataclass(frozen=True)
class Words:
    """Words and the place of their middle: from below in a margin, from the left in a row."""

    text: str
    place: float


def margin_of(chart: Chart) -> float:
    """Compute the width of the margin on the right: the names of levels, or one short word."""
    lines = [line for level in chart.levels for line in _lines(level.label)]
    return COLUMN * max((width(line) for line in lines), default=7) + _GAP


def level_words(chart: Chart, up: Axis, height: float) -> tuple[Words, ...]:
    """Place the names of levels beside their lines, apart from each other."""
    ordered = sorted(chart.levels, key=lambda level: level.value)
    texts = ["\n".join(_lines(level.label)) for level in ordered]
    halves = [LINE * (text.count("\n") + 1) / 2 for text in texts]
    places: list[float] = []
    low = 0.0
    for level, half in zip(ordered, halves, strict=True):
        places.append(max(up.share(level.value) * height, low + half))
        low = places[-1] + half
    high = height + LINE  # the row above the axes may be used at their right end
    for at in reversed(range(len(places))):
        places[at] = min(places[at], high - halves[at])
        high = places[at] - halves[at]
    return tuple(Words(text, place) for text, place in zip(texts, places, strict=True))


def mark_words(marks: Sequence[Mark], places: Sequence[float], across: float) -> tuple[Words, ...]:
    """Place the words of marks in a row above the axes; those without room are left out.

    Parameters
    ----------
    marks
        What is named.
    places
        Where they are, from the left end of the axes.
    across
        Width of the axes.
    """
    found: list[Words] = []
    end = 0.0
    for place, mark in sorted(zip(places, marks, strict=True), key=lambda pair: pair[0]):
        text = one_line(say(mark.text), 60)
        half = COLUMN * width(text) / 2
        middle = min(max(place, end + half), across - half)
        if middle - half >= end - 0.5:
            found.append(Words(text, middle))
            end = middle + half + _GAP
    return tuple(found)


def heading(chart: Chart, room: float) -> tuple[str, str]:
    """Return the title and what is said beside it, both shortened to the room there is."""
    title = one_line(chart.title, max(int(room / BOLD_COLUMN), _SHORTEST_TITLE))
    left = room - BOLD_COLUMN * width(title) - _GAP
    for said in _remarks(chart):
        if COLUMN * width(said) <= left:
            return title, said
    return title, ""


def _remarks(chart: Chart) -> Iterator[str]:
    """Return the most important of a chart first: where its numbers end, or its best value."""
    bad = [_bad(curve.label, curve.y, at) for curve, at in _ended(chart)]
    if bad:
        yield "; ".join(bad)
        yield from bad
    elif chart.best is not None:
        yield say(
            "best {value} in epoch {epoch}",
            value=number(chart.best[1]),
            epoch=f"{chart.best[0]:.0f}",
        )


def _ended(chart: Chart) -> Iterator[tuple[Curve, int]]:
    for curve in chart.curves:
        at = first_bad(curve.y)
        if curve.side in ("training", "validation") and not curve.past and at is not None:
            yield curve, at


def _bad(label: str, values: Sequence[float], at: int) -> str:
    return say(
        "{curve} is {value} from epoch {epoch}",
        curve=label,
        value=number(values[at - 1]),
        epoch=at,
    )


def _lines(text: str) -> list[str]:
    return wrapped(one_line(text, 60), _WRAPPED, "").split("\n")


@dataclass(frozen=True)
class Place:
    """The axes of a chart.

    Attributes
    ----------
    left, top
        Their upper left corner, from that of the drawing.
    width, height
        Their size; words are around them.
    marked
        Whether a chart of their row has marks, whose names are between the axes and the title.
    """

    left: float
    top: float
    width: float
    height: float
    marked: bool = False


def height_of(drawn: Sequence[Chart]) -> float:
    """Compute the height of a drawing."""
    return _LEGEND + _ROW * len(_rows(drawn))


def places(drawn: Sequence[Chart]) -> tuple[Place, ...]:
    """Find the place of each chart, all words beside it counted in."""
    return tuple(
        _place(chart, row, number) for number, row in enumerate(_rows(drawn)) for chart in row
    )


def _rows(drawn: Sequence[Chart]) -> list[Sequence[Chart]]:
    """Divide charts into rows of two, or of three where they are more than four."""
    columns = 2 if len(drawn) <= _TWO_BY_TWO else 3
    return [drawn[place : place + columns] for place in range(0, len(drawn), columns)]


def _place(chart: Chart, row: Sequence[Chart], number: int) -> Place:
    width = WIDTH / len(row)
    letters = max(map(len, value_axis(chart).labels), default=0)
    beside = _BESIDE + _LETTER * max(letters, _FEWEST_LETTERS)
    marked = any(item.marks for item in row)
    above = _TITLE + (MARKS if marked else 0.0)
    return Place(
        left=next(at for at, item in enumerate(row) if item is chart) * width + beside,
        top=_LEGEND + _ROW * number + above,
        width=width - beside - margin_of(chart),
        height=_ROW - above - _BELOW,
        marked=marked,
    )
