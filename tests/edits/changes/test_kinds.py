"""Every kind of change gives all five: text edit, live edit, description, conflicts, prediction."""

import subprocess
import sys
from dataclasses import replace
from typing import Any, get_args

import pytest

from nbdiag.edits.changes import kind_of, kinds, live_edits
from nbdiag.edits.changes.aspects import Kind
from nbdiag.edits.changes.claims import Claims
from nbdiag.edits.live.edits import UNCHANGED, CannotRebuild
from nbdiag.schema.changes import (
    AddCallback,
    Change,
    DropShared,
    MakeAgain,
    ReplaceMetric,
    SetFitArgument,
    SetOptimizer,
    SetOptimizerArgument,
    TextChange,
    in_order,
)
from nbdiag.schema.run import TrainingRun
from tests.edits.changes import tried
from tests.factory import make_run

ASPECTS = ("text", "live", "describe", "conflicts", "predict")
CHANGES = {words: change for some in tried("DESCRIBED") for words, change in some.items()}
EVERY = get_args(Change)


def test_each_change_has_a_kind():
    assert kinds().keys() == set(EVERY)


@pytest.mark.parametrize("of", EVERY)
@pytest.mark.parametrize("aspect", ASPECTS)
def test_a_kind_gives_all_five(of: type, aspect: str):
    whole = vars(kinds()[of])
    assert callable(whole[aspect])
    with pytest.raises(TypeError, match=aspect):
        Kind(**{name: value for name, value in whole.items() if name != aspect})


@pytest.mark.parametrize(("words", "change"), CHANGES.items())
def test_a_change_is_described_with_its_values(words: str, change: Change):
    assert kind_of(change).describe(change) == words


def test_each_kind_is_described():
    assert {type(change) for change in CHANGES.values()} == set(EVERY)


@pytest.mark.parametrize("change", CHANGES.values(), ids=repr)
def test_a_change_differs_on_a_copy_or_is_of_the_text(change: Change):
    if isinstance(change, TextChange) or change == MakeAgain("data"):
        with pytest.raises(CannotRebuild, match="in the text alone"):
            live_edits([change])
    else:
        assert live_edits([change]) != UNCHANGED
    assert live_edits([]) == UNCHANGED


@pytest.mark.parametrize("change", CHANGES.values(), ids=repr)
def test_a_change_claims_the_same_each_time(change: Change):
    claims = kind_of(change).conflicts(change, {})
    assert isinstance(claims, Claims)
    assert set(claims.meet(kind_of(change).conflicts(change, {}))) == set(claims.sets)


@pytest.mark.parametrize("change", CHANGES.values(), ids=repr)
def test_a_prediction_needs_no_more_than_a_cell(change: Change):
    run = make_run()
    assert isinstance(kind_of(change).predict(run, change), TrainingRun)
    empty = TrainingRun(cell=run.cell)
    assert replace(kind_of(change).predict(empty, change), fit=empty.fit) == empty


@pytest.mark.parametrize(
    ("shown", "changes"),
    [
        (False, [AddCallback("TerminateOnNaN"), ReplaceMetric("acc", None)]),
        (False, [SetFitArgument("epochs", 9), DropShared("validation")]),
        (True, [SetFitArgument("batch_size", 9)]),
        (True, [DropShared("training")]),
        (True, [MakeAgain("model")]),
        (True, [SetOptimizerArgument("momentum", 0.9)]),
    ],
)
def test_single_steps_show_some_changes(shown: bool, changes: list[Change]):
    assert live_edits(changes).shows_in_steps is shown


def test_the_order_of_changes_is_that_of_their_kinds():
    changes: list[Any] = [SetFitArgument("epochs", 2), SetOptimizerArgument("momentum", 0.9)]
    changes += [SetOptimizer("SGD"), SetFitArgument("batch_size", 9)]
    assert in_order(changes) == (changes[2], changes[1], changes[0], changes[3])


def test_kinds_are_known_without_keras():
    code = "import sys; from nbdiag.edits.changes import kinds; kinds(); assert 'keras' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
