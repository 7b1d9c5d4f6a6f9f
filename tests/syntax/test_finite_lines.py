"""Lines that fill or drop what is not finite."""

from dataclasses import replace

import numpy as np
import pytest

from nbdiag.edits.rewrite import rewrite
from nbdiag.schema.cell import Cell
from nbdiag.syntax.call_sites import site_of
from nbdiag.syntax.calls import calls_in
from nbdiag.syntax.data.finite_lines import finite_lines
from tests.factory import describe, make_run

IMPORT = "import numpy as np"
X = np.arange(40.0).reshape(10, 4)
X[3, 1] = np.nan
X[5, 2] = np.inf
WHOLE = np.where(np.isfinite(X), X, 0.0)
Y = np.arange(10.0)
GAPS = np.where(Y == 4, np.nan, Y)
EMPTY = np.where(np.arange(4) == 1, np.nan, WHOLE)


def stats(array):
    """Statistics of the finite numbers, and how many others there are."""
    found = describe(np.where(np.isfinite(array), array, 0.0))
    nans, infinities = int(np.isnan(array).sum()), int(np.isinf(array).sum())
    return replace(found, nans=nans, infinities=infinities)


def run_of(text, inputs=X, labels=Y, *, held=None, earlier=IMPORT, **fit):
    run = make_run(inputs=stats(inputs), labels=stats(labels), source=text, loss="mse", metrics=())
    data = run.data
    if held is not None:
        data = replace(
            data,
            validation_inputs=(stats(held[0]),),
            validation_labels=(stats(held[1]),),
        )
    run = replace(run, cell=Cell(2, text), earlier=(Cell(1, earlier),), data=data)
    (call,) = (item.node for item in calls_in(run) if item.name == "fit")
    return replace(run, fit=replace(run.fit, site=site_of(run.cell, call), **fit))


def written(run):
    change = finite_lines(run)
    return None if change is None else rewrite(run, (change,))[0].strip()


def after(run, **names):
    """Run the written cell with a stand-in for fit, and return what fit was given."""
    given = {}

    class Model:
        def fit(self, x, y, validation_data=None):
            given.update(x=x, y=y, held=validation_data)

    exec(written(run), {"np": np, "model": Model(), **names})
    return given


def test_inputs_are_filled_with_the_middle_of_their_column():
    given = after(run_of("model.fit(x, y)"), x=X, y=Y)
    assert np.isfinite(given["x"]).all()
    assert given["x"][3, 1] == np.nanmedian(X[:, 1])
    assert given["x"][5, 2] == np.median(np.delete(X[:, 2], 5))
    assert len(given["y"]) == len(Y)


def test_samples_without_a_label_are_dropped():
    given = after(run_of("model.fit(x, y)", WHOLE, GAPS), x=WHOLE, y=GAPS)
    assert given["y"].tolist() == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    assert len(given["x"]) == len(given["y"])


def test_labels_with_columns():
    rows = np.stack([GAPS, Y], axis=1)
    given = after(run_of("model.fit(x, y)", WHOLE, rows), x=WHOLE, y=rows)
    assert given["y"].shape == (9, 2)


def test_validation_inputs_are_filled_as_the_training_inputs():
    run = run_of("model.fit(x, y, validation_data=(v, z))", WHOLE, Y, held=(X, Y))
    given = after(run, x=WHOLE, y=Y, v=X, z=Y)
    assert given["held"][0][3, 1] == np.median(WHOLE[:, 1])


def test_numpy_is_imported_where_no_cell_did():
    assert written(run_of("model.fit(x, y)", earlier="x = 1")).startswith("import numpy as np\n")


def test_an_indented_fit():
    text = "for again in range(2):\n    model.fit(x, y)"
    lines = written(run_of(text)).splitlines()
    assert all(line.startswith("    ") for line in lines[1:])


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("model.fit(x[:5], y)", {}),
        ("model.fit(x, x)", {}),
        ("model.fit(data)", {}),
        ("model.fit(x, y, validation_data=held)", {"held": (X, Y)}),
        ("model.fit(x, y)", {"inputs": EMPTY}),
        ("model.fit(x, y)", {"input_kind": "tf.data"}),
        ("model.fit(x, y, w)", {"sample_weight": True}),
        ("middle = 3\nmodel.fit(x, y)", {}),
        ("np = 3\nmodel.fit(x, y)", {"earlier": "pass"}),
        ("a = 1; model.fit(x, y)", {}),
    ],
)
def test_nothing_is_written_where_it_is_not_certain(text, fields):
    assert written(run_of(text, **fields)) is None
