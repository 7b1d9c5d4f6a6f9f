"""Samples that hardly differ, on runs built by hand."""

from dataclasses import replace

import numpy as np
import pytest

from nbdiag.rules import Skipped
from nbdiag.rules.data.inputs_nearly_alike import InputsNearlyAlike
from nbdiag.schema.changes import ScaleInputs
from tests.factory import describe, make_layer, make_run, normal

STUCK, LEARNT, CREEPING = (0.693, 0.693, 0.693), (0.69, 0.3, 0.1), (0.69, 0.6, 0.55)


def with_share(share):
    """Samples of four columns of which ``share`` of the length varies."""
    varying = normal(400, 4, seed=2)
    varying = (varying - varying.mean(axis=0)) / varying.std(axis=0) / 2  # length 1
    return share * varying + np.sqrt(1 - share**2) / 2


def found(inputs, losses=STUCK, **fields):
    run = make_run(inputs=inputs, history={"loss": losses}, **fields)
    return list(InputsNearlyAlike().check(run))


@pytest.mark.parametrize(("share", "is_found"), [(0.049, True), (0.051, False), (1.0, False)])
def test_how_much_differs(share, is_found):
    assert bool(found(with_share(share))) is is_found


@pytest.mark.parametrize(
    ("losses", "severities"),
    [(STUCK, ["error"]), (CREEPING, ["warning"]), (LEARNT, []), ((), [])],
)
def test_the_ending_decides(losses, severities):
    assert [item.severity for item in found(with_share(0.01), losses)] == severities


def test_samples_scaled_to_length_1():
    table = np.c_[normal(300, mean=40_000, std=8_000), normal(300, 2, mean=30, std=9)]
    (item,) = found(table / np.linalg.norm(table, axis=1, keepdims=True))
    assert "Each of your samples was scaled to length 1" in item.message
    assert "column 0" in item.message
    assert item.fixes[0].changes == (ScaleInputs("standardize"),)


@pytest.mark.parametrize("moved", [-0.001, 0.001])
def test_common_values_that_no_scaling_made(moved):
    (item,) = found(with_share(0.01) + moved)
    assert "Your samples hardly differ" in item.message


def test_large_columns_are_another_rule():
    assert found(1000 + normal(300, 4)) == []


def test_a_layer_that_normalizes_the_inputs():
    layers = [
        make_layer("Normalization", name="normalization"),
        make_layer("Dense", inbound=("normalization",), units=1, activation="sigmoid"),
    ]
    with pytest.raises(Skipped):
        found(with_share(0.01), layers=layers)


def test_pictures_have_no_columns():
    pictures = describe(np.ones((50, 4, 4, 1)) + 0.001 * normal(50, 4, 4, 1))
    with pytest.raises(Skipped):
        found((replace(pictures, column_means=None, column_stds=None),))
