"""Symptoms of exploding gradients, dead and saturated units, and update ratios."""

import math

import pytest

from nbdiag.rules import Skipped
from nbdiag.rules.gradients.dead_relu import DeadRelu
from nbdiag.rules.gradients.exploding_gradient import ExplodingGradient
from nbdiag.rules.gradients.saturated_units import SaturatedUnits
from nbdiag.rules.gradients.update_ratio import UpdateRatio
from nbdiag.schema.probe import ActivationProbe
from tests.factory import make_probe, make_run

FAILED = {"loss": [0.694] * 3, "accuracy": [0.5] * 3}
FAIR = {"loss": [0.45] * 3, "accuracy": [0.7] * 3}
SOLVED = {"loss": [0.3, 0.01, 0.001], "accuracy": [1.0] * 3}


def _found(rule, run):
    return list(rule().check(run))


def _severities(rule, run):
    return [item.severity for item in _found(rule, run)]


def _layer(name="dense", activation="relu", **fields):
    return ActivationProbe(name, activation, 0.0, 1.0, 0.5, 0.1, **fields)


@pytest.mark.parametrize(
    ("gradient", "words"),
    [(math.nan, "NaN or infinite"), (math.inf, "NaN or infinite"), (5e3, "times the loss")],
)
def test_exploding(gradient, words):
    run = make_run(history=FAILED, probes=[make_probe(gradients={"a": 1.0, "b": gradient})])
    (found,) = _found(ExplodingGradient, run)
    assert words in found.message
    assert "before step 1" in found.message


def test_exploding_everywhere_names_no_layer():
    nothing = make_probe(gradients={"a": math.nan, "b": math.inf})
    (found,) = _found(ExplodingGradient, make_run(history=FAILED, probes=[nothing]))
    assert found.message.endswith("(in every layer): it is NaN or infinite.")


def test_exploding_judges_failed_trainings_only():
    loud = [make_probe(gradients=5e3)]
    assert _severities(ExplodingGradient, make_run(history=FAIR, probes=loud)) == ["warning"]
    assert not _found(ExplodingGradient, make_run(history=SOLVED, probes=loud))
    assert not _found(ExplodingGradient, make_run(history=FAILED, probes=[make_probe()]))


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (0.7, 0.7, 1),
        (0.7, 0.0007, 0),  # a loss of my own that came near 0: all is well
        (0.7, -0.001, 0),  # a likelihood on its way through 0
    ],
)
def test_a_gradient_is_not_large_because_the_loss_became_small(start, end, count):
    probes = [
        make_probe(loss=start, gradients=0.1),
        make_probe("end", 3, loss=end, gradients=500.0 if count else 0.5),
    ]
    run = make_run(loss="my_loss", metrics=(), history={"loss": [start, end]}, probes=probes)
    assert len(_found(ExplodingGradient, run)) == count


def test_dead_relu_needs_a_constant_answer():
    dead = [_layer(dead=1.0)]
    constant = make_probe("end", 3, spread=0.0, activations=dead)
    assert _severities(DeadRelu, make_run(history=FAILED, probes=[constant])) == ["error"]
    varied = make_probe("end", 3, spread=0.2, activations=dead)
    assert not _found(DeadRelu, make_run(history=FAILED, probes=[varied]))
    many = make_probe("end", 3, spread=0.0, activations=[_layer(dead=0.9)])
    assert not _found(DeadRelu, make_run(history=FAILED, probes=[many]))
    with pytest.raises(Skipped, match="no probe after"):
        _found(DeadRelu, make_run(history=FAILED, probes=[make_probe()]))


def test_saturated_hidden_units():
    flat = make_probe("end", 3, activations=[_layer("hidden", "tanh", saturated=0.95)])
    (found,) = _found(SaturatedUnits, make_run(history=FAIR, probes=[flat]))
    assert found.severity == "warning"
    assert "'hidden'" in found.message
    assert not _found(SaturatedUnits, make_run(history=SOLVED, probes=[flat]))


def test_saturated_outputs_need_a_constant_answer_and_no_gradient():
    fields = {"saturated": 1.0, "output": (0.0, 0.0)}
    stuck = make_probe("end", 3, spread=0.0, gradients=0.0, **fields)
    assert _severities(SaturatedUnits, make_run(history=FAILED, probes=[stuck])) == ["error"]
    coming_back = make_probe("end", 3, spread=0.0, gradients=60.0, **fields)
    assert not _found(SaturatedUnits, make_run(history=FAILED, probes=[coming_back]))
    sure = make_probe("end", 3, spread=0.5, gradients=0.0, **fields)
    assert not _found(SaturatedUnits, make_run(history=FAILED, probes=[sure]))


@pytest.mark.parametrize(
    ("history", "ratio", "words"),
    [
        (FAILED, 3.0, "changed the weights too much"),
        (FAILED, 1e-4, "hardly changed"),
        (FAILED, 0.1, None),
        (SOLVED, 3.0, None),
        (SOLVED, 1e-4, None),
    ],
)
def test_update_ratio(history, ratio, words):
    probes = [make_probe(loss=0.7), make_probe("end", 3, loss=2.0, update_ratio=ratio)]
    found = _found(UpdateRatio, make_run(history=history, probes=probes))
    assert bool(found) == bool(words)
    assert not words or (words in found[0].message and found[0].severity == "warning")


def test_a_throw_that_broke_nothing_is_information():
    probes = [make_probe(loss=0.7), make_probe("end", 3, loss=0.7, update_ratio=20.0)]
    assert _severities(UpdateRatio, make_run(history=FAILED, probes=probes)) == ["info"]


def test_update_ratio_needs_two_looks():
    with pytest.raises(Skipped, match="seen once"):
        _found(UpdateRatio, make_run(history=FAILED, probes=[make_probe()]))
