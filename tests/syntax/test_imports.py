"""What the names of a cell mean in Keras, whichever package it is imported from."""

import pytest

from nbdiag.syntax.imports import keras_path, read_names
from nbdiag.syntax.text.parsed_cell import parse_cell


@pytest.mark.parametrize(
    ("source", "meant"),
    [
        ("import keras\nkeras.layers.Dense", "layers.Dense"),
        ("from tensorflow import keras as k\nk.layers.Dense", "layers.Dense"),
        ("import tensorflow as tf\ntf.keras.Sequential", "models.Sequential"),
        ("import tf_keras as keras\nkeras.layers.Dense", "layers.Dense"),
        ("import keras_core as keras\nkeras.layers.Dense", "layers.Dense"),
        ("import keras_core\nkeras_core.Sequential", "models.Sequential"),
        ("from keras_core.layers import Dense as D\nD", "layers.Dense"),
        ("from keras_core.layers import *\nDense", "layers.Dense"),
        ("import keras_tuner as keras\nkeras.layers.Dense", None),
    ],
)
def test_a_name_is_resolved_through_any_package_that_is_keras(source, meant):
    page = parse_cell(source)
    assert read_names(page).resolve(page.tree.body[-1].value) == meant


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("keras_core.layers.Dense", ("keras_core", "layers.Dense")),
        ("tf_keras.Model", ("tf_keras", "Model")),
        ("keras", ("keras", "")),
        ("keras_cv.layers.Dense", None),
    ],
)
def test_a_path_is_split_at_its_package(path, parts):
    assert keras_path(path) == parts
