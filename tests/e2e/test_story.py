"""Field reports as their readers live them: run, look, click, undo, click again, run, healed."""

from dataclasses import dataclass

import nbformat
import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.training]

TRAINS = 240  # seconds; TensorFlow's first import on a busy machine is slow


@dataclass(frozen=True)
class Story:
    """One report: its notebook, the cause, and what the first fix makes of what."""

    notebook: str
    code: str
    wrong: str
    right: str
    accuracy: str


STORIES = [
    Story(
        "report_000",
        "NBD102",
        'loss="mean_squared_error"',
        'loss="binary_crossentropy"',
        "val_accuracy",
    ),
    Story(
        "report_001",
        "NBD101",
        "layers.Dense(1)",
        'layers.Dense(1, activation="sigmoid")',
        "val_acc",
    ),
]

READ_OUT = """\
import nbdiag
report = nbdiag.last_report()
print([item.severity for item in report.findings if item.severity == "error"])
print(history.history["{accuracy}"][-1] >= 0.85)"""


@pytest.mark.timeout(900)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.notebook)
def test_one_click_heals_the_report(open_notebook, story):
    cells = nbformat.read(f"notebooks/{story.notebook}.ipynb", 4).cells
    data, load, failing = [cell.source for cell in cells if cell.cell_type == "code"][:3]
    read_out = READ_OUT.format(accuracy=story.accuracy)
    page = open_notebook(data, load, failing, read_out)
    for place in range(3):
        page.run(place, TRAINS)
    panel = page.panels()
    expect(panel).to_have_count(1)
    expect(panel.locator(".nbdiag-finding").first).to_contain_text(story.code)

    page.click_fix(0)
    repaired = page.wait_for_cells(5)[3]
    assert repaired == failing.replace(story.wrong, story.right)
    page.undo()
    assert page.wait_for_cells(4)[3] == read_out

    page.click_fix(0)
    assert page.wait_for_cells(5)[3] == repaired
    page.run(3, TRAINS)
    page.run(4, TRAINS)
    answer = page.cell(4).locator(".jp-OutputArea-output").first
    expect(answer).to_have_text("[]\nTrue\n")
