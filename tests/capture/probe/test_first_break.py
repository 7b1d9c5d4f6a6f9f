"""The operation at which values stop being numbers is found, with its line."""

import linecache

import numpy as np
import pytest

from nbdiag.capture.probe.batch import Batch
from nbdiag.capture.probe.prober import Prober
from nbdiag.capture.probe.tensor_spec import spec_of_rows
from nbdiag.schema.cell import CallSite
from nbdiag.schema.missing import Missing
from tests.capture import state

pytestmark = pytest.mark.training

SOURCE = """\
import keras
from keras import layers, ops
def root(y, p):
    apart = ops.sum(ops.square(y - p), axis=-1)
    return ops.mean(ops.sqrt(apart))
def entropy(y, p):
    shown = ops.where(y > 0, p, 1 - p)
    return -ops.mean(ops.log(ops.relu(shown)))
class Shares(layers.Layer):
    def call(self, x):
        total = ops.sum(x, axis=-1, keepdims=True)
        return x / total
def masked(y, p):
    hidden = ops.where(y > 0, p, -float("inf"))
    return ops.mean(ops.exp(hidden))
def overflow(y, p):
    return ops.mean(ops.exp(1000 * (1 + ops.square(p))))
"""


@pytest.fixture
def names():
    state.fresh()
    linecache.cache["<cell 7>"] = (len(SOURCE), None, SOURCE.splitlines(True), "<cell 7>")
    found = {}
    exec(compile(SOURCE, "<cell 7>", "exec"), found)
    return found


def look(names, loss, *layers, x=None, y=None):
    import keras

    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 4)).astype("float32") if x is None else x
    y = np.zeros((64, 2), "float32") if y is None else y
    model = keras.Sequential([keras.Input((4,)), *layers])
    model.compile("adam", names.get(loss, loss))
    prober = Prober(model, (), {"<cell 7>": 7}.get)
    prober.prepare(tuple(spec_of_rows(part, 64) for part in (x, y, None)))
    return prober.look("start", 0, Batch(x, y, None, 64)).first_break


def dense(units=2, **options):
    import keras

    return keras.layers.Dense(units, **options)


def zeros(share=0.5):
    x = np.random.default_rng(1).normal(size=(64, 4)).astype("float32")
    x[: int(64 * share)] = 0
    return x


def line_of(found):
    assert isinstance(found.site, CallSite), found
    return SOURCE.splitlines()[found.site.line - 1].strip()


def test_a_root_at_zero_breaks_on_the_way_back(names):
    found = look(names, "root", dense(), x=zeros())
    assert (found.direction, found.operation, found.in_loss) == ("backward", "Sqrt", True)
    assert line_of(found) == "return ops.mean(ops.sqrt(apart))"
    assert found.low == 0 < found.high


def test_a_logarithm_at_zero_breaks_on_the_way_forward(names):
    far = dense(activation="sigmoid", bias_initializer="ones")
    found = look(names, "entropy", far, x=np.full((64, 4), -1e4, "float32"))
    assert (found.direction, found.operation) == ("forward", "Log")
    assert line_of(found) == "return -ops.mean(ops.log(ops.relu(shown)))"


def test_a_custom_layer_is_named(names):
    layer = names["Shares"](name="shares")
    found = look(names, "mse", dense(4, activation="relu"), layer, dense(), x=zeros())
    assert (found.direction, found.operation, found.layer) == ("forward", "RealDiv", "shares")
    assert line_of(found) == "return x / total"
    assert not found.in_loss


def test_an_overflow_is_found(names):
    found = look(names, "overflow", dense())
    assert (found.direction, found.operation, found.in_loss) == ("forward", "Exp", True)


def test_infinity_that_reaches_no_result_is_no_break(names):
    assert isinstance(look(names, "masked", dense()), Missing)
    assert isinstance(look(names, "mse", dense(), x=zeros()), Missing)


def test_data_that_are_no_numbers_are_no_operation(names):
    x = zeros()
    x[3] = np.nan
    found = look(names, "mse", dense(), x=x)
    assert isinstance(found, Missing)
    assert "given" in found.reason
