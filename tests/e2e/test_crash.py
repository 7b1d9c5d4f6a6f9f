"""Cells that crash, as their writers live them: one traceback, the panel, a click, it trains."""

import re

import nbformat
import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.training]

TRAINS = 240  # seconds; TensorFlow's first import on a busy machine is slow
NOTEBOOK = "notebooks/crashes_and_keras2.ipynb"
CRASHES = {
    "a missing Flatten": "    layers.Flatten(),\n",
    "code of Keras 2": "model.add(Dense(units=16",
}
READ_OUT = """\
report = __import__("nbdiag").last_report()
print([item.code for item in report.findings if item.severity == "error"])
print(len(history.history["accuracy"]), history.history["accuracy"][-1] > 0.6)"""


def error_below(page, place):
    """Text of what a cell shows, up to its panel."""
    outputs = page.cell(place).locator(".jp-OutputArea-child:visible")
    expect(outputs.last.locator(".nbdiag-panel")).to_have_count(1)
    return "\n".join(outputs.all_inner_texts()[:-1])


@pytest.mark.timeout(900)
@pytest.mark.parametrize("server", ["lab"], indirect=True)
def test_one_click_makes_a_crashing_cell_train(open_notebook):
    code = [cell.source for cell in nbformat.read(NOTEBOOK, 4).cells if cell.cell_type == "code"]
    data, load, flat, _, flat_repaired, _, old, _, old_repaired = code[:9]
    page = open_notebook(data, load, flat, old, READ_OUT)
    for place in range(2):
        page.run(place, TRAINS)
    place = 2
    for (name, line), crashing, repaired in zip(
        CRASHES.items(), (flat, old), (flat_repaired, old_repaired), strict=True
    ):
        page.run(place, TRAINS)
        assert error_below(page, place).count("Traceback (most recent call last)") == 1, name
        panel = page.cell(place).locator(".nbdiag-panel:visible")
        expect(panel.locator(".nbdiag-finding").first).to_contain_text(re.compile(r"NBD8\d\d"))

        panel.locator("button.nbdiag-fix").first.click()
        sources = page.wait_for_cells(place // 2 + 5)
        assert sources[place : place + 2] == [crashing, repaired], name
        assert line in repaired

        page.run(place + 1, TRAINS)
        after = page.cell(place + 1).locator(".nbdiag-panel:visible")
        expect(after).to_have_count(1)
        expect(after.locator(".nbdiag-code.nbdiag-error")).to_have_count(0)
        expect(after.locator(".nbdiag-since")).to_contain_text(
            re.compile(r"Repaired since cell \d+: NBD8")
        )
        page.run(len(sources) - 1, TRAINS)
        answer = page.cell(len(sources) - 1).locator(".jp-OutputArea-output").first
        expect(answer).to_have_text("[]\n30 True\n")
        place += 2
