"""The names of a chart's curves, in rows above its right end.

Matplotlib's legend measures boxes within boxes, each several times: a sixth of the time of a
drawing. Here each entry is a piece of its curve and a text, placed when the widths are known.
"""

from collections.abc import Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

_COLUMNS = 4
_SIZE = 8.0  # points, of the letters; the lengths below are counted in them
_SAMPLE, _BESIDE, _BETWEEN, _ROW, _EDGE = 2.0, 0.5, 1.0, 1.66, 0.2
_MIDDLE, _BASELINE = 0.35, 0.24
_POINTS = 72

Entry = tuple[Line2D, Text]


class Legend(Artist):
    """Draws entries from the right; more than four stand in columns, the first ones longer.

    Parameters
    ----------
    lines
        The curves that are named, in order.
    colour
        Of the names.
    """

    def __init__(self, lines: Sequence[Line2D], colour: str) -> None:
        super().__init__()
        self.set_zorder(5)
        self._entries = [(_sample(line), _name(line, colour)) for line in lines]

    @property
    def names(self) -> tuple[str, ...]:
        """What it says, in order."""
        return tuple(name.get_text() for _, name in self._entries)

    def draw(self, renderer: Any) -> None:
        """Place the entries and draw them."""
        if self.axes is None:
            return
        letter = _SIZE * self.figure.dpi / _POINTS
        right, top = self.axes.transAxes.transform((1.0, 1.0))
        right -= _EDGE * letter
        columns = _in_columns(self._entries)
        base = top + (_EDGE + _BASELINE + _ROW * (len(columns[0]) - 1)) * letter
        for column in reversed(columns):
            for _, name in column:
                name.set_figure(self.figure)
            left = right - max(name.get_window_extent(renderer).width for _, name in column)
            start = left - (_SAMPLE + _BESIDE) * letter
            for row, (sample, name) in enumerate(column):
                height = base - row * _ROW * letter
                name.set_position((left, height))
                name.draw(renderer)
                ends = (start, start + _SAMPLE / 2 * letter, start + _SAMPLE * letter)
                sample.set_figure(self.figure)
                sample.set_data(ends, (height + _MIDDLE * letter,) * 3)
                sample.draw(renderer)
            right = start - _BETWEEN * letter


def _sample(line: Line2D) -> Line2D:
    """Make a short piece of a curve, with a marker in its middle if the curve has markers."""
    sample = Line2D((), ())
    sample.update_from(line)
    sample.set_markevery([1])
    sample.set_transform(IdentityTransform())
    sample.set_clip_box(None)
    sample.set_clip_path(None)
    return sample


def _name(line: Line2D, colour: str) -> Text:
    return Text(text=line.get_label(), color=colour, fontsize=_SIZE, parse_math=False)


def _in_columns(entries: Sequence[Entry]) -> list[Sequence[Entry]]:
    """Divide entries into at most four columns, the first ones by one longer than the last."""
    length, longer = divmod(len(entries), _COLUMNS)
    columns, place = [], 0
    for column in range(min(_COLUMNS, len(entries))):
        size = length + (column < longer)
        columns.append(entries[place : place + size])
        place += size
    return columns
