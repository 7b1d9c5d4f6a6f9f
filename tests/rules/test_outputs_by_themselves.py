"""Each output is judged by itself: what the sum of the losses hides."""

import numpy as np
import pytest

from nbdiag.rules.curves.output_drowned_by_another import OutputDrownedByAnother
from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.model import Head
from nbdiag.schema.setup import Loss
from tests.factory import describe, make_run, normal

CELL = """\
model.compile("adam", {"price": "mse", "sold": "binary_crossentropy"},)
model.fit(x, y)
"""
LEARNT = {"price_loss": [9e6, 1e5], "sold_loss": [0.7, 0.69], "loss": [9e6, 1e5]}


def two(history, weight=1.0, scale=3000.0):
    labels = {"price": normal(200, 1, std=scale), "sold": normal(200, 1) > 0}
    run = make_run(
        heads=(Head("price", "linear", units=1), Head("sold", "sigmoid", units=1)),
        loss=(
            Loss(output="price", name="mean_squared_error", weight=weight),
            Loss(output="sold", name="binary_crossentropy"),
        ),
        metrics=(),
        history=history,
    )
    stats = tuple(describe(np.asarray(part, "float32"), name) for name, part in labels.items())
    from dataclasses import replace

    setup = replace(run.compile, site=CallSite(1, 1, 0, 1, len(CELL.splitlines()[0])))
    data = replace(run.data, labels=stats)
    return replace(run, data=data, compile=setup, cell=Cell(1, CELL))


def test_the_quiet_output_is_named_and_the_losses_are_weighed():
    (found,) = OutputDrownedByAnother().check(two(LEARNT))
    assert "'sold'" in found.message
    (change,) = found.fixes[0].changes
    assert change.code.endswith(', loss_weights={"price": 1e-07, "sold": 1.0}')


@pytest.mark.parametrize(
    "run",
    [
        two(LEARNT | {"sold_loss": [0.7, 0.3]}),  # it learns, too
        two(LEARNT | {"price_loss": [9e6, 9e6]}),  # neither learns
        two(LEARNT, weight=1e-7),
        two(LEARNT, scale=1.0),
    ],
    ids=["both", "neither", "weighed", "one size"],
)
def test_other_reasons_are_left_alone(run):
    assert not list(OutputDrownedByAnother().check(run))
