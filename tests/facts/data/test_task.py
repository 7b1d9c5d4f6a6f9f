"""What an output is to learn, from label values and loss."""

import math

import numpy as np
import pytest

from nbdiag.facts.data.labels import form_of
from nbdiag.facts.data.task import task_of
from nbdiag.facts.model.outputs import gives, output_of, outputs_of, seen_range
from nbdiag.facts.training.baseline import (
    best_constant_loss,
    chance_accuracy,
    expected_initial_loss,
    label_entropy,
    total_constant_loss,
)
from nbdiag.facts.training.gain import accuracy_gain, gain
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Head
from tests.factory import (
    binary,
    classes,
    describe,
    make_loss,
    make_probe,
    make_run,
    normal,
    one_hot,
)

RNG = np.random.default_rng(4)
UNIT = RNG.random((200, 1))
SOFT = RNG.dirichlet(np.ones(3), size=200)
BITS = RNG.integers(0, 2, size=(200, 8))


@pytest.mark.parametrize(
    ("labels", "form"),
    [
        (binary(), "binary"),
        (binary()[:, None], "binary"),
        (binary().astype(bool), "binary"),
        (2 * binary() - 1, "signed"),
        (2 * BITS - 1, "signed"),
        (binary() + 1, "two_values"),
        (255 * binary(), "two_values"),
        (binary() / 255, "probability"),
        (classes(3), "class_index"),
        (classes(3) + 1, "class_index"),
        (one_hot(2), "one_hot"),
        (one_hot(7), "one_hot"),
        (BITS, "multi_hot"),
        (SOFT, "distribution"),
        (UNIT, "probability"),
        (np.zeros(50), "constant"),
        (RNG.integers(0, 256, size=(50, 28, 28, 1)), "count"),
        (RNG.integers(0, 256, size=(50, 28, 28, 3)), "count"),
        (RNG.integers(100, 400, size=200), "count"),
        (np.arange(9), "count"),
        (normal(200), "continuous"),
        (180 + 40 * normal(200, 1), "continuous"),
        (RNG.integers(-3, 4, size=200), "continuous"),
    ],
)
def test_form(labels, form):
    assert form_of(describe(labels)) == form


def test_a_sparse_loss_makes_classes_of_many_numbers_and_of_positions():
    words = RNG.integers(0, 5000, size=(80, 12))
    assert form_of(describe(words), sparse=True) == "class_index"
    assert form_of(describe(words)) == "count"
    assert form_of(describe(classes(3, 240).reshape(20, 12)), rank=2) == "class_index"


@pytest.mark.parametrize(
    ("keywords", "kind", "count"),
    [
        ({}, "binary", 2),
        ({"labels": one_hot(2), "units": 2, "activation": "softmax"}, "binary", 2),
        ({"labels": one_hot(5), "units": 5, "activation": "softmax"}, "multiclass", 5),
        ({"labels": BITS, "units": 8}, "multilabel", 8),
        ({"labels": classes(4)}, "multiclass", 4),
        ({"labels": classes(4) + 1}, "multiclass", 4),
        (
            {"labels": classes(4), "loss": "mse", "activation": "linear", "metrics": []},
            "regression",
            None,
        ),
        ({"labels": classes(4), "loss": "mse", "activation": "linear"}, "multiclass", 4),
        ({"labels": normal(200), "loss": "mse", "activation": "linear"}, "regression", None),
        ({"labels": 180 + 40 * normal(200), "activation": "linear"}, "regression", None),
        ({"labels": 2 * binary() - 1, "loss": "hinge", "activation": "tanh"}, "binary", 2),
        ({"labels": UNIT}, "regression", None),
        ({"labels": classes(4), "loss": "poisson", "metrics": []}, "regression", None),
        ({"labels": np.zeros(200)}, "binary", None),
    ],
)
def test_kind(keywords, kind, count):
    task = task_of(make_run(**keywords))
    assert (task.kind, task.classes) == (kind, count)


def test_an_autoencoder_reconstructs():
    images = (RNG.random((40, 8)) < 0.3).astype("float32")
    task = task_of(make_run(inputs=images, labels=images, units=8))
    assert task.reconstruction
    assert task.kind == "regression"


def test_without_labels_the_loss_decides():
    assert task_of(make_run(labels=())).kind == "binary"
    assert task_of(make_run(labels=(), loss="mse", activation="linear")).kind == "regression"
    assert task_of(make_run(labels=(), loss=make_loss("focal", custom=True))).kind == "unknown"


def two_outputs():
    heads = (
        Head("kind", "softmax", "kind", "kind", (3,), 3, -1, True),
        Head("price", "linear", "price", "price", (1,), 1),
    )
    return make_run(
        heads=heads,
        loss=(
            make_loss("sparse_categorical_crossentropy", "kind"),
            make_loss("mean_squared_error", "price", weight=0.5),
        ),
        labels={"price": normal(300, std=3.0), "kind": classes(3, 300)},
        probes=[make_probe(output=(0.0, 1.0), key="kind", row_sums=(1.0, 1.0))],
    )


def test_each_output_has_its_own_loss_and_labels():
    run = two_outputs()
    kind, price = outputs_of(run)
    assert (kind.key, kind.loss_name) == ("kind", "sparse_categorical_crossentropy")
    assert (task_of(run, "kind").kind, task_of(run, "price").kind) == ("multiclass", "regression")
    assert isinstance(output_of(run, "colour"), Missing)
    assert isinstance(seen_range(run, price), Missing)
    expected = label_entropy(run, kind) + 0.5 * best_constant_loss(run, price)
    assert total_constant_loss(run) == pytest.approx(expected)
    assert best_constant_loss(run, price) == pytest.approx(normal(300, std=3.0).var())


@pytest.mark.parametrize(
    ("activation", "low", "high", "sums", "expected"),
    [
        ("sigmoid", 0.2, 0.9, None, "probabilities"),
        ("softmax", 0.2, 0.9, None, "distribution"),
        ("linear", 0.2, 0.9, None, "scores"),
        ("tanh", 0.2, 0.9, None, "scores"),
        (Missing("a Lambda"), -3.2, 5.1, None, "scores"),
        (Missing("a Lambda"), 0.01, 0.99, None, "probabilities"),
        (Missing("a Lambda"), 0.01, 0.99, (1.0, 1.0), "distribution"),
        ("custom", -3.2, 5.1, None, "scores"),
    ],
)
def test_an_unknown_activation_is_judged_by_what_it_returns(activation, low, high, sums, expected):
    run = make_run(
        activation=activation, units=2, probes=[make_probe(output=(low, high), row_sums=sums)]
    )
    assert gives(run, output_of(run)) == expected


def test_an_unknown_activation_without_a_probe_is_missing():
    run = make_run(activation=Missing("a Lambda"))
    assert gives(run, output_of(run)) == Missing("probes are off")


def constants(**keywords):
    run = make_run(**keywords)
    output = output_of(run)
    return (
        best_constant_loss(run, output),
        expected_initial_loss(run, output),
        chance_accuracy(run, output),
    )


def test_constants_of_a_binary_classifier_match_a_search():
    labels = binary(positive=0.3)
    share = labels.mean()
    grid = np.linspace(0.001, 0.999, 999)
    searched = (-share * np.log(grid) - (1 - share) * np.log(1 - grid)).min()
    least, first, chance = constants(labels=labels)
    assert least == pytest.approx(searched, abs=1e-5)
    assert first == pytest.approx(math.log(2))
    assert chance == pytest.approx(max(share, 1 - share))


def test_constants_of_columns_are_means_over_the_columns():
    least, _, chance = constants(labels=BITS, units=8)
    means = BITS.mean(axis=0)
    assert least == pytest.approx(-(means * np.log(means) + (1 - means) * np.log(1 - means)).mean())
    assert chance == pytest.approx(np.maximum(means, 1 - means).mean())


def test_constants_of_classes():
    labels = one_hot(4)
    least, first, chance = constants(
        labels=labels, units=4, activation="softmax", loss="categorical_crossentropy"
    )
    means = labels.mean(axis=0)
    assert least == pytest.approx(-(means * np.log(means)).sum())
    assert first == pytest.approx(math.log(4))
    assert chance == pytest.approx(means.max())


def test_constants_of_distances():
    labels = classes(7)
    least, first, _ = constants(labels=labels, loss="mae", activation="linear", metrics=[])
    assert least == pytest.approx(np.abs(labels - np.median(labels)).mean())
    assert isinstance(first, Missing)
    least, first, chance = constants(labels=normal(200, mean=5), loss="mse", activation="linear")
    assert least == pytest.approx(normal(200).var())
    assert first == pytest.approx((normal(200, mean=5) ** 2).mean())
    assert isinstance(chance, Missing)


def test_what_has_no_best_constant_says_so():
    assert isinstance(constants(labels=2 * binary() - 1)[0], Missing)
    assert isinstance(constants(loss=make_loss("focal", custom=True))[0], Missing)
    assert isinstance(
        constants(loss=make_loss("binary_crossentropy", label_smoothing=0.1))[0], Missing
    )


def test_binary_accuracy_over_one_hot_columns_is_no_gain():
    run = make_run(
        units=10,
        activation="softmax",
        loss="categorical_crossentropy",
        labels=one_hot(10),
        metrics=["binary_accuracy"],
        history={"loss": [2.3, 2.3], "binary_accuracy": [0.9, 0.9]},
    )
    assert isinstance(accuracy_gain(run), Missing)
    assert gain(run) == pytest.approx(0, abs=0.02)
