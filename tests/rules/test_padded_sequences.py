"""A recurrent layer after padded sequences, on runs built by hand."""

from dataclasses import replace

import pytest

from nbdiag.rules import Skipped
from nbdiag.rules.layers.padding_read_as_content import PaddingReadAsContent
from nbdiag.schema.changes import InsertLayer, SetLayerArgument
from tests.factory import make_layer, make_run

STUCK, LEARNT, CREEPING = (0.693, 0.693, 0.693), (0.69, 0.3, 0.1), (0.69, 0.6, 0.55)


def run_of(*layers, padding=(0.0, 0.8), shape=(100,), losses=STUCK):
    """Make a run of a chain of layers on padded sequences."""
    chain = [
        replace(layer, inbound=(layers[place - 1].name,) if place else ())
        for place, layer in enumerate(layers)
    ]
    run = make_run(layers=chain, history={"loss": losses})
    given = replace(run.data.inputs[0], shape=shape, padding=padding)
    return replace(run, data=replace(run.data, inputs=(given,)))


def embedding(**config):
    return make_layer("Embedding", config=config)


def found(run):
    return list(PaddingReadAsContent().check(run))


HEAD = make_layer("Dense", activation="sigmoid", units=1)


@pytest.mark.parametrize(
    ("losses", "severities"),
    [(STUCK, ["error"]), (CREEPING, ["warning"]), (LEARNT, []), ((), ["warning"])],
)
def test_the_ending_decides(losses, severities):
    run = run_of(embedding(), make_layer("LSTM"), HEAD, losses=losses)
    assert [item.severity for item in found(run)] == severities


@pytest.mark.parametrize(
    ("padding", "steps", "is_found"),
    [
        ((0.0, 0.5), 40, True),
        ((0.0, 0.49), 100, False),
        ((0.0, 0.9), 22, False),
        ((0.0, 0.9), 23, True),
        ((0.9, 0.0), 100, False),
        (None, 100, False),
    ],
)
def test_how_much_is_padding(padding, steps, is_found):
    run = run_of(embedding(), make_layer("GRU"), HEAD, padding=padding, shape=(steps,))
    assert bool(found(run)) is is_found


def sequences(name):
    return make_layer("LSTM", name, config={"return_sequences": True})


@pytest.mark.parametrize(
    "layers",
    [
        # A mask reaches the layer.
        (embedding(mask_zero=True), make_layer("LSTM"), HEAD),
        (make_layer("Masking"), make_layer("LSTM"), HEAD),
        (
            embedding(mask_zero=True),
            make_layer("Dropout"),
            sequences("a"),
            make_layer("LSTM"),
            HEAD,
        ),
        # The content is read last, or every state is used.
        (embedding(), make_layer("LSTM", config={"go_backwards": True}), HEAD),
        (embedding(), make_layer("Bidirectional"), HEAD),
        (embedding(), sequences("a"), make_layer("GlobalMaxPooling1D"), HEAD),
        (embedding(), make_layer("GlobalAveragePooling1D"), HEAD),
        # What a custom layer does with a mask is not known.
        (make_layer("Tokens", builtin=False), make_layer("LSTM"), HEAD),
    ],
)
def test_sound_ways(layers):
    assert not found(run_of(*layers))


def test_fixes_follow_the_way():
    (finding,) = found(run_of(embedding(), make_layer("LSTM"), HEAD))
    assert finding.fixes[0].changes == (SetLayerArgument("embedding", "mask_zero", value=True),)
    (finding,) = found(run_of(sequences("a"), make_layer("LSTM"), HEAD, shape=(100, 3)))
    assert finding.fixes[0].changes == (InsertLayer("Masking", "a", before=True),)
    lost = (embedding(mask_zero=True), make_layer("Conv1D"), make_layer("LSTM"), HEAD)
    (finding,) = found(run_of(*lost))
    assert finding.fixes[0].safety == "display"


def test_two_inputs_of_one_layer_are_not_told_apart():
    run = run_of(embedding(), make_layer("LSTM"), HEAD)
    run = replace(run, data=replace(run.data, inputs=run.data.inputs * 2))
    with pytest.raises(Skipped):
        found(run)
