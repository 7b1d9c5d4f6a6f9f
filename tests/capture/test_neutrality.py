"""A watched training is, bit for bit, the training that would have been."""

import warnings

import pytest

from nbdiag.capture.watch import Stop, watch
from nbdiag.guard import Guard
from nbdiag.panel.live import LivePanel
from nbdiag.schema.run import Cell
from tests.capture import state, trainings

pytestmark = [
    pytest.mark.training,
    # Keras says this of every stream, watched or not.
    pytest.mark.filterwarnings("ignore:.shuffle=True. was passed"),
]

ORIGINALS = {}
LIVELY = [trainings.mlp, trainings.tf_data, trainings.two_outputs]


def bare(training):
    if training not in ORIGINALS:
        state.fresh()
        ORIGINALS[training] = state.left_behind(*training())
    return ORIGINALS[training]


@pytest.mark.parametrize("probes", ["light", "full", "off"])
@pytest.mark.parametrize("training", trainings.EVERY, ids=lambda item: item.__name__)
def test_nothing_changes(training, probes):
    before = bare(training)
    state.fresh()
    filters = list(warnings.filters)
    with watch(Cell(1, ""), probes=probes) as seen:
        after = state.left_behind(*training())
    for name, value in before.items():
        assert after[name] == value, name
    assert warnings.filters == filters
    assert len(seen.runs) == 1


@pytest.mark.parametrize("training", LIVELY, ids=lambda item: item.__name__)
def test_a_live_panel_changes_nothing(training, monkeypatch):
    monkeypatch.setattr("nbdiag.capture.watch._LIVE_SHARE", 1e9)
    monkeypatch.setattr("nbdiag.capture.watch._REST", 0.0)
    before = bare(training)
    state.fresh()
    filters, stop, shown = list(warnings.filters), Stop(), []
    guard = Guard(stop, "never")
    live = LivePanel(display=shown.append, ask=stop.set, asked=stop.is_set)
    with watch(
        Cell(1, ""),
        on_begin=lambda run: live.begin(guard.look(run)),
        on_epoch=lambda run: live.draw(guard.look(run)),
        on_step=lambda step: live.step(step.done, step.batch, step.batches),
        stop=stop,
    ):
        after = state.left_behind(*training())
    assert shown == [live.panel]
    assert len(live.panel.children) == 4
    live.close()
    for name, value in before.items():
        assert after[name] == value, name
    assert warnings.filters == filters
