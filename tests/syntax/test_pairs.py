"""What is zipped after each part was shuffled separately."""

import pytest

from nbdiag.edits.rewrite import rewrite
from nbdiag.schema.changes import MakeAgain
from nbdiag.syntax.data.pairs import zipped_out_of_order
from tests.syntax.test_pipelines import run_of

SETS = "a = tf.data.Dataset.from_tensor_slices(x)\nb = tf.data.Dataset.from_tensor_slices(y)\n"
FOLDER = 'keras.utils.image_dataset_from_directory("{}", labels=None{})'


def folders(*arguments):
    a, b = (FOLDER.format(name, item) for name, item in zip("ab", arguments, strict=True))
    return f"a = {a}\nb = {b}\nmodel.fit(tf.data.Dataset.zip((a, b)))"


@pytest.mark.parametrize(
    "cells",
    [
        [SETS, "model.fit(tf.data.Dataset.zip((a.shuffle(9), b.shuffle(9))).batch(4))"],
        [SETS, "a = a.shuffle(9)", "ds = tf.data.Dataset.zip(a, b)\nmodel.fit(ds)"],
        [SETS + "model.fit(Dataset.zip((a.shuffle(9, seed=1), b.shuffle(9, seed=2))))"],
        [SETS + "model.fit(Dataset.zip((a.shuffle(9, seed=1), b.shuffle(8, seed=1))))"],
        [SETS + "model.fit(Dataset.zip((a.shuffle(9, seed=None), b.shuffle(9, seed=None))))"],
        ["def parts(v):\n    return tf.data.Dataset.from_tensor_slices(v).shuffle(50)\n",
         "model.fit(tf.data.Dataset.zip((parts(x), parts(y))).batch(8))"],
        [folders("", "")],
        [folders(", seed=1", ", seed=2")],
        [folders(", shuffle=False", "")],
    ],
)  # fmt: skip
def test_orders_of_their_own(cells):
    assert zipped_out_of_order(run_of(*cells)) is not None


@pytest.mark.parametrize(
    "cells",
    [
        [SETS, "model.fit(tf.data.Dataset.zip((a, b)).shuffle(9).batch(4))"],
        [SETS + "model.fit(Dataset.zip((a.shuffle(9, seed=1), b.shuffle(9, seed=1))))"],
        [SETS + "model.fit(Dataset.zip((a.shuffle(9, 1), b.shuffle(9, 1))))"],
        ["ds = make().shuffle(9)\nmodel.fit(Dataset.zip((ds.map(f), ds.map(g))))"],
        [folders(", seed=1", ", seed=1")],
        [folders(", shuffle=False", ", shuffle=False")],
        [SETS + "model.fit(a.shuffle(9))"],
        ["model.fit(x, y)"],
        ["not python ("],
    ],
)
def test_one_order(cells):
    assert zipped_out_of_order(run_of(*cells)) is None


@pytest.mark.parametrize(
    ("line", "written"),
    [
        (
            "model.fit(Dataset.zip((a.shuffle(9), b.map(f).shuffle(9))).batch(4))",
            "model.fit(Dataset.zip((a, b.map(f))).shuffle(9).batch(4))",
        ),
        (
            "a = a.shuffle(\n    buffer_size=len(x),\n)\nmodel.fit(Dataset.zip((a, b)))",
            "a = a\nmodel.fit(Dataset.zip((a, b)).shuffle(len(x)))",
        ),
        (
            folders("", ", seed=3"),
            folders(", seed=0", ", seed=0"),
        ),
    ],
)
def test_what_is_written(line, written):
    run = run_of(SETS, line)
    found = zipped_out_of_order(run)
    assert found is not None
    assert rewrite(run, found.changes)[0].strip() == written


def test_a_function_that_is_called_twice_is_changed_once():
    made = "def part(v):\n    return Dataset.from_tensor_slices(v).shuffle(50)\n"
    run = run_of(made + "model.fit(Dataset.zip((part(x), part(y))))")
    text = rewrite(run, zipped_out_of_order(run).changes)[0]
    assert "from_tensor_slices(v)\n" in text
    assert "zip((part(x), part(y))).shuffle(50))" in text


def test_a_bracket_is_left_alone():
    run = run_of(SETS + "model.fit(Dataset.zip(((a.cache()).shuffle(9), b)))")
    assert zipped_out_of_order(run).changes == ()


def test_lines_of_an_earlier_cell_come_along():
    made = f"import tensorflow as tf\nx, y, model = [[1]], [1], None\n{SETS}"
    run = run_of(made, "a = a.shuffle(9)", "model.fit(tf.data.Dataset.zip((a, b)))")
    found = zipped_out_of_order(run)
    text = rewrite(run, (MakeAgain("data"), *found.changes))[0]
    assert "zip((a, b)).shuffle(9)" in text
    assert text.count("shuffle") == 1
