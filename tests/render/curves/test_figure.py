import io
import subprocess
import sys
import warnings
from dataclasses import replace

import hypothesis.strategies as st
import matplotlib as mpl
import matplotlib.style
import pytest
from hypothesis import given, settings
from PIL import Image

from nbdiag.render.curves import figure
from nbdiag.render.curves.text_images import TextRenderer
from nbdiag.schema.report import ReportData
from tests.exploring import examples
from tests.factory import make_history, make_metric, make_run
from tests.render import stories

DRAWN = [
    story for name, story in stories.STORIES.items() if name not in ("crashed", "checked_only")
]


def words(axes):
    return [" ".join(text.get_text().split()) for text in axes.texts]


@pytest.mark.parametrize("story", DRAWN)
def test_every_story_becomes_a_picture(story):
    image = Image.open(io.BytesIO(figure.png(story())))
    assert image.size == (1800, 500)
    assert len(image.convert("RGBA").getcolors()) > 50


@pytest.mark.parametrize("story", [stories.crashed, stories.checked_only])
def test_no_picture_without_curves(story):
    assert figure.draw(story()) is None
    assert figure.png(story()) is None


def test_same_report_gives_the_same_bytes():
    assert figure.png(stories.wrong_loss()) == figure.png(stories.wrong_loss())


def test_numbers_stand_along_the_axes_without_ticks_of_matplotlib():
    # Five artists each: they took most of the time of a drawing.
    for axes in figure.draw(stories.nothing_moves()).axes:
        assert not axes.xaxis.get_major_ticks()
        assert not axes.yaxis.get_major_ticks()
        assert {"0", "2"} <= set(words(axes))


def test_reference_lines_are_drawn_and_named():
    loss, accuracy = figure.draw(stories.nothing_moves()).axes
    assert pytest.approx(0.69314, abs=1e-5) in [line.get_ydata()[0] for line in loss.lines]
    assert "guessing (expected at the start): 0.693" in words(loss)
    assert "chance level: 0.501" in words(accuracy)


def test_levels_lie_within_the_range_shown():
    for story in DRAWN:
        for axes, chart in zip(figure.draw(story()).axes, figure.charts(story()), strict=True):
            low, high = axes.get_ylim()
            assert all(low <= level.value <= high for level in chart.levels)


def test_words_of_a_level_are_beside_its_line():
    accuracy = figure.draw(stories.nothing_moves()).axes[1]
    (level,) = (text for text in accuracy.texts if "chance" in text.get_text())
    with figure.own_style(None):
        box = level.get_window_extent(TextRenderer(900, 250, 100))
    area = accuracy.get_window_extent()
    line = accuracy.transData.transform((0, 0.501))[1]
    assert box.x0 > area.x1
    assert box.y0 < line < box.y1


@pytest.mark.parametrize("story", DRAWN)
def test_nothing_of_a_picture_has_a_ground_and_all_is_seen_on_white_and_on_black(story):
    image = Image.open(io.BytesIO(figure.png(story()))).convert("RGBA")
    colours = [colour for _, colour in image.getcolors(1 << 16)]
    assert image.getpixel((3, 3))[3] == 0
    # What is drawn is our ink and our colours, more or less transparent; curves may cross.
    solid = {colour[:3] for count, colour in image.getcolors(1 << 16) if colour[3] > 230}
    assert solid
    assert all(max(colour) > 60 and min(colour) < 190 for colour in solid)
    assert len(colours) <= 128


def test_marked_epoch_has_a_line_and_its_words():
    (loss,) = figure.draw(stories.jump()).axes
    assert 301 in [line.get_xdata()[0] for line in loss.lines]
    assert "jumps at epoch 301" in words(loss)


def test_end_of_numbers_is_said():
    (loss,) = figure.draw(stories.not_a_number()).axes
    assert "training is ∞ from epoch 3" in words(loss)


def test_run_before_is_fainter():
    loss = figure.draw(stories.repaired()).axes[0]
    faint = {line.get_label(): line.get_alpha() for line in loss.lines}
    assert faint["before"] < 0.5 < faint["training"]


def test_a_long_run_before_does_not_press_the_new_one_together():
    report = stories.repaired()
    long = replace(report.run.previous[0], epochs={"loss": (7.7,) * 400})
    loss = figure.draw(replace(report, run=replace(report.run, previous=(long,)))).axes[0]
    assert 4 < loss.get_xlim()[1] < 7


def test_a_huge_loss_gets_a_logarithmic_axis():
    assert figure.draw(stories.huge()).axes[0].get_yscale() == "symlog"


@settings(max_examples=examples(30))
@given(st.text(min_size=1, max_size=20))
def test_any_metric_name_can_be_drawn(name):
    label = f"{name}_acc"
    run = make_run(
        metrics=(make_metric(label, 1, "bce"),), history=make_history(loss=[1], **{label: [0.5]})
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert figure.png(ReportData((), (), run))


@settings(max_examples=examples(20))
@given(st.lists(st.floats(width=32), min_size=1, max_size=6), st.lists(st.floats(), max_size=6))
def test_any_history_can_be_drawn(losses, others):
    run = make_run(history=make_history(loss=losses, val_loss=others, acc=others))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert figure.png(ReportData((), (), run))


def test_users_settings_neither_matter_nor_change():
    plain = figure.png(stories.nothing_moves())
    dark = mpl.style.library["dark_background"]
    inline = {"text.usetex": True, "font.size": 30, "savefig.bbox": "tight", "legend.fontsize": 3}
    with mpl.rc_context({**dark, **inline}):
        before = dict(mpl.rcParams)
        assert figure.png(stories.nothing_moves()) == plain
        assert dict(mpl.rcParams) == before


def test_pyplot_is_never_imported():
    program = (
        "import sys, matplotlib\n"
        "from nbdiag.render.curves import figure\n"
        "from tests.render.stories import nothing_moves\n"
        "assert figure.png(nothing_moves())\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "assert not matplotlib.rcParams._get_backend_or_none()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
