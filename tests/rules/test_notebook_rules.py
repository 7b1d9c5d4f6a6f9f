"""Rules about running cells again, on runs built by hand."""

from dataclasses import replace

import numpy as np
import pytest

from nbdiag.edits.rewrite import rewrite
from nbdiag.rules import Skipped
from nbdiag.rules.notebook.callback_watches_nothing import CallbackWatchesNothing
from nbdiag.rules.notebook.compiled_again_without_a_loss import CompiledAgainWithoutALoss
from nbdiag.rules.notebook.data_shrinks_on_rerun import DataShrinksOnRerun
from nbdiag.rules.notebook.frozen_after_the_first_fit import FrozenAfterTheFirstFit
from nbdiag.rules.notebook.ignored_argument import IgnoredArgument
from nbdiag.rules.notebook.inputs_scaled_twice import InputsScaledTwice
from nbdiag.rules.notebook.labels_encoded_twice import LabelsEncodedTwice
from nbdiag.rules.notebook.no_epoch_left import NoEpochLeft
from nbdiag.rules.notebook.no_seed import NoSeed
from nbdiag.rules.notebook.no_validation import NoValidation
from nbdiag.rules.notebook.trained_again import TrainedAgain
from nbdiag.rules.notebook.validation_used_for_tuning import ValidationUsedForTuning
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import (
    AddCallback,
    EncodeLabels,
    MakeAgain,
    ScaleInputs,
    SetFitArgument,
    SetLoss,
    ShuffleRows,
)
from nbdiag.schema.data import Split
from nbdiag.schema.setup import FitCall, Watcher
from nbdiag.syntax.call_sites import site_of
from nbdiag.syntax.calls import calls_in
from tests.factory import make_run, normal, one_hot
from tests.facts.session.test_runs import after, past, scaled


def found(rule, run):
    return list(rule().check(run))


def severities(rule, run):
    return [item.severity for item in found(rule, run)]


SPLIT = Cell(2, "x, rest = train_test_split(x, test_size=0.1)\n")


def test_rows_that_fall_twice_by_one_ratio():
    (finding,) = found(DataShrinksOnRerun, after(past(1000), past(900), rows=810))
    assert finding.severity == "warning"
    assert "1,000, 900, 810" in finding.message
    assert finding.fixes[0].changes == (MakeAgain("data"),)


def test_rows_that_fell_once_need_a_reason():
    once = after(past(1000), rows=900)
    assert found(DataShrinksOnRerun, once) == []
    (finding,) = found(DataShrinksOnRerun, after(past(1000), rows=900, earlier=(SPLIT,)))
    assert "'x' into itself" in finding.message
    assert found(DataShrinksOnRerun, after(past(900), rows=900, earlier=(SPLIT,))) == []
    # The cell that splits has not run since the last training: it took nothing away.
    long_ago = after(past(1000, cell=3), rows=900, earlier=(SPLIT,))
    assert found(DataShrinksOnRerun, long_ago) == []
    with pytest.raises(Skipped, match="first run"):
        found(DataShrinksOnRerun, make_run())


def test_rows_that_fit_holds_out_are_not_lost():
    split = Split(training_rows=800, validation_rows=200)
    held = after(past(1000), rows=800, split=split, fit=FitCall(validation_split=0.2))
    assert found(DataShrinksOnRerun, replace(held, earlier=(SPLIT,))) == []
    then = after(past(900, held_out=100), rows=900, earlier=(SPLIT,))
    (finding,) = found(DataShrinksOnRerun, then)
    assert "1,000, 900" in finding.message


def test_labels_that_were_encoded_twice():
    twice = np.eye(2)[one_hot(10).astype(int)]
    run = make_run(labels=twice, units=10, activation="softmax", loss="categorical_crossentropy")
    (finding,) = found(LabelsEncodedTwice, run)
    assert finding.fixes[0].changes == (EncodeLabels("class_index"),)
    assert np.array_equal(twice.argmax(axis=-1), one_hot(10))
    itself = Cell(2, "%%traindiag\ny = to_categorical(y)\nmodel.fit(x, y)\n")
    (own,) = found(LabelsEncodedTwice, replace(run, cell=itself))
    assert own.fixes[0].changes == (MakeAgain("data"),)


def test_yes_or_no_at_each_step_is_one_encoding():
    steps = np.eye(2)[np.random.default_rng(0).integers(0, 2, size=(200, 10))]
    run = make_run(
        labels=steps,
        units=2,
        output_shape=(10, 2),
        activation="softmax",
        loss="categorical_crossentropy",
    )
    assert found(LabelsEncodedTwice, run) == []
    assert found(LabelsEncodedTwice, make_run()) == []


def test_inputs_that_were_divided_again():
    (finding,) = found(InputsScaledTwice, scaled(1.0, 1 / 255))
    again, inside = finding.fixes
    assert again.changes == (MakeAgain("data"),)
    assert inside.changes == (ScaleInputs("standardize"),)
    assert "divided by 255 again" in finding.message
    assert finding.severity == "warning"


def test_a_first_scaling_is_no_second_one():
    assert found(InputsScaledTwice, scaled(255.0, 1.0)) == []
    assert found(InputsScaledTwice, scaled(1.0, 0.5)) == []
    with pytest.raises(Skipped, match="first run"):
        found(InputsScaledTwice, make_run())


def test_going_on_is_information_and_a_new_split_a_warning():
    assert found(TrainedAgain, make_run()) == []
    assert severities(TrainedAgain, make_run(started_trained=True)) == ["info"]
    former = past(epochs={"loss": (0.5,), "val_loss": (0.5,)}, input_digest="other rows")
    again = after(former, started_trained=True, validation=True)
    (finding,) = found(TrainedAgain, again)
    assert finding.severity == "warning"
    assert "split in another way" in finding.message
    same = past(
        epochs={"loss": (0.5,), "val_loss": (0.5,)}, input_digest=again.data.inputs[0].digest
    )
    assert severities(TrainedAgain, after(same, started_trained=True, validation=True)) == ["info"]
    unlike = past(epochs=former.epochs, input_digest="x", model="another")
    assert severities(TrainedAgain, after(unlike, started_trained=True, validation=True)) == [
        "info"
    ]


def test_the_model_is_built_anew_unless_the_cell_goes_on_by_itself():
    (first,) = found(TrainedAgain, make_run(started_trained=True))
    assert first.fixes[0].changes == (MakeAgain("model"),)
    (second,) = found(TrainedAgain, make_run(started_trained=True, fit_number=2, fits=2))
    assert (second.fixes[0].safety, second.fixes[0].changes) == ("display", ())


def written(source, **fit):
    return make_run(source=f"%%traindiag\n{source}\n", fit=FitCall(**fit))


def test_a_number_of_epochs_that_nobody_reads():
    (finding,) = found(IgnoredArgument, written("train(model, x, y, n_epoch=20)"))
    assert "n_epoch=20" in finding.message
    assert "epochs=20" in finding.fixes[0].note


@pytest.mark.parametrize(
    ("source", "fit", "aspect", "text"),
    [
        (
            "model.fit(x, y, validation_split=0.2, validation_data=other)",
            {"validation": "data", "validation_split": 0.2},
            "split",
            "validation_split=0.2",
        ),
        (
            "data = load(batch_size=4)\nmodel.fit(data, batch_size=2 * size)",
            {"input_kind": "tf.data", "given": ("x", "batch_size")},
            "batch_size",
            "batch_size=2 * size",
        ),
        (
            "train(batch_size=8)",
            {"input_kind": "generator", "given": ("x", "batch_size")},
            "batch_size",
            "batch_size=… ",
        ),
    ],
)
def test_arguments_that_fit_passes_over_are_information(source, fit, aspect, text):
    (finding,) = found(IgnoredArgument, written(source, **fit))
    assert (finding.severity, finding.aspect) == ("info", aspect)
    assert text in finding.message


@pytest.mark.parametrize(
    ("source", "fit"),
    [
        ("train(model, epochs=20)", {}),
        ("train(model, n_epoch=20)", {"epochs": 20, "given": ("epochs",)}),
        ("train(model, n_epoch=1)", {}),
        ("train(model, n_epoch=count)", {}),
        ("n_epoch = 20", {}),
        ("model.fit(x, y)", {"validation": "split", "validation_split": 0.2}),
        ("model.fit(x, y, batch_size=8)", {"input_kind": "numpy", "given": ("batch_size",)}),
        ("model.fit(data, batch_size=None)", {"input_kind": "tf.data", "given": ("batch_size",)}),
        ("model.fit(data)", {"input_kind": "tf.data"}),
    ],
)
def test_arguments_that_are_read_or_say_nothing(source, fit):
    assert found(IgnoredArgument, written(source, **fit)) == []


def test_nothing_held_out_is_advice():
    (finding,) = found(NoValidation, make_run())
    assert finding.role == "advice"
    assert finding.fixes[0].changes == (ShuffleRows(), SetFitArgument("validation_split", 0.2))
    assert found(NoValidation, make_run(validation=True)) == []
    assert found(NoValidation, make_run(inputs=normal(30, 8))) == []


def lucky(ends, source="model.fit(x, y)"):
    run = make_run(source=source, history={"loss": [0.7, ends[-1]]})
    digests = {
        "input_digest": run.data.inputs[0].digest,
        "label_digest": run.data.labels[0].digest,
    }
    former = tuple(past(epochs={"loss": (0.7, end)}, **digests) for end in ends[:-1])
    return make_run(source=source, history={"loss": [0.7, ends[-1]]}, previous=former)


def test_runs_that_end_differently_without_a_seed():
    (finding,) = found(NoSeed, lucky([0.69, 0.1, 0.68]))
    assert (finding.role, finding.severity) == ("advice", "info")
    assert found(NoSeed, lucky([0.69, 0.68, 0.68])) == []
    assert found(NoSeed, lucky([0.69, 0.1])) == []
    seeded = "keras.utils.set_random_seed(0)\nmodel.fit(x, y)"
    assert found(NoSeed, lucky([0.69, 0.1, 0.68], seeded)) == []
    with pytest.raises(Skipped):
        found(NoSeed, make_run())


def test_a_validation_set_that_has_judged_many_runs():
    digest = make_run().data.inputs[0].digest
    look = past(epochs={"loss": (0.5,), "val_loss": (0.5,)}, input_digest=digest)
    run = make_run(validation=True, previous=(look,) * 9)
    (finding,) = found(ValidationUsedForTuning, run)
    assert "10 runs" in finding.message
    assert found(ValidationUsedForTuning, make_run(validation=True, previous=(look,) * 5)) == []
    with pytest.raises(Skipped):
        found(ValidationUsedForTuning, make_run(previous=(look,) * 9))


def compiled_again(run, **given):
    return replace(run, compile=replace(run.compile, kept=("loss", "metrics"), **given))


def test_a_loss_that_is_kept_is_written_down():
    (finding,) = found(CompiledAgainWithoutALoss, compiled_again(make_run(loss="mse")))
    assert (finding.severity, finding.fixes[0].safety) == ("info", "review")
    assert finding.fixes[0].changes == (SetLoss("mse"),)
    assert found(CompiledAgainWithoutALoss, make_run()) == []


def test_a_loss_that_cannot_be_written_as_a_word_is_left_to_the_user():
    run = compiled_again(make_run())
    losses = tuple(replace(loss, custom=True) for loss in run.compile.losses)
    (finding,) = found(
        CompiledAgainWithoutALoss, replace(run, compile=replace(run.compile, losses=losses))
    )
    assert finding.fixes[0].safety == "display"
    (finding,) = found(CompiledAgainWithoutALoss, compiled_again(make_run(), unread=("x",)))
    assert finding.severity == "warning"


def test_compile_is_written_once_more_above_the_fit():
    compiled = 'model.compile("adam", loss="mse")'
    text = f"{compiled}\nmodel.fit(x, y)\nbase.trainable = True\nmodel.fit(x, y, epochs=3)\n"
    run = make_run(source=text)
    cell = run.cell
    calls = {item.node.lineno: item.node for item in calls_in(run)}
    name = next(layer.name for layer in run.model.layers if layer.parameters)
    run = replace(
        run,
        compile=replace(run.compile, stale=(name,), site=site_of(cell, calls[1])),
        fit=replace(run.fit, site=site_of(cell, calls[4])),
    )
    (finding,) = found(FrozenAfterTheFirstFit, run)
    lines = rewrite(run, finding.fixes[0].changes)[0].splitlines()
    assert lines[3:] == [compiled, "model.fit(x, y, epochs=3)"]
    # An optimizer keeps the variables that it was built with.
    named = text.replace('"adam"', "rule")
    (finding,) = found(FrozenAfterTheFirstFit, replace(run, cell=replace(cell, source=named)))
    assert finding.fixes[0].safety == "display"


def test_unfrozen_layers_are_a_warning_only_where_no_other_network_is_trained():
    run = make_run()
    name = next(layer.name for layer in run.model.layers if layer.parameters)
    run = replace(run, compile=replace(run.compile, stale=(name,)))
    (finding,) = found(FrozenAfterTheFirstFit, run)
    assert finding.severity == "warning"
    other = replace(past(100), model="generator")
    (finding,) = found(FrozenAfterTheFirstFit, replace(run, previous=(other,)))
    assert finding.severity == "info"
    layers = tuple(replace(layer, trainable=False) for layer in run.model.layers)
    frozen = replace(run, model=replace(run.model, layers=layers))
    (finding,) = found(FrozenAfterTheFirstFit, frozen)
    assert finding.severity == "info"
    assert "froze" in finding.message


def watching(*keys, others=(), **given):
    run = make_run(history={"loss": [0.7, 0.6], "val_accuracy": [0.5, 0.6]}, **given)
    watchers = tuple(Watcher("ReduceLROnPlateau", key) for key in keys)
    callbacks = ("ReduceLROnPlateau", *others)
    return replace(run, fit=replace(run.fit, watchers=watchers, callbacks=callbacks))


def test_a_callback_that_watches_what_is_not_there():
    (finding,) = found(CallbackWatchesNothing, watching("val_loss", "loss"))
    assert "never lowers the learning rate" in finding.message
    assert finding.fixes[-1].changes == (AddCallback("ReduceLROnPlateau", {"monitor": "loss"}),)
    assert found(CallbackWatchesNothing, watching("val_accuracy")) == []
    assert found(CallbackWatchesNothing, watching("val_f1", others=("MyScores",))) == []


def test_epochs_that_are_over_before_they_begin():
    run = make_run()
    late = replace(run, fit=replace(run.fit, epochs=5, initial_epoch=6))
    late = replace(late, history=replace(late.history, completed=0))
    (finding,) = found(NoEpochLeft, late)
    assert finding.fixes[0].changes == (SetFitArgument("epochs", 11),)
    assert found(NoEpochLeft, run) == []
