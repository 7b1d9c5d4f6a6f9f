"""Symptoms of the shape of curves: diverging, swinging, jumping, overfitted, flat, too good."""

import math

import pytest

from nbdiag.rules import Skipped
from nbdiag.rules.curves.diverging_loss import DivergingLoss
from nbdiag.rules.curves.late_jump import LateJump
from nbdiag.rules.curves.loss_plateau import LossPlateau
from nbdiag.rules.curves.oscillating_loss import OscillatingLoss
from nbdiag.rules.curves.overfitted_training import OverfittedTraining
from nbdiag.rules.curves.too_good_to_be_true import TooGoodToBeTrue
from nbdiag.rules.curves.underfitted_training import UnderfittedTraining
from nbdiag.rules.curves.validation_falls_alone import ValidationFallsAlone
from nbdiag.schema.data import Split
from tests.factory import make_probe, make_run


def _found(rule, run):
    return list(rule().check(run))


def _severities(rule, run):
    return [item.severity for item in _found(rule, run)]


def test_diverging():
    (found,) = _found(DivergingLoss, make_run(history={"loss": [0.8, 2.0, 9.0]}))
    assert "11.2 times its lowest value, 0.8" in found.message
    start = make_run(history={"loss": [9.0, 9.0]}, probes=[make_probe(loss=0.7)])
    assert "its lowest value, 0.7" in _found(DivergingLoss, start)[0].message


@pytest.mark.parametrize(
    "losses",
    [
        [9.0, 2.0, 0.9],  # high, and falling
        [0.5, 0.001, 0.003],  # rises below the constant
        [0.7, 0.1, 0.05, 8.0, 8.0, 8.0],  # a late jump is a story of its own
        [0.7, 3.0, math.inf],  # no number
        [0.7, 0.9, 1.1],
    ],
)
def test_not_diverging(losses):
    assert not _found(DivergingLoss, make_run(history={"loss": losses}))


def test_oscillating_is_a_warning_only_where_the_training_fails():
    swinging = {"loss": [0.8, 0.6] * 6, "accuracy": [0.5] * 12}
    assert _severities(OscillatingLoss, make_run(history=swinging)) == ["warning"]
    swinging["accuracy"] = [0.95] * 12
    assert _severities(OscillatingLoss, make_run(history=swinging)) == ["info"]


@pytest.mark.parametrize(
    "losses",
    [
        [0.7 * 0.8**epoch for epoch in range(12)],
        [0.001, 0.02] * 6,  # by a factor of twenty, and nothing by height
        [1.0, 0.2, 0.1, 0.1, 0.1, 0.1, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1],  # one spike
    ],
)
def test_not_oscillating(losses):
    assert not _found(OscillatingLoss, make_run(history={"loss": losses}))


QUIET = [0.7, 0.4, 0.2, 0.1, 0.05, 0.03, 0.02]


@pytest.mark.parametrize(
    ("after", "accuracy", "severity"),
    [
        ([7.8] * 4, 0.5, "error"),
        ([0.4] * 4, 0.97, "warning"),
        ([7.8, 3.0, 0.5, 0.1, 0.03, 0.02, 0.02], 0.97, "info"),
    ],
)
def test_late_jump(after, accuracy, severity):
    losses = [*QUIET, *after]
    run = make_run(history={"loss": losses, "accuracy": [accuracy] * len(losses)})
    (found,) = _found(LateJump, run)
    assert found.severity == severity
    assert found.marks[0].epoch == 8
    assert "epoch 8" in found.message


def test_overfitted():
    history = {
        "loss": [0.6, 0.5, 0.4, 0.3, 0.2, 0.1],
        "val_loss": [0.6, 0.5, 0.45, 0.6, 0.9, 1.2],
        "val_accuracy": [0.9] * 6,
    }
    (found,) = _found(OverfittedTraining, make_run(history=history, validation=True))
    assert found.severity == "info"
    assert "from epoch 4 on" in found.message
    assert (found.marks[0].epoch, found.marks[0].curve) == (3, "val_loss")
    history["val_accuracy"] = [0.55] * 6
    assert _severities(OverfittedTraining, make_run(history=history, validation=True)) == [
        "warning"
    ]


@pytest.mark.parametrize(
    ("losses", "seen"),
    [([0.6] + [0.45] * 11, True), ([0.6] + [0.02] * 11, False), ([0.69] * 12, False)],
)
def test_plateau_lies_between_the_constant_and_a_solved_problem(losses, seen):
    assert bool(_found(LossPlateau, make_run(history={"loss": losses}))) == seen


def test_plateau_needs_a_long_curve():
    with pytest.raises(Skipped, match="too few epochs"):
        _found(LossPlateau, make_run(history={"loss": [0.45] * 5}))


@pytest.mark.parametrize(
    ("losses", "seen"),
    [
        ([0.68, 0.6, 0.6, 0.6, 0.6, 0.6], True),
        ([0.68, 0.3, 0.3, 0.3, 0.3, 0.3], False),
        ([0.69] * 6, False),  # stuck
        ([0.68, 0.66, 0.64, 0.61, 0.58, 0.55], False),  # on its way
        ([0.6, 0.6], False),  # too short
    ],
)
def test_underfitted(losses, seen):
    assert _severities(UnderfittedTraining, make_run(history={"loss": losses})) == ["info"] * seen


@pytest.mark.parametrize(
    ("shared", "severity"), [(40, "warning"), (0, "info"), (1, "info")], ids=str
)
def test_too_good_to_be_true(shared, severity):
    history = {"loss": [0.05], "val_loss": [1e-5]}
    run = make_run(history=history, split=Split(200, 200, shared_rows=shared))
    assert _severities(TooGoodToBeTrue, run) == [severity]


def test_good_is_not_too_good():
    assert not _found(
        TooGoodToBeTrue, make_run(history={"loss": [0.3], "val_loss": [0.05]}, validation=True)
    )
    with pytest.raises(Skipped, match="no validation"):
        _found(TooGoodToBeTrue, make_run(history={"loss": [0.3]}))
    again = {"loss": [1e-5], "val_loss": [1e-5]}
    with pytest.raises(Skipped, match="trained before"):
        _found(TooGoodToBeTrue, make_run(history=again, validation=True, started_trained=True))


def _pair(training, validation, epochs=14):
    curves = {"loss": training, "val_loss": validation}
    return {key: [0.6 * math.exp(rate * i) for i in range(epochs)] for key, rate in curves.items()}


@pytest.mark.parametrize(
    ("training", "validation", "seen"),
    [
        (-0.007, -0.026, True),  # six of ten labels wrong
        (-0.009, -0.017, True),  # dropout of 0.9
        (-0.12, -0.105, False),  # sound
        (-0.003, 0.002, False),  # random labels
        (-0.05, 0.012, False),  # overfitted
    ],
)
def test_validation_falls_alone(training, validation, seen):
    run = make_run(history=_pair(training, validation), validation=True)
    assert _severities(ValidationFallsAlone, run) == ["info"] * seen


def test_validation_falls_alone_tells_dropout_from_the_rest():
    history = _pair(-0.009, -0.02)
    light = make_run(history=history, validation=True, probes=[make_probe("end", 14, loss=0.2)])
    assert "training only" in _found(ValidationFallsAlone, light)[0].message
    same = make_run(history=history, validation=True, probes=[make_probe("end", 14, loss=0.53)])
    assert "wrong labels" in _found(ValidationFallsAlone, same)[0].message
