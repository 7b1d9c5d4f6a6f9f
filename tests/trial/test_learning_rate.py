"""Fixes that set a found rate."""

import pytest

from nbdiag.schema.changes import (
    SetFitArgument,
    SetLayerArgument,
    SetOptimizer,
    SetOptimizerArgument,
)

# The module under test needs TensorFlow.
pytestmark = pytest.mark.training

RATE = SetOptimizerArgument("learning_rate", 0.01)
HEAD = SetLayerArgument("head", "activation", "sigmoid")


@pytest.mark.parametrize(
    ("others", "changes"),
    [
        ((), (RATE,)),
        ((HEAD,), (HEAD, RATE)),
        ((SetOptimizerArgument("learning_rate", 0.5), HEAD), (HEAD, RATE)),
        (
            (SetOptimizer("adam", {"learning_rate": 0.5, "clipnorm": 1.0}),),
            (SetOptimizer("adam", {"learning_rate": 0.01, "clipnorm": 1.0}),),
        ),
        (
            (SetOptimizerArgument("clipnorm", 1.0), SetFitArgument("epochs", 9)),
            (SetOptimizerArgument("clipnorm", 1.0), SetFitArgument("epochs", 9), RATE),
        ),
    ],
)
def test_one_rate_is_set_whatever_else_is_changed(others, changes):
    from nbdiag.trial.learning_rate import set_rate

    assert set_rate(0.01, others).changes == changes
