"""Losses of steps, rebuilt from running means and thinned."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbdiag.capture.fit.step_losses import StepLosses, thin


def running(losses):
    return (np.cumsum(losses, dtype="float32") / np.arange(1, len(losses) + 1)).astype("float32")


@given(st.lists(st.floats(0.01, 10), min_size=1, max_size=200))
def test_the_losses_come_back(losses):
    steps = StepLosses()
    for batch, mean in reversed(list(enumerate(running(losses)))):
        steps.see(batch, float(mean))
    steps.close_epoch()
    curve = steps.curve()
    for step, loss in zip(curve.steps, curve.losses, strict=True):
        assert loss == pytest.approx(losses[step], rel=0.05, abs=1e-3)


def test_epochs_follow_each_other():
    steps = StepLosses()
    for _ in range(2):
        for batch, mean in enumerate(running([3.0, 1.0])):
            steps.see(batch, float(mean))
        steps.close_epoch()
    assert steps.curve().steps == (0, 1, 2, 3)
    assert steps.curve().losses == pytest.approx((3, 1, 3, 1))


def test_what_rounding_has_swallowed_is_left_out():
    steps = StepLosses()
    for batch, mean in enumerate(running([1e9, 0.5, 0.4])):
        steps.see(batch, float(mean))
    steps.close_epoch()
    assert steps.curve().steps == (0,)


def test_several_steps_at_once():
    steps = StepLosses()
    steps.see(3, 2.0)
    steps.see(7, 1.5)
    steps.close_epoch()
    assert steps.curve().steps == (3, 7)
    assert steps.curve().losses == pytest.approx((2.0, 1.0))


def test_a_long_training_stays_small_and_keeps_its_spike():
    steps = StepLosses()
    for epoch in range(40):
        losses = np.ones(1000)
        if epoch == 23:
            losses[456] = 50
        for batch, mean in enumerate(running(losses)):
            steps.see(batch, float(mean))
        steps.close_epoch()
        assert len(steps._kept) <= 2600
    curve = steps.curve()
    assert len(curve.steps) <= 600
    assert max(curve.losses) == pytest.approx(50, rel=0.01)
    assert curve.steps[curve.losses.index(max(curve.losses))] == 23_456
    assert list(curve.steps) == sorted(curve.steps)


def test_a_loss_that_is_not_a_number_is_kept():
    points = [(step, 1.0) for step in range(100)]
    points[70] = (70, math.nan)
    assert any(math.isnan(loss) for _, loss in thin(points, 10))
