"""Take the README's picture: a notebook's failing cell and its panel, in a real JupyterLab.

Usage: ``python scripts/take_picture.py notebooks/report_001.ipynb docs/panel.png``, in the
environment that ``scripts/test`` makes.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.e2e.browsing import NotebookPage, write_notebook
from tests.e2e.conftest import ARGUMENTS
from tests.e2e.servers import start

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

WINDOW = {"width": 1000, "height": 2400}
FAILING = 2  # data, %load_ext, and then the cell that fails


def main(notebook: str, picture: str) -> None:
    """Run the notebook up to its failing cell and save what that cell looks like."""
    sources = [cell.source for cell in nbformat.read(notebook, 4).cells if cell.cell_type == "code"]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = start("lab", Path(folder) / "server")
        try:
            write_notebook(server.root / "story.ipynb", *sources[: FAILING + 1])
            chromium = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=ARGUMENTS
            )
            context = chromium.new_context(viewport=WINDOW, device_scale_factor=1.5)
            page = context.new_page()
            story = NotebookPage(page, server, "story.ipynb").open()
            page.keyboard.press("Control+b")  # without the file browser
            story.run(0, 240)
            # TensorFlow speaks when it is first imported; the picture is about what comes after.
            page.evaluate(
                "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel"
                ".requestExecute({code: 'import keras', silent: true}).done"
            )
            for place in range(1, FAILING + 1):
                story.run(place, 240)
            page.wait_for_timeout(1500)  # the panel's picture is drawn
            story.cell(FAILING).screenshot(path=picture)
            chromium.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
