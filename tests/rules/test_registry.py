"""A rule file that cannot be imported is a line of the checklist, and the others are read."""

import sys

import pytest

from nbdiag import engine
from nbdiag.engine import Settings, judge
from nbdiag.rules import unreadable
from nbdiag.rules.base import registered, strike
from nbdiag.rules.registry import import_rules
from nbdiag.schema.finding import Check
from tests.factory import make_run

RULE = '''
from nbdiag.rules.base import Rule


class {name}(Rule):
    """A rule."""

    code = "{code}"
    name = "a-rule"
    aspect = "curves"

    def check(self, run):
        return []
'''


def codes():
    return {rule.code for rule in registered()}


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Read a package written for one test; what it enters in the registry goes with it."""
    before = codes()

    def read(files):
        root = tmp_path / "book_of_a_test"
        for name, text in {"__init__.py": "", **files}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        return import_rules([str(root)], "book_of_a_test.")

    yield read
    for rule in registered():
        if rule.code not in before:
            strike(rule.__module__)
    for name in [name for name in sys.modules if name.startswith("book_of_a_test")]:
        del sys.modules[name]


def test_every_file_of_the_rule_book_can_be_read():
    assert unreadable() == ()


def test_a_broken_file_does_not_stop_those_before_and_after_it(book):
    before = codes()
    broken = book(
        {
            "data/__init__.py": "",
            "data/a_good_one.py": RULE.format(name="First", code="NBD990"),
            "data/broken_half_way.py": RULE.format(name="Half", code="NBD991") + "1 / 0\n",
            "data/no_python.py": RULE.format(name="No", code="NBD992") + "def def\n",
            "data/the_last_one.py": RULE.format(name="Last", code="NBD993"),
        }
    )
    assert codes() - before == {"NBD990", "NBD993"}
    assert [(check.code, check.name, check.status) for check in broken] == [
        ("NBD991", "broken-half-way", "crashed"),
        ("NBD992", "no-python", "crashed"),
    ]
    assert broken[0].reason == "its file cannot be imported: ZeroDivisionError: division by zero"
    assert broken[1].reason.startswith("its file cannot be imported: SyntaxError: ")


def test_a_broken_folder_is_one_line_and_the_next_folder_is_read(book):
    before = codes()
    broken = book(
        {
            "data/__init__.py": "import a_module_that_nobody_has\n",
            "data/unreached.py": RULE.format(name="Unreached", code="NBD990"),
            "head/__init__.py": "",
            "head/reached.py": RULE.format(name="Reached", code="NBD991"),
        }
    )
    assert codes() - before == {"NBD991"}
    assert [(check.code, check.name) for check in broken] == [("NBD???", "data")]
    assert "\n" not in broken[0].reason


def test_a_code_that_is_taken_is_said_so_and_its_owner_stays(book):
    broken = book({"again.py": RULE.format(name="Again", code="NBD101")})
    assert broken[0].code == "NBD101"
    assert "take another code" in broken[0].reason
    assert "NBD101" in codes()


def test_the_checklist_names_a_file_that_could_not_be_read(monkeypatch):
    line = Check("NBD150", "broken", "crashed", "its file cannot be imported: ImportError: no")
    monkeypatch.setattr(engine, "unreadable", lambda: (line,))
    report = judge(make_run())
    assert line in report.checks
    listed = [check.code for check in report.checks]
    assert listed == sorted(listed)
    assert line not in judge(make_run(), Settings(select=("NBD3",))).checks
