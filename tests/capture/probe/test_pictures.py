"""Pictures before and after a layer, measured in NumPy as in a graph."""

import numpy as np
import pytest

from nbdiag.capture.probe.measure import measure_pictures, picture_probe
from nbdiag.capture.watch import watch
from nbdiag.schema.cell import Cell
from tests.capture import state

RNG = np.random.default_rng(0)
PICTURES = RNG.random((40, 6, 6, 1)).astype("float32")


def measured(after, before=PICTURES):
    rows = [part.reshape(len(part), -1) for part in (before, after)]
    numbers = measure_pictures(np.concatenate(rows, axis=1), np, before=rows[0].shape[1])
    return picture_probe("layer", {key: float(value) for key, value in numbers.items()})


def test_a_copy_keeps_everything():
    seen = measured(PICTURES)
    assert (seen.lost, seen.shift) == (0.0, 0.0)
    assert seen.likeness == pytest.approx(1.0, abs=1e-4)
    assert 0 <= seen.low < seen.high <= 1


def test_black_pictures_are_lost():
    half = PICTURES.copy()
    half[::2] = 0
    assert measured(half).lost == pytest.approx(0.5)


def test_what_was_flat_before_is_not_counted():
    flat = PICTURES.copy()
    flat[::2] = 0.3
    assert measured(np.zeros_like(flat), flat).lost == pytest.approx(1.0)
    assert measured(flat, flat).lost == 0.0


def test_turned_pictures_keep_their_spread():
    seen = measured(PICTURES[:, ::-1])
    assert (seen.lost, round(seen.shift, 6)) == (0.0, 0.0)
    assert seen.likeness < 0.3


def test_brightness_moves_by_ranges():
    assert measured(PICTURES + 50).shift == pytest.approx(50, rel=0.1)


def test_a_cut_has_no_likeness():
    assert measured(PICTURES[:, :3, :3]).likeness is None


@pytest.mark.training
def test_layers_of_augmentation_are_measured_once():
    import keras
    from keras import layers

    state.fresh()
    augment = keras.Sequential(
        [layers.RandomFlip(name="flip"), layers.RandomBrightness(0.5, name="b")]
    )
    model = keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            augment,
            layers.Conv2D(2, 3, activation="relu"),
            layers.Dropout(0.5),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    model.compile("adam", "mse")
    with watch(Cell(1, "")) as seen:
        model.fit(PICTURES, RNG.random(40), epochs=1, verbose=0)
    start, *others = seen.runs[0].probes
    found = {item.layer: item for item in start.pictures}
    assert {"flip", "b"} <= set(found)
    assert found["flip"].lost == 0
    assert found["b"].lost > 0.2
    assert found["b"].high == pytest.approx(PICTURES.max())
    assert not any(probe.pictures for probe in others)
