"""NBD427 on runs whose images were measured before and after a layer."""

from dataclasses import replace

import numpy as np
import pytest

from nbdiag.rules import Skipped
from nbdiag.rules.data.images_lost_in_augmentation import ImagesLostInAugmentation
from nbdiag.schema.cell import CallSite
from nbdiag.schema.changes import RemoveLayer, SetLayerArgument, WriteInPlace
from nbdiag.schema.probe import PictureProbe
from tests.factory import make_layer, make_probe, make_run

CALL = "layers.RandomBrightness(0.3)"
SOURCE = f"%%traindiag\nmodel.add({CALL})\n"
SITE = CallSite(1, 2, 10, 2, 10 + len(CALL))
BYTES = {"value_range": [0, 255], "factor": [-0.3, 0.3]}


def layer(class_name="RandomBrightness", **fields):
    return make_layer(class_name, "change", **{"config": BYTES, "site": SITE, **fields})


def dense(**fields):
    return make_layer("Dense", "dense", units=1, parameters=9, inbound=("change",), **fields)


def seen(lost=0.0, shift=0.0, likeness=0.9, low=0.0, high=1.0):
    return PictureProbe("change", low, high, lost, shift, likeness)


def run_with(probe, *layers, **options):
    options = {"source": SOURCE, **options}
    return make_run(
        layers=layers or (layer(), dense()), probes=[make_probe(pictures=(probe,))], **options
    )


def found(run):
    return list(ImagesLostInAugmentation().check(run))


@pytest.mark.parametrize(
    ("lost", "fires"), [(0.0, False), (0.19, False), (0.21, True), (1.0, True)]
)
def test_images_without_contrast(lost, fires):
    assert [item.severity for item in found(run_with(seen(lost=lost)))] == ["error"] * fires


@pytest.mark.parametrize(
    ("shift", "fires"), [(0.5, False), (1.9, False), (2.1, True), (85.0, True)]
)
def test_images_moved_by_ranges(shift, fires):
    assert bool(found(run_with(seen(shift=shift)))) is fires


@pytest.mark.parametrize(
    ("class_name", "likeness", "fires"),
    [
        ("GaussianNoise", 0.11, False),
        ("GaussianNoise", 0.09, True),
        ("RandomRotation", 0.0, False),
        ("RandomFlip", -0.2, False),
    ],
)
def test_noise_by_its_likeness_and_turns_not(class_name, likeness, fires):
    run = run_with(seen(likeness=likeness), layer(class_name, config={}), dense())
    assert bool(found(run)) is fires


def test_a_layer_after_weights_takes_features():
    first = make_layer("Conv2D", "first", units=4, parameters=40)
    run = run_with(seen(lost=1.0), first, layer("GaussianNoise", inbound=("first",)), dense())
    assert found(run) == []


def test_normalized_images_are_images():
    first = make_layer("Normalization", "first", parameters=3)
    run = run_with(seen(lost=1.0), first, layer(inbound=("first",)), dense())
    assert len(found(run)) == 1


def test_without_a_graph_only_augmentation_is_judged():
    parts = [make_layer("Dense", "dense", units=1, parameters=9), make_layer("Dense", "other")]
    assert found(run_with(seen(lost=1.0), layer("DropPath", builtin=False), *parts)) == []
    assert len(found(run_with(seen(lost=1.0), layer(), *parts))) == 1


def test_the_range_is_written_into_the_call():
    (finding,) = found(run_with(seen(lost=0.5)))
    (change,) = finding.fixes[0].changes
    assert isinstance(change, WriteInPlace)
    assert (change.was, change.code) == ("0.3", "0.3, value_range=(0, 1)")


@pytest.mark.parametrize(
    ("low", "high", "right"), [(-1.0, 1.0, "(-1, 1)"), (0.0, 1.0, "(0, 1)"), (-3.0, 4.0, "")]
)
def test_the_range_is_that_of_the_images(low, high, right):
    (finding,) = found(run_with(seen(lost=0.5, low=low, high=high)))
    (change,) = finding.fixes[0].changes
    if right:
        assert change.code.endswith(f"value_range={right}")
    else:
        assert change == RemoveLayer("change")


def test_a_range_that_is_right_already_is_not_the_reason():
    fits = layer(config={"value_range": [0, 1], "factor": [0.9, 1.0]})
    (finding,) = found(run_with(seen(lost=0.9), fits, dense()))
    assert finding.fixes[0].changes == (RemoveLayer("change"),)


def test_noise_becomes_a_tenth_of_the_range():
    run = run_with(seen(likeness=0.01), layer("GaussianNoise", config={"stddev": 20.0}), dense())
    assert found(run)[0].fixes[0].changes == (SetLayerArgument("change", "stddev", 0.1),)


def test_a_training_that_works_is_informed_of_it():
    run = run_with(seen(lost=0.5), history={"loss": [0.6, 0.1, 0.05]})
    assert [item.severity for item in found(run)] == ["info"]


def flat(run, training, validation, source):
    sides = [
        (replace(side[0], flat=share),)
        for side, share in ((run.data.inputs, training), (run.data.validation_inputs, validation))
    ]
    data = replace(run.data, inputs=sides[0], validation_inputs=sides[1])
    return replace(run, data=data, cell=replace(run.cell, source=source))


PIPELINE = "dusk = layers.RandomBrightness(0.3)\ntrain = train.map(lambda a, b: (dusk(a), b))\n"


@pytest.mark.parametrize(
    ("training", "validation", "source", "fires"),
    [
        (0.5, 0.0, PIPELINE, True),
        (0.19, 0.0, PIPELINE, False),
        (0.21, 0.04, PIPELINE, True),
        (0.5, 0.06, PIPELINE, False),
        (0.5, 0.0, "train = train.map(decode)", False),
        (0.5, 0.0, "train = train.map(lambda a, b: (tf.image.random_brightness(a, 50), b))", True),
    ],
)
def test_a_pipeline_by_the_images_of_both_sides(training, validation, source, fires):
    images = np.random.default_rng(0).random((50, 4))
    run = flat(make_run(inputs=images, validation_inputs=images), training, validation, source)
    findings = found(run)
    assert [item.severity for item in findings] == ["error"] * fires
    if fires and source == PIPELINE:
        assert findings[0].fixes[0].changes[0].code == "0.3, value_range=(0, 1)"


def test_without_anything_measured_it_is_skipped():
    with pytest.raises(Skipped, match="no layer that changes images"):
        found(make_run())
