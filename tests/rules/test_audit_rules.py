"""Rules that the audit of docs/coverage.md added: where they speak, and where they keep quiet."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nbdiag.edits.rewrite import rewrite
from nbdiag.engine import judge
from nbdiag.facts.optimization.step_size import far_beyond_scale, other_suspect
from nbdiag.rules import Skipped
from nbdiag.rules.data.inputs_all_alike import InputsAllAlike
from nbdiag.rules.data.ordered_split import OrderedSplit
from nbdiag.rules.data.shuffled_without_labels import ShuffledWithoutLabels
from nbdiag.rules.data.targets_all_alike import TargetsAllAlike
from nbdiag.rules.head.loss_summed_over_the_batch import LossSummedOverTheBatch
from nbdiag.rules.head.metric_contradicts_output import MetricContradictsOutput
from nbdiag.rules.head.one_target_for_every_step import OneTargetForEveryStep
from nbdiag.rules.layers.stacked_activations import StackedActivations
from nbdiag.rules.layers.unbounded_recurrence import UnboundedRecurrence
from nbdiag.rules.optimizer.misdirected_callback import MisdirectedCallback
from nbdiag.rules.optimizer.rate_faded_too_early import RateFadedTooEarly
from nbdiag.rules.optimizer.trained_past_the_best_epoch import TrainedPastTheBestEpoch
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import (
    AddCallback,
    InsertLayer,
    MakeAgain,
    MetricSpec,
    RemoveLayer,
    ReplaceMetric,
    SetLayerArgument,
    SetLoss,
)
from nbdiag.schema.failure import RunError
from nbdiag.schema.history import StepCurve
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import Metric, Watcher
from tests.factory import (
    binary,
    classes,
    describe,
    make_history,
    make_layer,
    make_loss,
    make_probe,
    make_run,
    normal,
    one_hot,
)

RUNS = Path(__file__).resolve().parent.parent / "runs"
FAILED, FAIR, LEARNT = [0.70, 0.69], [0.70, 0.55], [0.6, 0.1]


def found(rule, run):
    return list(rule().check(run))


def chain(*layers):
    made = []
    for layer in layers:
        made.append(replace(layer, inbound=(made[-1].name,) if made else ()))
    return tuple(made)


def two(first, second, *between, last=FAILED, **given):
    layers = chain(
        make_layer("Dense", "one", units=8, activation="relu"),
        make_layer("Dense", "two", units=1, activation=first),
        *between,
        make_layer("Activation", "three", activation=second),
    )
    return make_run(layers=layers, history={"loss": last}, **given)


@pytest.mark.parametrize(
    ("last", "severity"),
    [(FAILED, "error"), (FAIR, "warning"), (LEARNT, "info"), ([], "warning")],
)
def test_two_activations_at_the_end_are_as_bad_as_the_training(last, severity):
    (finding,) = found(StackedActivations, two("sigmoid", "sigmoid", last=last))
    assert (finding.severity, finding.aspect) == (severity, "output_activation")
    assert finding.fixes[0].changes == (RemoveLayer("three"),)
    assert "0.731" in finding.message


def test_the_one_that_fits_the_end_is_kept():
    (finding,) = found(StackedActivations, two("relu", "sigmoid"))
    assert finding.fixes[0].changes == (SetLayerArgument("two", "activation", "linear"),)


@pytest.mark.parametrize(
    ("first", "second"),
    [("relu", "relu"), ("sigmoid", "relu"), ("linear", "sigmoid"), ("softmax", "linear")],
)
def test_a_second_activation_that_changes_nothing_is_left_alone(first, second):
    assert found(StackedActivations, two(first, second)) == []


def test_a_normalization_between_them_starts_afresh():
    between = make_layer("BatchNormalization", "norm")
    assert found(StackedActivations, two("sigmoid", "sigmoid", between)) == []
    between = make_layer("Dropout", "drop")
    assert len(found(StackedActivations, two("sigmoid", "sigmoid", between))) == 1


def lstm(activation, losses, steps=(0.7, 0.7)):
    layers = chain(
        make_layer("LSTM", "lstm", units=8, activation=activation),
        make_layer("Dense", "head", units=1, activation="sigmoid"),
    )
    history = replace(
        make_history(loss=losses), step_losses=StepCurve(tuple(range(len(steps))), tuple(steps))
    )
    return make_run(layers=layers, history=history)


@pytest.mark.parametrize(
    ("losses", "steps", "severity"),
    [
        (FAILED, (0.7, 70.0), "error"),
        (FAILED, (0.7, 0.7), "warning"),
        (FAIR, (0.7, 70.0), "warning"),
        (FAIR, (0.7, 0.7), "info"),
    ],
)
def test_a_growing_state_is_judged_by_what_it_broke(losses, steps, severity):
    (finding,) = found(UnboundedRecurrence, lstm("relu", losses, steps))
    assert finding.severity == severity
    assert "NBD201" in finding.supersedes


def test_a_state_within_bounds_and_one_that_trains_are_left_alone():
    assert found(UnboundedRecurrence, lstm("tanh", FAILED)) == []
    assert found(UnboundedRecurrence, lstm("relu", LEARNT)) == []


def test_a_rate_far_from_the_usual_stays_a_suspect_of_its_own():
    run = lstm("relu", FAILED)
    setup = replace(run.compile, optimizer=replace(run.compile.optimizer, learning_rate=0.5))
    (finding,) = found(UnboundedRecurrence, replace(run, compile=setup))
    assert "NBD201" not in finding.supersedes


@pytest.mark.parametrize(
    ("labels", "given"),
    [
        (np.zeros(50), {}),
        (one_hot(3)[np.zeros(50, int)], {"units": 3, "loss": "categorical_crossentropy"}),
        (np.full(50, 7.5), {"activation": "linear", "loss": "mse"}),
    ],
)
def test_targets_without_any_difference_are_found(labels, given):
    (finding,) = found(TargetsAllAlike, make_run(labels=labels, **given))
    assert finding.severity == "error"


def test_targets_that_differ_or_are_few_are_left_alone():
    assert found(TargetsAllAlike, make_run()) == []
    assert found(TargetsAllAlike, make_run(labels=np.zeros(4))) == []


def test_a_stream_may_begin_with_one_class():
    run = make_run(labels=replace(describe(np.zeros(50)), rows=None))
    with pytest.raises(Skipped, match="stream"):
        found(TargetsAllAlike, run)
    run = make_run(inputs=replace(describe(np.zeros((50, 3))), rows=None))
    with pytest.raises(Skipped, match="stream"):
        found(InputsAllAlike, run)


def test_scores_that_were_cut_off_are_told_so():
    assert "cuts off" in found(StackedActivations, two("relu", "softmax"))[0].message


def test_a_partly_frozen_model_gets_constant_targets_on_purpose():
    run = make_run(labels=np.ones(50))
    frozen = replace(run.model.layers[0], trainable=False, parameters=9)
    model = replace(run.model, layers=(frozen, *run.model.layers[1:]))
    with pytest.raises(Skipped, match="on purpose"):
        found(TargetsAllAlike, replace(run, model=model))


def test_a_remainder_is_meant_to_vanish():
    run = make_run(labels=np.zeros(50))
    own = replace(run.model.layers[0], builtin=False)
    for model in (
        replace(run.model, layers=(own, *run.model.layers[1:])),
        replace(run.model, kind="subclass"),
    ):
        with pytest.raises(Skipped, match="custom computations"):
            found(TargetsAllAlike, replace(run, model=model))


def test_rows_without_any_difference_are_found_by_value_and_by_column():
    for inputs in (np.zeros((50, 4, 4, 1)), np.tile(normal(1, 8), (50, 1))):
        assert len(found(InputsAllAlike, make_run(inputs=inputs, labels=binary(50)))) == 1
    assert found(InputsAllAlike, make_run()) == []
    two_inputs = {"a": np.zeros((50, 2)), "b": normal(50, 2)}
    assert found(InputsAllAlike, make_run(inputs=two_inputs)) == []


def per_step(labels, **given):
    layers = chain(
        make_layer("LSTM", "lstm", units=8, activation="tanh"),
        make_layer("Dense", "head", units=1, activation="linear"),
    )
    return make_run(
        layers=layers,
        activation="linear",
        output_shape=(12, 1),
        loss="mse",
        metrics=(),
        labels=labels,
        **given,
    )


def test_one_target_for_all_steps_is_found_and_the_last_step_kept():
    run = per_step(normal(200))
    (finding,) = found(OneTargetForEveryStep, run)
    assert finding.fixes[0].changes == (SetLayerArgument("lstm", "return_sequences", value=False),)
    (finding,) = found(OneTargetForEveryStep, per_step(normal(200, 1)))
    assert finding.severity == "warning"
    flat = chain(make_layer("Conv1D", "conv", units=4), run.model.layers[1])
    run = replace(run, model=replace(run.model, layers=flat))
    (finding,) = found(OneTargetForEveryStep, run)
    assert finding.fixes[0].changes == (InsertLayer("Flatten", "head", before=True),)


@pytest.mark.parametrize("shape", [(200, 12), (200, 12, 1)])
def test_a_target_per_step_is_left_alone(shape):
    assert found(OneTargetForEveryStep, per_step(normal(*shape))) == []


def test_weights_that_blow_up_the_signal_are_a_suspect_beside_the_rate():
    wide = {"class_name": "RandomNormal", "config": {"stddev": 2.0}}
    layers = chain(
        *(
            make_layer(
                "Dense",
                f"l{place}",
                units=64,
                activation="relu",
                input_shape=(64,),
                config={"kernel_initializer": wide},
            )
            for place in range(4)
        ),
        make_layer("Dense", "head", units=1, activation="sigmoid", input_shape=(64,)),
    )
    run = make_run(layers=layers)
    assert "first weights" in other_suspect(run)
    tame = tuple(replace(item, config={}) for item in layers)
    assert other_suspect(replace(run, model=replace(run.model, layers=tame))) is None
    norm = (make_layer("BatchNormalization", "norm"), *layers)
    assert other_suspect(replace(run, model=replace(run.model, layers=norm))) is None


def test_targets_far_beyond_unit_scale_are_told_from_large_ones():
    given = {"activation": "linear", "loss": "mse", "metrics": (), "probes": [make_probe()]}
    far = make_run(labels=5000 + 900 * normal(200), **given)
    near = make_run(labels=20 + 9 * normal(200), **given)
    assert far_beyond_scale(far)
    assert not far_beyond_scale(near)


def faded(rates, losses, **fit):
    history = replace(make_history(loss=losses), learning_rates=tuple(rates))
    run = make_run(history=history, learning_rate=rates[0])
    return replace(run, fit=replace(run.fit, **fit))


def test_a_rate_that_is_gone_by_half_time_is_found():
    rates, losses = [1e-3, 1e-5, 1e-7, 1e-9], [0.7, 0.69, 0.69, 0.69]
    assert found(RateFadedTooEarly, faded(rates, losses))[0].severity == "error"
    assert found(RateFadedTooEarly, faded(rates, [0.7, 0.6, 0.55, 0.55]))[0].severity == "warning"
    plateau = faded(rates, losses, callbacks=("ReduceLROnPlateau",))
    assert found(RateFadedTooEarly, plateau)[0].severity == "info"


def test_a_rate_that_fades_at_the_end_or_served_is_left_alone():
    cosine = [1e-3, 8e-4, 3e-4, 1e-6]
    assert found(RateFadedTooEarly, faded(cosine, [0.7, 0.69, 0.69, 0.69])) == []
    gone = [1e-3, 1e-6, 1e-6, 1e-6]
    assert found(RateFadedTooEarly, faded(gone, [0.7, 0.2, 0.1, 0.1])) == []


def test_metrics_that_cannot_hit_are_warned_of():
    exact = Metric("", "accuracy", "Accuracy", "accuracy", written_as="object")
    (finding,) = found(MetricContradictsOutput, make_run(metrics=(exact,)))
    assert finding.severity == "warning"
    columns = Metric("", "categorical_accuracy", "categorical_accuracy", "categorical_accuracy")
    given = {"units": 3, "activation": "softmax", "metrics": (columns,)}
    sparse = make_run(loss="sparse_categorical_crossentropy", labels=classes(3), **given)
    assert found(MetricContradictsOutput, sparse)[0].severity == "warning"
    hot = make_run(loss="categorical_crossentropy", labels=one_hot(3), **given)
    assert found(MetricContradictsOutput, hot) == []


def watched(*watchers, losses=FAILED, epochs=20, **curves):
    history = {"loss": losses, **curves}
    run = make_run(history=history, validation="val_loss" in curves, epochs=epochs)
    return replace(run, fit=replace(run.fit, watchers=watchers))


STOP = Watcher("EarlyStopping", "val_loss", "max", 3)


@pytest.mark.parametrize(
    ("losses", "severity"), [(FAILED, "error"), (FAIR, "warning"), (LEARNT, "warning")]
)
def test_a_stop_at_the_least_loss_is_as_bad_as_what_it_cut_off(losses, severity):
    (finding,) = found(MisdirectedCallback, watched(STOP, losses=losses, val_loss=losses))
    assert (finding.severity, finding.aspect) == (severity, "epochs")
    assert finding.fixes[0].changes == (AddCallback("EarlyStopping", {"mode": "min"}),)


def test_a_training_that_was_not_cut_off_is_told_and_no_more():
    run = watched(STOP, losses=FAILED, val_loss=FAILED, epochs=2)
    assert found(MisdirectedCallback, run)[0].severity == "info"


def test_a_checkpoint_of_the_worst_weights_is_a_warning():
    worst = Watcher("ModelCheckpoint", "val_accuracy", "min")
    run = watched(worst, losses=LEARNT, val_loss=LEARNT, val_accuracy=[0.5, 0.9])
    assert found(MisdirectedCallback, run)[0].severity == "warning"


def test_a_curve_that_does_not_come_is_another_rules_story():
    quiet = watched(STOP)
    assert found(MisdirectedCallback, quiet) == []
    backwards = Watcher("ReduceLROnPlateau", "loss", "max")
    (rate,) = found(
        MisdirectedCallback, replace(quiet, fit=replace(quiet.fit, watchers=(backwards,)))
    )
    assert rate.aspect == "learning_rate"


def test_a_short_patience_is_found_where_the_loss_was_still_falling():
    falling = [0.70, 0.66, 0.62, 0.58]
    hasty = Watcher("EarlyStopping", "val_loss", "auto", 0)
    (finding,) = found(MisdirectedCallback, watched(hasty, losses=falling, val_loss=falling))
    assert (finding.severity, finding.confidence) == ("warning", "measured")
    assert finding.fixes[0].changes == (AddCallback("EarlyStopping", {"patience": 10}),)
    patient = replace(hasty, patience=8)
    assert found(MisdirectedCallback, watched(patient, losses=falling, val_loss=falling)) == []
    flat = watched(hasty, losses=[0.7, 0.7, 0.7], val_loss=[0.7, 0.7, 0.7])
    assert found(MisdirectedCallback, flat) == []


@pytest.mark.parametrize("monitor", ["val_loss", "val_accuracy", "val_my_own_score"])
def test_a_callback_that_reads_its_curve_rightly_is_left_alone(monitor):
    mode = "max" if monitor != "val_loss" else "min"
    curves = {"val_loss": FAILED, monitor: FAILED}
    run = watched(Watcher("EarlyStopping", monitor, mode), **curves)
    assert found(MisdirectedCallback, run) == []


def test_a_callback_that_never_acts_does_not_keep_the_best_epoch():
    rising = {"loss": [1.0, 0.5, 0.3, 0.2, 0.1, 0.05], "val_loss": [0.9, 0.5, 0.6, 0.7, 0.9, 1.2]}
    run = make_run(history=rising, validation=True)
    idle = Watcher("EarlyStopping", "val_acc", "max", 3)
    fit = replace(run.fit, callbacks=("EarlyStopping",), watchers=(idle,))
    assert len(found(TrainedPastTheBestEpoch, replace(run, fit=fit))) == 1
    awake = replace(fit, watchers=(replace(idle, monitor="val_loss"),))
    assert found(TrainedPastTheBestEpoch, replace(run, fit=awake)) == []


def summed(steps, losses=FAILED, optimizer="sgd", **given):
    history = replace(
        make_history(loss=losses), step_losses=StepCurve(tuple(range(len(steps))), tuple(steps))
    )
    loss = make_loss("mean_squared_error", reduction="sum", written="object")
    given = {"labels": normal(200), "activation": "linear", "metrics": (), **given}
    return make_run(loss=loss, optimizer=optimizer, history=history, **given)


def test_a_sum_is_blamed_for_what_plain_steps_broke():
    (finding,) = found(LossSummedOverTheBatch, summed((0.7, 70.0), [1.5, 1.6]))
    assert finding.severity == "error"
    assert finding.fixes[0].changes == (SetLoss("mean_squared_error"),)
    assert "NBD201" in finding.supersedes
    (finding,) = found(LossSummedOverTheBatch, summed((0.7, 0.7), [0.7, 0.1]))
    assert (finding.severity, finding.supersedes) == ("info", ())


def test_a_sum_under_adam_or_a_clip_is_left_alone():
    assert found(LossSummedOverTheBatch, summed((0.7, 70.0), optimizer="adam")) == []
    clipped = summed((0.7, 70.0), optimizer_arguments={"clipnorm": 1.0})
    assert found(LossSummedOverTheBatch, clipped) == []


TEARS = {
    "x, y = load()\nnp.random.shuffle(x)": True,
    "x, y = load()\nrng.shuffle(y)": True,
    "x, y = load()\nx = np.random.permutation(x)": True,
    "x, y = load()\nnp.random.shuffle(x)\nnp.random.shuffle(y)": True,
    "x, y = load()\nrng.shuffle(x)\nnp.random.seed(1)\nrng.shuffle(y)": False,
    "x = load()\nrng.shuffle(x)\ny = label(x)": False,
    "x, y = load()\nx, y = sklearn.utils.shuffle(x, y)": False,
    "x, y = load()\norder = rng.permutation(len(x))\nx, y = x[order], y[order]": False,
    "x, y = load()\nrng.shuffle(order)": False,
}


@pytest.mark.parametrize(("text", "torn"), TEARS.items())
def test_a_shuffle_of_one_side_is_read_from_the_cells(text, torn):
    run = replace(make_run(history={"loss": FAILED}), earlier=(Cell(0, text),))
    severities = [item.severity for item in found(ShuffledWithoutLabels, run)]
    assert severities == (["error"] if torn else [])


@pytest.mark.parametrize(
    "shuffled",
    [
        "np.random.shuffle(x)",
        "x = np.random.permutation(x)",
        "np.random.shuffle(x)\nnp.random.shuffle(y)",
    ],
)
def test_both_are_given_one_order(shuffled):
    made = f"import numpy as np\nx, y = np.ones((9, 2)), np.arange(9)\n{shuffled}\n"
    cell = Cell(1, f"{made}model.fit(x, y)\n")
    run = replace(make_run(history={"loss": FAILED}), cell=cell)
    (finding,) = found(ShuffledWithoutLabels, run)
    again, *changes = finding.fixes[0].changes
    assert again == MakeAgain("data")
    order = "order = np.random.default_rng(0).permutation(len(x))\nx, y = x[order], y[order]\n"
    text = rewrite(run, changes)[0]
    assert "shuffle(" not in text
    assert text.replace("\n\n", "\n") == cell.source.replace(f"{shuffled}\n", order)


def test_a_split_leads_back_to_the_arrays_that_it_took():
    text = "a, b = load()\nrng.shuffle(a)\nx, z, y, w = train_test_split(a, b)"
    run = replace(make_run(history={"loss": FAILED}), earlier=(Cell(0, text),))
    assert found(ShuffledWithoutLabels, run)[0].evidence[0].observed == "rng.shuffle(a)"


def test_a_training_that_works_on_torn_rows_is_information():
    text = "x, y = load()\nrng.shuffle(x)"
    run = replace(make_run(history={"loss": LEARNT}), earlier=(Cell(0, text),))
    assert [item.severity for item in found(ShuffledWithoutLabels, run)] == ["info"]


def failed(kind, message, **given):
    error = RunError(kind, message, "fit", (4,))
    return replace(make_run(**given), error=error)


@pytest.mark.parametrize(
    ("activation", "labels", "loss"),
    [
        ("sigmoid", binary(), "binary_crossentropy"),
        ("softmax", one_hot(3), "categorical_crossentropy"),
        ("softmax", classes(3), "sparse_categorical_crossentropy"),
        ("linear", normal(200), "mean_squared_error"),
    ],
)
def test_a_loss_without_gradient_is_replaced_by_one_that_fits(activation, labels, loss):
    own = make_loss("mistakes", custom=True, written="function")
    units = 3 if activation == "softmax" else 1
    given = {"activation": activation, "units": units, "labels": labels, "loss": own}
    run = failed("ValueError", "No gradients provided for any variable.", **given)
    (finding,) = judge(run).findings
    assert (finding.code, finding.aspect) == ("NBD818", "loss")
    assert finding.fixes[0].changes == (SetLoss(loss),)


def test_numpy_in_a_loss_is_named():
    text = "Cannot convert a symbolic tf.Tensor (compile_loss/pow:0) to a numpy array."
    own = make_loss("mine", custom=True, written="function")
    assert "NumPy" in judge(failed("NotImplementedError", text, loss=own)).findings[0].message


COMPARED = "Incompatible shapes: [32,3] vs. [32]\n\t [[{{node Equal_1}}]]"


def test_a_comparison_that_fails_is_the_metrics():
    metric = Metric("", "sparse_categorical_accuracy", *["sparse_categorical_accuracy"] * 2)
    given = {"units": 3, "activation": "softmax", "loss": "categorical_crossentropy"}
    run = failed("InvalidArgumentError", COMPARED, labels=one_hot(3), metrics=(metric,), **given)
    (finding,) = judge(run).findings
    assert (finding.code, finding.aspect) == ("NBD819", "metrics")
    wanted = (ReplaceMetric("sparse_categorical_accuracy", MetricSpec("accuracy")),)
    assert finding.fixes[0].changes == wanted


def test_a_comparison_without_such_a_metric_is_not_explained():
    run = failed("InvalidArgumentError", COMPARED, metrics=())
    assert [item.code for item in judge(run).findings if item.code.startswith("NBD8")] == []


def cut(training, validation, **curves):
    return make_run(
        labels=training,
        validation=True,
        validation_labels=validation,
        activation="linear",
        loss="mse",
        metrics=(),
        history=curves or {"loss": [1.0, 0.1], "val_loss": [9.0, 4.9]},
    )


def test_targets_sorted_before_the_split_lie_apart():
    values = np.sort(normal(200))
    (finding,) = found(OrderedSplit, cut(values[:160], values[160:]))
    assert (finding.severity, finding.aspect) == ("warning", "split")
    (finding,) = found(OrderedSplit, cut(values[40:], values[:40]))
    assert finding.severity == "warning"
    near = {"loss": [1.0, 0.5], "val_loss": [1.0, 0.6]}
    (finding,) = found(OrderedSplit, cut(values[:160], values[160:], **near))
    assert finding.severity == "info"


def test_targets_split_by_chance_are_left_alone():
    values = normal(200)
    assert found(OrderedSplit, cut(values[:160], values[160:])) == []


@pytest.mark.parametrize(
    ("name", "aspect"),
    [
        ("other_side", "split"),
        ("labels_of_the_other_part", "split"),
        ("a_label_too_few", "inputs"),
    ],
)
def test_rows_of_two_parts_are_a_matter_of_the_split(name, aspect):
    run = TrainingRun.load(RUNS / "crash" / f"nbd817_faulty_{name}.json")
    assert judge(run).findings[0].aspect == aspect
