import math
from dataclasses import replace

import pytest

from nbdiag.render.curves.charts import charts
from nbdiag.render.curves.description import describe, table
from nbdiag.schema.history import StepCurve
from nbdiag.schema.missing import Missing
from nbdiag.schema.report import ReportData
from nbdiag.schema.run import Stopped
from tests.factory import make_history, make_probe, make_run
from tests.render import stories


def levels(report):
    return [[level.label for level in chart.levels] for chart in charts(report)]


def report_of(**fields):
    fields.setdefault("history", make_history(loss=[1.0, 0.5], accuracy=[0.5, 0.75]))
    return ReportData((), (), make_run(**fields))


@pytest.mark.parametrize("story", [stories.crashed, stories.checked_only])
def test_nothing_is_drawn_of_an_empty_history(story):
    assert charts(story()) == ()
    assert describe(story()) == ""
    assert table(story()) is None


def test_loss_and_accuracy_of_both_sides():
    loss, accuracy = charts(stories.nothing_moves())
    assert [curve.label for curve in loss.curves] == ["before step 1", "training", "validation"]
    assert [curve.y for curve in accuracy.curves] == [(0.4985,) * 4, (0.5062,) * 4]
    assert loss.curves[1].x == (1, 2, 3, 4)


def test_balanced_binary_labels_have_one_level_for_guess_and_start():
    report = report_of(labels=[0, 1] * 50)
    assert levels(report) == [["guessing (expected at the start): 0.693"], ["chance level: 0.5"]]


def test_rare_class_sets_constant_answer_and_start_apart():
    labels = [1] * 10 + [0] * 90
    report = report_of(labels=labels)
    assert levels(report) == [
        ["guessing: 0.325", "expected at the start: 0.693"],
        ["always the commonest class: 0.9"],
    ]


def test_ten_classes_start_at_the_logarithm_of_ten():
    report = report_of(
        activation="softmax",
        units=10,
        loss="sparse_categorical_crossentropy",
        labels=[*range(10), *[3] * 90],
    )
    assert levels(report)[0] == ["guessing: 0.5", "expected at the start: 2.3"]


def test_regression_starts_from_zero_and_has_no_chance_level():
    report = report_of(
        activation=None,
        loss="mean_squared_error",
        metrics=("mae",),
        history={"loss": [1, 0.5], "mae": [0.7, 0.5]},
        labels=[1.5, 2.5] * 50,
    )
    assert levels(report) == [["guessing: 0.25", "expected at the start: 4.25"], []]


def test_loss_of_the_users_own_is_compared_with_what_the_probe_measured():
    report = report_of(loss="log_cosh", probes=(make_probe(constant_loss=0.11),))
    assert levels(report)[0] == ["guessing: 0.11"]


def test_chance_level_needs_two_classes_in_the_labels():
    assert levels(report_of(labels=[1] * 50))[1] == []


def test_run_before_is_drawn_faintly_beside_the_new_one():
    loss, accuracy = charts(stories.repaired())
    past = [curve for curve in loss.curves if curve.past]
    assert [curve.label for curve in past] == ["training before", "validation before"]
    assert past[0].y == (7.7364,) * 4
    assert [curve.past for curve in accuracy.curves] == [False, False, True, True]


def test_losses_of_two_kinds_have_no_common_scale():
    report = stories.repaired()
    past = replace(report.run.previous[0], losses=("mean_squared_error",))
    loss, accuracy = charts(replace(report, run=replace(report.run, previous=(past,))))
    assert not any(curve.past for curve in loss.curves)
    assert any(curve.past for curve in accuracy.curves)


def test_single_epoch_shows_its_steps():
    loss = charts(stories.one_epoch())[0]
    steps = next(curve for curve in loss.curves if curve.side == "steps")
    assert steps.x[0] == 1 / 50
    assert steps.x[-1] == 1
    assert [curve.x for curve in loss.curves if curve.side == "training"] == [(1,)]


def test_steps_alone_are_drawn_when_the_first_epoch_was_cut_short():
    report = stories.one_epoch()
    history = replace(report.run.history, epochs={}, completed=0)
    (loss,) = charts(replace(report, run=replace(report.run, history=history)))
    assert [curve.side for curve in loss.curves] == ["probe", "steps"]


@pytest.mark.parametrize(
    ("losses", "scale"),
    [
        ([2.3, 0.4, 0.002], "linear"),
        ([1e6, 5.0, 3.0, 1.0], "log"),
        ([386298720.0, 0.0, 0.0], "symlog"),
        ([-44.0, -90.0, -120.0], "linear"),
        ([math.nan, math.nan], "linear"),
        ([math.inf, 1.0, 0.5], "linear"),
    ],
)
def test_a_tower_of_a_loss_changes_the_scale(losses, scale):
    assert charts(report_of(history=make_history(loss=losses)))[0].scale == scale


def test_marks_of_findings_reach_their_chart():
    loss, accuracy = charts(stories.wrong_loss())
    assert [(mark.epoch, mark.text) for mark in loss.marks] == [(7, "swings from here")]
    assert accuracy.marks == ()


def test_symptoms_of_the_curves_are_noted_on_the_loss():
    assert charts(stories.nothing_moves())[0].notes == (
        "NBD301 frozen training",
        "NBD302 worse than a constant",
    )


def test_description_has_the_numbers_and_the_levels():
    said = describe(stories.nothing_moves())
    assert "over 4 epochs" in said
    assert "training stays at 7.74; validation stays at 7.62" in said
    assert "guessing (expected at the start) is 0.693" in said


def test_description_says_where_the_loss_is_lost():
    assert "training from 2, ∞ from epoch 3" in describe(stories.not_a_number())


def test_long_history_is_shown_at_six_epochs():
    made = table(stories.jump())
    assert made.epochs == (1, 81, 161, 240, 320, 400)
    assert made.rows[0][1][-1] == "7.9"


def test_shorter_run_before_leaves_cells_empty():
    report = stories.repaired()
    past = replace(report.run.previous[0], epochs={"loss": (7.0, 6.0)})
    made = table(replace(report, run=replace(report.run, previous=(past,))))
    assert dict(made.rows)["loss, training before"] == ("7", "6", "", "")


def test_a_run_that_says_nothing_of_its_setup_is_still_drawn():
    report = report_of(labels=[0, 1] * 50)
    run = replace(report.run, compile=Missing("lost"), model=Missing("lost"))
    assert levels(replace(report, run=run)) == [[], []]


def several(*, stopped=None, steps=(), **epochs):
    run = make_run(history=replace(make_history(**epochs), steps=steps))
    return charts(ReportData((), (), replace(run, stopped=stopped)))


def test_every_metric_has_a_chart_and_each_output_its_loss_first():
    drawn = several(
        a_mae=[3, 2, 1],
        b_loss=[1, 2, 3],
        loss=[5, 4, 3],
        a_loss=[1, 1, 1],
        b_acc=[0.1, 0.3, 0.2],
        learning_rate=[1, 1, 1],
    )
    titles = [chart.title for chart in drawn]
    assert titles == ["loss", "b_loss", "b_acc", "a_loss", "a_mae", "learning_rate"]
    assert [chart.share for chart in drawn] == [False, False, True, False, False, False]


def test_the_best_epoch_is_that_of_validation():
    loss, accuracy = several(
        loss=[3, 2, 1], val_loss=[2, 1, 3], acc=[0.1, 0.2, 0.3], val_acc=[0.3, 0.1, 0.2]
    )
    assert (loss.best, accuracy.best) == ((2, 1), (1, 0.3))


def test_no_value_is_the_best_where_all_are_alike_or_it_is_not_known_which_is():
    loss, mae = several(loss=[1, 1, 1], mae=[1, 2, 3])
    assert (loss.best, mae.best) == (None, None)


def test_an_epoch_that_was_cut_is_where_it_ended():
    stop = Stopped("user", epochs=2)
    (loss,) = several(loss=[3, 2, 1], steps=(50, 50, 11), stopped=stop)
    assert loss.curves[-1].x == (1, 2, 2.22)
    assert loss.curves[-1].cut
    (loss,) = several(loss=[3, 2, 1], steps=(50, 50, 50), stopped=stop)
    assert loss.curves[-1].x == (1, 2, 3)
    assert not loss.curves[-1].cut


def test_steps_are_drawn_where_the_epochs_hold_no_number():
    steps = StepCurve((0, 1, 2), (2.0, 30.0, math.nan))
    run = make_run(history=replace(make_history(loss=[math.nan] * 9), step_losses=steps))
    (loss,) = charts(ReportData((), (), run))
    assert [curve.side for curve in loss.curves] == ["steps", "training"]
