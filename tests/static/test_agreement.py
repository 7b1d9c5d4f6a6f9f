"""The verdict from the text is the verdict from the watched training, as far as both can know."""

from collections import Counter

import pytest

from nbdiag.engine import judge
from nbdiag.schema.run import TrainingRun
from tests.static.cases import PAIRS, runs_of, without_measurements

LOOPS = {"maker_and_critic_by_turns"}  # trained by train_on_batch, which has no fit to read


def verdict(run):
    report = judge(run)
    assert not [check for check in report.checks if check.status == "crashed"]
    return {(item.code, item.severity) for item in report.findings if item.severity != "info"}


@pytest.mark.parametrize(("program", "recorded"), PAIRS, ids=lambda path: path.stem)
def test_text_and_training_are_judged_alike(program, recorded):
    runs = runs_of(program.read_text(encoding="utf-8"))
    assert bool(runs) == (program.stem not in LOOPS)
    if not runs:
        return
    from_text = set().union(*map(verdict, runs))
    assert from_text == verdict(without_measurements(TrainingRun.load(recorded)))
    if "_faulty_" not in program.stem:
        assert not from_text


@pytest.mark.parametrize(("program", "recorded"), PAIRS[::7], ids=lambda path: path.stem)
def test_layers_are_those_that_keras_made(program, recorded):
    watched = TrainingRun.load(recorded).model
    read = runs_of(program.read_text(encoding="utf-8"))[-1].model
    assert read.kind == watched.kind
    if any(layer.application for layer in read.layers) or read.kind == "subclass":
        return
    # Keras lists branches by their distance from the output, the reader in the order of the text.
    assert Counter(map(facts, read.layers)) == Counter(map(facts, watched.layers))


def facts(layer):
    known = layer.builtin and layer.class_name != "Lambda"
    return layer.class_name, layer.activation if known else None, layer.units, layer.trainable
