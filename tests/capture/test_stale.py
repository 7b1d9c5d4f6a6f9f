"""Layers whose state the training step does not know are named, and only those."""

import pytest

from nbdiag.capture.model.compile import stale_layers
from tests.capture.trainings import table


def made():
    import keras

    base = keras.layers.Dense(4, activation="relu", name="base")
    model = keras.Sequential(
        [keras.Input((6,)), base, keras.layers.Dense(1, activation="sigmoid", name="head")]
    )
    return model, base


def fitted(model, base):
    """How far one epoch moves the base."""
    x, y = table(64)
    before = base.get_weights()[0].copy()
    model.fit(x, y, batch_size=32, verbose=0)
    return abs(base.get_weights()[0] - before).max()


@pytest.mark.training
def test_what_was_changed_after_the_step_had_been_built():
    model, base = made()
    base.trainable = False
    model.compile("adam", "binary_crossentropy")
    assert fitted(model, base) == 0
    assert stale_layers(model) == ()
    base.trainable = True
    assert stale_layers(model) == ("base",)
    assert fitted(model, base) == 0, "Keras builds the step anew by itself"
    model.compile("adam", "binary_crossentropy")
    assert stale_layers(model) == ()
    assert fitted(model, base) > 0
    base.trainable = False
    assert stale_layers(model) == ("base",)
    assert fitted(model, base) > 0


@pytest.mark.training
def test_what_was_changed_before_the_step_was_built():
    model, base = made()
    model.compile("adam", "binary_crossentropy")
    base.trainable = False
    assert stale_layers(model) == ()
    assert fitted(model, base) == 0
    assert stale_layers(model) == ()


@pytest.mark.training
def test_steps_run_eagerly_read_what_is_trainable():
    model, base = made()
    model.compile("adam", "binary_crossentropy", run_eagerly=True)
    assert fitted(model, base) > 0
    base.trainable = False
    assert stale_layers(model) == ()
    assert fitted(model, base) == 0
