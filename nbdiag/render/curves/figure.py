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
from matplotlib.lines import Line2D
from numpy.typing import NDArray
from PIL import Image

from nbdiag.language import speaking
from nbdiag.render.curves.arrangement import WIDTH, height_of, places
from nbdiag.render.curves.axes import draw_chart
from nbdiag.render.curves.bare_axes import BareAxes
from nbdiag.render.curves.charts import charts
from nbdiag.render.curves.colours import COLOURS, INK
from nbdiag.render.curves.fonts import font_for
from nbdiag.render.curves.legend import Legend
from nbdiag.render.curves.text_images import TextRenderer
from nbdiag.schema.report import ReportData
from nbdiag.silence import silent, unlogged

DPI = 200  # twice the 100 that the layout is made for, so that it is crisp on dense screens
# A drawing of few hues needs no more, soft edges included; a notebook keeps a third of the bytes.
_COLOURS = 128
_WHITE = 0xFFFFFFFF
_POINTS = 72  # an inch
_GROUND = 0.02  # a colour this near to a mixture of white and one of ours is that mixture

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
    height = height_of(drawn)
    figure = Figure(figsize=(WIDTH / _POINTS, height / _POINTS), dpi=DPI / 2)
    FigureCanvasAgg(figure)
    figure.set_facecolor("white")
    for chart, at in zip(drawn, places(drawn), strict=True):
        axes = figure.add_axes(BareAxes(figure))
        base = height - at.top - at.height
        axes.set_position((at.left / WIDTH, base / height, at.width / WIDTH, at.height / height))
        draw_chart(axes, chart, at)
    figure.add_artist(Legend(_named(figure.axes), INK), clip=False)
    return figure


def _named(row: Sequence[Axes]) -> list[Line2D]:
    """Find one line for each name in the charts, those that are drawn alone."""
    found: dict[str, Line2D] = {}
    for axes in row:
        for line in axes.lines:
            name = str(line.get_label() or "_")
            if not name.startswith("_") and np.isfinite(line.get_ydata()).any():
                found.setdefault(name, line)
    return list(found.values())


def png(report: ReportData) -> bytes | None:
    """Draw the curves as a PNG of 1,800 pixels' width, the same bytes for the same report.

    Its ground is transparent, and its colours are seen on white and on black.

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
    image = _few_colours(np.asarray(renderer.buffer_rgba()))
    image.save(small, "PNG", transparency=_without_ground(image))
    return small.getvalue()


def _without_ground(image: Image.Image) -> bytes:
    """Take the white out of a palette: each colour becomes one of ours, more or less transparent.

    Returns
    -------
    bytes
        Alpha of each entry.
    """
    entries = np.array(image.getpalette(), float).reshape(-1, 3)
    light = 255.0 - entries  # what a colour takes from white
    ours = 255.0 - np.array(
        [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in (INK, *COLOURS.values())]
    )
    alpha = np.clip(light @ ours.T / (ours**2).sum(axis=1), 0.0, 1.0)
    far = ((light[:, None] - alpha[..., None] * ours) ** 2).sum(axis=2)
    nearest = far.argmin(axis=1)
    every = np.arange(len(entries))
    nearest_alpha = alpha[every, nearest]
    crossing = far[every, nearest] > 3 * (255 * _GROUND) ** 2
    exact = light / np.maximum(nearest_alpha, 1 / 255)[:, None]
    colours = 255 - np.where(crossing[:, None], np.clip(exact, 0, 255), ours[nearest])
    image.putpalette(colours.round().astype(int).ravel().tolist())
    return bytes((255 * nearest_alpha).round().astype(np.uint8))


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
