"""Ending a training whose error is certain."""

import pytest

from nbdiag.capture.stop import Stop
from nbdiag.early_stop import Guard
from nbdiag.engine import Settings
from tests.factory import make_history, make_run

HOPELESS = make_run(units=1, activation="softmax", epochs=50)
SOUND = make_run(epochs=50, history=make_history(loss=[0.5, 0.4], accuracy=[0.8, 0.9]))


def test_a_certain_error_ends_the_training_and_leaves_its_code():
    stop = Stop()
    report = Guard(stop, "error").look(HOPELESS)
    assert report.principal.code == "NBD103"
    assert stop.is_set()
    assert (stop.by, stop.code) == ("error", "NBD103")


@pytest.mark.parametrize(
    ("stop_on", "run", "settings"),
    [
        ("never", HOPELESS, None),
        ("error", SOUND, None),
        ("error", HOPELESS, Settings(ignore=("NBD103",))),
    ],
)
def test_everything_else_goes_on(stop_on, run, settings):
    stop = Stop()
    Guard(stop, stop_on, settings).look(run)
    assert not stop.is_set()


def test_a_training_that_is_over_is_not_ended():
    stop = Stop()
    over = make_run(
        activation="softmax", epochs=2, history=make_history(loss=[0.6, 0.6], accuracy=[0.5, 0.5])
    )
    assert Guard(stop, "error").look(over).principal.code == "NBD103"
    assert not stop.is_set()
