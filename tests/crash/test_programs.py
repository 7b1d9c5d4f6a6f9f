"""Programs in the idioms of strangers: the first repair runs, does what is meant, and edits text."""

import re
from pathlib import Path

import pytest

import nbdiag
from tests.magics.conftest import book  # noqa: F401 - a fixture

pytestmark = pytest.mark.training

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))


def cells_of(path):
    """The check, the cells before the one that fails, and that one."""
    text = path.read_text(encoding="utf-8")
    check = re.search(r"(?m)^# check: (.*)$", text)[1]
    *before, last = re.split(r"(?m)^# %%.*\n", text)[1:]
    return check, before, last


@pytest.mark.parametrize("path", PROGRAMS, ids=[path.stem for path in PROGRAMS])
def test_the_first_repair_of_a_failing_cell_runs_and_means_the_same(path, book):  # noqa: F811
    check, before, last = cells_of(path)
    for cell in before:
        assert book.error(cell) is None
    raised = book.error("%%traindiag --no-panel\n" + last)
    assert raised is not None
    assert len(book.tracebacks) == 1
    first = nbdiag.last_report().principal
    assert first.severity == "error"
    fix = first.fixes[0]
    assert "Tried on a few samples" in fix.note
    assert "clone_model" not in fix.source
    assert book.error(fix.source) is None
    assert eval(check, book.shell.user_ns)
