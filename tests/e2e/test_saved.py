"""What a notebook keeps of a panel, and what a page shows when the kernel is gone."""

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.browsing import NotebookPage
from tests.e2e.test_panel import AFTER, LOAD, SHOW
from tests.render import stories

pytestmark = pytest.mark.browser

VIEW = "application/vnd.jupyter.widget-view+json"
DEAD = "Error displaying widget"
LOST = "The kernel was restarted. The buttons still add cells; run the cell again for a new report."
ICONS = """() => [...document.querySelectorAll(".nbdiag-panel, .nbdiag-panel *")].filter((one) => {
  const icon = getComputedStyle(one, "::before");
  return icon.display !== "none" && icon.content.includes("\\uf127");
}).length"""
TRUSTED = "() => jupyterapp.shell.currentWidget.content.model.cells.get(1).trusted"
LIVE = """\
from nbdiag.panel.live_panel import LivePanel
from nbdiag.schema.report import ReportData
live = LivePanel(display=display, ask=lambda: None, asked=lambda: False)
live.draw(report)"""


def is_ours(error):
    """Whether a script other than the front end's own had a part in an error of the page.

    Notebook 7 raises one of its own at every start ("reading 'schema'"), without nbdiag as well.
    """
    frames = [line for line in (error.stack or "").splitlines() if "://" in line]
    return not frames or not all("/static/" in frame for frame in frames)


@pytest.fixture
def shown(server, open_notebook):
    """Open a notebook, run its first cells, and note the errors of the page."""

    def show(*cells: str, run: int = 2) -> NotebookPage:
        text = json.dumps(stories.nothing_moves().to_dict())
        (server.root / "report.json").write_text(text, encoding="utf-8")
        opened = open_notebook(LOAD, *cells)
        opened.errors = []
        opened.page.on(
            "pageerror", lambda error: is_ours(error) and opened.errors.append(str(error))
        )
        for place in range(run):
            opened.run(place)
        return opened

    return show


def views(notebook) -> int:
    """Count the widgets that a saved notebook holds, in outputs and as state."""
    return json.dumps(notebook).count(VIEW) + ("widgets" in notebook.metadata)


def end_kernels(page, server) -> None:
    answer = page.request.get(f"{server.address}/api/sessions?token={server.token}")
    for session in answer.json():
        page.request.delete(f"{server.address}/api/sessions/{session['id']}?token={server.token}")


def restart(notebook) -> None:
    """Restart the kernel as a person does: 0, 0 and the button of the dialog."""
    notebook.page.locator(".jp-Notebook .jp-Cell .jp-InputPrompt").first.click()
    notebook.page.keyboard.press("0")
    notebook.page.keyboard.press("0")
    notebook.page.locator(".jp-Dialog .jp-mod-accept").click()


@pytest.mark.parametrize("cell", [SHOW, SHOW + "\n" + SHOW, SHOW + "\ndisplay(panel)"])
def test_reopened_trusted_notebook_shows_the_reports_and_no_error(shown, server, cell, request):
    reports = 1 + cell.count("\n")
    notebook = shown(cell, AFTER)
    expect(notebook.panels()).to_have_count(reports)
    expect(notebook.page.locator(".nbdiag-report:visible")).to_have_count(0)
    saved = notebook.save()
    assert views(saved) == 0
    assert len(saved.cells[1].outputs) == reports
    notebook.page.close()

    page = request.getfixturevalue("browser").new_page()
    end_kernels(page, server)
    reopened = NotebookPage(page, server, notebook.name).open()
    expect(page.locator(".nbdiag-report:visible")).to_have_count(reports)
    page.wait_for_timeout(1500)  # a widget that is missing is searched for at first
    assert page.evaluate(TRUSTED) is True
    assert DEAD not in page.inner_text(".jp-Notebook")
    assert reopened.panels().count() == 0
    page.close()


def test_panel_comes_back_with_the_page_while_its_kernel_lives(shown):
    notebook = shown(SHOW, AFTER)
    notebook.save()
    notebook.page.reload()
    notebook.open()
    expect(notebook.panels()).to_have_count(1)
    notebook.click_fix(0)
    assert notebook.wait_for_cells(4) == [LOAD, SHOW, stories.SIGMOID_CELL, AFTER]
    expect(notebook.panels().locator(".nbdiag-answer")).to_contain_text("New cell added below")
    assert views(notebook.save()) == 0
    assert notebook.errors == []


def test_notebook_saved_while_the_kernel_is_busy_holds_the_report(shown):
    notebook = shown(SHOW, "import time\ntime.sleep(6)")
    notebook.start(2)
    saved = notebook.save()
    expect(notebook.cell(2).locator(".jp-InputPrompt").first).to_have_text("[*]:")
    assert views(saved) == 0
    assert "nbdiag-report" in saved.cells[1].outputs[0].data["text/html"]


def test_kernel_restarted_with_the_page_open_is_said_once(shown):
    notebook = shown(SHOW, AFTER)
    expect(notebook.panels()).to_have_count(1)
    restart(notebook)
    said = notebook.panels().locator(".nbdiag-bridge")
    expect(said).to_have_text(LOST)
    notebook.page.wait_for_timeout(1000)
    assert notebook.panels().inner_text().count("The kernel was restarted") == 1
    assert notebook.page.evaluate(ICONS) == 0
    notebook.click_fix(0)
    assert notebook.wait_for_cells(4) == [LOAD, SHOW, stories.SIGMOID_CELL, AFTER]
    notebook.page.keyboard.press("Escape")
    assert views(notebook.save()) == 0
    assert notebook.errors == []


def test_kernel_that_dies_in_a_training_leaves_a_sentence(shown):
    notebook = shown(LIVE, "import os\nos._exit(1)")
    expect(notebook.panels()).to_have_count(1)
    expect(notebook.panels().locator(".nbdiag-live")).to_be_visible()
    notebook.start(2)
    said = notebook.panels().locator(".nbdiag-bridge")
    expect(said).to_have_text(
        "The kernel was restarted. Run the cell again for a new report.", timeout=30_000
    )
    expect(notebook.panels().locator(".nbdiag-live")).to_be_hidden()
    assert notebook.page.evaluate(ICONS) == 0
    assert notebook.errors == []


def test_live_panel_becomes_the_report_where_it_is_shown(shown):
    finish = (
        "from nbdiag.panel.publish import show\nfinal = show(report, display=display, live=live)"
    )
    notebook = shown(LIVE + "\nprint('trained')\n" + finish, AFTER)
    expect(notebook.panels()).to_have_count(1)
    expect(notebook.panels().locator("button.nbdiag-fix")).to_have_count(2)
    expect(notebook.page.locator(".nbdiag-report:visible")).to_have_count(0)
    saved = notebook.save()
    assert views(saved) == 0
    first, second = saved.cells[1].outputs
    assert "nbdiag-report" in first.data["text/html"]
    assert second.text == "trained\n"


def test_cleared_output_takes_its_panel_along_and_a_copied_cell_has_one(shown):
    notebook = shown(SHOW, "from IPython.display import clear_output\npanel.close()")
    notebook.cell(1).locator(".jp-InputPrompt").first.click()
    notebook.page.keyboard.press("c")
    notebook.page.keyboard.press("v")
    notebook.wait_for_cells(4)
    expect(notebook.panels()).to_have_count(2)
    notebook.click_fix(0, panel=1)
    assert notebook.wait_for_cells(5) == [
        LOAD,
        SHOW,
        SHOW,
        stories.SIGMOID_CELL,
        notebook.sources()[4],
    ]
    notebook.run(4)
    # JupyterLab keeps only the cells near the window in the page: each is looked at in turn.
    for place in (1, 2):
        notebook.bring_up(place)
        expect(notebook.cell(place).locator(".nbdiag-report")).to_be_visible()
        expect(notebook.cell(place).locator(".nbdiag-panel")).to_have_count(0)
