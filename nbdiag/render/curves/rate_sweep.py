"""The drawing of a learning-rate range test."""

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nbdiag.language import say, speaking
from nbdiag.render.curves.axes import frame
from nbdiag.render.curves.colours import COLOURS, FAINT, INK, RULE
from nbdiag.render.curves.figure import DPI, own_style, packed
from nbdiag.render.curves.fonts import font_for
from nbdiag.schema.range_test import RangeTest

WIDTH, _HEIGHT = 540, 270  # pixels on a screen
_DOTS = DPI / 2
# The picture ends where the loss is this many times what it was at the lowest rate: what comes
# after is a wall that would press the rest flat.
_WALL = 1.5


def sweep_png(test: RangeTest, rate: float | None, lang: str) -> bytes | None:
    """Draw the loss over the rate, with the user's rate and the proposed one.

    Parameters
    ----------
    test
        The range test.
    rate
        The rate that the training has, None when it is not one number.
    lang
        Language of the words in the picture.

    Returns
    -------
    bytes or None
        A PNG; None when no step had a finite loss.
    """
    if not test.losses:
        return None
    font = font_for(lang)
    with speaking(lang if font else "en"), own_style(font):
        figure = Figure(figsize=(WIDTH / _DOTS, _HEIGHT / _DOTS), dpi=_DOTS, layout="constrained")
        FigureCanvasAgg(figure)
        figure.set_facecolor("white")
        axes = figure.subplots()
        frame(axes, say("loss of single steps, smoothed"))
        axes.set_xlabel(say("learning rate"), color=INK)
        axes.tick_params(colors=INK, which="both", length=3)
        axes.grid(visible=True, axis="y", color=RULE, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.set_xscale("log")
        axes.plot(test.rates, test.losses, color=COLOURS["training"], linewidth=1.6)
        low, first = min(test.losses), test.losses[0]
        room = max(first - low, 1e-12 + 0.05 * abs(first))
        axes.set_ylim(low - 0.1 * room, low + _WALL * room)
        if rate is not None:
            axes.axvline(rate, color=FAINT, linestyle=":", label=say("yours, {rate:g}", rate=rate))
        if test.proposed is not None:
            label = say("proposed, {rate:g}", rate=test.proposed)
            axes.axvline(test.proposed, color=COLOURS["proposed"], label=label)
        if axes.get_legend_handles_labels()[1]:
            # A falling curve leaves room at the lower left; no line may run through words.
            axes.legend(
                loc="lower left",
                fontsize=8,
                labelcolor=INK,
                facecolor="white",
                edgecolor="none",
                framealpha=1,
            )
        return packed(figure)
