"""A watched training is, bit for bit, the training that would have been."""

import warnings

import pytest

from nbdiag.capture.watch import watch
from nbdiag.schema.run import Cell
from tests.capture import state, trainings

pytestmark = [
    pytest.mark.training,
    # Keras says this of every stream, watched or not.
    pytest.mark.filterwarnings("ignore:.shuffle=True. was passed"),
]

ORIGINALS = {}


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
