"""How many rows a probe takes: as usual, but for wide layers in a short training."""

import pytest

from nbdiag.capture.probe.batch_size import probe_rows
from tests.capture import state

pytestmark = pytest.mark.training


@pytest.fixture(autouse=True)
def fresh():
    state.fresh()


def wide():
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )


def test_a_small_model_is_seen_on_all_rows_however_short_the_training():
    import keras

    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(256)])
    assert probe_rows("light", model, 100) == 256
    assert probe_rows("full", model, 100) == 1024
    assert probe_rows("off", model, 100) == 0


def test_a_wide_model_is_seen_on_as_many_rows_as_its_training_is_long():
    model = wide()
    assert probe_rows("light", model, 500 * 12) == 64
    assert probe_rows("light", model, 500 * 72) == 120
    assert probe_rows("light", model, 60_000 * 5) == 256
    assert probe_rows("full", model, 500 * 12) == 64
    assert probe_rows("full", model, 60_000 * 5) == 1024


def test_unknown_lengths_and_fixed_batches():
    import keras

    assert probe_rows("light", wide(), None) == 256
    fixed = keras.Sequential([keras.Input(batch_shape=(32, 6)), keras.layers.Dense(2)])
    assert probe_rows("light", fixed, None) == 32


def test_the_steps_of_a_sequence_count():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((60, 32)), layers.LSTM(32), layers.Dense(2)])
    assert probe_rows("light", model, 6_000) == 64
    assert probe_rows("light", model, 600_000) == 256
