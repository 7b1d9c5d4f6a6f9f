"""Update facts: the reach of a step against a real first step, computed by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbdiag.facts.optimization import updates
from nbdiag.schema.history import StepCurve
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import VariableProbe
from nbdiag.schema.setup import FitCall
from tests.factory import make_layer, make_probe, make_run, normal


def _quadratic(start: np.ndarray, curvature: float) -> tuple[float, np.ndarray]:
    """Loss and gradient of ``curvature / 2 |w|²``."""
    return curvature / 2 * float(start @ start), curvature * start


def _probe_of(loss, weights, slope):
    variable = VariableProbe(
        "dense/kernel",
        "dense",
        slope.size,
        float(np.linalg.norm(weights)),
        float(np.linalg.norm(slope)),
        float(np.mean(slope == 0)),
    )
    return replace(make_probe(loss=loss), variables=(variable,))


@given(st.floats(1e-4, 10), st.floats(0.01, 100), st.integers(0, 1000))
def test_reach_of_plain_descent_on_a_quadratic(rate, curvature, seed):
    weights = np.random.default_rng(seed).normal(size=20)
    loss, slope = _quadratic(weights, curvature)
    run = make_run(optimizer="sgd", learning_rate=rate)
    seen = updates.reach(run, _probe_of(loss, weights, slope))
    # The tangent falls by rate * |g|² = rate * c² |w|²; the loss is c |w|² / 2.
    assert seen == pytest.approx(2 * rate * curvature)
    after, _ = _quadratic(weights - rate * slope, curvature)
    # Plain descent on this bowl grows exactly when rate * curvature > 2.
    assert (after > loss * (1 + 1e-9)) == (seen > 4 * (1 + 1e-9))


def test_reach_of_adam_is_that_of_the_sign():
    rng = np.random.default_rng(1)
    slope = rng.normal(size=20_000)
    slope[:5_000] = 0.0
    run = make_run(optimizer="adam", learning_rate=0.01)
    seen = updates.reach(run, _probe_of(2.0, slope, slope))
    assert seen == pytest.approx(0.01 * np.abs(slope).sum() / 2.0, rel=0.02)
    rms = updates.reach(
        make_run(optimizer="rmsprop", learning_rate=0.01), _probe_of(2.0, slope, slope)
    )
    assert rms == pytest.approx(seen * math.sqrt(10))


def test_clipping_shortens_the_step():
    slope = np.full(4, 10.0)
    probe = _probe_of(1.0, slope, slope)
    free = updates.reach(make_run(optimizer="sgd", learning_rate=0.1), probe)
    short = updates.reach(
        make_run(optimizer="sgd", learning_rate=0.1, optimizer_arguments={"clipnorm": 1.0}), probe
    )
    assert free == pytest.approx(0.1 * 400)
    assert short == pytest.approx(0.1 * 20)


@pytest.mark.parametrize("loss", [0.0, -3.0, math.nan, math.inf])
def test_reach_needs_a_loss_to_lower(loss):
    assert isinstance(updates.reach(make_run(), make_probe(loss=loss)), Missing)


def test_reach_is_missing_for_unknown_optimizers_and_schedules():
    assert isinstance(updates.reach(make_run(optimizer="adadelta"), make_probe()), Missing)
    hidden = make_run(learning_rate=Missing("a schedule"))
    assert updates.reach(hidden, make_probe()) == Missing("a schedule")
    assert isinstance(updates.reach(make_run(compile=Missing("no")), make_probe()), Missing)


def test_whole_reach_counts_steps_and_momentum():
    probe = make_probe(loss=1.0, gradients={"dense": 1.0})
    run = make_run(
        optimizer="sgd",
        learning_rate=0.01,
        optimizer_arguments={"momentum": 0.9},
        inputs=normal(100, 8),
        batch_size=32,
        history={"loss": [1.0, 0.9, 0.8]},
    )
    assert updates.total_steps(run) == 12
    assert updates.whole_reach(run, probe) == pytest.approx(0.01 * 12 * 10)


def test_reach_of_adagrad_is_that_of_its_first_step():
    slope = np.full(50, 0.3)
    run = make_run(
        optimizer="adagrad",
        learning_rate=0.1,
        optimizer_arguments={"initial_accumulator_value": 0.1},
    )
    step = 0.1 * slope / np.sqrt(0.1 + slope**2)
    seen = updates.reach(run, _probe_of(2.0, slope, slope))
    assert seen == pytest.approx(float(step @ slope) / 2.0)


def test_whole_reach_takes_the_mean_rate_of_a_schedule():
    probe = make_probe(loss=1.0, gradients={"dense": 1.0})
    run = make_run(
        optimizer="sgd", learning_rate=0.0, inputs=normal(32, 8), history={"loss": [1.0] * 4}
    )
    warm = replace(run, history=replace(run.history, learning_rates=(0.0, 0.2, 0.2, 0.0)))
    assert updates.whole_reach(run, probe) == 0
    assert updates.whole_reach(warm, probe) == pytest.approx(4 * 0.1)


def test_loss_in_training_is_not_that_of_fresh_averages():
    run = make_run(history={"loss": [0.6]}, probes=[make_probe(loss=50.0)])
    start, end = make_probe(loss=50.0), make_probe("end", 1, loss=20.0)
    assert updates.loss_in_training(run, start) == 50.0
    layers = (make_layer("BatchNormalization"), *run.model.layers)
    run = replace(run, model=replace(run.model, layers=layers))
    assert isinstance(updates.loss_in_training(run, start), Missing)
    assert updates.loss_in_training(run, end) == 0.6
    history = replace(run.history, step_losses=StepCurve((0, 1), (0.9, 0.8)))
    assert updates.loss_in_training(replace(run, history=history), start) == 0.9


def test_moved_in_all_adds_the_changes_between_probes():
    probes = [make_probe(), *(make_probe("epoch", i, update_ratio=0.1 * i) for i in (1, 2))]
    assert updates.moved_in_all(make_run(probes=probes)) == pytest.approx(0.3)
    assert isinstance(updates.moved_in_all(make_run(probes=probes[:1])), Missing)


def test_steps_per_epoch_from_what_is_known():
    run = make_run(inputs=normal(100, 8), batch_size=32)
    assert updates.steps_per_epoch(run) == 4
    assert updates.steps_per_epoch(replace(run, fit=FitCall(steps=7))) == 7
    split = replace(run, fit=FitCall(batch_size=10, validation="split", validation_split=0.2))
    assert updates.steps_per_epoch(split) == 8
    assert isinstance(updates.steps_per_epoch(replace(run, fit=FitCall())), Missing)


def test_peak_rate_sees_a_warm_up():
    run = make_run(learning_rate=1e-5)
    assert updates.peak_rate(run) == 1e-5
    warm = replace(run, history=replace(run.history, learning_rates=(1e-4, 1e-3, 1e-4)))
    assert updates.peak_rate(warm) == 1e-3
    assert isinstance(updates.peak_rate(make_run(learning_rate=Missing("hidden"))), Missing)


def test_moved_leaves_out_what_was_never_seen_twice():
    assert isinstance(updates.moved(make_probe()), Missing)
    assert updates.moved(make_probe("epoch", 1, update_ratio=0.25)) == 0.25
    assert updates.moved_kernels(make_probe("epoch", 1, update_ratio=0.25)) == 0.25
