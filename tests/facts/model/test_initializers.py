"""How fresh weights are drawn."""

import numpy as np
import pytest

from nbdiag.facts.model.initializers import gain, initializer_of, kernel_std
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Head, Model
from tests.factory import make_layer


def drawn(kind, activation=None, inputs=64, **config):
    given = {"class_name": kind, "config": config}
    return make_layer(
        "Dense",
        units=32,
        activation=activation,
        input_shape=(inputs,),
        config={"kernel_initializer": given},
    )


def alone(layer):
    return Model("m", "Sequential", "sequential", layers=(layer,), heads=(Head("o", "linear"),))


def test_words_and_objects_are_read_alike():
    word = make_layer("Dense", config={"kernel_initializer": "random_normal"})
    assert initializer_of(word).kind == initializer_of(drawn("RandomNormal")).kind
    assert initializer_of(make_layer("Dense")).kind == ""


@pytest.mark.parametrize(
    ("layer", "sample"),
    [
        (drawn("RandomNormal", stddev=0.3), lambda rng: rng.normal(0, 0.3, 200_000)),
        (drawn("RandomNormal"), lambda rng: rng.normal(0, 0.05, 200_000)),
        (drawn("RandomUniform", minval=-1, maxval=3), lambda rng: rng.uniform(-1, 3, 200_000)),
        (
            drawn("TruncatedNormal", stddev=2.0),
            lambda rng: 2 * np.fromiter((z for z in rng.normal(size=400_000) if abs(z) < 2), float),
        ),
    ],
)
def test_deviation_is_that_of_a_draw(layer, sample):
    weights = sample(np.random.default_rng(0))
    assert kernel_std(layer) == pytest.approx(weights.std(), rel=0.02)


def test_initializers_that_scale_have_no_fixed_deviation():
    assert isinstance(kernel_std(drawn("GlorotUniform")), Missing)
    assert isinstance(kernel_std(drawn("RandomNormal", stddev="wide")), Missing)


@pytest.mark.parametrize("activation", [None, "relu"])
def test_gain_is_what_happens_to_a_signal(activation):
    rng = np.random.default_rng(1)
    layer = drawn("RandomNormal", activation, inputs=256, stddev=0.1)
    signal = rng.normal(size=(2000, 256))
    answer = signal @ rng.normal(0, 0.1, size=(256, 300))
    if activation:
        answer = np.maximum(answer, 0)
    measured = np.sqrt((answer**2).mean() / (signal**2).mean())
    assert gain(layer, alone(layer)) == pytest.approx(measured, rel=0.05)


def test_gain_needs_the_number_of_inputs():
    layer = make_layer("Dense", config={"kernel_initializer": "random_normal"})
    assert isinstance(gain(layer, alone(layer)), Missing)
