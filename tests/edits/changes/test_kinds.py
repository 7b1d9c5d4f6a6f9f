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
from nbdiag.schema.cell import CallSite
from nbdiag.schema.changes import (
    AddCallback,
    AddCompile,
    Call,
    CallOfKeras,
    Change,
    ConvertData,
    DropShared,
    EncodeLabels,
    InsertBesideCall,
    InsertFirst,
    InsertLayer,
    MakeAgain,
    MetricSpec,
    RemoveLayer,
    ReplaceLayer,
    ReplaceMetric,
    ScaleInputs,
    ScaleTargets,
    SetCallArgument,
    SetFitArgument,
    SetInputShape,
    SetLayerArgument,
    SetLoss,
    SetOptimizer,
    SetOptimizerArgument,
    ShuffleRows,
    SplitAnew,
    TextChange,
    WriteForKeras3,
    WriteInPlace,
    in_order,
)
from nbdiag.schema.run import TrainingRun
from tests.factory import make_run

ASPECTS = ("text", "live", "describe", "conflicts", "predict")
CALL = Call("Dense", 1, 2, 0)
DESCRIBED = {
    "use the loss 'mse'": SetLoss("mse"),
    "use the loss 'mse' for the output 'age'": SetLoss("mse", output="age"),
    "use the loss 'bce' with from_logits=True": SetLoss("bce", from_logits=True),
    "remove the metric 'acc'": ReplaceMetric("acc", None),
    "replace the metric 'acc' by AUC(name='area')": ReplaceMetric(
        "acc", MetricSpec("AUC", {"name": "area"})
    ),
    "use the optimizer SGD(learning_rate=0.1)": SetOptimizer("sgd", {"learning_rate": 0.1}),
    "set clipnorm of the optimizer to 1.0": SetOptimizerArgument("clipnorm", 1.0),
    "set rate of the layer 'drop' to 0.1": SetLayerArgument("drop", "rate", 0.1),
    "insert Dropout(rate=0.2) before the layer 'one'": InsertLayer(
        "Dropout", "one", before=True, arguments={"rate": 0.2}
    ),
    "insert Flatten() after the layer 'one'": InsertLayer("Flatten", "one"),
    "remove the layer 'one'": RemoveLayer("one"),
    "replace the layer 'one' by GRU(units=4)": ReplaceLayer("one", "GRU", {"units": 4}),
    "standardise the inputs inside the model": ScaleInputs("standardize"),
    "scale the inputs by 1 / 255 inside the model": ScaleInputs("rescale", 1 / 255),
    "scale the inputs by 1 / 127.5 and add -1 inside the model": ScaleInputs(
        "rescale", 1 / 127.5, -1.0
    ),
    "one-hot encode the labels": EncodeLabels("one_hot", 3),
    "turn the labels into class numbers": EncodeLabels("class_index"),
    "subtract 1 from the labels for the output 'age'": EncodeLabels("subtract", 1, "age"),
    "divide the labels by 255": EncodeLabels("divide", 255),
    "multiply the labels by 9 and round them": EncodeLabels("multiply", 9),
    "make the labels 1 above 0, else 0": EncodeLabels("greater", 0),
    "standardise the targets: (y - 3) / 2": ScaleTargets(3.0, 2.0),
    "set epochs of fit to 30": SetFitArgument("epochs", 30),
    "add the callback EarlyStopping(patience=5)": AddCallback("EarlyStopping", {"patience": 5}),
    "shuffle inputs and labels together before fit": ShuffleRows(),
    "split training and validation again, with every class on both sides": SplitAnew(),
    "split training and validation again at random": SplitAnew(stratify=False),
    "drop the samples from the training that the validation has, too": DropShared("training"),
    "drop the samples from the validation that the training has, too": DropShared("validation"),
    "make the data again in this cell": MakeAgain("data"),
    "build the model again in this cell": MakeAgain("model"),
    "set units of Dense to 3": SetCallArgument(CALL, "units", "3"),
    "set the first argument of Dense to 3": SetCallArgument(CALL, "", "3"),
    "call keras.ops.mean instead of Dense": CallOfKeras(CALL, "mean"),
    "insert Reshape((4, 1)) before the layer 'Dense'": InsertBesideCall(
        "Reshape", CALL, values=(4, 1)
    ),
    "insert Dense(units=2) after the layer 'Dense'": InsertBesideCall(
        "Dense", CALL, before=False, arguments={"units": 2}
    ),
    "declare the input shape (8,)": SetInputShape((8,)),
    "insert Permute((2, 1)) as the first layer": InsertFirst("Permute", (2, 1)),
    "convert the inputs (squeeze 1)": ConvertData("inputs", "squeeze", 1),
    "call compile(optimizer='adam', loss='mse') before fit": AddCompile("mse"),
    "insert import numpy in line 4": WriteInPlace(CallSite(1, 4, 0, 4, 0), "", "import numpy\n"),
    "write y for x in line 4": WriteInPlace(CallSite(1, 4, 0, 4, 1), "x", "y"),
    "write the calls of Keras 2 as Keras 3 knows them": WriteForKeras3(),
}
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


@pytest.mark.parametrize(("words", "change"), DESCRIBED.items())
def test_a_change_is_described_with_its_values(words: str, change: Change):
    assert kind_of(change).describe(change) == words


def test_each_kind_is_described():
    assert {type(change) for change in DESCRIBED.values()} == set(EVERY)


@pytest.mark.parametrize("change", DESCRIBED.values(), ids=repr)
def test_a_change_differs_on_a_copy_or_is_of_the_text(change: Change):
    if isinstance(change, TextChange) or change == MakeAgain("data"):
        with pytest.raises(CannotRebuild, match="in the text alone"):
            live_edits([change])
    else:
        assert live_edits([change]) != UNCHANGED
    assert live_edits([]) == UNCHANGED


@pytest.mark.parametrize("change", DESCRIBED.values(), ids=repr)
def test_a_change_claims_the_same_each_time(change: Change):
    claims = kind_of(change).conflicts(change, {})
    assert isinstance(claims, Claims)
    assert set(claims.meet(kind_of(change).conflicts(change, {}))) == set(claims.sets)


@pytest.mark.parametrize("change", DESCRIBED.values(), ids=repr)
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
