"""Rules that the audit of docs/coverage.md added: where they speak, and where they keep quiet."""

from dataclasses import replace

import numpy as np
import pytest

from nbdiag.facts.stride import far_beyond_scale, other_suspect
from nbdiag.rules import Skipped
from nbdiag.rules.data.inputs_all_alike import InputsAllAlike
from nbdiag.rules.data.targets_all_alike import TargetsAllAlike
from nbdiag.rules.head.metric_contradicts_output import MetricContradictsOutput
from nbdiag.rules.head.one_target_for_every_step import OneTargetForEveryStep
from nbdiag.rules.layers.stacked_activations import StackedActivations
from nbdiag.rules.layers.unbounded_recurrence import UnboundedRecurrence
from nbdiag.rules.optimizer.rate_faded_too_early import RateFadedTooEarly
from nbdiag.schema.change import InsertLayer, RemoveLayer, SetLayerArgument
from nbdiag.schema.history import StepCurve
from nbdiag.schema.setup import Metric
from tests.factory import (
    binary,
    classes,
    make_history,
    make_layer,
    make_probe,
    make_run,
    normal,
    one_hot,
)

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


def test_a_partly_frozen_model_gets_constant_targets_on_purpose():
    run = make_run(labels=np.ones(50))
    frozen = replace(run.model.layers[0], trainable=False, parameters=9)
    model = replace(run.model, layers=(frozen, *run.model.layers[1:]))
    with pytest.raises(Skipped, match="on purpose"):
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
