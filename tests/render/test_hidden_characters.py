"""Characters that are not seen, or turn a line round, are shown escaped in every form."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbdiag.diagnosis import diagnose
from nbdiag.render.curves.charts import charts
from nbdiag.render.phrases import clean, one_line
from nbdiag.schema.run import TrainingRun

CRASH = Path(__file__).parents[1] / "runs/crash/nbd801_faulty_shape_of_a_layer.json"
HEAD = Path(__file__).parents[1] / "runs/head/nbd103_faulty_one_softmax_unit.json"
HIDDEN = (
    *map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0x200B, 0x2010))),
    *"\x00\x07\x0b\x0c\x7f\x85\x9f\u2028\ufeff\udce9\U000e0041",
)


@pytest.mark.parametrize("character", HIDDEN, ids=ascii)
def test_a_hidden_character_is_escaped(character):
    shown = f"exe.{ascii(character)[1:-1]}gpj"
    assert clean(f"exe.{character}gpj") == one_line(f"exe.{character}gpj") == shown


@pytest.mark.parametrize("text", ["a\tb\nc", "é ü 中文 עברית עربי ½ ∞ 🎉", "\\u202e"])
def test_what_is_seen_stays(text):
    assert clean(text) == text


@given(st.text())
def test_any_text_can_be_shown(text):
    shown = clean(text)
    assert clean(shown) == shown
    assert re.sub(r"[\n\t]", "", shown).isprintable() or not text.isprintable()
    shown.encode()


@pytest.mark.parametrize("path", [CRASH, HEAD], ids=["crash", "head"])
def test_no_form_of_a_report_shows_them_raw(path):
    """In the exception, a metric's name and the cell, which the difference of the fix quotes."""
    every = "".join(HIDDEN)
    run = TrainingRun.load(path)
    curves = {f"{name}{every}": values for name, values in run.history.epochs.items()}
    first, rest = run.cell.source.split("\n", 1)
    run = replace(
        run,
        cell=replace(run.cell, source=f"{first}\n{rest.rstrip()}  # \u202egpj\n"),
        history=replace(run.history, epochs={**run.history.epochs, **curves}),
        error=run.error and replace(run.error, message=run.error.message + every),
    )
    report = diagnose(run)
    texts = [report.to_html(), str(report)]
    texts += [part for chart in charts(report) for part in (chart.title, *_labels(chart))]
    raw = [character for text in texts for character in HIDDEN if character in text]
    assert raw == []
    if run.error:
        assert "\\u202e" in report.to_html()
        assert "\\u202e" in str(report)


def _labels(chart):
    return [curve.label for curve in chart.curves]
