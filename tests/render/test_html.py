import re
from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from nbdiag.render import html, page
from tests.exploring import examples
from tests.render import stories
from tests.render.markup import Markup, poisoned

# What JupyterLab's and GitHub's sanitizers leave of a notebook that is not trusted.
KEPT_TAGS = {
    "div",
    "p",
    "strong",
    "h4",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "ul",
    "li",
} | {"br", "code", "details", "summary", "pre", "span", "img"}
KEPT_ATTRIBUTES = {"class", "style", "src", "alt", "width"}


@pytest.fixture
def no_picture(monkeypatch):
    monkeypatch.setattr(html, "picture", lambda report: "data:image/png;base64,AA==")


@pytest.mark.parametrize("story", stories.STORIES.values(), ids=list(stories.STORIES))
def test_only_what_an_untrusted_notebook_keeps(story):
    markup = Markup(html.write(story()))
    assert set(markup.tags) <= KEPT_TAGS
    assert {name for _, name, _ in markup.attributes} <= KEPT_ATTRIBUTES
    styles = [value for _, name, value in markup.attributes if name == "style"]
    assert not any("var(" in value or "color" in value for value in styles)


def test_root_is_one_report():
    written = html.write(stories.nothing_moves())
    assert written.startswith('<div class="nbdiag-report">')
    assert written.count("nbdiag-report") == 1
    assert "nbdiag-panel" not in written


def test_curves_are_an_image_with_words():
    markup = Markup(html.write(stories.nothing_moves()))
    image = {name: value for tag, name, value in markup.attributes if tag == "img"}
    assert image["src"].startswith("data:image/png;base64,iVBOR")
    assert "training stays at 7.74" in image["alt"]


def test_crash_has_no_image():
    markup = Markup(html.write(stories.crashed()))
    assert "img" not in markup.tags
    assert "must have the same shape" in markup.text


def test_healthy_run_is_one_calm_line():
    written = Markup(html.write(stories.repaired())).text
    assert "Sound: validation accuracy 0.89, best in the last epoch; always" in written
    assert "Checks: 0 found, 7 passed, 1 skipped" in written
    assert "Since the run before: validation acc 0.506 → 0.89." in written
    assert "Repaired since cell 1: NBD101 cross entropy without probabilities." in written


def test_diff_is_shown_without_file_names():
    written = html.write(stories.nothing_moves())
    assert '+    layers.Dense(1, activation="sigmoid")' in Markup(written).text
    assert "+++ new cell" not in written


def test_checklist_gives_the_reason_of_a_skip_and_of_a_crash():
    assert "not compared" in Markup(html.write(stories.nothing_moves())).text
    assert "ZeroDivisionError: division by zero" in Markup(html.write(stories.wrong_loss())).text


def test_same_report_gives_the_same_text():
    assert html.write(stories.wrong_loss()) == html.write(stories.wrong_loss())


POISON = st.sampled_from(
    [
        "<img src=x onerror=alert(1)>",
        "</pre></div><script>alert(1)</script>",
        '" onmouseover="alert(1)',
        "' style='position:fixed",
        "{{ 7 * 7 }}{% raw %}",
        "<!-- ",
        "&lt;b&gt;",
        "]]>",
    ]
)


@settings(max_examples=examples(60))
@given(POISON | st.text())
def test_text_of_the_users_never_becomes_markup(poison):
    report = stories.wrong_loss()
    plain, spiked = (_without_picture(item) for item in (report, poisoned(report, poison)))
    assert spiked.tags["script"] == 0
    extra = spiked.tags - plain.tags
    assert set(extra) <= {"span"}  # a line break in a diff makes one more line
    assert {name for _, name, _ in spiked.attributes} <= KEPT_ATTRIBUTES


def _without_picture(report):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html, "picture", lambda _: "data:image/png;base64,AA==")
        return Markup(html.write(report))


def test_poison_is_read_as_it_was_written():
    poison = "<b>Lambda</b> & 'x' \"y\""
    markup = _without_picture(poisoned(stories.wrong_loss(), poison))
    assert markup.text.count(poison) >= 10


def test_picture_is_none_without_curves():
    assert page.picture(stories.crashed()) is None


def test_lines_of_a_diff_are_told_apart():
    written = html.write(stories.nothing_moves())
    assert re.search(r'<span class="nbdiag-removed">-    layers\.Dense\(1\),', written)


def test_a_report_without_findings_says_how_much_could_be_judged():
    report = stories.repaired()
    lack = "the loss is your own function: what it expects is not known"
    checks = [replace(item, status="skipped", reason=lack) for item in report.checks[:3]]
    said = Markup(html.write(replace(report, checks=(*checks, *report.checks[3:])))).text
    assert "Nothing found among 4 checks; 4 could not judge, mostly because the loss is" in said
    assert "No fault found" not in said


def test_a_line_that_is_only_added_has_its_place():
    report = stories.nothing_moves()
    cause = report.findings[0]
    diff = "--- your cell\n+++ new cell\n@@ -8,2 +8,3 @@\n a = 1\n+b = 2\n c = 3\n"
    fix = replace(cause.fixes[0], diff=diff)
    changed = report.with_findings((replace(cause, fixes=(fix,)),))
    assert "line 9\n+b = 2" in Markup(html.write(changed)).text
