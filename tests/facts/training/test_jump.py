"""Late jumps by epoch and by step."""

from dataclasses import replace

import pytest

from nbdiag.facts.training.jump import late_jump
from nbdiag.schema.history import StepCurve
from nbdiag.schema.missing import Missing
from nbdiag.schema.setup import FitCall
from tests.factory import make_history, make_run

QUIET = [0.7, 0.4, 0.2, 0.1, 0.05, 0.03, 0.02]


def test_a_jump_between_epochs():
    found = late_jump(make_run(history={"loss": [*QUIET, 7.8, 7.9, 7.9]}))
    assert (found.epoch, found.place, found.recovered) == (8, "epoch 8", False)
    assert found.after == 7.9


def test_a_jump_within_an_epoch_is_named_by_its_step():
    losses = tuple([0.7] * 5 + [0.02] * 295 + [5.0] * 100)
    history = replace(
        make_history(loss=[0.1, 0.02, 0.02, 5.0]), step_losses=StepCurve(tuple(range(400)), losses)
    )
    run = replace(make_run(history=history), fit=FitCall(steps=100))
    found = late_jump(run)
    assert (found.epoch, found.place) == (4, "step 301 (epoch 4)")


def test_a_thinned_curve_has_no_neighbours():
    losses = tuple([0.7] * 5 + [0.02] * 295 + [5.0] * 100)
    history = replace(
        make_history(loss=[0.1, 0.02]), step_losses=StepCurve(tuple(range(0, 4000, 10)), losses)
    )
    assert late_jump(replace(make_run(history=history), fit=FitCall(steps=2000))) is None


@pytest.mark.parametrize(
    "losses",
    [
        [*QUIET, 5.0, 0.02, 0.02],  # a spike
        [*QUIET, 0.12, 0.12, 0.12],  # six times as high, and still far below the constant
        [0.7, 0.69, 0.69, 5.0, 5.0, 5.0],  # nothing had been learnt
    ],
)
def test_no_late_jump(losses):
    assert late_jump(make_run(history={"loss": losses})) is None


def test_without_a_constant_the_first_loss_is_the_measure():
    own = make_run(loss="my_loss", history={"loss": [*QUIET, 0.5, 0.5, 0.5]})
    assert late_jump(own).epoch == 8
    assert isinstance(late_jump(make_run()), Missing)
