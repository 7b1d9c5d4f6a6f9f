"""The fixes of a failed cell are tried before they become buttons."""

import pytest

import nbdiag
from tests.magics.conftest import book  # noqa: F401 - a fixture

pytestmark = pytest.mark.training

DATA = """
import numpy as np, keras
rng = np.random.default_rng(0)
x = rng.normal(size=(120, 6)).astype("float32")
y = rng.integers(0, 3, 120)
def model_of(units, loss):
    model = keras.Sequential([keras.layers.Input((6,)), keras.layers.Dense(units, "softmax")])
    model.compile("adam", loss)
    return model
"""


def report_of(book, source, *before):  # noqa: F811
    for cell in (DATA, *before):
        assert book.error(cell) is None
    assert book.error("%%traindiag --no-panel\n" + source) is not None
    return nbdiag.last_report()


def test_a_fix_that_trains_is_offered_and_says_that_it_was_tried(book):  # noqa: F811
    source = (
        "model = keras.Sequential([keras.layers.Input((6,)), keras.layers.Dense(3, 'softmax')])\n"
        "model.compile('adam', 'categorical_crossentropy')\nmodel.fit(x, y)"
    )
    fix = report_of(book, source).principal.fixes[0]
    assert fix.source
    assert "Tried on a few samples" in fix.note
    assert book.shell.user_ns["model"].optimizer.iterations.numpy() == 0
    assert book.error(fix.source) is None


def test_a_fix_that_raises_again_is_no_button(book):  # noqa: F811
    # The training itself is to be improved, too; none of that helps where predict fails.
    source = (
        "model = keras.Sequential([keras.layers.Input((6,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse')\nmodel.fit(x, 900 * x[:, 0] + 5000, verbose=0)\n"
        "found = []\nfor row in x[:3]:\n    found.append(model.predict([row])[0])"
    )
    report = report_of(book, source)
    for finding in report.findings:
        for fix in finding.fixes:
            assert not fix.source or book.error(fix.source) is None, fix.title


def test_a_cell_that_writes_files_is_not_tried_and_the_fix_says_so(book, tmp_path):  # noqa: F811
    source = (
        f"np.save({str(tmp_path / 'a.npy')!r}, x)\n"
        "model = keras.Sequential([keras.layers.Input((6,)), keras.layers.Dense(3, 'softmax')])\n"
        "model.compile('adam', 'categorical_crossentropy')\nmodel.fit(x, y)"
    )
    fix = report_of(book, source).principal.fixes[0]
    assert fix.source
    assert "Not tried: the cell writes files." in fix.note
