"""What is drawn and said of a training that runs."""

import base64
import math
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from nbdiag.engine import judge
from nbdiag.facts.training.savings import seconds_saved
from nbdiag.live_verdict import judge_so_far
from nbdiag.render.curves.charts import Chart, Curve
from nbdiag.render.curves.colours import COLOURS
from nbdiag.render.curves.live_svg import sketch
from nbdiag.render.curves.scales import Axis, value_axis
from nbdiag.render.phrases import duration
from nbdiag.render.progress import position_of, status
from nbdiag.render.summary.caveats import remarks
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import Stopped
from tests.factory import make_history, make_run
from tests.render import stories
from tests.render.markup import poisoned

SVG = "{http://www.w3.org/2000/svg}"


def drawing(report):
    address = sketch(report)
    assert address.startswith("data:image/svg+xml;base64,")
    return ET.fromstring(base64.b64decode(address.split(",")[1]))


def so_far(**curves):
    return make_run(epochs=50, history=make_history(**curves))


def words(root):
    return [item.text for item in root.iter(f"{SVG}text")]


def test_both_charts_with_curves_levels_and_legend():
    root = drawing(
        judge(so_far(loss=[0.6, 0.5, 0.45], val_loss=[0.6, 0.5, 0.5], accuracy=[0.6, 0.7, 0.8]))
    )
    said = words(root)
    assert {"loss", "accuracy", "training", "validation", "epoch"} <= set(said)
    assert any("guessing" in text for text in said)
    assert len(list(root.iter(f"{SVG}circle"))) == 9


def test_nothing_to_draw_before_the_first_epoch():
    assert sketch(judge_so_far(make_run(epochs=50))) is None


def test_the_curve_falls_on_paper_too():
    root = drawing(judge(so_far(loss=[0.9, 0.5, 0.1])))
    heights = [float(item.get("cy")) for item in root.iter(f"{SVG}circle")]
    places = [float(item.get("cx")) for item in root.iter(f"{SVG}circle")]
    assert heights == sorted(heights)
    assert places == sorted(places)


def test_a_curve_breaks_where_it_is_no_number():
    root = drawing(judge(so_far(loss=[0.9, math.nan, 0.5, math.inf, 0.4])))
    lines = [
        item.get("d")
        for item in root.iter(f"{SVG}path")
        if item.get("stroke") == COLOURS["training"]
    ]
    assert any(path.count("M") == 3 for path in lines)


@pytest.mark.parametrize(
    "loss",
    [
        [math.nan] * 3,
        [0.0, 0.0],
        [-1.0, -5.0],
        [1e30, 1.0, 1e-3],
        [1e9, -1e9, 2.0],
        [3.0],
        [1e-9, 2e-9],
    ],
)
def test_any_numbers_give_a_drawing_inside_its_frame(loss):
    for item in drawing(judge(so_far(loss=loss))).iter(f"{SVG}circle"):
        assert 0 <= float(item.get("cx")) <= 648
        assert 0 <= float(item.get("cy")) <= 180


def test_a_thousand_epochs_are_thinned_and_keep_the_last():
    root = drawing(judge(so_far(loss=[1 / (1 + at) for at in range(1000)])))
    line = next(
        item.get("d")
        for item in root.iter(f"{SVG}path")
        if item.get("stroke") == COLOURS["training"] and item.get("d").count("L") > 9
    )
    assert line.count("L") < 300


@pytest.mark.parametrize("poison", ["<script>", '"/><text>', "]]>", "\x00\x1b[31m&"])
def test_names_of_the_users_stay_text(poison):
    report = poisoned(stories.nothing_moves(), poison)
    tags = {item.tag for item in drawing(report).iter()}
    assert tags <= {f"{SVG}{name}" for name in ("svg", "rect", "path", "text", "circle", "g")}


def chart(*values, scale="linear"):
    places = tuple(float(at) for at in range(1, len(values) + 1))
    return Chart("loss", (Curve("training", "training", places, values),), (), (), (), scale=scale)


@pytest.mark.parametrize(
    ("values", "scale", "ticks"),
    [
        ((0.0, 1.0), "linear", (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        ((5.0, 9.0), "linear", (0.0, 2.0, 4.0, 6.0, 8.0)),
        ((-9.0, -5.0), "linear", (-9.0, -8.0, -7.0, -6.0, -5.0)),
        ((1.0, 1000.0), "log", (1.0, 10.0, 100.0, 1000.0)),
    ],
)
def test_ticks_are_round(values, scale, ticks):
    assert value_axis(chart(*values, scale=scale)).ticks == pytest.approx(ticks)


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ((-1.000002, -1.000001), "-1.000002 -1.0000018 -1.0000016 -1.0000014 -1.0000012 -1.000001"),
        ((0.0, 5e5), "0 100 k 200 k 300 k 400 k 500 k"),
    ],
)
def test_ticks_are_written_apart(values, labels):
    assert " ".join(value_axis(chart(*values)).labels) == labels


def test_an_axis_of_towers_leaves_no_room_below_zero():
    assert value_axis(chart(0.0, 0.1, 1e6, scale="symlog")).ticks[0] == 0


@pytest.mark.parametrize("scale", ["log", "symlog"])
def test_the_ends_of_an_axis_hold_its_values(scale):
    low, high = value_axis(chart(0.5, 2e3, scale=scale)).ends
    assert low <= 0.5
    assert high >= 2e3


def test_epochs_are_whole_numbers():
    assert Axis.whole(0.9, 3.1).ticks == (1, 2, 3)
    assert Axis.whole(1, 50).ticks == (10, 20, 30, 40, 50)


def test_where_a_training_is():
    history = make_history(loss=[0.7, 0.6, 0.5], val_accuracy=[0.5, 0.6, 0.6])
    history = replace(history, seconds=(60.0, 5.0, 5.0))
    at = position_of(make_run(epochs=50, history=history, fit_number=2))
    said = status(at)
    assert said.head == "Fit 2: Training, epoch 4 of 50"
    assert said.details == ("about 3.9 minutes left", "loss 0.5", "val_accuracy 0.6")
    assert said.share == pytest.approx(0.06)
    within = status(at.within(3, 25, 50), stopping=True)
    assert within.head == "Fit 2: Stopping in epoch 4 of 50"
    assert within.details[0] == "batch 25 of 50"
    assert within.share == pytest.approx(0.07)


def test_where_a_training_is_before_its_first_step_and_without_known_length():
    at = position_of(make_run(epochs=3))
    assert status(at).head == "Training, epoch 1 of 3"
    assert status(at).details == ()
    assert status(at.within(0, 7, None)).details == ("batch 7",)
    assert status(at.within(3, 0, 5)).share == 1


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "1 second"),
        (1, "1 second"),
        (42.4, "42 seconds"),
        (89, "89 seconds"),
        (100, "1.7 minutes"),
        (3000, "50 minutes"),
        (6000, "1.7 hours"),
        (72000, "20 hours"),
    ],
)
def test_times_as_people_say_them(seconds, said):
    assert duration(seconds) == said


def stopped(by="error", code="NBD103", epochs=3, seconds=(9.0, 2.0, 4.0, 0.1)):
    history = replace(make_history(loss=[0.6] * len(seconds)), seconds=seconds)
    run = make_run(epochs=50, history=history)
    return replace(run, stopped=Stopped(by, code, epochs))


def test_what_ending_early_has_spared():
    assert seconds_saved(stopped()) == 47 * 3.0
    assert seconds_saved(stopped(epochs=1)) == 49 * 9.0
    assert isinstance(seconds_saved(stopped(epochs=0)), Missing)
    assert isinstance(seconds_saved(make_run()), Missing)


def test_the_report_says_who_ended_the_training_and_what_that_spared():
    assert remarks(stopped())[0] == (
        "nbdiag ended the training after 3 of 50 epochs, as you asked (stop on error), because "
        "NBD103 was certain. 47 epochs saved, about 2.4 minutes (estimated from the epochs before)."
    )
    assert remarks(stopped(epochs=0))[0] == (
        "nbdiag ended the training in the first of 50 epochs, as you asked (stop on error), "
        "because NBD103 was certain. 50 epochs saved."
    )
    assert remarks(stopped(by="user", code=""))[0] == (
        "Stopped by you after 3 of 50 epochs; the report covers those."
    )
