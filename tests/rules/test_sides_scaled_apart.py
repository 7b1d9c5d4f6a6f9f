"""Sides of a split that were each standardized by themselves, on runs built by hand."""

from dataclasses import replace

import numpy as np
import pytest

from nbdiag.rules.data.sides_scaled_apart import FEW, SidesScaledApart
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import WriteInPlace
from tests.factory import describe, make_run, normal

WORSE = {"loss": (0.5, 0.1), "val_loss": (0.6, 0.2)}
AS_GOOD = {"loss": (0.5, 0.11), "val_loss": (0.6, 0.2)}


def standard(values, ddof=0):
    return (values - values.mean(axis=0)) / values.std(axis=0, ddof=ddof)


def targets(mean, rows):
    return standard(normal(rows, 1, seed=3)) + mean


def run_of(validation, training=None, *, rows=200, shift=0.31, history=WORSE, **fields):
    return make_run(
        inputs=standard(normal(300, 4)) if training is None else training,
        validation_inputs=validation,
        labels=targets(0, 300),
        validation_labels=targets(shift, rows),
        loss="mse",
        activation=None,
        metrics=(),
        history=history,
        **fields,
    )


def severities(run):
    return [item.severity for item in SidesScaledApart().check(run)]


OTHER = 5 + 3 * normal(200, 4, seed=1)
APART = standard(OTHER)


@pytest.mark.parametrize(
    ("validation", "is_found"),
    [
        (APART, True),
        (standard(OTHER, ddof=1), True),
        ((OTHER - OTHER.mean()) / OTHER.std(), True),
        (OTHER, False),
        # A part of what was standardized as a whole.
        (standard(normal(5000, 4, seed=1))[:200], False),
        (APART + 0.00009, True),
        (APART + 0.00011, False),
        (np.c_[APART, np.ones(200)], True),
        (np.ones((200, 4)), False),
    ],
)
def test_what_is_exact(validation, is_found):
    training = standard(normal(300, 4))
    if validation.shape[1] > training.shape[1]:
        training = np.c_[training, np.ones(300)]
    assert bool(severities(run_of(validation, training))) is is_found


def test_training_inputs_that_are_not_standardized_are_another_rule():
    assert severities(run_of(APART, normal(300, 4, mean=3))) == []


def test_the_training_data_validated_on_are_no_other_side():
    training = replace(describe(APART), digest="a")
    assert severities(run_of((training,), (training,))) == []


def test_a_part_of_the_validation_side_does_not_show_it():
    part = replace(describe(APART), rows=9000)
    assert severities(run_of((part,))) == []


def test_training_inputs_are_measured_on_a_part_of_many():
    near = standard(normal(300, 4)) + 0.05
    assert severities(run_of(APART, (replace(describe(near), rows=9000),))) == ["error"]
    assert severities(run_of(APART, near)) == []


@pytest.mark.parametrize(
    ("shift", "history", "severity"),
    [
        (0.31, WORSE, "error"),
        (0.29, WORSE, "info"),
        (0.31, AS_GOOD, "info"),
        (0.31, {}, "info"),
    ],
)
def test_how_much_it_matters(shift, history, severity):
    assert severities(run_of(APART, shift=shift, history=history)) == [severity]


@pytest.mark.parametrize(("rows", "severity"), [(FEW - 1, "error"), (FEW, "info")])
def test_few_samples_to_scale_by(rows, severity):
    validation = standard(normal(rows, 4, seed=1))
    assert severities(run_of(validation, rows=rows, shift=0)) == [severity]


@pytest.mark.parametrize(("ones", "severity"), [(0.75, "error"), (0.6, "info")])
def test_classes_that_differ(ones, severity):
    run = make_run(
        inputs=standard(normal(4000, 4)),
        validation_inputs=standard(normal(4000, 4, seed=1)),
        labels=(np.arange(4000) % 2).astype(float),
        validation_labels=(np.arange(4000) < 4000 * ones).astype(float),
        history=WORSE,
    )
    assert severities(run) == [severity]


def test_the_text_shows_what_to_write():
    source = (
        "a = s.fit_transform(x)\nb = s.fit_transform(v)\nmodel.fit(a, y, validation_data=(b, z))\n"
    )
    run = replace(run_of(APART), cell=Cell(2, source))
    (found,) = SidesScaledApart().check(run)
    (change,) = found.fixes[0].changes
    assert isinstance(change, WriteInPlace)
    assert "s.fit_transform(v)" in found.message
