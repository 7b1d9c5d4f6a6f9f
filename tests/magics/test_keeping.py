"""What is kept of a training for a proof afterwards: nothing that the user does not keep."""

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest

from nbdiag.capture.data.arrays import describe_array
from nbdiag.capture.data.seen_samples import SeenSamples
from nbdiag.diagnosis import Report, is_as_judged
from nbdiag.schema.data import Data
from nbdiag.trial.setup.model_refs import Training
from tests.factory import make_run


class Model:
    name = "net"

    def __init__(self):
        self.optimizer = type("Optimizer", (), {})()


@pytest.fixture
def model():
    return Model()


def test_what_the_user_keeps_is_given_back(model):
    x, y, held_out = (np.arange(rows) for rows in (4, 5, 6))
    given = {"x": {"a": x}, "y": y, "epochs": 3, "validation_data": (held_out, [held_out])}
    training = Training(model, given, firmly=False)
    taken, arguments = training.take()
    assert taken is model
    assert arguments["x"]["a"] is x
    assert arguments["y"] is y
    assert arguments["epochs"] == 3
    assert arguments["validation_data"] == (held_out, [held_out])
    assert arguments["validation_data"][0] is held_out


@pytest.mark.parametrize("part", ["x", "y", "validation_data"])
def test_what_the_user_drops_is_gone(model, part):
    kept = np.arange(3)
    given = {"x": kept, "y": kept, part: np.arange(9)}
    dropped = weakref.ref(given[part])
    training = Training(model, given, firmly=False)
    del given
    gc.collect()
    assert dropped() is None
    assert training.take() is None


def test_a_model_that_is_gone_or_compiled_anew_is_not_given(model):
    x = np.arange(3)
    training = Training(model, {"x": x}, firmly=False)
    assert training.take() is not None
    model.optimizer = type("Optimizer", (), {})()
    assert training.take() is None
    other = Training(Model(), {"x": x}, firmly=False)
    gc.collect()
    assert other.take() is None


def test_long_lists_are_data_and_are_not_copied(model):
    assert Training(model, {"x": list(range(1000))}, firmly=False).take() is None


def test_callbacks_that_do_not_steer_are_not_kept(model):
    x = np.arange(3)
    _, given = Training(model, {"x": x, "callbacks": [object()]}, firmly=False).take()
    assert set(given) == {"x"}


def test_of_a_stream_the_samples_are_kept_that_passed(model):
    seen = SeenSamples()
    seen.names = frozenset({"x", "validation_data"})
    training = Training(
        model,
        {"x": iter(()), "steps_per_epoch": 9, "validation_data": iter(()), "epochs": 2},
        seen,
        firmly=False,
    )
    assert set(training.take()[1]) == {"steps_per_epoch", "epochs"}  # nothing has passed
    seen.keep(Passed(), 5)
    _, given = training.take()
    assert given["x"].tolist() == [0, 1, 2]
    assert given["y"].tolist() == [3, 4, 5]
    assert len(given["validation_data"]) == 2
    assert (given["batch_size"], given["steps_per_epoch"], given["epochs"]) == (2, 5, 2)
    assert given["shuffle"] is False


class Passed:
    """A stream of which three samples have passed."""

    def seen(self, name):
        return np.arange(3), np.arange(3, 6), None

    def batch_rows(self):
        return 2


def test_a_proof_that_was_asked_for_keeps_them_until_it_is_done(model):
    training = Training(model, {"x": np.arange(3)}, firmly=True)
    gc.collect()
    assert training.take()[1]["x"].tolist() == [0, 1, 2]
    training.loosen()
    gc.collect()
    assert training.take() is None


def test_data_that_were_changed_in_place_are_known_again(model):
    x, y = np.arange(12.0).reshape(6, 2), np.arange(6) % 2
    data = Data(inputs=(describe_array(x, ""),), labels=(describe_array(y, "", labels=True),))
    report = Report((), (), replace(make_run(), data=data))
    assert is_as_judged(report, (model, {"x": x, "y": y}))
    assert is_as_judged(report, (model, {"x": iter(())}))
    y[0] = 1
    assert not is_as_judged(report, (model, {"x": x, "y": y}))
    y[0] = 0
    x /= 255
    assert not is_as_judged(report, (model, {"x": x, "y": y}))
