"""The notebooks hold what their stories say, whatever the processor rounds."""

import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
MAGIC = "%%traindiag"
SOUND = re.compile("No fault found|Sound: ")


def code_cells(path):
    """Code cells as JSON holds them: nbformat alone takes seconds to import."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def source_of(cell):
    return "".join(cell["source"])


def trains(cell):
    """Whether `notebooks/conftest.py` leaves the outputs of the cell out of the comparison."""
    tags = cell["metadata"].get("tags", ())
    return source_of(cell).startswith(MAGIC) and "raises-exception" not in tags


STORIES = [path for path in NOTEBOOKS if any(map(trains, code_cells(path)))]


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_what_a_training_showed_is_judged_by_the_cells_after_it(path):
    cells = code_cells(path)
    last = max(place for place, cell in enumerate(cells) if trains(cell))
    after = "\n".join(map(source_of, cells[last + 1 :]))
    assert "nbdiag.last_report()" in after
    assert "faults left" in after or "and now" in after
    assert "assert " in after, "the level that is reached"


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_cause_that_a_story_is_about_is_named_in_a_cell_that_is_compared(path):
    for place, cell in enumerate(cells := code_cells(path)):
        shown = "".join(
            "".join(output["data"].get("text/plain", ""))
            for output in cell["outputs"]
            if output["output_type"] == "display_data"
        )
        if trains(cell) and shown.startswith("nbdiag: ") and not SOUND.search(shown):
            judged = cells[place + 1]
            assert "report.principal" in source_of(judged)
            assert "".join(judged["outputs"][0]["text"]).split()[1] in shown
