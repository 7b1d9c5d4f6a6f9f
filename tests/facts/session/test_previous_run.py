from dataclasses import replace

import pytest

from nbdiag.facts.session.previous_run import former, mark_of
from nbdiag.schema.cell import Cell
from nbdiag.schema.run import PastRun
from tests.factory import make_run

CELL = """%%traindiag
# my model
model = keras.Sequential([
    keras.Input((8,)),
    layers.Dense(1, activation="softmax"),
])
model.compile("adam", "binary_crossentropy")
model.fit(x, y)
"""
FIXED = CELL.replace("softmax", "sigmoid")
OTHER = """%%traindiag
# my model
other = build_network(depth=3)
other.compile("sgd", "mse")
other.fit(images, ages)
"""


def past(cell, **fields):
    return PastRun(cell, "sequential", ("binary_crossentropy",), {"loss": (0.7,)}, **fields)


def run_of(source, *previous, **cells):
    earlier = tuple(Cell(int(name[1:]), text) for name, text in cells.items())
    return replace(make_run(source=source), earlier=earlier, previous=previous)


def test_the_first_run_has_none():
    assert former(run_of(CELL)) is None


def test_the_cell_that_was_repaired_is_found_past_a_newer_one_of_another_model():
    first = past(3, input_digest="a")
    newer = past(4, input_digest=make_run().data.inputs[0].digest)
    assert former(run_of(FIXED, first, newer, c3=CELL, c4=OTHER)) is first


def test_the_newest_version_of_the_cell_counts():
    first, second = past(3), past(5)
    assert former(run_of(FIXED, first, second, c3=CELL, c5=FIXED)) is second


def test_a_definition_that_came_along_does_not_hide_the_cell():
    long = FIXED.replace(
        "model.fit", "\n".join(f"extra_{n} = {n}" for n in range(9)) + "\nmodel.fit"
    )
    first = past(3)
    assert former(run_of(long, first, c3=CELL)) is first


def test_a_cell_that_was_offered_as_the_repair_belongs_to_its_run():
    first, newer = past(3, offers=("x", mark_of(OTHER))), past(4)
    run = run_of(OTHER.rstrip(), first, newer, c3="old(keras_2)", c4=OTHER)
    assert former(run) is first


@pytest.mark.parametrize("side", ["input_digest", "label_digest"])
def test_another_cell_on_the_same_data_is_compared(side):
    data = make_run().data
    digest = (data.inputs if side == "input_digest" else data.labels)[0].digest
    same, other = past(3, **{side: digest}), past(4, input_digest="x", label_digest="y")
    assert former(run_of(FIXED, same, other, c3=OTHER, c4=OTHER)) is same


def test_another_training_is_not_compared():
    other = past(3, input_digest="x", label_digest="y")
    assert former(run_of(FIXED, other, c3=OTHER)) is None


def test_a_run_of_which_nothing_is_known_but_its_shape_must_have_that_shape():
    shape = make_run().data.inputs[0].shape
    unknown = past(3, input_shape=shape)
    assert former(run_of(FIXED, unknown)) is unknown
    assert former(run_of(FIXED, replace(unknown, input_shape=(99,)))) is None


def test_of_several_fits_the_one_with_the_same_number_is_compared():
    fits = [past(3, fit=number) for number in (2, 1, 3)]
    run = replace(run_of(FIXED, *fits, c3=CELL), fits=3, fit_number=2)
    assert former(run) is fits[0]
    assert former(replace(run, fits=9, fit_number=9)) is fits[-1]


def test_a_session_without_history_compares_with_its_newest_kin():
    old = PastRun(1, "model", (), {}, cause="NBD409", source="x = 1\nmodel.fit(x)")
    new = replace(old, cause="NBD401", source="x = 2\nmodel.fit(x)")
    run = replace(make_run(), cell=Cell(1, "x = 3\nmodel.fit(x)"), earlier=(), previous=(old, new))
    assert former(run) == new
    assert former(replace(run, cell=Cell(1, "y = 3\nother.fit(y)\nz = 4"))) != old
