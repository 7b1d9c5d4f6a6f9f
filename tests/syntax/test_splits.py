"""Names that a cell splits into themselves."""

from dataclasses import replace

import pytest

from nbdiag.schema.cell import Cell
from nbdiag.syntax.data.splits import feeds_itself
from tests.factory import make_run


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("x, x_test, y, y_test = train_test_split(x, y, test_size=0.1)", "x"),
        ("data, rest = sklearn.model_selection.train_test_split(data)", "data"),
        ("data = data[:900]", "data"),
        ("%time data = data[:900]", "data"),
        ("data = data[:, :3]\nfiles = !ls", "data"),
        ("text = '''\ndata = data[:900]\n'''", None),
        ("x_train, x_test = train_test_split(x)", None),
        ("first = data[:900]", None),
        ("x = x[order]", None),
    ],
)
def test_a_cell_that_splits_a_name_into_itself(source, name):
    run = make_run(earlier=(Cell(1, source),))
    assert feeds_itself(run) == name
    watched = replace(make_run(), cell=Cell(2, f"%%traindiag\n{source}\n"))
    assert feeds_itself(watched) == name
