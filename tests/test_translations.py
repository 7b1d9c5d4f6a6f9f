"""The catalogues hold every text that is said, and a translation of it that can be filled."""

import ast
import gettext
import importlib.util
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from nbdiag import language
from nbdiag.diagnosis import Report
from nbdiag.engine import Settings, judge
from nbdiag.render import html, text
from tests.recorded import FILES, load, sample

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "scripts" / "translations.py"
WORDS = re.compile(r"\b[a-z]{2,} +[a-z]{2,}\b")  # two English words beside each other


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("translations", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def brackets(script, monkeypatch):
    """Speak a language in which every text of the catalogue stands in brackets."""
    known = {text if isinstance(text, str) else text[0] for text in script.texts()}

    class Brackets(gettext.NullTranslations):
        def gettext(self, message):
            return f"⟦{message}⟧" if message in known else message

        def ngettext(self, one, many, n):
            return f"⟦{one if n == 1 else many}⟧" if one in known else many

    monkeypatch.setattr(language, "_catalogue", lambda _: Brackets())


def test_the_catalogues_are_up_to_date():
    done = subprocess.run(
        [sys.executable, SCRIPT, "--check"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_every_text_of_every_finding_is_in_the_catalogue(brackets):
    """Judged in brackets, no two English words are left outside, but what the run recorded."""
    left = {}
    for path in FILES:
        said = texts_of(judge(load(path), Settings(lang="zh")))
        if english := {text for text in said if WORDS.search(outside(text))}:
            known = recorded(load(path).to_dict())
            left |= {text: path.stem for text in english if text.rstrip("…") not in known}
    assert not {text: stem for text, stem in left.items() if not is_code(text)}


def test_every_text_of_a_report_is_in_the_catalogue(brackets, monkeypatch):
    monkeypatch.setattr(html, "picture", lambda _: "drawn elsewhere")
    for path in sample(FILES, 20):
        judged = judge(load(path), Settings(lang="zh"))
        if judged.run.error:
            continue  # it holds the exception's own text
        report = Report(judged.findings, (), judged.run, "zh")
        for shown in (text.write(report), plain(html.write(report))):
            assert not WORDS.search(outside(" ".join(shown.split()))), path.stem


@pytest.mark.parametrize(
    ("text", "translation", "why"),
    [
        ("a rate of {rate:g}", "速率 {speed:g}", "names speed"),
        ("a rate of {rate:g}", "速率 {rate", "is not a template"),
        (("{number} row", "{number} rows"), ("{count} 行",), "names count"),
    ],
)
def test_a_translation_that_cannot_be_filled_is_named(script, text, translation, why):
    catalog = script.Plain(locale="zh")
    catalog.add(text, string=translation)
    assert why in " ".join(script.broken(catalog))


def test_a_translation_may_leave_a_value_out(script):
    catalog = script.Plain(locale="zh")
    catalog.add("unit{s} of {layer}", string="{layer} 的单元")
    assert not script.broken(catalog)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('Evidence("loss", seen, "falling" if down else "rising", f"{x:g}")', 3),
        ('say("{n} rows", n=say("three"))', 2),
        ('say_count("{number} row", "{number} rows", 3)', 1),
        ('print("not said")', 0),
    ],
)
def test_texts_are_found_where_they_are_said(script, source, found):
    assert len(list(script.in_python(source))) == found


def texts_of(report):
    for item in report.findings:
        yield item.message
        for line in item.evidence:
            yield from (line.name, line.observed, line.expected, line.source)
        for fix in item.fixes:
            yield from (fix.title, fix.note)
    yield from (check.reason for check in report.checks)


def outside(text):
    """Take away what stands in brackets, whole texts with the values in them.

    A cell of a table that was cut has lost its closing bracket, and ends in "…".
    """
    before = None
    while before != text:
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    return re.sub(r"⟦[^⟦⟧]*…", "", text)


def recorded(value):
    """Give every text that a run holds, in one: it is in the language it was recorded in."""
    if isinstance(value, str):
        return " ".join(value.split())
    items = value.values() if isinstance(value, dict) else value
    return "\n".join(map(recorded, items)) if isinstance(value, dict | list) else ""


def is_code(text):
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def plain(markup):
    """Take tags and their attributes away; the picture's words are told in its place."""
    alt = re.search(r'alt="([^"]*)"', markup)
    return unescape(re.sub(r"<[^>]*>", " ", markup) + (alt[1] if alt else ""))
