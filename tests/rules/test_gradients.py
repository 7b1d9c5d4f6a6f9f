"""Symptoms of gradients, on runs built by hand."""

import pytest

from nbdiag.rules import Skipped
from nbdiag.rules.gradients.vanishing_gradient import VanishingGradient
from tests.factory import make_probe, make_run

FLAT = {"loss": [0.694] * 3, "accuracy": [0.5] * 3}
SOLVED = {"loss": [0.3, 0.01, 0.001], "accuracy": [1.0] * 3}


def _found(rule, run):
    return list(rule().check(run))


def _twice(history, **fields):
    probes = [make_probe("start", 0, **fields), make_probe("end", 3, **fields)]
    return make_run(history=history, probes=probes)


def test_vanishing_when_no_weight_has_a_gradient():
    (found,) = _found(VanishingGradient, _twice(FLAT, gradients=0.0))
    assert "all are exactly zero" in found.message
    assert found.severity == "error"


def test_vanishing_when_the_gradient_is_next_to_nothing():
    (found,) = _found(VanishingGradient, _twice(FLAT, gradients=1e-8))
    assert "next to nothing" in found.message


def test_vanishing_names_the_layer_that_the_gradient_does_not_reach():
    fading = {"first": 1e-6, "second": 1e-4, "last": 0.1}
    (found,) = _found(VanishingGradient, _twice(FLAT, gradients=fading))
    assert "'first' gets 1e-05 of what 'last' gets" in found.message
    fair = {"loss": [0.5] * 3, "accuracy": [0.6] * 3}
    (found,) = _found(VanishingGradient, _twice(fair, gradients=fading))
    assert found.severity == "warning"


@pytest.mark.parametrize(
    ("history", "gradients"),
    [
        (SOLVED, 0.0),  # no gradient because there is nothing left to learn
        (FLAT, 0.1),
        (FLAT, {"first": 1e-3, "last": 0.1}),
        (SOLVED, {"first": 1e-6, "last": 0.1}),
    ],
)
def test_not_vanishing(history, gradients):
    assert not _found(VanishingGradient, _twice(history, gradients=gradients))


def test_a_single_look_is_not_enough():
    alive_again = [make_probe(gradients=0.0), make_probe("end", 3, gradients=0.1)]
    assert not _found(VanishingGradient, make_run(history=FLAT, probes=alive_again))
    with pytest.raises(Skipped, match="once only"):
        _found(VanishingGradient, make_run(history=FLAT, probes=[make_probe(gradients=0.0)]))
