"""Validation data are followed from name to name through the text of the cells."""

import pytest

from nbdiag.schema.cell import Cell
from nbdiag.syntax.data.augmentation import augmented_validation
from tests.factory import make_run

LAYERS = "augment = keras.Sequential([layers.RandomFlip(), layers.RandomZoom(0.1)])"
MAPPED = "val = val.map(lambda x, y: (augment(x, training=True), y))"
FIT = "model.fit(train, validation_data=val)"


def found(*cells):
    *earlier, last = (Cell(number, text) for number, text in enumerate(cells, start=1))
    run = make_run()
    return augmented_validation(type(run)(**{**vars(run), "cell": last, "earlier": tuple(earlier)}))


@pytest.mark.parametrize(
    "cells",
    [
        [f"val = data()\n{LAYERS}\n{MAPPED}\n{FIT}"],
        [f"{LAYERS}\nval = data()", f"%%traindiag\n{MAPPED}", f"val = val.batch(8)\n{FIT}"],
        [(f"{LAYERS}\nboth = data().map(lambda x, y: (augment(x, training=True), y))\n"
         f"val = both.skip(100)\n{FIT}")],
        [("def flip(x, y):\n    return tf.image.random_flip_left_right(x), y\n"
         "model.fit(train, validation_data=data().map(flip).batch(8))")],
        [("gen = ImageDataGenerator(rescale=1 / 255, rotation_range=20)\n"
         "model.fit(gen.flow(x, y), validation_data=gen.flow(x_val, y_val))")],
        ["gen = image.ImageDataGenerator(horizontal_flip=True)",
         f"val = gen.flow_from_directory('val')\n{FIT}"],
    ],
)  # fmt: skip
def test_augmented(cells):
    call = found(*cells)
    assert call is not None
    assert call.endswith(("map(…)", "flow(…)", "flow_from_directory(…)"))


@pytest.mark.parametrize(
    "cells",
    [
        # Only the training rows, whatever else has the name.
        [f"{LAYERS}\ntrain = train.map(lambda x, y: (augment(x, training=True), y))\n{FIT}"],
        # As outside of training: the layers do nothing.
        [f"{LAYERS}\nval = data().map(lambda x, y: (augment(x, training=False), y))\n{FIT}"],
        [f"{LAYERS}\nval = data().map(lambda x, y: (augment(x), y))\n{FIT}"],
        # What prepares and does not distort.
        [("scale = layers.Rescaling(1 / 255)\n"
         f"val = data().map(lambda x, y: (scale(x, training=True), y))\n{FIT}")],
        [("plain = ImageDataGenerator(rescale=1 / 255)\n"
         f"gen = ImageDataGenerator(rotation_range=20)\nval = plain.flow(x, y)\n{FIT}")],
        [f"gen = ImageDataGenerator(rotation_range=0)\nval = gen.flow(x, y)\n{FIT}"],
        # Augmented after the split, under the old name.
        [(f"{LAYERS}\nds = data()\nval = ds.skip(9)\n"
         f"ds = ds.map(lambda x, y: (augment(x, training=True), y))\n{FIT}")],
        [("def pick(x, y):\n    return x[random_row()], y\n"
         f"val = data().map(pick)\n{FIT}")],
        ["model.fit(x, y)"],
        ["model.fit(x, y, validation_data=(x_val, y_val))"],
        ["val = val\nval = val.batch(8)\n" + FIT],
        ["this is no Python"],
    ],
)  # fmt: skip
def test_not_augmented(cells):
    assert found(*cells) is None
