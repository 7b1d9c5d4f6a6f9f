"""The rate and the length of a training that begins anew."""

import pytest

from nbdiag.fixes.restart import ENOUGH_STEPS, epochs_to_begin_with, rate_at_unit_scale
from nbdiag.schema.changes import (
    ScaleInputs,
    ScaleTargets,
    SetFitArgument,
    SetOptimizer,
    SetOptimizerArgument,
)
from nbdiag.schema.missing import Missing
from tests.factory import make_run, normal

SCALE = ScaleInputs("rescale", 1 / 255)


def rate(name, value, *changes, **settings):
    run = make_run(optimizer=name, learning_rate=value, optimizer_arguments=settings)
    return rate_at_unit_scale(run, changes or (SCALE,))


@pytest.mark.parametrize(
    ("name", "value", "settings", "proposed"),
    [
        ("sgd", 1e-4, {}, 1e-2),
        ("sgd", 1e-3, {}, 1e-2),
        ("sgd", 2e-3, {}, None),
        ("sgd", 1e-3, {"momentum": 0.9}, None),
        ("sgd", 1e-4, {"momentum": 0.9}, 1e-2),
        ("sgd", 0.1, {}, None),
        ("adam", 1e-5, {}, 1e-3),
        ("adam", 5e-4, {}, None),
        ("unheard_of", 1e-9, {}, None),
    ],
)
def test_a_tiny_rate_becomes_the_usual_one_at_unit_scale(name, value, settings, proposed):
    assert rate(name, value, **settings) == proposed


def test_a_rate_that_nothing_makes_obsolete_is_kept():
    assert rate("sgd", 1e-4, SetFitArgument("epochs", 3)) is None
    assert rate("sgd", 1e-4, ScaleTargets(3.0, 2.0)) == 1e-2
    assert rate("sgd", 1e-4, SCALE, SetOptimizer("adam")) is None
    assert rate("sgd", 1e-4, SCALE, SetOptimizerArgument("learning_rate", 0.3)) is None
    assert rate("sgd", 1e-4, SCALE, SetOptimizerArgument("momentum", 0.9)) == 1e-2
    assert rate("sgd", Missing("a schedule")) is None


def epochs(count, batch_size=20, *changes, **options):
    run = make_run(inputs=normal(200, 8), batch_size=batch_size, epochs=count)
    return epochs_to_begin_with(run, changes, **options)


@pytest.mark.parametrize(
    ("count", "batch_size", "proposed"), [(1, 20, 50), (24, 20, 50), (25, 20, None), (3, 200, 500)]
)
def test_too_short_a_training_gets_enough_steps(count, batch_size, proposed):
    found = epochs(count, batch_size)
    assert found == proposed
    if found:
        assert found * 200 / batch_size >= ENOUGH_STEPS


def test_a_length_that_is_set_or_not_known_is_left_alone():
    assert epochs(2, 20, SetFitArgument("epochs", 3)) is None
    assert epochs(2, Missing("a stream")) is None
    assert epochs(5, 20, least=50) is None
    assert epochs(4, 20, least=50) == 50
    assert epochs(25, 20, SetFitArgument("batch_size", 50)) == 150
