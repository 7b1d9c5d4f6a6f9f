"""An Embedding that masks content, on runs built by hand."""

from dataclasses import replace

import pytest

from nbdiag.rules.layers.mask_over_content import MaskOverContent
from nbdiag.schema.changes import SetLayerArgument
from tests.factory import make_layer, make_run

STUCK, LEARNT, CREEPING = (0.693, 0.693, 0.693), (0.69, 0.3, 0.1), (0.69, 0.6, 0.55)


def found(*, gaps=0.3, padding=(0.01, 0.01), losses=STUCK, mask=True, first="Embedding"):
    layers = [
        make_layer(first, name="first", config={"mask_zero": mask}),
        make_layer("GlobalAveragePooling1D", inbound=("first",), name="mean"),
        make_layer("Dense", inbound=("mean",), name="head", activation="sigmoid", units=1),
    ]
    run = make_run(layers=layers, history={"loss": losses})
    given = replace(run.data.inputs[0], shape=(40,), padding=padding, gaps=gaps)
    run = replace(run, data=replace(run.data, inputs=(given,)))
    return list(MaskOverContent().check(run))


@pytest.mark.parametrize(("gaps", "is_found"), [(0.1, True), (0.099, False), (None, False)])
def test_how_much_is_masked(gaps, is_found):
    assert bool(found(gaps=gaps)) is is_found


@pytest.mark.parametrize(
    ("losses", "severities"),
    [(STUCK, ["error"]), (CREEPING, ["warning"]), (LEARNT, []), ((), [])],
)
def test_the_ending_decides(losses, severities):
    assert [item.severity for item in found(losses=losses)] == severities


@pytest.mark.parametrize(
    ("padding", "severity", "changes"),
    [
        ((0.05, 0.049), "error", (SetLayerArgument("first", "mask_zero", value=False),)),
        ((0.05, 0.05), "warning", ()),
    ],
)
def test_sequences_that_are_padded_too(padding, severity, changes):
    (item,) = found(padding=padding)
    assert (item.severity, item.fixes[0].changes) == (severity, changes)


def test_nothing_masks():
    assert found(mask=False) == []
    assert found(first="Dense") == []
