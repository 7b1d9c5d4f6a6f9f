"""Cells with a fault in their data, the button's cell run after them: the fault is gone.

The button's cell runs twice, and is given the same rows both times.
"""

from pathlib import Path

import pytest

import nbdiag
from nbdiag.schema.changes import DropShared, SplitAnew

pytestmark = pytest.mark.training

PROGRAMS = Path(__file__).parents[1] / "programs"
MODEL = """%%traindiag
import keras

model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(UNITS, activation="softmax")])
model.compile(keras.optimizers.Adam(0.05), "sparse_categorical_crossentropy", metrics=["accuracy"])
"""


def cells_of(program):
    """Give the cells of a recorded program, those called training under the magic."""
    name, *parts = (PROGRAMS / program).read_text(encoding="utf-8").split("# %% ")
    assert name
    split = [part.partition("\n") for part in parts]
    return [("%%traindiag\n" if kind == "training" else "") + text for kind, _, text in split]


def run_all(book, cells):
    for cell in cells:
        assert book.error(cell) is None, book.text
    return nbdiag.last_report()


def codes(report):
    return [finding.code for finding in report.findings]


def rows(report):
    data = report.run.data
    every = (*data.inputs, *data.labels, *data.validation_inputs, *data.validation_labels)
    return [(stats.rows, stats.digest) for stats in every]


def repair(book, cells, code, *changes):
    """Run cells, then the cell of a fix twice; give the reports of the last cell and of the fix."""
    before = run_all(book, cells)
    fix = next(item for item in before.find(code).fixes if item.changes == changes)
    assert fix.safety == "review"
    after = run_all(book, [fix.source])
    assert code not in codes(after)
    again = run_all(book, [fix.source])
    assert code not in codes(again)
    assert rows(again) == rows(after)
    return before, after


HEAD_AND_TAIL = """import numpy as np

rng = np.random.default_rng(4)
kinds = np.sort(rng.integers(0, 3, size=300))
inputs = (3 * rng.normal(size=(3, 6))[kinds] + rng.normal(size=(300, 6))).astype("float32")
"""


def test_sides_cut_from_sorted_rows_are_dealt_out_anew(book):
    cut = (
        "x_train, x_val = inputs[:240], inputs[240:]\ny_train, y_val = kinds[:240], kinds[240:]\n"
        "model.fit(x_train, y_train, epochs=8, validation_data=(x_val, y_val), verbose=0)\n"
    )
    cells = [HEAD_AND_TAIL, MODEL.replace("UNITS", "3") + cut]
    before, after = repair(book, cells, "NBD410", SplitAnew())
    assert len(before.run.data.validation_labels[0].shares) == 1
    sides = after.run.data.labels[0], after.run.data.validation_labels[0]
    assert [side.rows for side in sides] == [240, 60]
    for kind, share in sides[0].shares.items():
        assert abs(share - sides[1].shares[kind]) < 0.02
    assert after.run.history.epochs["val_accuracy"][-1] > 0.8


def test_a_split_of_scikit_learn_shuffles_class_by_class(book):
    split = (
        "from sklearn.model_selection import train_test_split\n"
        "x_train, x_val, y_train, y_val = train_test_split(inputs, kinds, shuffle=False)\n"
        "model.fit(x_train, y_train, epochs=2, validation_data=(x_val, y_val), verbose=0)\n"
    )
    cells = [HEAD_AND_TAIL, MODEL.replace("UNITS", "3") + split]
    _, after = repair(book, cells, "NBD410", SplitAnew())
    assert "shuffle=True, random_state=0, stratify=kinds" in after.run.cell.source


@pytest.mark.parametrize(
    ("side", "training", "validation"), [("validation", 400, 100), ("training", 300, 200)]
)
def test_shared_rows_are_dropped_from_one_side(book, side, training, validation):
    cells = cells_of("data/nbd409_faulty_copies.py")
    before, after = repair(book, cells, "NBD409", DropShared(side))
    assert before.run.data.split.shared_rows == 100
    assert after.run.data.split.shared_rows == 0
    assert after.run.data.inputs[0].rows == training
    assert after.run.data.validation_inputs[0].rows == validation
