"""Sequences of unlike length are padded with numbers of the type that they have."""

import pytest

from nbdiag.edits.rewrite import rewrite
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import ConvertData
from tests.factory import make_run

FIT = "model = keras.Sequential([layers.{}])\nmodel.fit(x, y)\n"


@pytest.mark.parametrize(
    ("layer", "written"),
    [
        ("Embedding(9, 4), layers.LSTM(3)", "pad_sequences(x)"),
        ("Dense(4)", 'pad_sequences(x, dtype="float32")'),
    ],
)
def test_readings_stay_numbers_with_fractions(layer, written):
    run = make_run(source=FIT.format(layer), earlier=(Cell(0, "from keras import layers"),))
    assert f"utils.{written}" in rewrite(run, (ConvertData("inputs", "pad"),))[0]
