"""The scale of inputs behind the layers that tame it."""

from dataclasses import replace

import numpy as np
import pytest

from nbdiag.facts.data.scale import input_scales, scale_effects
from nbdiag.schema.data import Data
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import ActivationProbe
from tests.factory import make_layer, make_probe, make_run, normal


def images(rows=60, seed=0):
    return np.random.default_rng(seed).integers(0, 256, size=(rows, 6, 6, 1)).astype("uint8")


def behind(*layers):
    """Join layers and a head to a chain."""
    made = []
    for layer in (*layers, make_layer("Dense", "head", units=1)):
        made.append(make_layer(**{**vars(layer), "inbound": (made[-1].name,) if made else ()}))
    return made


def test_size_and_length_are_those_of_the_values():
    values = normal(300, 5) * [1, 2, 40, 1, 1] + [0, 0, 9, 0, 0]
    (scale,) = input_scales(make_run(inputs=values))
    assert scale.size == pytest.approx(np.sqrt((values**2).mean(axis=0)).max())
    assert scale.length == pytest.approx(np.sqrt((values**2).sum(axis=1).mean()))
    assert scale.matters


def test_rescaling_is_applied():
    pixels = images()
    layers = behind(make_layer("Rescaling", config={"scale": 1 / 127.5, "offset": -1.0}))
    (scale,) = input_scales(make_run(inputs=pixels, layers=layers))
    seen = pixels / 127.5 - 1
    assert (scale.low, scale.high) == pytest.approx((seen.min(), seen.max()))
    assert scale.size == pytest.approx(np.sqrt((seen**2).mean()))


def test_pixels_that_an_architecture_was_made_for_do_not_matter():
    pixels = images().astype("float32") - 110.0
    first = make_layer("Conv2D", "conv", parameters=9, application="vgg16")
    (own,) = input_scales(make_run(inputs=pixels, layers=behind(first)))
    assert not own.matters
    assert own.expected == (-123.68, 151.061)
    (raw,) = input_scales(make_run(inputs=images(), layers=behind(first)))
    assert raw.matters
    (mine,) = input_scales(make_run(inputs=pixels, layers=behind(replace(first, application=""))))
    assert mine.matters


def test_a_negative_scale_turns_the_range():
    layers = behind(make_layer("Rescaling", config={"scale": -1.0, "offset": 255.0}))
    (scale,) = input_scales(make_run(inputs=images(), layers=layers))
    assert scale.low < scale.high


@pytest.mark.parametrize("first", ["Embedding", "Normalization", "BatchNormalization"])
def test_names_and_normalized_values_do_not_matter(first):
    layers = behind(make_layer(first, parameters=4))
    (scale,) = input_scales(make_run(inputs=images(), layers=layers))
    assert not scale.matters


def test_without_a_graph_the_way_is_unknown():
    layers = (make_layer("Dense", "a"), make_layer("Dense", "b"))
    (scale,) = input_scales(make_run(inputs=images(), layers=layers))
    assert scale.entry.kind == "unknown"
    assert scale.matters


def test_missing_model_or_inputs_are_said():
    assert isinstance(input_scales(make_run(model=Missing("no model was seen"))), Missing)
    assert isinstance(input_scales(make_run(data=Data())), Missing)


def effects(**fields):
    return {
        item.name.split()[0]: item.strength
        for item in scale_effects(make_run(**{"metrics": (), **fields}))
    }


@pytest.mark.parametrize(("loss", "strength"), [(0.8, None), (3.0, 1), (50.0, 2)])
def test_a_first_cross_entropy_far_above_the_entropy_is_an_effect(loss, strength):
    assert effects(probes=(make_probe(loss=loss),)).get("loss") == strength


@pytest.mark.parametrize(("size", "strength"), [(2.0, None), (40.0, 1), (4000.0, 2)])
def test_first_answers_far_above_the_targets_are_an_effect(size, strength):
    found = effects(
        labels=normal(200, 1),
        activation="linear",
        loss="mse",
        probes=(make_probe(loss=1.0, output=(-size, size)),),
    )
    assert found.get("predictions") == strength


def test_answers_of_unit_size_are_sound_for_small_targets():
    found = effects(
        labels=normal(200, 1, std=0.001),
        activation="linear",
        loss="mae",
        probes=(make_probe(loss=1.0, output=(-2.0, 2.0)),),
    )
    assert found == {}


def test_a_saturated_hidden_layer_is_an_effect_and_a_saturated_head_is_not():
    squashed = ActivationProbe("dense", "tanh", -1, 1, 0, 0.9, saturated=0.95)
    head = ActivationProbe("dense_1", "sigmoid", 0, 1, 0.5, 0.4, saturated=0.99)
    assert effects(probes=(make_probe(activations=[squashed]),)) == {"'dense'": 2}
    assert effects(probes=(make_probe(activations=[head]),)) == {}


def test_without_a_probe_nothing_is_measured():
    assert effects() == {}
