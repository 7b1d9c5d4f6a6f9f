"""The best constant answer, against the best of many constants tried."""

import numpy as np
import pytest
from scipy.optimize import minimize

from nbdiag.capture.data.baseline import constant_loss
from nbdiag.schema.missing import Missing
from nbdiag.schema.setup import Loss

GENERATOR = np.random.default_rng(0)
BINARY = (GENERATOR.random(60) < 0.3).astype("float32")
NUMBERS = GENERATOR.normal(3, 2, size=61)
COUNTS = GENERATOR.poisson(2, size=60)
WEIGHTS = GENERATOR.uniform(0.2, 3, size=60)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


FORMULAS = {
    "binary_crossentropy": (
        BINARY,
        lambda y, z: -(y * np.log(sigmoid(z)) + (1 - y) * np.log(1 - sigmoid(z))),
    ),
    "mean_squared_error": (NUMBERS, lambda y, z: (y - z) ** 2),
    "mean_absolute_error": (NUMBERS, lambda y, z: np.abs(y - z)),
    "mean_absolute_percentage_error": (NUMBERS, lambda y, z: 100 * np.abs(y - z) / np.abs(y)),
    "mean_squared_logarithmic_error": (
        np.abs(NUMBERS),
        lambda y, z: (np.log1p(y) - np.log1p(np.abs(z))) ** 2,
    ),
    "poisson": (COUNTS, lambda y, z: np.exp(z) - y * z),
    "hinge": (BINARY, lambda y, z: np.maximum(1 - (2 * y - 1) * z, 0)),
    "squared_hinge": (BINARY, lambda y, z: np.maximum(1 - (2 * y - 1) * z, 0) ** 2),
}


def least(labels, formula, weights):
    """Try many starting points: the absolute losses have corners."""
    return min(
        minimize(lambda z: (weights * formula(labels, z)).mean(), start, method="Nelder-Mead").fun
        for start in (-1.0, 0.0, 0.7, 1.5, 3.0)
    )


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", FORMULAS)
def test_best_constant(name, weighted):
    labels, formula = FORMULAS[name]
    weights = np.resize(WEIGHTS, len(labels)) if weighted else None
    expected = least(labels, formula, 1.0 if weights is None else weights)
    assert constant_loss(Loss("", name), labels, weights) == pytest.approx(expected, rel=1e-3)


def test_classes_in_every_form():
    labels = GENERATOR.integers(0, 4, size=80)
    shares = np.bincount(labels) / 80
    entropy = -(shares * np.log(shares)).sum()
    rows = np.eye(4, dtype="float32")[labels]
    assert constant_loss(Loss("", "sparse_categorical_crossentropy"), labels) == pytest.approx(
        entropy
    )
    assert constant_loss(
        Loss("", "sparse_categorical_crossentropy"), labels[:, None]
    ) == pytest.approx(entropy)
    assert constant_loss(Loss("", "categorical_crossentropy"), rows) == pytest.approx(entropy)
    assert constant_loss(Loss("", "kl_divergence"), rows) == pytest.approx(entropy)


def test_label_smoothing():
    smooth = 0.2 * 0.5 + 0.8 * BINARY
    mean = smooth.mean()
    expected = -(mean * np.log(mean) + (1 - mean) * np.log(1 - mean))
    loss = Loss("", "binary_crossentropy", label_smoothing=0.2)
    assert constant_loss(loss, BINARY) == pytest.approx(expected)


def test_columns_are_averaged():
    both = np.stack([NUMBERS, 2 * NUMBERS], axis=1)
    expected = (NUMBERS.var() + 4 * NUMBERS.var()) / 2
    assert constant_loss(Loss("", "mean_squared_error"), both) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("loss", "labels"),
    [
        (Loss("", "mine", custom=True), BINARY),
        (Loss("", "huber"), NUMBERS),
        (Loss("", "binary_crossentropy"), 255 * BINARY),
        (Loss("", "categorical_crossentropy"), BINARY),
        (Loss("", "mean_squared_error"), np.array([1.0, np.nan])),
        (Loss("", "mean_squared_error"), np.array(["a"])),
    ],
)
def test_no_best_constant(loss, labels):
    assert isinstance(constant_loss(loss, labels), Missing)


@pytest.mark.training
@pytest.mark.parametrize("name", [*FORMULAS, "kl_divergence", "categorical_crossentropy"])
def test_keras_agrees(name):
    """No constant that is near the best one does better in Keras itself."""
    import keras

    if name in FORMULAS:
        labels = FORMULAS[name][0].astype("float32")
        answers = (
            np.linspace(-0.999, 6, 4000) if name.endswith("hinge") else np.linspace(0, 6, 4000)
        )
        if name == "binary_crossentropy":
            answers = np.linspace(0.001, 0.999, 999)
        answers = np.repeat(answers[:, None], len(labels), axis=1)[..., None]
    else:
        labels = np.eye(3, dtype="float32")[GENERATOR.integers(0, 3, size=40)]
        answers = GENERATOR.dirichlet(np.ones(3), size=3000)[:, None, :].repeat(40, axis=1)
    function = keras.losses.get(name)
    shaped = labels if labels.ndim > 1 else labels[:, None]
    losses = [
        float(np.mean(np.asarray(function(shaped, answer.astype("float32")))))
        for answer in answers[::7]
    ]
    assert min(losses) == pytest.approx(constant_loss(Loss("", name), labels), rel=0.02, abs=1e-3)
    assert min(losses) >= constant_loss(Loss("", name), labels) - 1e-4
