"""What a panel looks like in each width, theme and language: heights, and nothing cut or hidden.

The page has no kernel and no server; pictures of all states are kept in ``test-results/look``.
"""

import pytest

from nbdiag.diagnosis import diagnose
from nbdiag.engine import Settings
from nbdiag.panel.panel import Panel
from tests.e2e.conftest import RESULTS
from tests.e2e.still_page import page_of
from tests.recorded import FILES, load
from tests.render import stories

pytestmark = pytest.mark.browser

CELL = 844  # the width of an output on a laptop
STATES = {
    "frozen": "nbd101_faulty_linear_unit",
    "several": "nbd302_faulty_squared_error",
    "sound": "nbd101_healthy_linear_unit",
    "outputs": "kind_and_price",
    "crash": "nbd801_faulty_batch_in_the_shape",
}
HIDDEN = """() => [...document.querySelectorAll('.nbdiag-panel *')]
  .filter(e => getComputedStyle(e).overflowX !== 'visible' && e.scrollWidth > e.clientWidth + 1)
  .filter(e => !e.matches('.nbdiag-scroll, .nbdiag-line, .nbdiag-unseen, .nbdiag-fold > summary'))
  .map(e => e.outerHTML.slice(0, 80))"""
BELOW = "name => document.querySelector(name).getBoundingClientRect().bottom"
TOO_WIDE = """() => [...document.querySelectorAll('.nbdiag-panel *')]
  .filter(e => !e.closest('.nbdiag-scroll, .nbdiag-line, .nbdiag-unseen'))
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => e.outerHTML.slice(0, 80))"""


def report_of(state, lang="en"):
    (path,) = [path for path in FILES if path.stem == STATES[state]]
    return diagnose(load(path), Settings(lang=lang))


@pytest.fixture
def shown(page):
    def show(report, others=(), *, width=CELL, theme="light"):
        page.set_viewport_size({"width": width, "height": 700})
        panel = Panel()
        panel.asked = lambda *_: None  # with all the buttons that a training brings
        panel.update(report, others)
        page.set_content(page_of(panel, theme))
        return page

    return show


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("state", STATES)
def test_nothing_is_cut_or_scrolled_in_any_width_and_theme(shown, state, lang):
    report = report_of(state, lang)
    (RESULTS / "look").mkdir(parents=True, exist_ok=True)
    for width in (422, 560, CELL, 1400):  # the first is a laptop's at 200 %
        for theme in ("light", "dark"):
            page = shown(report, width=width, theme=theme)
            page.screenshot(
                path=str(RESULTS / "look" / f"{state}-{lang}-{width}-{theme}.png"), full_page=True
            )
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            assert page.evaluate(HIDDEN) == []
            assert page.evaluate(TOO_WIDE) == []


def test_the_first_300_pixels_answer_everything(shown):
    page = shown(report_of("frozen"))
    for name in (".nbdiag-headline", ".nbdiag-line", "button.nbdiag-fix", ".nbdiag-open pre"):
        assert page.evaluate(BELOW, name) < 300
    assert page.evaluate(BELOW, ".nbdiag-fold summary") < 300
    assert page.evaluate(BELOW, ".nbdiag-panel") <= 640


def test_headline_and_button_are_seen_together_at_200_percent(shown):
    page = shown(report_of("frozen"), width=CELL // 2)
    assert page.evaluate(BELOW, "button.nbdiag-fix") < 650 / 2


def test_a_sound_run_is_a_line_and_its_curves(shown):
    page = shown(report_of("sound"))
    assert page.evaluate(BELOW, ".nbdiag-panel") < 400
    assert page.locator("button").count() == 0
    assert page.locator(".nbdiag-finding:visible").count() == 0


def test_symptoms_are_shown_when_their_line_is_opened(shown):
    page = shown(stories.nothing_moves())
    symptom = page.locator(".nbdiag-finding.nbdiag-follows").first
    assert not symptom.is_visible()
    page.locator(".nbdiag-fold summary").first.press("Enter")
    assert symptom.is_visible()


def test_all_fits_of_a_cell_come_first(shown):
    page = shown(report_of("frozen"), [report_of("sound"), report_of("several")])
    assert page.evaluate(BELOW, ".nbdiag-fits") < page.evaluate(BELOW, ".nbdiag-headline")
    assert page.locator(".nbdiag-fits tbody tr").count() == 3
