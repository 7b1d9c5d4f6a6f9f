"""Cells that spoil what they start from, and the button's cell: it can be run again."""

import pytest

from nbdiag.schema.changes import MakeAgain
from tests.magics.test_repairs_of_data import cells_of, codes, run_all

pytestmark = pytest.mark.training


@pytest.mark.parametrize(
    ("program", "change"),
    [
        ("nbd701_faulty_split_into_itself", MakeAgain("data")),
        ("nbd703_faulty_divided_on_rerun", MakeAgain("data")),
        ("nbd704_faulty_new_split_old_weights", MakeAgain("model")),
    ],
)
def test_a_cell_that_spoils_what_it_starts_from_can_be_run_again(book, program, change):
    cells = cells_of(f"notebook/{program}.py")
    report = run_all(book, cells)
    fix = next(
        item
        for item in report.find(program[:6].upper()).fixes
        if item.changes == (change,) and item.source
    )
    first = report.run.previous[0]
    for _ in range(2):
        after = run_all(book, [fix.source])
        assert program[:6].upper() not in codes(after)
        assert not after.run.started_trained
        assert after.run.data.inputs[0].rows == first.rows
        if change.part == "data":
            assert after.run.data.inputs[0].digest == first.input_digest
