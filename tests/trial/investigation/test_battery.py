"""Investigations of small trainings: a cure is found where there is one, and nothing elsewhere."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbdiag.diagnosis import Report
from nbdiag.investigation import Investigation, investigate

# Keras warns of some faults.
pytestmark = [pytest.mark.training, pytest.mark.filterwarnings("ignore")]

Make = Callable[..., tuple[Report, tuple[Any, dict[str, Any]]]]


@pytest.fixture
def rows() -> tuple[Any, Any]:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(600, 6)).astype("float32")
    return x, (x[:, 0] + 0.7 * x[:, 1] > 0).astype("float32")


@pytest.fixture
def trained(rows: Any) -> Make:
    import keras

    import nbdiag

    def make(*, labels: Any = None, **layer: Any) -> Any:
        keras.utils.set_random_seed(1)
        x, y = rows[0], rows[1] if labels is None else labels
        model = keras.Sequential(
            [
                keras.Input((6,)),
                keras.layers.Dense(16, **{"activation": "relu", **layer}),
                keras.layers.Dense(1, "sigmoid"),
            ]
        )
        model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
        with nbdiag.record(probes="off") as rec:
            model.fit(x, y, epochs=6, verbose=0)
        return rec.report, (model, {"x": x, "y": y, "epochs": 6, "verbose": 0})

    return make


def investigated(made: tuple[Report, tuple[Any, dict[str, Any]]]) -> Investigation:
    """Ask without anything that a rule has said."""
    report, training = made
    return investigate(report.with_findings(()), training, here=True)


def test_a_training_that_works_is_left_alone(trained: Make) -> None:
    found = investigated(trained())
    assert found.finding is None
    assert "nothing to look for" in found.lines[-1]


def test_equal_weights_are_cured_by_usual_ones(trained: Make) -> None:
    found = investigated(trained(kernel_initializer="zeros", bias_initializer="zeros"))
    assert found.finding is not None, found.lines
    assert found.finding.aspect == "initializer"


def test_labels_without_a_signal_have_no_cure(trained: Make) -> None:
    labels = np.random.default_rng(5).integers(0, 2, 600).astype("float32")
    found = investigated(trained(labels=labels))
    assert found.finding is None
    assert found.lines
