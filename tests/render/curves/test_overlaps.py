"""No words of a drawing lie on others, on a curve, or outside, measured over recorded runs."""

from dataclasses import replace
from itertools import combinations

import pytest
from matplotlib.text import Text

from nbdiag.render.curves import figure
from nbdiag.render.curves.legend import Legend
from nbdiag.render.curves.text_images import TextRenderer
from tests.recorded import FILES, judged, sample
from tests.render import stories

TOUCH = 1.0  # pixels at 100 dots per inch that two boxes may share: letters do not fill theirs
RUNS = [path for path in sample(FILES, 2) if path.parent.name != "crash"]


def boxes(drawn):
    """Every text with its box (left, bottom, right, top), those of the legend included."""
    renderer = TextRenderer(*drawn.bbox.size, drawn.dpi)
    drawn.draw(renderer)
    words = [text for axes in drawn.axes for text in axes.findobj(Text)]
    words += [name for art in drawn.artists if isinstance(art, Legend) for _, name in art._entries]
    shown = [text for text in words if text.get_text().strip() and text.get_visible()]
    return [(text.get_text(), text.get_window_extent(renderer).extents) for text in shown]


def shared(one, other):
    """Width and height that two boxes share, the less of both."""
    return min(
        min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    )


def faults(drawn):
    with figure.own_style(None):
        found = boxes(drawn)
    area = drawn.bbox.extents
    inside = [axes.get_window_extent().extents for axes in drawn.axes]
    lying = [
        (one, other)
        for (one, first), (other, second) in combinations(found, 2)
        if shared(first, second) > TOUCH
    ]
    on_curves = [text for text, box in found for axes in inside if shared(box, axes) > TOUCH]
    outside = [
        text
        for text, box in found
        if box[0] < -TOUCH
        or box[1] < -TOUCH
        or box[2] > area[2] + TOUCH
        or box[3] > area[3] + TOUCH
    ]
    return [*lying, *on_curves, *outside]


def test_there_are_enough_runs():
    assert len(RUNS) >= 200


def test_no_words_lie_on_others_or_on_curves():
    found = {}
    for path in RUNS:
        drawn = figure.draw(judged(path))
        if drawn is not None and (wrong := faults(drawn)):
            found[path.stem] = wrong
    assert found == {}


@pytest.mark.parametrize("story", stories.STORIES.values(), ids=list(stories.STORIES))
def test_neither_do_those_of_the_stories(story):
    drawn = figure.draw(story())
    assert drawn is None or faults(drawn) == []


def test_a_fault_is_seen():
    drawn = figure.draw(stories.nothing_moves())
    drawn.axes[0].text(0.5, 0.5, "on a curve", transform=drawn.axes[0].transAxes)
    drawn.axes[0].text(0.5, 0.5, "on words", transform=drawn.axes[0].transAxes)
    assert len(faults(drawn)) == 3


def test_long_names_of_metrics_are_shortened_to_their_room():
    report = stories.wrong_loss()
    epochs = dict(report.run.history.epochs)
    for number in range(4):
        epochs[f"a_metric_with_a_very_long_name_of_its_own_{number}_loss"] = (3.0, 2.0, 1.5)
    history = replace(report.run.history, epochs=epochs)
    drawn = figure.draw(replace(report, run=replace(report.run, history=history)))
    assert len(drawn.axes) == 6
    assert faults(drawn) == []
