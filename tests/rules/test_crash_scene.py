"""What is noted of the user's names and calls when a cell fails."""

import linecache

import numpy as np
import pandas as pd
import pytest

from nbdiag.capture.failure.context import describe_context
from nbdiag.capture.failure.variables import describe_variable
from nbdiag.schema.cell import Cell
from nbdiag.schema.codec import from_json, to_json
from nbdiag.schema.failure import FailureContext, Variable

FACES = pd.DataFrame({"pixels": [np.zeros((3, 4)), np.ones((3, 4))]})
OBJECTS = np.empty(3, dtype=object)
OBJECTS[:] = [[1], [1, 2], [1, 2, 3]]


@pytest.mark.parametrize(
    ("value", "thing"),
    [
        (None, Variable("none", "NoneType")),
        (3, Variable("number", "int", value="3")),
        ("adam", Variable("text", "str", value="'adam'", lengths=(4, 4))),
        ((2, None), Variable("tuple", "tuple", value="(2, None)")),
        ([[1, 2], [3]], Variable("list", "list", "list", (2,), "", (1, 2))),
        (
            np.full((4, 2), 0.5, "float32"),
            Variable("array", "ndarray", "float32", (4, 2), span=(0.5, 0.5)),
        ),
        (
            np.eye(3)[[2, 0]],
            Variable("array", "ndarray", "float64", (2, 3), span=(0.0, 1.0), form="one-hot"),
        ),
        (
            np.array([1, 4]),
            Variable("array", "ndarray", "int64", (2,), span=(1.0, 4.0), form="whole"),
        ),
        (np.array([1.0, np.nan]), Variable("array", "ndarray", "float64", (2,))),
        (
            FACES[["pixels"]].to_numpy(),
            Variable("array", "ndarray", "object", (2, 1), "ndarray", (3, 3), item=(3, 4)),
        ),
        (
            pd.DataFrame({"sex": ["m", "f", None], "age": [1.0, 2.0, 3.0]}, dtype=object),
            Variable("array", "DataFrame", "object", (3, 2), texts=("sex",), encoded=3),
        ),
        (
            np.array([["m", 1, "3"], ["f", 2, "4"]], dtype=object),
            Variable("array", "ndarray", "object", (2, 3), "int str", texts=("0",), encoded=None),
        ),
        (
            pd.DataFrame({"power": ["130", "?", "95"], "rooms": ["3", "4", "5"]}),
            Variable("array", "DataFrame", "object", (3, 2), texts=("power",), marks=("?",)),
        ),
        (
            pd.DataFrame({"power": ["130", "?", "95"], "kind": ["a", "b", "a"]}).to_numpy(),
            Variable("array", "ndarray", "object", (3, 2), "str", texts=("0", "1"), encoded=None),
        ),
        (  # amounts, as people write them, are no kinds: in columns of their own they mean nothing
            pd.DataFrame({"area": ["1,250", "980", "2,100"], "garage": ["yes", "no", "no"]}),
            Variable("array", "DataFrame", "object", (3, 2), texts=("area", "garage")),
        ),
        (
            pd.DataFrame({"size": ["3 rooms", "S", "M"], "garage": ["yes", "no", "no"]}),
            Variable("array", "DataFrame", "object", (3, 2), texts=("size", "garage"), encoded=5),
        ),
        ("Ann Smith", Variable("text", "str", lengths=(9, 9))),
        ("x" * 500, Variable("text", "str", lengths=(500, 500))),
        (OBJECTS, Variable("array", "ndarray", "object", (3,), "list", (1, 3))),
        (iter([1]), Variable("dataset", "list_iterator")),
    ],
)
def test_a_thing_is_described_without_its_contents(value, thing):
    assert describe_variable(value) == thing


@pytest.mark.parametrize(
    "value", [np, len.__class__, test_a_thing_is_described_without_its_contents]
)
def test_modules_and_functions_are_left_out(value):
    assert describe_variable(value) is None


SOURCE = "def build(width):\n    return 1 / width\n\n\ny = 2\nmodel = build(0)\n"


def failed(source, space):
    linecache.cache["<cell 4>"] = (len(source), None, source.splitlines(keepends=True), "<cell 4>")
    try:
        exec(compile(source, "<cell 4>", "exec"), space)
    except ZeroDivisionError as error:
        return describe_context(error, (Cell(4, source),), space, {"<cell 4>": 4}.get)
    raise AssertionError("the cell did not fail")


def test_the_calls_that_led_there_are_placed():
    places = failed(SOURCE, {}).places
    assert [(site.cell, site.line) for site in places] == [(4, 6), (4, 2)]
    assert (places[0].column, places[0].end_column) == (8, 16)


def test_names_of_the_cell_and_of_its_running_functions_are_noted():
    space = {"labels": np.zeros(3), "_hidden": np.zeros(3), "note": "unused"}
    names = failed(SOURCE, space).names
    assert names["y"].value == "2"
    assert names["width"].value == "0"
    assert names["labels"].shape == (3,), "an array could be what was meant"
    assert not {"_hidden", "note", "build"} & set(names)


def test_a_cell_that_is_no_python_is_read_word_by_word():
    source = "y = = 3"
    scene = describe_context(ZeroDivisionError(), (Cell(1, source),), {"y": 3}, lambda _: None)
    assert scene.names == {"y": Variable("number", "int", value="3")}


def test_a_scene_survives_json():
    scene = failed(SOURCE, {})
    assert from_json(FailureContext, to_json(scene)) == scene
