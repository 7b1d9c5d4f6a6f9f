import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from nbdiag.render.curves import figure
from nbdiag.render.curves.bare_axes import BareAxes
from nbdiag.render.curves.legend import Legend
from nbdiag.render.curves.text_images import TextRenderer
from tests.render import stories

WHITE = 255


def pixels(renderer):
    return np.asarray(renderer.buffer_rgba())[..., :3].astype(int)


def written(kind, text, place=(20.0, 60.0)):
    renderer = kind(300, 80, 200)
    gc = renderer.new_gc()
    gc.set_foreground((0.2, 0.2, 0.2, 1.0), isRGBA=True)
    renderer.draw_text(gc, *place, text, FontProperties(["DejaVu Sans"], size=9), 0)
    return np.asarray(renderer.buffer_rgba())[..., 3].astype(int)


@pytest.mark.parametrize("text", ["0.25", "training", "gjpqy|Ä", "epoch"])
def test_a_line_of_text_is_drawn_as_matplotlib_draws_it(text):
    expected = written(RendererAgg, text)
    assert expected.sum()
    assert abs(written(TextRenderer, text) - expected).max() <= 2
    # Kept, and drawn again at another place.
    moved = written(TextRenderer, text, (23.0, 55.0))
    assert abs(moved[:-5, 3:] - expected[5:, :-3]).max() <= 2


@pytest.mark.parametrize("text", ["0.25", "gjpqy"])
def test_a_line_of_text_is_measured_as_matplotlib_measures_it(text):
    font = FontProperties(["DejaVu Sans"], size=9)
    measured = [
        kind(10, 10, 200).get_text_width_height_descent(text, font, ismath=False)
        for kind in (TextRenderer, RendererAgg)
    ]
    assert measured[0] == measured[1]


def test_formulas_are_left_to_matplotlib():
    font = FontProperties(["DejaVu Sans"], size=9)
    plain, formula = (
        TextRenderer(10, 10, 200).get_text_width_height_descent(r"$x^2$", font, ismath=ismath)[0]
        for ismath in (False, True)
    )
    assert formula < plain


def names(story):
    (legend,) = (it for it in figure.draw(story()).artists if isinstance(it, Legend))
    return legend.names


def test_legend_names_the_curves_of_all_charts_once_in_their_order():
    assert names(stories.nothing_moves) == ("start", "training", "validation")
    assert "before" in names(stories.repaired)


@pytest.mark.parametrize("count", [1, 5])
def test_legend_is_one_row_at_the_upper_right(count):
    sheet = Figure(figsize=(9.0, 3.1), dpi=100)
    axes = sheet.add_axes(BareAxes(sheet))
    axes.set_position((0.1, 0.1, 0.8, 0.6))
    lines = [axes.plot([0, 1], [5, 5], label="nnnn")[0] for _ in range(count)]
    axes.set_ylim(0, 1)
    sheet.add_artist(Legend(lines, "#333333"), clip=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    renderer = TextRenderer(900, 310, 100)
    sheet.draw(renderer)
    inked = (pixels(renderer) < WHITE - 100).any(axis=2)
    heights = np.flatnonzero(inked[: int(0.3 * 310)].any(axis=1))
    assert np.count_nonzero(np.diff(heights) > 1) == 0
    assert heights.max() < 20
    widths = np.flatnonzero(inked[: int(0.3 * 310)].any(axis=0))
    assert 900 - 10 <= widths.max() <= 900


def test_axes_are_made_without_ticks():
    sheet = Figure()
    axes = sheet.add_axes(BareAxes(sheet))
    assert "majorTicks" not in vars(axes.xaxis)
    assert "minorTicks" not in vars(axes.yaxis)
