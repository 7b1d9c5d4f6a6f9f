"""What is shown while a training runs, and what waits for the report."""

import pytest

from nbdiag.early_stop import Guard
from nbdiag.engine import Settings
from nbdiag.magics.live_observer import LiveObserver
from tests.factory import make_history, make_run

EPOCHS = 5


class Panel:
    """Notes what it is asked to show."""

    def __init__(self):
        self.shown = []

    def draw(self, report):
        self.shown.append(report.run.history.completed)

    def step(self, done, batch, batches):
        self.shown.append((done, batch, batches))


def run_after(completed):
    return make_run(epochs=EPOCHS, history=make_history(loss=[0.5] * completed))


@pytest.fixture
def judged(monkeypatch):
    judged, look = [], Guard.look
    monkeypatch.setattr(
        Guard, "look", lambda self, run: (judged.append(run.history.completed), look(self, run))[1]
    )
    return judged


def observed(panel, *, live=True):
    observer = LiveObserver(
        display=print, live=live, stop_on="never" if live else "error", settings=Settings()
    )
    observer.panel = panel
    return observer.requests()


def test_an_epoch_before_the_last_is_judged_and_drawn(judged):
    panel = Panel()
    observed(panel)["on_epoch"](run_after(EPOCHS - 1))
    assert judged == panel.shown == [EPOCHS - 1]


def test_after_the_last_epoch_only_the_place_is_shown(judged):
    panel = Panel()
    observed(panel)["on_epoch"](run_after(EPOCHS))
    assert not judged
    assert panel.shown == [(EPOCHS, 0, None)]


def test_a_training_without_a_panel_is_not_judged_after_its_last_epoch(judged):
    requests = observed(None, live=False)
    requests["on_epoch"](run_after(EPOCHS))
    assert not judged
    requests["on_epoch"](run_after(1))
    assert judged == [1]
