"""A renderer that draws the same words once.

The shapes of letters take half of the time of a drawing, and the words of one drawing are mostly
those of the one before: numbers of axes, names of curves and levels. Here a line of text is an
image that is kept, placed on whole pixels.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from numpy.typing import NDArray

Colour = tuple[float, float, float, float]

_MOST = 256  # some 10 kB each
_ROOM = 2  # pixels around a line, for the soft edges of its letters


class TextRenderer(RendererAgg):  # type: ignore[misc]  # matplotlib is untyped here
    """Agg's renderer, but for level text without formulas."""

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Measure a line of text."""
        if ismath:
            measured: tuple[float, float, float] = super().get_text_width_height_descent(
                s, prop, ismath
            )
            return measured
        return _size(s, prop.copy(), self.dpi)

    def draw_text(
        self,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """Draw a line of text, its baseline beginning at a place counted from above."""
        if ismath or angle:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        image, below = _image(s, prop.copy(), self.dpi, gc.get_rgb())
        self.draw_image(gc, round(x) - _ROOM, round(self.height - y) - below, image)


@lru_cache(_MOST)
def _size(text: str, font: FontProperties, dpi: float) -> tuple[float, float, float]:
    measured: tuple[float, float, float] = RendererAgg(1, 1, dpi).get_text_width_height_descent(
        text, font, ismath=False
    )
    return measured


@lru_cache(_MOST)
def _image(
    text: str, font: FontProperties, dpi: float, colour: Colour
) -> tuple[NDArray[np.uint8], int]:
    """Draw a line on nothing: rows from below, and how many of them are below the baseline."""
    width, height, descent = _size(text, font, dpi)
    below = int(np.ceil(descent)) + _ROOM
    above = int(np.ceil(height - descent)) + _ROOM
    alone = RendererAgg(int(np.ceil(width)) + 2 * _ROOM, above + below, dpi)
    gc = alone.new_gc()
    gc.set_foreground(colour, isRGBA=True)
    alone.draw_text(gc, _ROOM, above, text, font, 0)
    return np.ascontiguousarray(np.asarray(alone.buffer_rgba())[::-1]), below
