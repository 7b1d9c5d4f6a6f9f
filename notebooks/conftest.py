"""What nbval compares of a notebook: what follows from its story, on every processor.

How a training ends in its digits depends on the processor, and with it which words a report finds
for a curve. So the outputs of watched trainings are not compared: the cells beside them show and
assert what the report names, what it offers, and what the repaired run reaches.

With ``NBDIAG_STORY_SEED`` set, the data of each story are drawn with that seed instead of the
notebook's own.
"""

import os
import re

import pytest

MAGIC = "%%traindiag"
SEEDED = re.compile(r"(?<=default_rng\()\d+(?=\))")
SEED = os.environ.get("NBDIAG_STORY_SEED", "")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the outputs of trainings, and every error stream, out of the comparison."""
    for item in items:
        if not hasattr(item, "cell"):
            continue
        item.add_marker(pytest.mark.training)
        watched = item.cell.source.startswith(MAGIC)
        # A cell that is meant to fail trains nothing: what is said of it is the same everywhere.
        if watched and not item.options["check_exception"]:
            item.options["check"] = False
        if SEED and not watched:  # what a fix wrote into a watched cell stays
            item.cell.source = SEEDED.sub(SEED, item.cell.source)
    # TensorFlow's log and Keras' warnings differ from start to start.
    for notebook in {item.parent for item in items if hasattr(item.parent, "skip_compare")}:
        notebook.skip_compare = (*notebook.skip_compare, "stderr")
