"""The one drawing of curves, for the panel, the static report and a file.

Drawn through matplotlib's objects on an Agg canvas: no pyplot, so the user's backend, open figures
and settings stay as they are.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from nbdiag.language import speaking
from nbdiag.render.axes import draw_chart
from nbdiag.render.charts import charts
from nbdiag.render.fonts import font_for
from nbdiag.schema.report import ReportData
from nbdiag.silence import silent

_WIDTH, _HEIGHT = 9.0, 3.1
DPI = 200  # twice the 100 that the layout is made for, so that it is crisp on dense screens
# A drawing of few hues needs no more, soft edges included; a notebook keeps a third of the bytes.
_COLOURS = 128

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
    font = font_for(report.lang)
    with speaking(report.lang if font else "en"), own_style(font):
        drawn = charts(report)
        if not drawn:
            return None
        figure = Figure(figsize=(_WIDTH, _HEIGHT), dpi=DPI / 2, layout="constrained")
        FigureCanvasAgg(figure)
        figure.set_facecolor("white")
        for axes, chart in zip(
            figure.subplots(1, len(drawn), squeeze=False)[0], drawn, strict=True
        ):
            draw_chart(axes, chart)
    return figure


def png(report: ReportData) -> bytes | None:
    """Draw the curves as a PNG of 1,800 pixels' width, the same bytes for the same report.

    Returns
    -------
    bytes or None
        None when there is nothing to draw.
    """
    figure = draw(report)
    if figure is None:
        return None
    with own_style(font_for(report.lang)):
        return packed(figure)


def packed(figure: Figure) -> bytes:
    """Write a figure as a PNG of few colours; to be called in `own_style`."""
    drawn, small = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=DPI, metadata={"Software": None})
    with Image.open(drawn) as image:
        few = image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(small, "PNG", optimize=True)
    return small.getvalue()


@contextmanager
def own_style(font: str | None) -> Iterator[None]:
    """Draw with nbdiag's own settings, and with a font for the language beside the usual one."""
    families = {"font.family": ["DejaVu Sans", font]} if font else {}
    # A metric may be named in a script that the font lacks: boxes, but no warning in the cell.
    with mpl.rc_context(_STYLE | families), silent("Glyph .* missing from font"):
        yield
