"""The tests that docs/capture.md names exist: a promise cannot outlive its test."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_every_test_on_the_page_exists():
    named = NAMED.findall((ROOT / "docs" / "capture.md").read_text())
    assert len(named) > 30
    for file, function in named:
        text = (ROOT / file).read_text()
        assert not function or f"\ndef {function}(" in text, (file, function)
