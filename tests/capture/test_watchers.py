"""Callbacks that act on a curve, and how a loss joins the rows of a batch, as they are recorded."""

import inspect

import pytest

from nbdiag.capture.fit.arguments import bind, describe_call
from nbdiag.capture.model.compile import CompileCall, describe_compile
from nbdiag.schema.missing import Missing
from nbdiag.schema.setup import Watcher

pytestmark = pytest.mark.training

HERE = Missing("a test")


def call_with(*callbacks):
    import keras

    signature = inspect.signature(keras.Model.fit)
    return describe_call(bind(signature, ([1.0], [1.0]), {"callbacks": list(callbacks)}), HERE)


def test_callbacks_of_keras_are_described_by_curve_mode_and_patience():
    from keras import callbacks

    found = call_with(
        callbacks.EarlyStopping("val_loss", patience=3, mode="max"),
        callbacks.ReduceLROnPlateau(),
        callbacks.ModelCheckpoint("best.keras", "val_loss", save_best_only=True, mode="min"),
    )
    assert found.watchers == (
        Watcher("EarlyStopping", "val_loss", "max", 3),
        Watcher("ReduceLROnPlateau", "val_loss", "auto", 10),
        Watcher("ModelCheckpoint", "val_loss", "min"),
    )
    assert found.callbacks == ("EarlyStopping", "ReduceLROnPlateau", "ModelCheckpoint")


def test_a_checkpoint_of_every_epoch_and_a_callback_of_ones_own_watch_nothing():
    from keras import callbacks

    class Mine(callbacks.EarlyStopping):
        pass

    assert call_with(Mine("val_loss"), callbacks.ModelCheckpoint("a.keras")).watchers == ()


def test_how_a_loss_joins_rows_is_recorded():
    import keras

    summed = keras.losses.MeanSquaredError(reduction="sum")
    found = {}
    for name, loss in (("word", "mse"), ("object", summed), ("own", lambda y, p: y - p)):
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        model.compile("sgd", loss)
        setup = describe_compile(model, [(1,)], [(1,)], CompileCall(HERE, "string"))
        found[name] = setup.losses[0].reduction
    assert found["object"] == "sum"
    assert found["word"] != "sum"
    assert found["own"] == ""
