"""A probe is traced once for all models that are built alike, and for no others."""

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest

from nbdiag.capture.probe import graph_cache
from nbdiag.capture.probe.step import ProbeStep
from nbdiag.capture.watch import watch
from nbdiag.schema.cell import Cell
from tests.capture import state, trainings

pytestmark = pytest.mark.training


@pytest.fixture(autouse=True)
def fresh():
    state.fresh()
    graph_cache._KEPT.clear()
    yield
    graph_cache._KEPT.clear()


@pytest.fixture
def traced(monkeypatch):
    """Every run of the probe's Python code: once a trace, never when a graph runs."""
    runs = []
    measure = ProbeStep._measure
    monkeypatch.setattr(
        ProbeStep, "_measure", lambda self, *args: runs.append(1) or measure(self, *args)
    )
    return runs


def train(model, x, y, **options):
    with watch(Cell(1, "")) as seen:
        model.fit(x, y, verbose=0, **options)
    return seen.runs[0]


def perceptron(activation="relu", rate=0.2, penalty=None, loss="binary_crossentropy", **options):
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, activation=activation, kernel_regularizer=penalty),
            layers.BatchNormalization(trainable=options.pop("trainable", True)),
            layers.Dropout(rate),
            layers.Dense(1, activation="sigmoid", **options),
        ]
    )
    model.compile("adam", loss, metrics=["accuracy"])
    return model


def convolution():
    import keras
    from keras import layers

    entered = keras.Input((8, 8, 1))
    one = layers.Conv2D(4, 3, padding="same", activation="relu")(entered)
    two = layers.Conv2D(4, 5, padding="same")(entered)
    pooled = layers.GlobalAveragePooling2D()(layers.ReLU()(layers.Add()([one, two])))
    model = keras.Model(entered, layers.Dense(3, activation="softmax")(pooled))
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy())
    return model


def recurrent():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((5,)),
            layers.Embedding(20, 4, mask_zero=True),
            layers.Bidirectional(layers.LSTM(3)),
            layers.Dense(3),
        ]
    )
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def data_of(model):
    generator = np.random.default_rng(3)
    shape = model.input_shape[1:]
    if shape == (6,):
        return trainings.table()
    y = generator.integers(0, 3, 64)
    if shape == (5,):
        return generator.integers(0, 20, (64, 5)), y
    return generator.random((64, *shape)), y


@pytest.mark.parametrize("make", [perceptron, convolution, recurrent])
def test_a_second_fit_of_the_same_form_traces_nothing(make, traced):
    import keras

    probes = []
    for turn in range(3):
        if turn == 2:
            graph_cache._KEPT.clear()
        keras.utils.set_random_seed(7)
        model = make()
        probes.append((train(model, *data_of(model), epochs=2).probes, model))
        assert len(traced) == (1, 1, 2)[turn]
    (_, _), (reused, second), (own, third) = probes
    assert len(own) == 3
    # The same numbers as from a graph of the model's own, under the names of its own layers.
    renamed = dict(
        zip([one.name for one in third.layers], [one.name for one in second.layers], strict=True)
    )
    assert [item.layer for item in reused[0].activations] == [
        renamed[item.layer] for item in own[0].activations
    ]
    assert reused[0].loss == own[0].loss
    assert [replace(item, output="") for item in reused[0].outputs] == [
        replace(item, output="") for item in own[0].outputs
    ]
    assert [one.gradient_norm for one in reused[0].variables] == [
        one.gradient_norm for one in own[0].variables
    ]


def test_a_kept_graph_keeps_neither_model_nor_data():
    x, y = trainings.table()
    model = perceptron()
    train(model, x, y)
    kept = [weakref.ref(thing) for thing in (model, model.layers[0], x, y)]
    assert len(graph_cache._KEPT) == 1
    del model, x, y
    gc.collect()
    assert [one() for one in kept] == [None] * len(kept)


def test_few_graphs_are_kept(traced):
    x, y = trainings.table()
    for rate in range(graph_cache._MOST + 2):
        train(perceptron(rate=rate / 20), x, y)
    assert len(graph_cache._KEPT) == graph_cache._MOST


@pytest.mark.parametrize(
    "other",
    [
        {"activation": "tanh"},
        {"rate": 0.3},
        {"penalty": "l2"},
        {"loss": "mse"},
        {"trainable": False},
        {"use_bias": False},
        {"dtype": "mixed_float16"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_form_is_traced(other, traced):
    x, y = trainings.table()
    train(perceptron(), x, y)
    train(perceptron(**other), x, y)
    assert len(traced) == 2


def test_settings_of_keras_belong_to_the_form(traced):
    import keras

    x, y = trainings.table()
    train(perceptron(), x, y)
    before = keras.config.epsilon()
    keras.config.set_epsilon(1e-3)
    try:
        train(perceptron(), x, y)
    finally:
        keras.config.set_epsilon(before)
    assert len(traced) == 2


def own_functions():
    """Models in which code of the user's, or data, has a say."""
    import keras
    from keras import layers

    def relu(x):
        return keras.ops.relu(x) * 2

    def entropy(y, p):
        return keras.losses.binary_crossentropy(y, p) * 2

    class Twice(layers.Layer):
        def call(self, x):
            return x * 2

    class Penalty(keras.regularizers.Regularizer):
        def __call__(self, x):
            return keras.ops.sum(x)

        def get_config(self):
            return {}

    def of(*parts, loss="binary_crossentropy"):
        model = keras.Sequential([keras.Input((6,)), *parts, layers.Dense(1, activation="sigmoid")])
        model.compile("adam", loss)
        return model

    adapted = layers.Normalization()
    adapted.adapt(np.random.default_rng(0).random((50, 6)))
    patched = layers.Dense(4)
    plain = patched.call
    vars(patched)["call"] = lambda x, **given: plain(x, **given) * 2
    return {
        "a function of the same name": of(layers.Dense(4, activation=relu)),
        "a layer": of(Twice()),
        "a lambda": of(layers.Lambda(lambda x: x * 2)),
        "a regularizer": of(layers.Dense(4, kernel_regularizer=Penalty())),
        "a loss": of(layers.Dense(4), loss=entropy),
        "adapted to data": of(adapted),
        "a call that was replaced": of(patched),
    }


@pytest.mark.parametrize(
    "which",
    [
        "a function of the same name",
        "a layer",
        "a lambda",
        "a regularizer",
        "a loss",
        "adapted to data",
        "a call that was replaced",
    ],
)
def test_what_has_code_of_the_users_is_not_kept(which, traced):
    model = own_functions()[which]
    run = train(model, *trainings.table())
    assert isinstance(run.probes, tuple)
    assert traced
    assert not graph_cache._KEPT
