"""The one way in which texts are said: templates, counts, fallbacks, and no leaking of a language."""

import ast
import gettext
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nbdiag import language
from nbdiag.engine import Settings, judge
from nbdiag.language import later, say, say_count, speaking, spoken
from nbdiag.schema.finding import Finding
from nbdiag.syntax.refusal import Refused
from tests.recorded import FILES, judged, load

HERE = Path(__file__).parent
SOURCES = sorted((HERE.parent / "nbdiag").rglob("*.py"))


class Shout(gettext.NullTranslations):
    """A language whose every text is the English one in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self.gettext(one if n == 1 else many)


@pytest.fixture
def shouting(monkeypatch):
    monkeypatch.setattr(language, "_catalogue", lambda _: Shout())


def test_english_is_the_template_itself():
    assert (
        say("a rate of {rate:g} is {word!r}", rate=0.10, word="high") == "a rate of 0.1 is 'high'"
    )


def test_a_text_without_values_keeps_its_braces():
    assert say("labels {0, 1}") == later("labels {0, 1}") == "labels {0, 1}"


def test_the_empty_text_stays_empty_in_every_language():
    with speaking("zh"):
        assert say("") == ""  # gettext would answer with the catalogue's header


@pytest.mark.parametrize(("number", "text"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows")])
def test_a_count_chooses_its_form(number, text):
    assert say_count("{number} row", "{number} rows", number) == text


def test_a_text_without_translation_is_said_in_english():
    with speaking("zh"):
        assert say("No catalogue holds {this}.", this="that") == "No catalogue holds that."


def test_values_are_filled_into_the_translation(shouting):
    with speaking("zh"):
        assert say("{count} rows", count=3) == "⟦3 rows⟧"


def test_a_language_ends_with_its_block(shouting):
    with speaking("zh"):
        pass
    assert say("row") == "row"


def test_a_language_is_spoken_in_its_own_thread_alone(shouting):
    heard = []
    with speaking("zh"):
        listener = threading.Thread(target=lambda: heard.append(say("row")))
        listener.start()
        listener.join()
    assert heard == ["row"]


def test_an_unknown_language_is_refused_by_name():
    with pytest.raises(ValueError, match="nbdiag speaks en and zh, not 'fr'"), speaking("fr"):
        pass


def test_the_report_knows_its_language():
    assert judged(FILES[0]).lang == "en"
    assert judge(load(FILES[0]), Settings(lang="zh")).to_dict()["lang"] == "zh"


def test_a_language_changes_texts_and_nothing_else(shouting):
    for path in FILES:
        english, other = judged(path), judge(load(path), Settings(lang="zh"))
        assert [without_texts(item) for item in english.findings] == [
            without_texts(item) for item in other.findings
        ], path.stem
        assert [(check.code, check.name, check.status) for check in english.checks] == [
            (check.code, check.name, check.status) for check in other.checks
        ], path.stem


def test_nothing_is_said_while_a_module_is_imported():
    """What is said then stays English for ever; such texts are marked with `later`."""
    early = [
        f"{path}:{call.lineno}"
        for path in SOURCES
        for call in _calls_outside_functions(ast.parse(path.read_text()))
        if getattr(call.func, "id", "") in ("say", "say_count")
    ]
    assert not early


def test_a_reason_is_raised_in_english_and_said_in_any_language():
    reason = Refused("the layer {name!r} is used in several places", name="d{1}")
    assert str(reason) == reason.said() == "the layer 'd{1}' is used in several places"
    assert str(Refused("labels {0, 1}")) == "labels {0, 1}"
    with speaking("zh"):
        assert "d{1}" in reason.said()
        assert "several" not in reason.said()


def test_no_reason_is_an_f_string():
    """Its text would differ from value to value, and no catalogue could hold it."""
    fixed = [
        f"{path}:{call.lineno}"
        for path in SOURCES
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in ("Refused", "CannotRebuild", "CannotJoin", "Skipped")
        and call.args
        and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert not fixed


def test_what_is_spoken_can_be_handed_on():
    assert spoken() == "en"
    with speaking("zh"):
        assert spoken() == "zh"
    assert spoken() == "en"


def without_texts(found: Finding) -> Finding:
    return replace(
        found,
        message="",
        evidence=tuple("" for _ in found.evidence),
        fixes=tuple(replace(fix, title="", note="") for fix in found.fixes),
        marks=tuple(replace(mark, text="") for mark in found.marks),
    )


def _calls_outside_functions(node: ast.AST) -> Iterator[ast.Call]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _calls_outside_functions(child)
