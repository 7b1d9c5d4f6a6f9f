"""The steps of a data set are followed from name to name through the text of the cells."""

from dataclasses import replace

import pytest

from nbdiag.schema.cell import Cell
from nbdiag.syntax.data.pipelines import (
    Pipelines,
    place_before_batch,
    reshuffled_split,
    set_argument,
    unshuffled_source,
)
from tests.factory import make_run

FIT = "model.fit(train, validation_data=val)"
CUT = "train, val = ds.take(80), ds.skip(80)"


def run_of(*cells):
    *earlier, last = (Cell(number, text) for number, text in enumerate(cells, start=1))
    return replace(make_run(), cell=last, earlier=tuple(earlier))


PARTS = """def parts(ds, size, again=True):
    if again:
        ds = ds.shuffle(size, seed=1)
    train_ds = ds.take(80)
    val_ds = ds.skip(80)
    return train_ds, val_ds
"""


@pytest.mark.parametrize(
    "cells",
    [
        [f"ds = make().shuffle(100).batch(8)\n{CUT}\n{FIT}"],
        ["ds = make()\nds = ds.shuffle(100)", f"train = ds.take(80)\nval = ds.skip(80)\n{FIT}"],
        ["ds = make().shuffle(9, reshuffle_each_iteration=True)",
         f"{CUT}\ntrain = train.map(f)\n{FIT}"],
        [PARTS, f"train, val = parts(make(), 100)\ntrain = train.batch(8)\n{FIT}"],
        [("ds = make().shuffle(100)\nboth = tf.data.Dataset.zip((ds, ds))\n"
         "model.fit(both.take(8), validation_data=both.skip(8))")],
    ],
)  # fmt: skip
def test_a_shuffle_above_the_split(cells):
    step = reshuffled_split(run_of(*cells))
    assert step is not None
    assert step.name == "shuffle"


@pytest.mark.parametrize(
    "cells",
    [
        [f"ds = make().shuffle(100, reshuffle_each_iteration=False)\n{CUT}\n{FIT}"],
        [f"ds = make().shuffle(100, 0, False)\n{CUT}\n{FIT}"],
        # Cut first; what is shuffled afterwards is one part.
        [f"ds = make()\n{CUT}\ntrain = train.shuffle(100)\n{FIT}"],
        # What a cache holds keeps its order.
        [f"ds = make().shuffle(100).cache()\n{CUT}\n{FIT}"],
        [f"train, val = make().shuffle(9), other().shuffle(9)\n{FIT}"],
        # A later data set under the same name.
        [f"ds = make().shuffle(100)\nds = other()\n{CUT}\n{FIT}"],
        ["model.fit(x, y)"],
    ],
)
def test_no_shuffle_above_the_split(cells):
    assert reshuffled_split(run_of(*cells)) is None


def test_names_that_go_round_in_a_circle_end():
    run = run_of("ds = other\nother = ds\nds = other", "ds = ds.map(ds)\nmodel.fit(ds)")
    assert [step.name for step in Pipelines(run).of_fit("x")][:1] == ["map"]


@pytest.mark.parametrize(
    ("call", "was", "code"),
    [
        ("make().shuffle(100)", "", ", reshuffle_each_iteration=False"),
        ("make().shuffle(buffer_size=len('ü'))", "", ", reshuffle_each_iteration=False"),
        ("make().shuffle(9, reshuffle_each_iteration=True)", "True", "False"),
    ],
)
def test_an_argument_is_written_where_it_belongs(call, was, code):
    run = run_of(f"ds = {call}\n{CUT}\n{FIT}")
    change = set_argument(run, reshuffled_split(run), "reshuffle_each_iteration", "False")
    assert (change.was, change.code) == (was, code)
    line = run.cell.source.split("\n")[change.site.line - 1]
    assert line[change.site.column : change.site.end_column] == was
    assert line[change.site.end_column :].startswith(")")


def test_a_source_that_does_not_shuffle():
    run = run_of(
        "train = keras.utils.image_dataset_from_directory('train', shuffle=False).prefetch(2)",
        "model.fit(train)",
    )
    assert unshuffled_source(run).name == "image_dataset_from_directory"
    assert unshuffled_source(run_of("train = read('train')\nmodel.fit(train)")) is None


def test_a_step_before_the_batches():
    run = run_of("train = (\n    make()\n    .batch(8)\n)\nmodel.fit(train)")
    site = place_before_batch(run)
    assert (site.line, site.column) == (2, len("    make()"))
    assert place_before_batch(run_of("model.fit(make())")) is None
