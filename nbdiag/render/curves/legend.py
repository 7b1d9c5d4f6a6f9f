"""The names of the curves of all charts, in one row.

Matplotlib's legend measures boxes within boxes, each several times: a sixth of the time of a
drawing. Here each entry is a piece of its curve and a text, placed when the widths are known.
"""

from collections.abc import Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

_SIZE = 8.0  # points, of the letters; the lengths below are counted in them
_SAMPLE, _BESIDE, _BETWEEN, _EDGE = 2.0, 0.5, 1.4, 0.2
_MIDDLE, _ABOVE = 0.35, 1.1
_POINTS = 72


class Legend(Artist):
    """Draws entries in a row that ends at the upper right of a figure.

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
        letter = _SIZE * self.figure.dpi / _POINTS
        end, height = self.figure.bbox.width, self.figure.bbox.height
        end, height = end - _EDGE * letter, height - _ABOVE * letter
        for sample, name in reversed(self._entries):
            name.set_figure(self.figure)
            left = end - name.get_window_extent(renderer).width
            start = left - (_SAMPLE + _BESIDE) * letter
            name.set_position((left, height))
            name.draw(renderer)
            ends = (start, start + _SAMPLE / 2 * letter, start + _SAMPLE * letter)
            sample.set_figure(self.figure)
            sample.set_data(ends, (height + _MIDDLE * letter,) * 3)
            sample.draw(renderer)
            end = start - _BETWEEN * letter


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
