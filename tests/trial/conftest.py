"""Small trainings to rebuild."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbdiag.trial.setup.training import Setup


@pytest.fixture(scope="session")
def rows() -> tuple[np.ndarray, np.ndarray]:
    """Eight columns and two classes that a line separates."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(160, 8)).astype("float32")
    return x, (x[:, 0] + x[:, 1] > 0).astype("float32")


@pytest.fixture
def sequential(rows: tuple[np.ndarray, np.ndarray]) -> Setup:
    """A Sequential with every kind of layer that is awkward to copy."""
    import keras

    keras.utils.set_random_seed(5)
    model = keras.Sequential(
        [
            keras.Input((8,), name="given"),
            keras.layers.Dense(6, activation="relu", name="first"),
            keras.layers.Lambda(lambda x: x / OUTSIDE, name="shrink"),
            keras.layers.Dropout(0.25, name="drop"),
            keras.layers.Dense(1, activation="sigmoid", name="head"),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=["acc"])
    x, y = rows
    return Setup(model, {"x": x, "y": y, "epochs": 2, "batch_size": 16, "verbose": 0})


OUTSIDE = 2.0


@pytest.fixture
def branched(rows: tuple[np.ndarray, np.ndarray]) -> Setup:
    """A functional model with a branch, a bare operation, a nested model and two outputs."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(5)
    inner_input = keras.Input((6,), name="inner_given")
    inner = keras.Model(
        inner_input, layers.Dense(6, activation="tanh", name="deep")(inner_input), name="inner"
    )
    given = keras.Input((8,), name="given")
    left = layers.Dense(6, activation="relu", name="left")(given)
    right = inner(layers.Dense(6, name="right")(given))
    joined = left + right
    model = keras.Model(
        given,
        [layers.Dense(1, name="kind")(joined), layers.Dense(1, name="size")(joined)],
    )
    model.compile(
        optimizer="sgd",
        loss={"kind": "binary_crossentropy", "size": "mse"},
        metrics={"kind": ["acc"], "size": ["mae"]},
    )
    x, y = rows
    labels = {"kind": y, "size": 3 * x[:, 2]}
    return Setup(model, {"x": x, "y": labels, "epochs": 2, "verbose": 0})


@pytest.fixture
def state_of_session() -> Callable[[], list[Any]]:
    """Everything in a session that work on a copy might move."""
    return session_state


def session_state() -> list[Any]:
    import random

    from keras.src.backend.common import global_state
    from tensorflow.python.eager import context

    eager = getattr(context.context(), "_rng", None)  # None until a seed has been set
    names = global_state.get_global_attribute("object_name_uids")
    seeds = global_state.get_global_attribute("global_seed_generator")
    stream = np.random.get_state()  # noqa: NPY002 - this is the stream to compare
    return [
        random.getstate(),
        (stream[0], stream[1].tobytes(), *stream[2:]),
        None if eager is None else eager.getstate(),
        dict(names or {}),
        None if seeds is None else np.array(seeds.state).tobytes(),
        global_state.get_global_attribute("global_random_seed"),
    ]


def model_state(setup: Setup) -> list[Any]:
    """Weights, optimizer slots, graph and arrays of a setup, to compare before and after."""
    model = setup.model
    graph = getattr(model, "_functional", None) or model
    layers = graph.layers
    arrays = keras_arrays(setup.fit_arguments)
    return [
        [np.array(item).tobytes() for item in model.variables],
        [np.array(item).tobytes() for item in model.optimizer.variables],
        [(id(layer), len(layer._inbound_nodes), len(layer._outbound_nodes)) for layer in layers],
        model.get_compile_config(),
        [(id(item), item.tobytes()) for item in arrays],
    ]


def keras_arrays(arguments: Any) -> list[np.ndarray]:
    import keras

    leaves = keras.tree.flatten(dict(arguments))
    return [item for item in leaves if isinstance(item, np.ndarray)]
