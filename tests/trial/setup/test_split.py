"""Rows that change sides of a split, and how a trial judges such a change."""

from typing import Any

import numpy as np
import pytest

from nbdiag.edits.changes import live_edits
from nbdiag.edits.live.edits import CannotRebuild
from nbdiag.schema.changes import Change, DropShared, SplitAnew
from nbdiag.schema.finding import Fix, Proof
from nbdiag.trial.setup.split import on_sides, sides_after, unknown_to_both
from nbdiag.trial.setup.training import Setup

pytestmark = pytest.mark.training

RNG = np.random.default_rng(5)


def four(kinds: np.ndarray, held: int, shared: int = 0, classes: Any = None) -> dict[str, Any]:
    """Arguments of fit: head and tail of rows that know their class by their first columns."""
    x = RNG.normal(size=(len(kinds), 8)) + 2 * np.eye(8)[kinds]
    y = kinds if classes is None else np.eye(classes)[kinds]
    cut = len(x) - held
    x[cut : cut + shared], y[cut : cut + shared] = x[:shared], y[:shared]
    return {"x": x[:cut], "y": y[:cut], "validation_data": (x[cut:], y[cut:])}


def together(arguments: dict[str, Any]) -> set[tuple[bytes, bytes]]:
    x_val, y_val = arguments["validation_data"]
    pairs = [*zip(arguments["x"], arguments["y"], strict=True), *zip(x_val, y_val, strict=True)]
    return {(x.tobytes(), np.asarray(y).tobytes()) for x, y in pairs}


@pytest.mark.parametrize("classes", [None, 4])
@pytest.mark.parametrize("stratify", [True, False])
def test_rows_are_dealt_out_anew_and_keep_their_labels(stratify: bool, classes: int | None) -> None:
    given = four(np.repeat([0, 1, 2, 3], 25), held=20, classes=classes)
    after = on_sides(given, live_edits([SplitAnew(stratify)]))
    assert together(after) == together(given)
    assert [len(after["x"]), len(after["validation_data"][0])] == [80, 20]
    labels = after["validation_data"][1]
    counts = np.bincount(labels.argmax(axis=1) if classes else labels, minlength=4)
    assert counts.sum() == 20
    if stratify:
        assert counts.tolist() == [5, 5, 5, 5]
    again = on_sides(given, live_edits([SplitAnew(stratify)]))
    assert np.array_equal(again["x"], after["x"])
    other = on_sides(given, live_edits([SplitAnew(stratify, seed=1)]))
    assert not np.array_equal(other["x"], after["x"])


@pytest.mark.parametrize("counts", [(2, 1, 97), (1, 1, 1), (60, 50, 40)])
@pytest.mark.parametrize("held", [1, 2])
def test_as_many_rows_are_held_out_as_before(counts: tuple[int, ...], held: int) -> None:
    given = four(np.repeat([0, 1, 2], counts), held=held)
    training, held_out = sides_after(given, live_edits([SplitAnew()]))
    assert len(held_out) == held
    assert sorted([*training, *held_out]) == list(range(sum(counts)))


@pytest.mark.parametrize(("side", "sizes"), [("training", [80, 30]), ("validation", [90, 20])])
def test_shared_rows_leave_one_side(side: Any, sizes: list[int]) -> None:
    given = four(np.repeat([0, 1, 2], 40), held=30, shared=10)
    after = on_sides(given, live_edits([DropShared(side)]))
    assert [len(after["x"]), len(after["validation_data"][0])] == sizes
    known = {row.tobytes() for row in after["x"]}
    assert not any(row.tobytes() in known for row in after["validation_data"][0])
    assert together(after) == together(given)


def test_sides_that_cannot_be_told_apart_are_not_changed() -> None:
    given = four(np.repeat([0, 1], 20), held=10)
    x, y = given["x"], given["y"]
    for broken, reason in (
        ({"validation_data": None}, "not a pair"),
        ({"validation_data": (x, y, y)}, "not a pair"),
        ({"sample_weight": np.ones(30)}, "weights"),
        ({"x": {"one": x}}, "not in one array"),
        ({"validation_data": (x[:, :3], y)}, "different shapes"),
    ):
        with pytest.raises(CannotRebuild, match=reason):
            on_sides({**given, **broken}, live_edits([SplitAnew()]))
    with pytest.raises(CannotRebuild, match="no sample would be left"):
        on_sides(
            {**given, "validation_data": (x[:5], y[:5])}, live_edits([DropShared("validation")])
        )


def test_only_rows_that_neither_side_trains_on_are_judged() -> None:
    given = four(np.repeat([0, 1, 2], 40), held=30, shared=10)
    every = np.concatenate([given["x"], given["validation_data"][0]])
    for change in (SplitAnew(), DropShared("training")):
        rows = unknown_to_both(given, live_edits([change]))
        training, held_out = sides_after(given, live_edits([change]))
        assert set(rows) <= set(held_out)
        others = {every[row].tobytes() for row in {*training, *range(90)} - set(rows)}
        assert len(rows) >= 20 - 10 * (change == SplitAnew())
        assert not any(every[row].tobytes() in others for row in rows)
    assert unknown_to_both(given, live_edits([DropShared("training")])).tolist() == list(
        range(100, 120)
    )
    same = {**given, "validation_data": (given["x"][:50], given["y"][:50])}
    with pytest.raises(CannotRebuild, match="no validation sample is kept out"):
        unknown_to_both(same, live_edits([DropShared("training")]))


def proof_of(given: dict[str, Any], change: Change) -> Proof:
    import keras

    from nbdiag.trial.proof import prove

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(3, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.05), "sparse_categorical_crossentropy")
    (proof,) = prove(Setup(model, given), [Fix("it", "review", (change,))])
    return proof


def test_a_class_that_was_cut_off_comes_back_with_sides_dealt_out_anew() -> None:
    proof = proof_of(four(np.repeat([0, 1, 2], 300), held=300), SplitAnew())
    accuracy = proof.trials[1]
    assert max(accuracy.before) < 0.7  # two classes of three
    assert min(accuracy.after) > 0.8
    assert "on 300 held-out samples" in proof.summary


def test_dropping_shared_rows_is_judged_on_rows_that_nobody_knows() -> None:
    given = four(RNG.integers(0, 3, size=300), held=100, shared=40)
    proof = proof_of(given, DropShared("training"))
    assert "on 60 held-out samples" in proof.summary
    assert proof.verdict == "no difference"
    there = proof_of(given, DropShared("validation"))
    assert "it changes no single step" in there.summary
