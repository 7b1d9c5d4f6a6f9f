"""The calls of the cells, by the meaning of their names."""

import pytest

from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import calls_in, calls_of, full_name


def run_of(source: str, *earlier: str) -> TrainingRun:
    cells = tuple(Cell(number, text) for number, text in enumerate(earlier, 1))
    return TrainingRun(cell=Cell(len(cells) + 1, f"%%traindiag\n{source}"), earlier=cells)


def test_calls_are_read_around_ipythons_own_lines():
    run = run_of("if x:\n    %time y\n!pip list\ntrain(model, n_epoch=20)\n")
    (call,) = calls_in(run)
    assert call.node.keywords[0].arg == "n_epoch"
    assert calls_in(run_of("not python at all")) == ()


@pytest.mark.parametrize(
    ("imported", "used"),
    [
        ("from keras.layers import Dense as D", "D(4)"),
        ("from keras.layers import (\n    Conv2D,\n    Dense as D,\n)", "D(4)"),
        ("from tensorflow.keras import layers as L", "L.Dense(4)"),
        ("import keras as k", "k.layers.Dense(4)"),
        ("from keras.layers import *", "Dense(4)"),
    ],
)
def test_a_call_has_the_name_that_keras_gives_it(imported, used):
    (call,) = calls_in(run_of(used, imported))
    assert call.name == "Dense"
    assert call.call.name == used.partition("(")[0].rpartition(".")[2]
    assert full_name(run_of(used, imported), call.node.func).endswith("keras.layers.Dense")


def test_a_name_that_is_bound_to_something_else_is_no_import():
    (call,) = calls_in(run_of("D(4)", "from keras.layers import Dense as D\nD = print"))
    assert call.name == "D"


def test_the_calls_of_earlier_functions_go_before_those_that_call_them():
    run = run_of(
        "model = build()\nmodel.fit(x)", "def build():\n    return Sequential()\n\nother()"
    )
    assert [item.name for item in calls_of(run)] == ["Sequential", "build", "fit"]
