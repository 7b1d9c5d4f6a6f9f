"""Strides that are too long or too short, on runs built by hand."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbdiag.facts.optimization import step_size
from nbdiag.schema.history import StepCurve
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import ActivationProbe
from tests.factory import classes, make_history, make_probe, make_run, normal


def _run(start, after, **fields):
    return make_run(history={"loss": [0.7]}, probes=[start, after], **fields)


def _layer(dead):
    return ActivationProbe("dense", "relu", 0.0, 1.0, 0.1, 0.1, dead=dead)


def test_a_throw_by_what_the_weights_did():
    assert step_size.throw(_run(make_probe(), make_probe("end", 1, update_ratio=0.9))) is None
    seen = step_size.throw(_run(make_probe(), make_probe("end", 1, update_ratio=3.0)))
    assert seen.observed == "3 times their own size"


def test_a_throw_by_what_the_first_step_promised():
    # Plain descent: rate * |g|² / loss, ten times that with momentum 0.9.
    start = make_probe(loss=1.0, gradients={"dense": 2.0})
    calm = _run(start, make_probe("end", 1), optimizer="sgd", learning_rate=0.2)
    assert step_size.throw(calm) is None
    heavy = _run(
        start,
        make_probe("end", 1),
        optimizer="sgd",
        learning_rate=0.2,
        optimizer_arguments={"momentum": 0.9},
    )
    assert step_size.throw(heavy).observed == "8 times the loss itself"


@pytest.mark.parametrize(
    ("start", "after", "name"),
    [
        (make_probe(loss=0.7), make_probe("end", 1, loss=2.0), "loss after epoch 1"),
        (
            make_probe(activations=[_layer(0.1)]),
            make_probe("end", 1, activations=[_layer(0.97)]),
            "units that died in epoch 1",
        ),
        (make_probe(), make_probe("end", 1, gradients=0.0), "weights without any gradient"),
    ],
)
def test_harm(start, after, name):
    assert [item.name for item in step_size.harm(_run(start, after))] == [name]


@pytest.mark.parametrize(
    ("start", "after"),
    [
        (make_probe(loss=0.7), make_probe("end", 1, loss=0.5)),
        (
            make_probe(activations=[_layer(0.95)]),
            make_probe("end", 1, activations=[_layer(0.97)]),
        ),  # it was dead before
        (make_probe(gradients=0.0), make_probe("end", 1, gradients=0.0)),
    ],
)
def test_no_harm(start, after):
    assert step_size.harm(_run(start, after)) == ()


@pytest.mark.parametrize(("worst", "seen"), [(178.0, True), (math.nan, True), (2.0, False)])
def test_a_spike_in_the_first_epoch(worst, seen):
    losses = (1.2, worst, 1.0, 0.9, 0.8, 0.7, 0.6, 50.0)
    history = replace(make_history(loss=[1.0]), step_losses=StepCurve(tuple(range(8)), losses))
    run = make_run(history=history, inputs=normal(200, 8), batch_size=32)  # 7 steps: 50.0 is later
    assert bool(step_size.harm(run)) == seen


def test_short_is_the_reach_of_all_steps():
    slow = make_probe(loss=1.0, gradients={"dense": 0.1}, weights=1.0)
    run = make_run(
        optimizer="sgd",
        learning_rate=0.01,
        inputs=normal(64, 8),
        history={"loss": [1.0] * 5},
        probes=[slow, replace(slow, moment="end", epoch=5)],
    )
    assert step_size.short(run).observed == "0.10% of its value"  # 10 steps * 0.01 * 0.1²
    quick = make_probe("end", 5, loss=1.0, gradients={"dense": 3.0})
    later = replace(run, probes=(slow, quick))
    assert step_size.short(later) is None
    assert step_size.short(replace(run, probes=(quick, slow)), late=True) is not None


def test_short_is_not_said_of_a_missing_gradient():
    dead = make_probe(loss=1.0, gradients=1e-5)
    run = make_run(inputs=normal(64, 8), history={"loss": [1.0] * 5}, probes=[dead, dead])
    assert step_size.short(run) is None
    assert isinstance(step_size.short(make_run()), Missing)


@pytest.mark.parametrize(("ratio", "seen"), [(1e-3, "0.10%"), (0.5, None)])
def test_short_of_an_optimizer_without_a_closed_form_is_how_far_the_weights_went(ratio, seen):
    run = make_run(
        optimizer="adadelta",
        history={"loss": [0.7] * 5},
        probes=[make_probe(), make_probe("end", 5, update_ratio=ratio)],
    )
    found = step_size.short(run)
    assert (found and found.observed) == seen


@given(st.floats(1e-8, 1e8))
def test_rounded_is_a_plain_number_not_above(value):
    seen = step_size.rounded(value)
    assert seen <= value * (1 + 1e-6) < 2.5 * seen * (1 + 1e-6)
    assert f"{seen:e}"[0] in "125"


def test_rate_for_reaches_as_far_as_a_sound_training():
    faint = make_probe(loss=0.5, gradients={"dense": 0.02})
    run = make_run(
        optimizer="sgd", inputs=normal(64, 8), history={"loss": [0.5] * 100}, probes=[faint, faint]
    )
    rate = step_size.rate_for(run, "adam")
    assert rate == 0.05  # 200 steps * 0.05 * sqrt(128) * 0.02 * 0.8 / 0.5 = 3.6, at the limit of 50
    assert step_size.rate_for(make_run(), "adam") == 1e-3


def test_other_suspects():
    assert step_size.other_suspect(make_run()) is None
    assert "inputs" in step_size.other_suspect(make_run(inputs=normal(200, 8, std=100)))
    prices = make_run(
        activation=None, loss="mse", metrics=(), labels=normal(200, 1, mean=180, std=40)
    )
    assert "targets" in step_size.other_suspect(prices)


@pytest.mark.parametrize(
    ("head", "contradicts"),
    [
        ({}, False),
        ({"activation": None}, True),
        ({"activation": None, "from_logits": True}, False),
        ({"from_logits": True}, True),
        ({"activation": "relu"}, True),
        ({"loss": "categorical_crossentropy", "activation": "softmax"}, True),  # one unit
        ({"loss": "categorical_crossentropy", "activation": "sigmoid", "units": 3}, True),
        ({"loss": "categorical_crossentropy", "activation": "softmax", "units": 3}, False),
        ({"loss": "mse", "labels": normal(200, 1, std=5)}, True),  # a sigmoid cannot give them
        ({"loss": "mse", "labels": normal(200, 1, std=5), "activation": None}, False),
        ({"labels": classes(10)}, True),  # one sigmoid unit for ten classes
        ({"loss": "sparse_categorical_crossentropy", "activation": "softmax", "units": 3}, False),
        (
            {
                "loss": "sparse_categorical_crossentropy",
                "activation": "softmax",
                "units": 3,
                "labels": classes(10),
            },
            True,
        ),
        ({"activation": Missing("a Lambda")}, False),
        ({"activation": Missing("a Lambda"), "from_logits": True}, False),
    ],
)
def test_a_head_that_contradicts_its_loss(head, contradicts):
    assert step_size.head_contradicts(make_run(**head)) == contradicts


def test_a_loss_that_goes_below_zero_is_no_multiple_of_another():
    better = _run(make_probe(loss=-0.7), make_probe("end", 1, loss=-0.9))  # above twice -0.7
    assert step_size.harm(better) == ()
    for last, spiked in (-0.5, False), (0.1, True):
        steps = StepCurve(tuple(range(7)), (0.02, 0.5, 0.2, *([last] * 4)))
        history = replace(make_history(loss=[last, last]), step_losses=steps)
        run = make_run(history=history, inputs=normal(200, 8), batch_size=32)
        assert bool(step_size.harm(run)) is spiked
