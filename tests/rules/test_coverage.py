"""What docs/coverage.md says is there: its codes exist, and it leaves no rule of the book out."""

import re
from pathlib import Path

from nbdiag.rules import all_rules

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "coverage.md"
NAMED = set(re.findall(r"NBD\d{3}", PAGE.read_text(encoding="utf-8")))
CODES = {rule.code for rule in all_rules()}


def test_every_code_that_is_named_exists():
    assert set() == NAMED - CODES


def test_every_rule_of_the_book_is_named():
    assert set() == CODES - NAMED
