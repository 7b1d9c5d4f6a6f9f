"""Fixtures that open notebooks in a real browser."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.browsing import NotebookPage, write_notebook
from tests.e2e.servers import Server, start

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RESULTS = Path("test-results")  # what git does not keep
WINDOW = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; a machine of CI must have it.

    It ends with its module: until then this thread has a running event loop, in which a later test
    of the same worker could run no cell that awaits.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing: install the package chromium for these tests.")
        pytest.skip("Chromium is not installed (package chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window that may use the clipboard."""
    context = browser.new_context(
        viewport=WINDOW, permissions=["clipboard-read", "clipboard-write"]
    )
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session", params=["lab", "notebook"])
def server(request, tmp_path_factory) -> Iterator[Server]:
    """JupyterLab, then Notebook 7."""
    started = start(request.param, tmp_path_factory.mktemp(request.param))
    yield started
    started.stop()


@pytest.fixture
def open_notebook(server: Server, page: Page, request) -> Callable[..., NotebookPage]:
    """Write cells to a notebook, or take a file that is there, and open it."""

    def opened(*sources: str, name: str = "") -> NotebookPage:
        chosen = name or f"{request.node.originalname}.ipynb"
        if sources:
            write_notebook(server.root / chosen, *sources)
        return NotebookPage(page, server, chosen).open()

    return opened


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Keep a picture of the window of a test that failed."""
    report = yield
    page = item.funcargs.get("page") if hasattr(item, "funcargs") else None
    if report.failed and page is not None:
        RESULTS.mkdir(exist_ok=True)
        page.screenshot(path=str(RESULTS / f"{item.name}-{report.when}.png"))
    return report
