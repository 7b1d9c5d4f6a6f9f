"""NBD516 on a recorded run whose accuracies are moved."""

from dataclasses import replace
from pathlib import Path

import pytest

from nbdiag.rules import Skipped
from nbdiag.rules.layers.memorised_rows import MemorisedRows
from nbdiag.schema.changes import InsertLayer, ReplaceLayer
from nbdiag.schema.run import TrainingRun

RUN = TrainingRun.load(
    Path(__file__).parents[1] / "runs" / "layers" / "nbd516_faulty_place_of_every_word.json"
)


def ending(training, validation, run=RUN, **curves):
    epochs = dict(run.history.epochs)
    for label, value in (("accuracy", training), ("val_accuracy", validation)):
        epochs[label] = (*epochs[label][:-1], value)
    return replace(run, history=replace(run.history, epochs=epochs | curves))


def found(run):
    return list(MemorisedRows().check(run))


@pytest.mark.parametrize(
    ("training", "validation", "fires"),
    [(1.0, 0.6, True), (1.0, 0.75, False), (0.9, 0.5, False), (0.97, 0.5, True)],
)
def test_a_wide_gap_behind_a_learnt_training_is_information(training, validation, fires):
    findings = found(ending(training, validation))
    assert [item.severity for item in findings] == ["info"] * fires


def test_a_gap_that_luck_explains_is_none():
    split = replace(RUN.data.split, validation_rows=12)
    few = replace(RUN, data=replace(RUN.data, split=split))
    assert found(ending(1.0, 0.6, few)) == []


def test_a_validation_loss_that_rises_is_told_by_its_epoch():
    epochs = RUN.history.completed
    rising = tuple(1.0 - 0.1 * min(at, 4) + 0.2 * max(0, at - 4) for at in range(epochs))
    assert found(ending(1.0, 0.6, val_loss=rising)) == []


def test_without_held_out_rows_it_is_skipped():
    curves = {key: value for key, value in RUN.history.epochs.items() if "val_" not in key}
    with pytest.raises(Skipped, match="held-out samples"):
        found(replace(RUN, history=replace(RUN.history, epochs=curves)))


@pytest.mark.parametrize("value", [float("nan"), -0.1, 63.0])
def test_what_is_no_share_is_skipped(value):
    with pytest.raises(Skipped, match="not between 0 and 1"):
        found(ending(1.0, value))


def test_places_are_pooled_and_signals_hidden():
    (finding,) = found(RUN)
    assert [fix.changes for fix in finding.fixes] == [
        (ReplaceLayer("flatten", "GlobalAveragePooling1D"),),
        (InsertLayer("Dropout", "dense_1", before=True, arguments={"rate": 0.5}),),
    ]
