"""The one drawing of curves, for the panel, the static report and a file.

Drawn through matplotlib's objects on an Agg canvas: no pyplot, so the user's backend, open figures
and settings stay as they are.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from nbdiag.language import speaking
from nbdiag.render.curves.axes import draw_chart
from nbdiag.render.curves.bare_axes import BareAxes
from nbdiag.render.curves.charts import charts
from nbdiag.render.curves.fonts import font_for
from nbdiag.render.curves.scales import value_axis
from nbdiag.render.curves.text_images import TextRenderer
from nbdiag.schema.report import ReportData
from nbdiag.silence import silent, unlogged

_WIDTH, _HEIGHT = 9.0, 2.5
DPI = 200  # twice the 100 that the layout is made for, so that it is crisp on dense screens
# A drawing of few hues needs no more, soft edges included; a notebook keeps a third of the bytes.
_COLOURS = 128
_WHITE = 0xFFFFFFFF
# Room around the axes, in inches: beside them for the ticks and the widest of their labels, of
# which a letter takes so much. Measuring what is drawn takes as long as drawing it twice.
_ABOVE, _BELOW, _BESIDE, _LETTER, _GAP, _FEWEST_LETTERS = 0.3, 0.47, 0.2, 0.075, 0.12, 4

# The user's settings may ask for LaTeX, a dark background or a tight box: matplotlib's own defaults
# are drawn with, but for what belongs to the session and not to a drawing.
_SESSION = ("backend", "interactive", "toolbar", "timezone", "webagg", "tk", "docstring", "keymap")
_STYLE = {
    key: value
    for key, value in mpl.rcParamsDefault.items()
    if not key.startswith((*_SESSION, "date", "animation", "figure.hooks", "_"))
} | {"font.family": ["DejaVu Sans"], "font.size": 9.0}


def draw(report: ReportData) -> Figure | None:
    """Draw the annotated curves.

    Parameters
    ----------
    report
        The report whose run is drawn; places that its findings mark are pointed at.

    Returns
    -------
    Figure or None
        None when there is nothing to draw: no epoch and no step was recorded. Its words are
        English where no installed font has the letters of the report's language.
    """
    with _styled(report):
        return _drawn(report)


def _drawn(report: ReportData) -> Figure | None:
    """Draw in the style that is set."""
    drawn = charts(report)
    if not drawn:
        return None
    figure = Figure(figsize=(_WIDTH, _HEIGHT), dpi=DPI / 2)
    FigureCanvasAgg(figure)
    figure.set_facecolor("white")
    for chart in drawn:
        draw_chart(figure.add_axes(BareAxes(figure)), chart)
    _lay_out(figure.axes, [value_axis(chart).labels for chart in drawn])
    return figure


def _lay_out(row: Sequence[Axes], labels: Sequence[Sequence[str]]) -> None:
    """Place axes side by side, each with room for the labels of its ticks."""
    width = _WIDTH / len(row)
    for place, (axes, written) in enumerate(zip(row, labels, strict=True)):
        letters = max(map(len, written), default=0)
        left = place * width + _BESIDE + _LETTER * max(letters, _FEWEST_LETTERS)
        right = (place + 1) * width - _GAP
        height = _HEIGHT - _ABOVE - _BELOW
        axes.set_position(
            (left / _WIDTH, _BELOW / _HEIGHT, (right - left) / _WIDTH, height / _HEIGHT)
        )


def png(report: ReportData) -> bytes | None:
    """Draw the curves as a PNG of 1,800 pixels' width, the same bytes for the same report.

    Returns
    -------
    bytes or None
        None when there is nothing to draw.
    """
    with _styled(report):
        figure = _drawn(report)
        return None if figure is None else packed(figure)


@contextmanager
def _styled(report: ReportData) -> Iterator[None]:
    """Draw a report with nbdiag's settings, in its language if a font has the letters."""
    font = font_for(report.lang)
    with speaking(report.lang if font else "en"), own_style(font):
        yield


def packed(figure: Figure) -> bytes:
    """Write a figure as a PNG of few colours; to be called in `own_style`."""
    before, small = figure.dpi, io.BytesIO()
    figure.dpi = DPI
    renderer = TextRenderer(*figure.bbox.size, DPI)
    figure.draw(renderer)
    figure.dpi = before
    _few_colours(np.asarray(renderer.buffer_rgba())).save(small, "PNG")
    return small.getvalue()


def _few_colours(drawn: NDArray[np.uint8]) -> Image.Image:
    """Reduce the colours of a drawing; its white ground, most of it, is not looked through."""
    # The four bytes of a pixel as one number: the drawing is opaque.
    pixels = drawn.view(np.uint32)[..., 0]
    inked = pixels != _WHITE
    colours = np.ascontiguousarray(pixels[inked]).view(np.uint8).reshape(1, -1, 4)
    few = Image.fromarray(np.ascontiguousarray(colours[..., :3])).quantize(
        _COLOURS - 1, dither=Image.Dither.NONE
    )
    places = np.full(inked.shape, _COLOURS - 1, np.uint8)
    places[inked] = np.asarray(few)[0]
    image = Image.frombytes("P", inked.shape[::-1], places.tobytes())
    palette = (few.getpalette() or [])[: 3 * (_COLOURS - 1)]
    image.putpalette([*palette, *[255] * (3 * _COLOURS - len(palette))])
    return image


@contextmanager
def own_style(font: str | None) -> Iterator[None]:
    """Draw with nbdiag's own settings, and with a font for the language beside the usual one."""
    families = {"font.family": ["DejaVu Sans", font]} if font else {}
    # A metric may be named in a script that the font lacks: boxes, but no warning in the cell.
    with unlogged(), silent("Glyph .* missing from font"), mpl.rc_context(_STYLE | families):
        yield
