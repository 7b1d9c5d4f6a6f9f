from dataclasses import replace

import pytest

from nbdiag.render.summary.comparison import since
from nbdiag.schema.run import TrainingRun
from tests.factory import make_history
from tests.render import stories

REPAIRED = "Repaired since cell 1: NBD101 cross entropy without probabilities."


def changed(report, history=None, losses=None, **past):
    """The repaired story with another run before it."""
    run: TrainingRun = report.run
    before = replace(run.previous[0], **past)
    if losses:
        before = replace(before, losses=losses)
    return replace(report, run=replace(run, history=history or run.history, previous=(before,)))


def test_validation_accuracy_and_the_repaired_cause():
    said = since(stories.repaired())
    assert said == f"Since the run before: validation acc 0.506 → 0.89. {REPAIRED}"


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ({"acc": [0.5, 0.9], "loss": [1.0, 0.2]}, {"acc": (0.5,), "loss": (1.0,)}, "acc 0.5 → 0.9"),
        ({"mae": [3.0], "loss": [9.0]}, {"mae": (7.0,), "loss": (50.0,)}, "mae 7 → 3"),
        ({"loss": [9.0], "val_loss": [8.0]}, {"val_loss": (50.0,)}, "validation loss 50 → 8"),
        (
            {"val_acc": [0.9], "acc": [0.9]},
            {"val_acc": (float("nan"),), "acc": (0.1,)},
            "acc 0.1 → 0.9",
        ),
    ],
)
def test_the_metric_that_tells_most_is_compared(now, before, said):
    report = changed(stories.repaired(), make_history(**now), epochs=before)
    assert since(report) == f"Since the run before: {said}. {REPAIRED}"


def test_losses_of_two_kinds_are_not_compared():
    history = make_history(loss=[0.3])
    report = changed(stories.repaired(), history, losses=("mse",), epochs={"loss": (9.0,)})
    assert since(report) == REPAIRED


def test_a_cell_that_had_failed_is_said_to_be_repaired():
    assert since(changed(stories.repaired(), epochs={})) == REPAIRED


def test_a_cause_that_is_still_found_is_not_repaired():
    broken = stories.nothing_moves()
    again = replace(broken, run=replace(broken.run, previous=stories.repaired().run.previous))
    assert since(again).endswith(
        "Still found, as in cell 1: NBD101 cross entropy without probabilities."
    )


def test_another_experiment_on_the_same_data_repairs_nothing():
    other = "other = keras.Sequential([keras.Input((8,)), layers.Dense(1)])\nother.fit(x, y)"
    said = since(changed(stories.repaired(), source=other))
    assert said == "Since the run before: validation acc 0.506 → 0.89."


def test_a_rule_that_was_skipped_repairs_nothing():
    report = stories.repaired()
    checks = [replace(item, status="skipped") for item in report.checks]
    assert since(replace(report, checks=tuple(checks))).endswith("0.89.")


def test_a_run_without_an_epoch_is_not_compared():
    assert since(changed(stories.repaired(), make_history())) == ""
    assert since(stories.nothing_moves()) == ""
