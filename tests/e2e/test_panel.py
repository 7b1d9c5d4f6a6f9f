"""The panel in JupyterLab and Notebook 7: made by hand, so that nothing is trained here."""

import json

import pytest
from nbformat.v4 import new_code_cell, new_output
from playwright.sync_api import expect

from nbdiag.combined_cell import joined
from nbdiag.diagnosis import diagnose
from nbdiag.render import html
from nbdiag.schema.run import TrainingRun
from tests.e2e.browsing import NotebookPage, write_notebook
from tests.render import stories
from tests.render.markup import poisoned

pytestmark = pytest.mark.browser

LOAD = """\
import json

from nbdiag.panel.publish import show
from nbdiag.schema.report import ReportData
report = ReportData.from_dict(json.load(open("report.json")))"""
SHOW = "panel = show(report, display=display)"
AFTER = "# the cell after"


@pytest.fixture
def shown(server, open_notebook):
    """Open a notebook whose second cell shows a panel, and run those two."""

    def show(report, *after: str) -> NotebookPage:
        text = json.dumps(report.to_dict())
        (server.root / "report.json").write_text(text, encoding="utf-8")
        opened = open_notebook(LOAD, SHOW, *(after or (AFTER,)))
        opened.run(0)
        opened.run(1)
        expect(opened.panels()).to_have_count(1)
        return opened

    return show


@pytest.fixture
def notebook(shown):
    return shown(stories.nothing_moves())


def test_click_puts_the_cell_directly_below_and_undo_takes_it_away(notebook):
    notebook.click_fix(0)
    assert notebook.wait_for_cells(4) == [LOAD, SHOW, stories.SIGMOID_CELL, AFTER]
    expect(notebook.panels().locator(".nbdiag-answer")).to_contain_text("New cell added below")
    notebook.wait_for_active(2)
    expect(notebook.cell(2).locator(".cm-content")).to_be_in_viewport()
    notebook.undo()
    assert notebook.wait_for_cells(3) == [LOAD, SHOW, AFTER]
    expect(notebook.panels().locator(".nbdiag-answer")).to_have_count(0)
    notebook.click_fix(1)
    assert notebook.wait_for_cells(4) == [LOAD, SHOW, stories.LOGITS_CELL, AFTER]
    assert notebook.save().cells[2].execution_count is None


def test_findings_buttons_and_curves_carry_their_classes(notebook):
    panel = notebook.panels()
    expect(panel.locator(".nbdiag-finding")).to_have_count(3)
    expect(panel.locator(".nbdiag-finding").first).to_contain_text("NBD101")
    expect(panel.locator("button.nbdiag-fix")).to_have_count(2)
    curves = panel.locator("img.nbdiag-curves")
    assert "stays at 7.74" in curves.get_attribute("alt")
    assert curves.evaluate("image => image.complete && image.naturalWidth") == 1800


def test_panel_shown_twice_inserts_below_the_view_that_was_clicked(shown):
    notebook = shown(stories.nothing_moves(), "panel", AFTER)
    notebook.run(2)
    expect(notebook.panels()).to_have_count(2)
    notebook.click_fix(0, panel=1)
    assert notebook.wait_for_cells(5) == [LOAD, SHOW, "panel", stories.SIGMOID_CELL, AFTER]
    notebook.click_fix(1, panel=0)
    assert notebook.wait_for_cells(6)[2] == stories.LOGITS_CELL


def test_place_is_right_after_cells_were_inserted_above(notebook):
    notebook.cell(0).locator(".jp-InputPrompt").first.click()
    notebook.page.keyboard.press("Escape")
    notebook.page.keyboard.press("a")
    notebook.wait_for_cells(4)
    notebook.click_fix(0)
    assert notebook.wait_for_cells(5) == ["", LOAD, SHOW, stories.SIGMOID_CELL, AFTER]


def test_panel_inside_another_box_inserts_below_that_cell(shown):
    nested = "import ipywidgets\nipywidgets.VBox([ipywidgets.HBox([panel])])"
    notebook = shown(stories.nothing_moves(), nested, AFTER)
    notebook.run(2)
    notebook.click_fix(0, panel=1)
    assert notebook.wait_for_cells(5)[3] == stories.SIGMOID_CELL


def test_button_works_while_the_kernel_is_busy(shown):
    busy = "import time\ntime.sleep(8)"
    notebook = shown(stories.nothing_moves(), busy)
    notebook.start(2)
    notebook.click_fix(0)
    assert notebook.wait_for_cells(4, seconds=3)[2] == stories.SIGMOID_CELL
    notebook.wait(3)
    assert notebook.wait_for_cells(4) == [LOAD, SHOW, stories.SIGMOID_CELL, busy]
    expect(notebook.panels().locator(".nbdiag-answer")).to_contain_text("New cell added below")


def test_button_is_clicked_from_the_keyboard(notebook):
    notebook.panels().locator("button.nbdiag-fix").first.focus()
    notebook.page.keyboard.press("Enter")
    assert notebook.wait_for_cells(4)[2] == stories.SIGMOID_CELL


def test_click_made_in_python_is_answered_and_inserts_nothing(shown):
    click = "panel.fix_buttons[0].click()\npanel._bridge.send({'type': 'insert', 'fix': 0})"
    notebook = shown(stories.nothing_moves(), click)
    notebook.run(2)
    answer = notebook.panels().locator(".nbdiag-answer")
    expect(answer).to_contain_text("Only a click on the button itself adds the cell")
    assert notebook.wait_for_cells(3) == [LOAD, SHOW, click]
    notebook.click_fix(0)
    assert notebook.wait_for_cells(4) == [LOAD, SHOW, stories.SIGMOID_CELL, click]
    expect(answer).to_contain_text("New cell added below")


def test_ticked_fixes_are_shown_as_one_diff_and_inserted_as_one_cell(shown):
    (recorded,) = (stories.ROOT / "tests" / "runs").rglob("nbd302_faulty_squared_error.json")
    report = diagnose(TrainingRun.load(recorded))
    picks = [
        (finding, next(fix for fix in finding.fixes if not fix.repairs))
        for finding in (report.find("NBD102"), report.find("NBD401"))
    ]
    whole = joined(report.run, picks)
    notebook = shown(report)
    panel = notebook.panels()
    apply = panel.locator("button.nbdiag-apply")
    expect(apply).to_be_hidden()  # until a fix is ticked
    boxes = panel.get_by_role("checkbox")
    expect(boxes).to_have_count(4)
    boxes.first.check()
    boxes.last.check()
    expect(apply).to_have_text("Apply 2 ticked fixes")
    diff = panel.locator(".nbdiag-choice pre")
    expect(diff.first).to_be_visible()
    expect(diff.first).to_contain_text("+normalizer.adapt(x)")
    apply.click()
    assert notebook.wait_for_cells(4) == [LOAD, SHOW, whole.source, AFTER]
    expect(panel.locator(".nbdiag-choice .nbdiag-answer")).to_contain_text("New cell added below")

    boxes.nth(1).check()
    boxes.nth(2).check()
    expect(apply).to_have_text("Apply 4 ticked fixes")
    boxes.first.uncheck()
    expect(apply).to_have_text("Apply 3 ticked fixes")


def test_python_hears_one_request_for_one_click(shown):
    notebook = shown(stories.nothing_moves(), "print(len(panel.requests), panel.abilities.insert)")
    notebook.click_fix(0)
    notebook.wait_for_cells(4)
    notebook.run(3)
    expect(notebook.cell(3).locator(".jp-OutputArea-output")).to_have_text("1 True\n")


def test_new_contents_bring_their_own_buttons(shown):
    from nbdiag.schema.report import ReportData

    update = "from tests.render.stories import wrong_loss\npanel.update(wrong_loss())"
    setup = f"import sys\nsys.path.insert(0, {str(stories.ROOT)!r})\n{update}"
    notebook = shown(stories.nothing_moves(), setup)
    notebook.run(2)
    panel = notebook.panels()
    expect(panel.locator("button.nbdiag-fix")).to_have_count(1)
    expect(panel.locator(".nbdiag-finding").first).to_contain_text("NBD102")
    notebook.click_fix(0)
    report: ReportData = stories.wrong_loss()
    assert notebook.wait_for_cells(4)[2] == report.findings[0].fixes[0].source


def test_panel_stands_in_the_place_of_its_report_until_it_is_closed(shown):
    notebook = shown(stories.nothing_moves(), "panel.close()")
    report = notebook.page.locator(".nbdiag-report")
    expect(report).to_have_count(0)
    notebook.run(2)
    expect(report).to_be_visible()


def test_reopened_notebook_shows_the_static_report(notebook, server):
    notebook.save()
    page = notebook.page.context.new_page()
    page.goto(f"{server.address}/api/kernels?token={server.token}")
    for kernel in json.loads(page.inner_text("body")):
        page.request.delete(f"{server.address}/api/kernels/{kernel['id']}?token={server.token}")
    reopened = NotebookPage(page, server, notebook.name)
    page.goto(server.url(notebook.name))
    report = page.locator(".nbdiag-report")
    expect(report).to_be_visible(timeout=30_000)
    expect(report).to_contain_text("raw numbers from -3.21 to -0.48")
    expect(report.locator("img")).to_be_visible()
    expect(report.locator("details").first).not_to_have_attribute("open", "")
    report.locator("summary").first.click()
    expect(report.locator("pre").first).to_contain_text('activation="sigmoid"')
    assert reopened.panels().count() == 0


@pytest.mark.parametrize(
    "poison", ['<img src=x onerror="window.stolen=1">', "<script>window.stolen=1</script>"]
)
def test_what_the_user_wrote_is_never_run(shown, poison):
    notebook = shown(poisoned(stories.wrong_loss(), poison))
    notebook.page.locator(".nbdiag-panel details").evaluate_all(
        "all => all.forEach(d => d.open = true)"
    )
    notebook.page.wait_for_timeout(500)
    assert notebook.page.evaluate("window.stolen") is None
    assert notebook.page.locator(".nbdiag-panel script, .nbdiag-panel [onerror]").count() == 0
    expect(notebook.panels().locator(".nbdiag-finding").first).to_contain_text(poison)


def test_notebook_that_is_not_trusted_keeps_the_whole_report(server, page):
    report = stories.wrong_loss()
    cell = new_code_cell(SHOW, execution_count=1)
    cell.outputs = [new_output("display_data", {"text/html": html.write(report), "text/plain": ""})]
    write_notebook(server.root / "stranger.ipynb", cell)
    page.goto(server.url("stranger.ipynb"))
    shown = page.locator(".nbdiag-report")
    expect(shown).to_be_visible(timeout=30_000)
    expect(shown).to_contain_text(report.findings[0].message)
    expect(shown.locator("td").first).to_have_text("gradient norm after epoch 1")
    image = shown.locator("img")
    assert image.evaluate("image => image.complete && image.naturalWidth") == 1800
    assert "guessing (expected at the start) is 0.25" in image.get_attribute("alt")
    diff = shown.locator("pre").first
    expect(diff).to_be_hidden()
    shown.locator("summary").first.click()
    expect(diff).to_contain_text('+model.compile("adam", loss="binary_crossentropy")')
