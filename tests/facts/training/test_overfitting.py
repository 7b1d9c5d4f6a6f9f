"""Over-fitting: its epoch, and whether it ruined the model."""

import pytest

from nbdiag.facts.training.overfitting import overfit
from nbdiag.schema.missing import Missing
from tests.factory import make_run

FALLING = [0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02]


def _run(validation, training=FALLING, accuracy=None):
    history = {"loss": training, "val_loss": validation}
    if accuracy is not None:
        history["val_accuracy"] = [accuracy] * len(validation)
    return make_run(history=history, validation=True)


def test_the_best_epoch_is_named():
    found = overfit(_run([0.6, 0.5, 0.45, 0.5, 0.55, 0.6, 0.62, 0.64]))
    assert (found.epoch, found.best, found.last) == (3, 0.45, 0.62)
    assert not found.ruined  # still below the constant's 0.687


def test_ruined_above_the_constant_unless_the_accuracy_says_otherwise():
    rising = [0.6, 0.5, 0.45, 0.6, 0.9, 1.2, 1.4, 1.6]
    assert overfit(_run(rising)).ruined
    assert overfit(_run(rising, accuracy=0.6)).ruined
    assert not overfit(_run(rising, accuracy=0.95)).ruined


@pytest.mark.parametrize(
    ("validation", "training"),
    [
        ([0.6, 0.5, 0.45, 0.46, 0.47, 0.46, 0.47, 0.48], FALLING),  # less than a tenth
        (
            [0.6, 0.5, 0.4, 0.6, 0.9, 1.2, 1.4, 1.6],
            [0.6, 0.5, 0.4, 0.6, 0.9, 1.2, 1.4, 1.6],
        ),  # both
        ([0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.2, 0.3], FALLING),  # two epochs since
        # Thrown off, and on the way back: nothing was learnt by heart.
        ([0.6, 8e3, 2e4, 3e4, 4e4, 5e4, 6e4, 7e4], [0.7, 9e5, 8e4, 7e4, 6e4, 5e4, 4e4, 3e4]),
        ([3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5], [9.0, 8.0, 7.0, 6.0, 5.0, 4.5, 4.0, 3.5]),
    ],
)
def test_no_overfitting(validation, training):
    assert overfit(_run(validation, training)) is None


def test_without_validation_nothing_is_known():
    assert overfit(make_run(history={"loss": FALLING})) == Missing("there is no validation data")
