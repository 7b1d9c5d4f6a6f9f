"""docs/rewriting.md names tests and cells that are there."""

import re
from pathlib import Path

import pytest

from tests.edits.corpus import TWISTS

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "rewriting.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(tests/[\w/]+\.py::\w+)`", PAGE))))
def test_the_page_names_tests_that_exist(name: str) -> None:
    file, _, test = name.partition("::")
    assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8")


def test_every_test_of_what_goes_wrong_is_on_the_page() -> None:
    file = "tests/edits/test_what_goes_wrong.py"
    tests = re.findall(r"(?m)^def (test_\w+)\(", (ROOT / file).read_text(encoding="utf-8"))
    assert [name for name in tests if f"{file}::{name}" not in PAGE] == []


def test_the_page_names_cells_of_the_corpus() -> None:
    idioms = PAGE.partition("Idioms, each a cell")[2]
    known = {case.name for case in TWISTS}
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+|loop|chinese)`", idioms))
    assert named
    assert named <= known
