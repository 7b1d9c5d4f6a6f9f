"""Rules about training and validation rows, on runs built by hand."""

from dataclasses import replace

import numpy as np
import pytest

from nbdiag.rules import Skipped
from nbdiag.rules.data.duplicated_rows import DuplicatedRows
from nbdiag.rules.data.near_copies_across_the_split import NearCopiesAcrossTheSplit
from nbdiag.rules.data.ordered_split import OrderedSplit
from nbdiag.rules.data.rows_shared_by_the_split import RowsSharedByTheSplit
from nbdiag.rules.data.scaled_differently import ScaledDifferently
from nbdiag.rules.data.validation_distribution_shift import ValidationDistributionShift
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import DropShared, SetFitArgument, ShuffleRows, SplitAnew
from nbdiag.schema.data import NearDuplicates, Passed, Split
from nbdiag.schema.missing import Missing
from nbdiag.schema.setup import FitCall
from tests.factory import binary, classes, make_layer, make_run, normal


def found(rule, run):
    return list(rule().check(run))


def severities(rule, run):
    return [item.severity for item in found(rule, run)]


@pytest.mark.parametrize(
    ("shared", "repeated", "severity"),
    [
        (100, 0, "error"),
        (30, 0, "warning"),
        (2, 0, "info"),
        (0, 0, None),
        (96, 388, None),
        (20, 40, None),
    ],
)
def test_shared_rows_count_beyond_what_repeats_anyway(shared, repeated, severity):
    run = make_run(split=Split(400, 100, shared, repeated))
    assert severities(RowsSharedByTheSplit, run) == ([severity] if severity else [])


def test_validation_data_that_are_training_rows_become_a_split():
    (finding,) = found(RowsSharedByTheSplit, make_run(split=Split(400, 100, 100, 0)))
    assert finding.fixes[0].changes == (
        ShuffleRows(),
        SetFitArgument("validation_data", None),
        SetFitArgument("validation_split", 0.2),
    )
    assert "100 of your 100" in finding.message


def fixes(split, **fit):
    run = make_run(split=split, fit=FitCall(**{"validation": "data", "input_kind": "numpy"} | fit))
    (finding,) = found(RowsSharedByTheSplit, run)
    return {fix.changes for fix in finding.fixes}, finding.fixes


HERE, THERE = (DropShared("training"),), (DropShared("validation"),)


@pytest.mark.parametrize(
    ("split", "expected"),
    [
        (Split(400, 100, 30, 0), {THERE, HERE}),
        (Split(400, 100, 60, 0), {HERE}),  # most of the validation would go
        (Split(400, 100, 100, 20), {HERE}),  # a split would part rows that repeat
        (Split(60, 100, 40, 0), {THERE}),  # most of the training would go
        (Split(60, 100, 60, 0), {()}),
        (Split(400, 100, 100, 120), {()}),
    ],
)
def test_shared_rows_are_dropped_where_enough_are_left(split, expected):
    changes, offered = fixes(split)
    assert changes == expected
    assert all((fix.safety == "display") == (not fix.changes) for fix in offered)


def test_rows_in_batches_of_their_own_are_shown_only():
    changes, (fix,) = fixes(Split(400, 100, 30, 0), input_kind="tf.data")
    assert changes == {()}
    assert "np.unique" in fix.note


def test_rows_that_were_not_compared_are_skipped():
    with pytest.raises(Skipped, match="too wide"):
        found(RowsSharedByTheSplit, make_run(split=Split(400, 100, Missing("too wide"))))
    with pytest.raises(Skipped, match="no validation data"):
        found(RowsSharedByTheSplit, make_run())


def sides(training, validation, ordered=0.0, **fields):
    return make_run(
        inputs=normal(len(training), 4),
        labels=training,
        validation_inputs=normal(len(validation), 4),
        validation_labels=validation,
        split=Split(len(training), len(validation), 0, 0, ordered),
        **{"units": 4, "activation": "softmax", "loss": "sparse_categorical_crossentropy"} | fields,
    )


HEAD, TAIL = np.repeat([0, 1, 2, 3], [300, 300, 200, 0]), np.repeat([2, 3], [20, 180])
MIXED = classes(4, 800)


@pytest.mark.parametrize(
    ("training", "validation", "ordered", "severity"),
    [
        (HEAD, TAIL, 0.6, "error"),
        (HEAD, TAIL, 0.0, "error"),
        (MIXED, MIXED[:200], 0.0, None),
        (np.sort(MIXED), classes(4, 200, seed=3), 0.7, None),
        (MIXED, np.repeat([0, 1, 2, 3], [130, 24, 23, 23]), 0.0, "info"),
        (
            np.repeat([0, 1, 2, 3], [90, 240, 240, 230]),
            np.repeat([0, 1, 2, 3], [110, 30, 30, 30]),
            0.7,
            "warning",
        ),
        (MIXED, np.array([0, 0, 0, 1]), 0.0, None),
    ],
)
def test_class_shares_of_both_sides_are_compared(training, validation, ordered, severity):
    found_ones = severities(OrderedSplit, sides(training, validation, ordered))
    assert found_ones == ([severity] if severity else [])


def test_training_rows_balanced_by_hand_are_right():
    balanced, natural = np.repeat([0, 1], 400), np.repeat([0, 1], [180, 20])
    two = {"units": 1, "activation": "sigmoid", "loss": "binary_crossentropy"}
    assert severities(OrderedSplit, sides(balanced, natural, 0.49, **two)) == ["info"]
    uneven, tail = np.repeat([0, 1], [500, 300]), np.repeat([0, 1], [0, 200])
    assert severities(OrderedSplit, sides(uneven, tail, 0.49, **two)) == ["error"]
    cut = FitCall(validation="split", validation_split=0.1)
    nearly_even, last = np.repeat([0, 1], [444, 356]), np.ones(89, dtype=int)
    assert severities(OrderedSplit, sides(nearly_even, last, 0.49, fit=cut, **two)) == ["error"]


def test_the_tail_of_a_split_is_shuffled_and_own_sides_are_dealt_out_anew():
    (own,) = found(OrderedSplit, sides(HEAD, TAIL, 0.6))
    assert own.fixes[0].changes == (SplitAnew(),)
    assert own.fixes[0].safety == "review"
    assert "Class 3" in own.message
    assert "90%" in own.message
    call = FitCall(validation="split", validation_split=0.2)
    (tail,) = found(OrderedSplit, sides(HEAD, TAIL, 0.6, fit=call))
    assert tail.fixes[0].changes == (ShuffleRows(),)
    stream = FitCall(validation="data", input_kind="tf.data")
    (shown,) = found(OrderedSplit, sides(HEAD, TAIL, 0.6, fit=stream))
    assert shown.fixes[0].safety == "display"


def test_one_hot_labels_are_compared_as_classes():
    run = sides(np.eye(4)[HEAD], np.eye(4)[TAIL], 0.6, loss="categorical_crossentropy")
    assert severities(OrderedSplit, run) == ["error"]


def test_sorted_rows_that_fit_does_not_shuffle():
    run = sides(np.sort(MIXED), classes(4, 200), 0.7, fit=FitCall(shuffle=False))
    (finding,) = found(OrderedSplit, run)
    assert finding.severity == "warning"
    assert finding.fixes[0].changes == (ShuffleRows(),)


def test_targets_without_classes_have_no_class_shares():
    run = make_run(labels=normal(200, 1), activation="linear", loss="mse", validation=True)
    assert found(OrderedSplit, run) == []  # the same targets on both sides


def test_several_labels_per_row_are_neither_classes_nor_quantities():
    several = (normal(200, 3) > 0).astype("float32")
    run = make_run(labels=several, units=3, validation=True)
    with pytest.raises(Skipped, match="neither classes nor quantities"):
        found(OrderedSplit, run)


def scaled(factor, curves=None, **fields):
    values = np.random.default_rng(0).random((300, 5))
    return make_run(
        inputs=values[:200],
        labels=binary(200),
        validation_inputs=values[200:] * factor,
        validation_labels=binary(100),
        history=curves,
        **fields,
    )


@pytest.mark.parametrize(
    ("factor", "curves", "severity"),
    [
        (255, {"loss": [0.5, 0.1], "val_loss": [9.0, 12.0]}, "error"),
        (1 / 255, {"loss": [0.5, 0.1], "val_loss": [0.7, 0.7]}, "error"),
        (255, {"loss": [0.5, 0.1], "val_loss": [0.5, 0.12]}, "info"),
        (255, None, "warning"),
        (2, {"loss": [0.5, 0.1], "val_loss": [9.0, 12.0]}, None),
    ],
)
def test_one_side_on_another_scale(factor, curves, severity):
    assert severities(ScaledDifferently, scaled(factor, curves)) == ([severity] if severity else [])


def test_the_factor_is_named():
    (finding,) = found(ScaledDifferently, scaled(255, {"loss": [0.1], "val_loss": [9.0]}))
    assert "times larger" in finding.message
    (finding,) = found(ScaledDifferently, scaled(1 / 255, {"loss": [0.1], "val_loss": [9.0]}))
    assert "times smaller" in finding.message


def test_names_have_no_scale():
    layers = (
        make_layer("Embedding", "words", parameters=9),
        make_layer("Dense", "head", units=1, inbound=("words",)),
    )
    assert found(ScaledDifferently, scaled(255, layers=layers)) == []


def test_a_shifted_column_is_advice():
    training, validation = normal(500, 6), normal(200, 6, seed=1)
    run = make_run(inputs=training, validation_inputs=validation)
    assert found(ValidationDistributionShift, run) == []
    validation[:, 2] += 1.5
    (finding,) = found(
        ValidationDistributionShift, make_run(inputs=training, validation_inputs=validation)
    )
    assert (finding.severity, finding.role) == ("info", "advice")
    assert "Column 2" in finding.message
    with pytest.raises(Skipped):
        found(ValidationDistributionShift, make_run())


SHUFFLED = Cell(1, "import random\nx = np.load('x.npy')\nrandom.shuffle(x)\n")


def test_pythons_shuffle_on_an_array_is_named():
    run = make_run(split=Split(1000, 200, 0, 490), earlier=(SHUFFLED,))
    (finding,) = found(DuplicatedRows, run)
    assert finding.severity == "warning"
    assert "random.shuffle" in finding.message


@pytest.mark.parametrize(
    "source",
    ["import numpy as np\nnp.random.shuffle(x)", "import random\nrandom.seed(0)", "rng.shuffle(x)"],
)
def test_other_shuffles_are_not_blamed(source):
    run = make_run(split=Split(1000, 200, 0, 490), earlier=(Cell(1, source),))
    (finding,) = found(DuplicatedRows, run)
    assert finding.severity == "info"


def test_repeated_rows_of_whole_numbers_are_no_news():
    truth_table = np.random.default_rng(0).integers(0, 2, size=(200, 2))
    run = make_run(inputs=truth_table, split=Split(200, 50, 50, 196))
    assert found(DuplicatedRows, run) == []


def test_what_random_shuffle_leaves_of_an_array():
    import random

    rows = np.random.default_rng(0).random((1000, 4))
    random.Random(0).shuffle(rows)
    repeated = 1 - len(np.unique(rows, axis=0)) / 1000
    assert 0.3 <= repeated <= 0.7


@pytest.mark.parametrize(
    ("count", "rows", "severity"),
    [
        (160, 1000, "error"),
        (60, 1000, "warning"),
        (20, 1000, "info"),
        (9, 1000, None),
        (4, 20_000, None),  # a handful, however many rows each stands for
        (20, 4000, "warning"),  # a quarter was searched: four times as many are expected
    ],
)
def test_near_copies_count_by_their_share(count, rows, severity):
    near = NearDuplicates(looked_at=200, among=1000, columns=12, found=count, dimension=9.0)
    run = make_run(split=Split(rows, 200, 0, 0, near=near))
    assert severities(NearCopiesAcrossTheSplit, run) == ([severity] if severity else [])


def test_near_copies_are_not_judged_where_all_neighbours_are_close():
    near = NearDuplicates(looked_at=200, among=1000, columns=12, found=200, dimension=2.0)
    with pytest.raises(Skipped, match="few dimensions"):
        found(NearCopiesAcrossTheSplit, make_run(split=Split(1000, 200, 0, 0, near=near)))


def test_near_copies_are_evidence_of_a_sample():
    near = NearDuplicates(looked_at=200, among=20_000, columns=64, found=100, dimension=20.0)
    (item,) = found(NearCopiesAcrossTheSplit, make_run(split=Split(20_000, 200, 0, 0, near=near)))
    assert "50%" in item.message
    assert (
        item.evidence[0].source
        == "a sample: 200 validation samples against 20,000 training samples in 64 columns"
    )


@pytest.mark.parametrize(
    ("passed", "severity"),
    [
        (Passed(400, 100, 80, 0), "error"),
        (Passed(400, 100, 20, 0), "warning"),
        # A fifth of a long epoch was compared: five times as many are shared.
        (Passed(400, 100, 20, 0, epoch_share=0.2), "error"),
        (Passed(400, 100, 4, 0), None),
        (Passed(400, 100, 5, 0), "warning"),
        (Passed(400, 100, 0, 0), None),
        # Few possible samples, which repeat within the training as well.
        (Passed(400, 100, 96, 388), None),
        (Passed(400, 100, 100, 0, same_object=True), "info"),
    ],
)
def test_samples_of_streams_that_passed_on_both_sides(passed, severity):
    run = make_run(data=replace(make_run().data, split=Missing("a stream"), passed=passed))
    assert severities(RowsSharedByTheSplit, run) == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("order", "loss", "severity"),
    [(0.9, 1.2, "warning"), (0.9, 0.1, "info"), (0.31, 1.6, "error"), (0.29, 1.6, None)],
)
def test_batches_of_one_class(order, loss, severity):
    data = make_run(labels=classes(4)).data
    passed = Passed(400, 0, 0, 0, batch_order=order)
    run = make_run(
        activation="softmax",
        units=4,
        loss="sparse_categorical_crossentropy",
        labels=classes(4),
        history={"loss": [1.6, loss]},
        data=replace(data, split=Missing("a stream"), passed=passed),
    )
    assert severities(OrderedSplit, run) == ([severity] if severity else [])
