import pytest

from nbdiag.fixes.conflicts import contradiction, merged
from nbdiag.schema.changes import (
    AddCallback,
    AddCompile,
    Call,
    ConvertData,
    DropShared,
    EncodeLabels,
    InsertLayer,
    MakeAgain,
    MetricSpec,
    RemoveLayer,
    ReplaceLayer,
    ReplaceMetric,
    ScaleInputs,
    SetCallArgument,
    SetFitArgument,
    SetLayerArgument,
    SetLoss,
    SetOptimizer,
    SetOptimizerArgument,
    ShuffleRows,
    SplitAnew,
)
from nbdiag.schema.run import TrainingRun
from tests.factory import make_run

RUN = make_run()
HEAD = RUN.model.heads[0].weights_layer
RATE = SetOptimizerArgument("learning_rate", 0.001)
SIGMOID = SetLayerArgument(HEAD, "activation", "sigmoid")
SCORES = SetLoss("binary_crossentropy", from_logits=True)
CUT = ReplaceMetric("acc", MetricSpec("BinaryAccuracy", {"threshold": 0.0}))
EPOCHS = SetFitArgument("epochs", 30)
STOP = AddCallback("EarlyStopping", {"patience": 5})
ADAM = SetOptimizer("adam", {"learning_rate": 0.001})

JOINED = {
    "loss and rate": ([SetLoss("binary_crossentropy")], [RATE]),
    "head and scale": ([SIGMOID], [ScaleInputs("standardize")]),
    "equal changes": ([RATE], [RATE, AddCallback("ReduceLROnPlateau")]),
    "two arguments": ([RATE], [SetOptimizerArgument("clipnorm", 1.0)]),
    "clipping works with every optimizer": ([ADAM], [SetOptimizerArgument("clipnorm", 1.0)]),
    "hidden layer and head": ([InsertLayer("Dense", HEAD, before=True)], [SIGMOID]),
    "initializer and head": ([SetLayerArgument(HEAD, "kernel_initializer", "zeros")], [SIGMOID]),
    "a repair that holds the other": ([SCORES], [SCORES, CUT]),
    "callbacks": ([STOP], [AddCallback("ReduceLROnPlateau")]),
    "rows and epochs": ([ShuffleRows(), SetFitArgument("validation_split", 0.2)], [EPOCHS]),
    "both sides and the scale": ([SplitAnew()], [ScaleInputs("rescale", 1 / 255), EPOCHS]),
    "a new model and its rate": ([MakeAgain("model")], [RATE, ScaleInputs("standardize")]),
    "the data again and a split": ([MakeAgain("data")], [SplitAnew(), EPOCHS]),
    "inputs and labels": ([ConvertData("inputs", "float32")], [ConvertData("labels", "float32")]),
}


@pytest.mark.parametrize(("one", "other"), JOINED.values(), ids=JOINED)
def test_what_has_nothing_to_do_with_each_other_is_joined(one, other):
    assert contradiction(RUN, one, other) == contradiction(RUN, other, one) == ""
    assert set(map(repr, merged([one, other]))) == set(map(repr, [*one, *other]))


CALL = Call("Dense", 1, 2, 0)
APART = {
    "two rates": ([RATE], [SetOptimizerArgument("learning_rate", 0.1)], "learning_rate of the opt"),
    "two lengths": ([EPOCHS], [SetFitArgument("epochs", 9)], "epochs of fit"),
    "two scalings": ([ScaleInputs("rescale", 1 / 255)], [ScaleInputs("standardize")], "inputs"),
    "probabilities and scores": ([SIGMOID], [SCORES, CUT], "how the model ends"),
    "loss and labels": (
        [SetLoss("categorical_crossentropy")],
        [EncodeLabels("class_index")],
        "how the model ends",
    ),
    "momentum is not Adam's": ([ADAM], [SetOptimizerArgument("momentum", 0.9)], "the optimizer"),
    "the rate of another optimizer": ([ADAM], [RATE], "the optimizer"),
    "two optimizers": ([ADAM], [SetOptimizer("sgd")], "the optimizer"),
    "two patiences": ([STOP], [AddCallback("EarlyStopping", {"patience": 9})], "EarlyStopping"),
    "two widths": (
        [InsertLayer("Dense", "one", arguments={"units": 3})],
        [InsertLayer("Dense", "one", arguments={"units": 4})],
        "a new layer beside 'one'",
    ),
    "a neighbour that is taken out": (
        [RemoveLayer("one")],
        [InsertLayer("Dense", "one")],
        "the layer 'one'",
    ),
    "a setting of a layer that is replaced": (
        [ReplaceLayer("one", "GRU")],
        [SetLayerArgument("one", "units", 4)],
        "the layer 'one'",
    ),
    "two calls of compile": ([AddCompile("mse")], [ADAM], "the arguments of compile"),
    "rows that change sides twice": ([SplitAnew()], [DropShared("training")], "which side"),
    "rows that are shuffled besides": ([SplitAnew()], [ShuffleRows()], "which side"),
    "another split": (
        [DropShared("validation")],
        [SetFitArgument("validation_split", 0.2)],
        "which side",
    ),
    "two sides to drop from": ([DropShared("validation")], [DropShared("training")], "which side"),
    "rows to adapt to": ([SplitAnew()], [ScaleInputs("standardize")], "is adapted to"),
    "what was measured of spoilt data": (
        [MakeAgain("data")],
        [ScaleInputs("rescale", 1 / 255)],
        "what the data are",
    ),
    "one call, two values": (
        [SetCallArgument(CALL, "units", "3")],
        [SetCallArgument(CALL, "units", "4")],
        "units of Dense",
    ),
    "one array, two forms": (
        [ConvertData("inputs", "row")],
        [ConvertData("inputs", "last_axis")],
        "the form of the inputs",
    ),
}


@pytest.mark.parametrize(("one", "other", "words"), APART.values(), ids=APART)
def test_what_sets_one_thing_in_two_ways_is_named(one, other, words):
    assert words in contradiction(RUN, one, other)
    assert words in contradiction(RUN, other, one)


def test_each_output_has_an_end_of_its_own():
    one, other = SetLoss("mse", output="age"), EncodeLabels("class_index", output="kind")
    assert contradiction(RUN, [one], [other]) == ""
    same = EncodeLabels("class_index", output="age")
    assert contradiction(RUN, [one], [same]) == "how the output 'age' ends"


def test_layers_that_are_taken_out_are_not_changed():
    gone = SetLayerArgument("one", "activation", "relu")
    kept = SetLayerArgument("two", "activation", "relu")
    assert merged([[RemoveLayer("one")], [gone, kept]]) == (RemoveLayer("one"), kept)


def test_a_run_without_a_model_has_no_ends():
    empty = TrainingRun(cell=RUN.cell)
    assert contradiction(empty, [SIGMOID], [SCORES]) == ""
    assert contradiction(empty, [SCORES], [EncodeLabels("class_index")]) == "how the model ends"
