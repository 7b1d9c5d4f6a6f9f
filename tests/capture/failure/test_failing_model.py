"""An exception is about the model that raised it, not about the newest one of the notebook."""

import linecache

import pytest

from nbdiag.capture.failure.failing_model import failing_model
from tests.capture import state

pytestmark = pytest.mark.training

BEFORE = """\
import keras, numpy as np
from keras import layers
model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
model.compile("adam", "mse")
pictures = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
pictures.trainable = False
x = np.zeros((8, 4), "float32")
def train(net, rows):
    return net.fit(rows, rows[:5], verbose=0)
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("model.predict(x[:, :2])\n", "model"),
        ("model.evaluate(\n    x,\n    [1, 2],\n)\n", "model"),
        ("train(model, x)\n", "model"),
        ("y = x.reshape(3, 5)\n", None),
        ("y = x.reshape(3, 5)\nmodel.fit(x, y)\n", "model"),
        ("net = keras.Sequential([pictures])\nnet.add(layers.Dense('a'))\n", "net or pictures"),
    ],
)
def test_the_model_is_the_one_that_failed(source, expected):
    state.fresh()
    names = {}
    for number, text in enumerate((BEFORE, source)):
        file = f"<cell {number}>"
        linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    exec(compile(BEFORE, "<cell 0>", "exec"), names)
    with pytest.raises(Exception) as raised:  # noqa: PT011 - each fails in its own way
        exec(compile(source, "<cell 1>", "exec"), names)
    cells = {"<cell 0>": 0, "<cell 1>": 1}
    found = failing_model(raised.value, names, source, cells.get)
    allowed = [names.get(name) for name in (expected or "").split(" or ")]
    assert any(found is item for item in allowed)
