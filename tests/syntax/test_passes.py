"""Labels and predictions are followed through the statements of a cell."""

from dataclasses import replace

import pytest

from nbdiag.schema.cell import Cell
from nbdiag.syntax.data.passes import compared_passes
from tests.factory import make_run

SHUFFLED = "val = make().shuffle(100).batch(8)"
FOLDER = "val = keras.utils.image_dataset_from_directory('val')"
FLOW = "val = gen.flow_from_directory('val')"
TWO = (
    "p = model.predict(val)\ny = np.concatenate([y for x, y in val])\nprint(matrix(y, p.argmax(1)))"
)


def found(*cells):
    *earlier, last = (Cell(number, text) for number, text in enumerate(cells, start=1))
    return compared_passes(replace(make_run(), cell=last, earlier=tuple(earlier)))


@pytest.mark.parametrize(
    "cells",
    [
        [SHUFFLED, TWO],
        [f"{FOLDER}\n{TWO}"],
        [FOLDER, "y = []\nfor _, some in val:\n    y.extend(some)\nright = y == model.predict(val)"],
        [FLOW, "p = model.predict(val)\nreport(val.classes, p)"],
        [SHUFFLED, "score.update_state(list(val.map(lambda x, y: y)), model.predict(val))"],
        [f"{SHUFFLED}\nval = val.prefetch(2)", (f"with timer():\n    {TWO.splitlines()[0]}\n    "
         "y = np.array([y for x, y in val.unbatch()])\n    print(report(y, p))")],
    ],
)  # fmt: skip
def test_two_passes(cells):
    assert found(*cells).data == "val"


@pytest.mark.parametrize(
    "cells",
    [
        # One order for all passes.
        ["val = make().batch(8)", TWO],
        ["val = make().shuffle(9, reshuffle_each_iteration=False).batch(8)", TWO],
        ["val = make().shuffle(9).cache()", TWO],
        ["val = keras.utils.image_dataset_from_directory('val', shuffle=False)", TWO],
        ["val = gen.flow_from_directory('val', shuffle=False)",
         "report(val.classes, model.predict(val))"],
        # One pass.
        [SHUFFLED, ("y, p = [], []\nfor x, some in val:\n    p.append(model.predict(x))\n    "
         "y.append(some)\nreport(y, p)")],
        [SHUFFLED, "p = np.concatenate([model.predict(x) for x, y in val])\nreport(p)"],
        # Labels of other data; predictions that are shown beside them.
        [SHUFFLED, "report(y_val, model.predict(val))"],
        [SHUFFLED, "y = [y for x, y in val]\nprint(y, model.predict(val))"],
        [SHUFFLED, "y = [y for x, y in other]\nreport(y, model.predict(val))"],
        ["model.fit(x, y)"],
        ["this is not Python: predict"],
    ],
)  # fmt: skip
def test_one_pass_or_one_order(cells):
    assert found(*cells) is None


def test_the_first_pass_is_kept():
    change = found(SHUFFLED, f"model.fit(x, y)\n{TWO}").change
    assert (change.site.cell, change.site.line, change.code) == (2, 2, "val = val.cache()\n")


def test_a_flow_is_read_in_order():
    change = found(FLOW, "report(val.classes, model.predict(val))").change
    assert (change.site.cell, change.code) == (1, ", shuffle=False")
