"""The run as it would stand before its first step, with some changes made."""

from nbdiag.facts.model.outputs import outputs_of
from nbdiag.facts.training.verdict import ending_of
from nbdiag.fixes.predict import imagine, imagined_steps
from nbdiag.schema.changes import (
    InsertLayer,
    RemoveLayer,
    ReplaceLayer,
    ScaleInputs,
    SetFitArgument,
    SetLayerArgument,
    SetLoss,
)
from nbdiag.schema.missing import Missing
from tests.factory import make_layer, make_probe, make_run, normal

RUN = make_run(
    history={"loss": [0.7, 0.69]}, probes=(make_probe(), make_probe("end", 2)), interrupted=True
)
HEAD = RUN.model.heads[0]


def output(*changes, run=RUN):
    (found,) = outputs_of(imagine(run, changes))
    return found


def test_what_was_measured_of_the_old_training_is_left_out():
    new = imagine(RUN, ())
    assert ending_of(RUN).verdict == "failed"
    assert ending_of(new).verdict == "open"
    assert isinstance(new.probes, Missing)
    assert not new.interrupted
    assert (new.data, new.cell, new.model) == (RUN.data, RUN.cell, RUN.model)


def test_head_and_loss_are_those_of_the_changes():
    linear = SetLayerArgument(HEAD.activation_layer, "activation", "linear")
    wide = SetLayerArgument(HEAD.weights_layer, "units", 3)
    new = output(linear, wide, SetLoss("mean_squared_error"), ScaleInputs("standardize"))
    assert (new.head.activation, new.head.units) == ("linear", 3)
    assert new.loss_name == "mean_squared_error"


def test_an_activation_layer_may_be_taken_out_replaced_or_added():
    last = HEAD.activation_layer
    assert output(RemoveLayer(last)).head.activation == "linear"
    new = ReplaceLayer(last, "Activation", {"activation": "softmax"})
    assert output(new).head.activation == "softmax"
    added = InsertLayer("Activation", HEAD.output, arguments={"activation": "tanh"})
    assert output(added).head.activation == "tanh"
    elsewhere = InsertLayer("Activation", "dense", arguments={"activation": "tanh"})
    assert output(elsewhere).head.activation == HEAD.activation


def test_only_the_named_loss_of_several_is_changed():
    setup = make_run().compile
    losses = tuple(type(setup.losses[0])(key, "mse") for key in ("age", "kind"))
    run = make_run(loss=losses)
    new = imagine(run, [SetLoss("binary_crossentropy", output="kind")])
    assert [item.name for item in new.compile.losses] == ["mse", "binary_crossentropy"]


def test_a_hidden_layer_gets_its_setting():
    run = make_run(layers=[make_layer("Dropout", "drop", config={"rate": 0.5})], heads=(HEAD,))
    (layer,) = imagine(run, [SetLayerArgument("drop", "rate", 0.1)]).model.layers
    assert layer.config["rate"] == 0.1


def test_steps_follow_the_batch_size():
    run = make_run(inputs=normal(200, 8), batch_size=20)
    assert imagined_steps(run, ()) == 10
    assert imagined_steps(run, [SetFitArgument("batch_size", 50)]) == 4
    new = imagine(run, [SetFitArgument("batch_size", 50), SetFitArgument("epochs", 7)])
    assert (new.fit.steps, new.fit.epochs) == (4, 7)
    stream = make_run(batch_size=Missing("a stream"))
    assert isinstance(imagined_steps(stream, ()), Missing)
