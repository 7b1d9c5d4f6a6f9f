"""What a person does with a notebook in a browser: open, run, click, read, undo."""

import re
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.servers import Server

if TYPE_CHECKING:  # it takes seconds to import, also where no browser is asked for
    import nbformat

SECOND = 1000
LOADS = 60 * SECOND
# The application is exposed by the servers of these tests; it is read here and never driven.
READ_CELLS = (
    "() => jupyterapp.shell.currentWidget.content.model.sharedModel.cells.map(c => c.getSource())"
)
SCROLL = "place => jupyterapp.shell.currentWidget.content.scrollToItem(place, 'start')"
ACTIVE = "() => jupyterapp.shell.currentWidget.content.activeCellIndex"
READY = """() => {
  const panel = globalThis.jupyterapp?.shell?.currentWidget;
  return panel?.content?.model && panel.sessionContext?.session?.kernel?.status === "idle";
}"""


# Without it Notebook 7 asks which kernel to take.
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def write_notebook(path: Path, *cells: "str | nbformat.NotebookNode") -> None:
    """Write a notebook of code cells, given by their text or whole."""
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook

    made = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    nbformat.write(new_notebook(cells=made, metadata=KERNEL), path)


class NotebookPage:
    """A notebook that is open in the browser."""

    def __init__(self, page: Page, server: Server, name: str) -> None:
        self.page = page
        self.server = server
        self.name = name
        self.errors: list[str] = []

    def open(self) -> "NotebookPage":
        """Go to the notebook and wait for its kernel."""
        self.page.goto(self.server.url(self.name), timeout=LOADS)
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=LOADS)
        self.page.wait_for_function(READY, timeout=LOADS)
        return self

    def cell(self, place: int) -> Locator:
        """The cell at a place, counted from 0."""
        return self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{place}"]')

    def bring_up(self, place: int) -> None:
        """Scroll to a cell, which may not be in the page before."""
        self.page.evaluate(SCROLL, place)
        expect(self.cell(place)).to_be_visible()

    def run(self, place: int, seconds: float = 60) -> None:
        """Run one cell and wait until it has ended."""
        self.start(place)
        self.wait(place, seconds)

    def start(self, place: int) -> None:
        """Run one cell without waiting."""
        cell = self.cell(place)
        cell.scroll_into_view_if_needed()
        cell.locator(".jp-InputArea .cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def wait(self, place: int, seconds: float = 60) -> None:
        """Wait until a started cell has its number."""
        prompt = self.cell(place).locator(".jp-InputPrompt").first
        expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=seconds * SECOND)
        self.page.wait_for_function(READY, timeout=seconds * SECOND)

    def sources(self) -> list[str]:
        """Texts of all cells, in order."""
        found: list[str] = self.page.evaluate(READ_CELLS)
        return found

    def wait_for_cells(self, number: int, seconds: float = 10) -> list[str]:
        """Wait until the notebook has so many cells, and read them."""
        end = time.monotonic() + seconds
        while len(self.sources()) != number and time.monotonic() < end:
            self.page.wait_for_timeout(50)
        found = self.sources()
        assert len(found) == number, found
        return found

    def wait_for_active(self, place: int) -> None:
        """Wait until the cell at this place is the selected one."""
        self.page.wait_for_function(f"place => ({ACTIVE})() === place", arg=place, timeout=10_000)

    def panels(self) -> Locator:
        """All panels that are shown."""
        return self.page.locator(".nbdiag-panel:visible")

    def click_fix(self, number: int = 0, panel: int = 0) -> None:
        """Click a fix button of a panel."""
        button = self.panels().nth(panel).locator("button.nbdiag-fix").nth(number)
        button.scroll_into_view_if_needed()
        button.click()

    def undo(self) -> None:
        """Undo as a person does: command mode, then Z."""
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("z")

    def save(self) -> Any:
        """Save, and read the file."""
        path = self.server.root / self.name
        before = path.stat().st_mtime_ns
        self.page.keyboard.press("Control+s")
        end = time.monotonic() + 10
        import nbformat

        # The server empties the file before it writes it, and writes it in parts.
        while time.monotonic() < end:
            self.page.wait_for_timeout(100)
            if path.stat().st_mtime_ns != before:
                with suppress(ValueError):
                    return nbformat.read(path, 4)
        raise AssertionError("the notebook was not saved")

    def screenshot(self, path: Path | str, selector: str | None = None) -> None:
        """Take a picture of the window, or of the first element that fits."""
        if selector is None:
            self.page.screenshot(path=str(path))
        else:
            self.page.locator(selector).first.screenshot(path=str(path))
