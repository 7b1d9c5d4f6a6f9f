"""Head rules at their borders: what looks alike and is sound, and what a fix changes together."""

from dataclasses import replace

import numpy as np
import pytest

from nbdiag.rules import Skipped, all_rules
from nbdiag.schema.changes import (
    EncodeLabels,
    InsertLayer,
    MetricSpec,
    RemoveLayer,
    ReplaceLayer,
    ReplaceMetric,
    SetLayerArgument,
    SetLoss,
)
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Head
from nbdiag.schema.setup import Metric
from tests.factory import (
    binary,
    classes,
    make_layer,
    make_loss,
    make_probe,
    make_run,
    normal,
    one_hot,
)

RULES = {rule.code: rule for rule in all_rules() if rule.code.startswith("NBD1")}
RNG = np.random.default_rng(2)
BITS = RNG.integers(0, 2, size=(200, 5))
PRICE = 180 + 40 * normal(200)
BCE, CCE = "binary_crossentropy", "categorical_crossentropy"
SCCE, MSE = "sparse_categorical_crossentropy", "mean_squared_error"
MAPE = "mean_absolute_percentage_error"
SIGMOID = SetLayerArgument("dense_1", "activation", "sigmoid")
SOFTMAX = SetLayerArgument("dense_1", "activation", "softmax")
LINEAR = SetLayerArgument("dense_1", "activation", "linear")
GOOD = {"history": {"loss": [0.6, 0.05]}}
STUCK = {"history": {"loss": [0.5, 0.5]}}


def run_of(activation, units, loss, labels, **keywords):
    return make_run(activation=activation, units=units, loss=loss, labels=labels, **keywords)


def codes(run):
    """Codes of all head findings of error or warning."""
    return [item.code for item in findings(run) if item.severity != "info"]


def findings(run):
    found = []
    for rule in RULES.values():
        try:
            found += rule().check(run)
        except Skipped:
            continue
    return found


def only(code, run):
    (found,) = RULES[code]().check(run)
    return found


def first_fix(code, run):
    return only(code, run).fixes[0].changes


SOUND = {
    "sigmoid": run_of("sigmoid", 1, BCE, binary()),
    "two softmax units on one-hot labels": run_of("softmax", 2, CCE, one_hot(2)),
    "two softmax units on 0 and 1": run_of("softmax", 2, SCCE, binary()),
    "two sigmoid units on one-hot labels": run_of("sigmoid", 2, BCE, one_hot(2)),
    "softmax on class numbers": run_of("softmax", 5, SCCE, classes(5)),
    "an empty class 0": run_of("softmax", 5, SCCE, classes(4) + 1),
    "tags": run_of("sigmoid", 5, BCE, BITS, metrics=["binary_accuracy"]),
    "logits cut at 0": run_of(
        "linear",
        1,
        BCE,
        binary(),
        from_logits=True,
        metrics=[Metric("", "binary_accuracy", "BinaryAccuracy", "acc", threshold=0.0)],
    ),
    "logits of classes": run_of("linear", 5, SCCE, classes(5), from_logits=True),
    "log softmax as logits": run_of("log_softmax", 5, SCCE, classes(5), from_logits=True),
    "relu scores of classes": run_of("relu", 5, SCCE, classes(5), from_logits=True),
    "grey values": run_of("sigmoid", 1, BCE, RNG.random((200, 1)), metrics=["mae"]),
    "soft labels": run_of("softmax", 3, CCE, RNG.dirichlet(np.ones(3), 200)),
    "regression": run_of("linear", 1, MSE, PRICE, metrics=["mae"]),
    "fractions behind a sigmoid": run_of("sigmoid", 1, MSE, RNG.random(200), metrics=[]),
    "rain behind a relu": run_of("relu", 1, MSE, np.maximum(0, normal(200)), metrics=[]),
    "rain with noise": run_of(
        "relu", 1, MSE, np.maximum(0, normal(200)) + 0.05 * normal(200, seed=1), metrics=[]
    ),
    "signs behind a tanh": run_of("tanh", 1, MSE, 2 * binary() - 1, metrics=[]),
    "hinge": run_of("tanh", 1, "hinge", 2 * binary() - 1, metrics=[]),
    "squared error that learns": run_of("sigmoid", 1, MSE, binary(), history={"loss": [0.2, 0.05]}),
    "squared error before training": run_of("sigmoid", 1, MSE, binary()),
    "ratings": run_of("linear", 1, MSE, classes(5), metrics=["mae"]),
    "classes by least squares": run_of("linear", 1, MSE, binary(), history={"loss": [0.2, 0.05]}),
    "a Lambda of probabilities": run_of(
        Missing("a Lambda"), 1, BCE, binary(), probes=[make_probe(output=(0.1, 0.9))]
    ),
    "a loss of one's own": run_of("linear", 1, make_loss("focal", custom=True), binary()),
    "an autoencoder of bits": make_run(inputs=BITS, labels=BITS, units=5, loss=MSE, metrics=[]),
    "one unit per class that learns": run_of("sigmoid", 4, BCE, one_hot(4), metrics=[], **GOOD),
    "one unit per class before training": run_of("sigmoid", 4, BCE, one_hot(4), metrics=[]),
    "percentages of prices": run_of("linear", 1, MAPE, PRICE, metrics=[]),
    "percentages of two groups": run_of("linear", 1, MAPE, 200 * binary() - 100, metrics=[]),
    "shares divided later": run_of(
        Missing("a Lambda"), 3, CCE, one_hot(3), probes=[make_probe(output=(0.0, 0.9))]
    ),
}


@pytest.mark.parametrize("run", SOUND.values(), ids=SOUND)
def test_nothing_is_said_against_a_sound_head(run):
    assert codes(run) == []


CONTRADICTIONS = {
    "NBD101": [
        run_of("linear", 1, BCE, binary()),
        run_of("tanh", 1, BCE, binary()),
        run_of("relu", 3, CCE, one_hot(3)),
        run_of("linear", 3, SCCE, classes(3)),
        run_of("linear", 1, BCE, RNG.random(200), metrics=[]),
    ],
    "NBD102": [run_of("sigmoid", 1, MSE, binary(), **STUCK)],
    "NBD103": [
        run_of("softmax", 1, BCE, binary()),
        run_of("softmax", 1, CCE, binary()),
        run_of("softmax", 1, make_loss("mine", custom=True), binary()),
    ],
    "NBD104": [run_of("softmax", 2, BCE, one_hot(2)), run_of("softmax", 5, BCE, BITS)],
    "NBD105": [
        run_of("sigmoid", 3, CCE, one_hot(3)),
        run_of("sigmoid", 3, SCCE, classes(3)),
        run_of("sigmoid", 5, CCE, BITS),
        run_of("softmax", 5, CCE, BITS),
    ],
    "NBD106": [run_of("sigmoid", 1, CCE, binary()), run_of("linear", 1, CCE, binary())],
    "NBD107": [
        run_of("sigmoid", 1, BCE, classes(4)),
        run_of("linear", 1, BCE, classes(4)),
        run_of("linear", 1, SCCE, binary()),
        run_of("softmax", 4, SCCE, classes(4) + 1),
        run_of("softmax", 4, SCCE, classes(9)),
    ],
    "NBD108": [
        run_of("sigmoid", 1, BCE, 2 * binary() - 1),
        run_of("sigmoid", 1, BCE, binary() + 1),
        run_of("sigmoid", 1, BCE, 255 * binary()),
        run_of("sigmoid", 1, BCE, binary() / 255),
        run_of("softmax", 4, SCCE, classes(4) / 255),
        run_of("sigmoid", 12, BCE, RNG.integers(0, 256, size=(50, 12)), metrics=[]),
        run_of("softmax", 4, SCCE, classes(4) - 1),
    ],
    "NBD109": [run_of("linear", 1, BCE, binary(), from_logits=True)],
    "NBD110": [run_of("sigmoid", 1, BCE, binary(), from_logits=True, backend="jax")],
    "NBD111": [
        run_of("linear", 1, BCE, PRICE),
        run_of("sigmoid", 1, BCE, np.round(PRICE)),
        run_of("sigmoid", 8, BCE, normal(200, 8), metrics=[]),
    ],
    "NBD112": [
        run_of("sigmoid", 1, MSE, PRICE, metrics=[]),
        run_of("relu", 1, MSE, normal(200), metrics=[]),
        run_of("tanh", 1, MSE, normal(200, std=2.0), metrics=[]),
        run_of("sigmoid", 1, MSE, 2 * binary() - 1, metrics=[]),
    ],
    "NBD113": [run_of("linear", 1, MSE, classes(5), history={"loss": [2.0, 1.9]})],
    "NBD116": [
        run_of("relu", 1, BCE, binary(), from_logits=True, metrics=[]),
        run_of("tanh", 1, BCE, binary(), from_logits=True, metrics=[]),
        run_of("tanh", 10, SCCE, classes(10), from_logits=True),
    ],
    "NBD119": [
        run_of("sigmoid", 4, BCE, one_hot(4), metrics=[], history={"loss": [0.56, 0.55]}),
    ],
    "NBD120": [
        run_of("linear", 1, MAPE, np.maximum(0, PRICE - 170), metrics=[]),
        run_of("linear", 1, MAPE, normal(300), metrics=[]),
        run_of("linear", 1, MAPE, classes(4), metrics=[]),
    ],
    "NBD118": [
        run_of("sigmoid", 1, BCE, binary(), metrics=["categorical_accuracy"]),
    ],
}


@pytest.mark.parametrize(
    ("code", "run"), [(code, run) for code, runs in CONTRADICTIONS.items() for run in runs]
)
def test_one_contradiction_is_one_finding(code, run):
    """Two rules on one fault would make a list of what should be one cause."""
    assert codes(run) == [code]


def test_a_faulty_metric_beside_another_contradiction_is_told_too():
    run = run_of("linear", 1, BCE, 2 * binary() - 1)
    assert codes(run) == ["NBD101", "NBD108"]


def test_a_measured_range_stands_in_for_an_unknown_activation():
    run = run_of(Missing("a Lambda"), 1, BCE, binary(), probes=[make_probe(output=(-3.2, 5.1))])
    found = only("NBD101", run)
    assert found.confidence == "measured"
    assert "-3.2 … 5.1" in found.message


def test_without_probes_an_unknown_activation_is_skipped_with_its_reason():
    with pytest.raises(Skipped, match="probes are off"):
        list(RULES["NBD101"]().check(run_of(Missing("a Lambda"), 1, BCE, binary())))


def test_a_custom_loss_is_skipped_with_its_reason():
    run = run_of("linear", 1, make_loss("focal", custom=True), binary())
    for code in ("NBD101", "NBD102", "NBD108", "NBD112"):
        with pytest.raises(Skipped, match="your own function"):
            list(RULES[code]().check(run))


def two_heads(first, second, losses, labels, **keywords):
    heads = tuple(
        Head(name, activation, name, name, (units,), units, keeps_logits=True)
        for name, (activation, units) in {"kind": first, "price": second}.items()
    )
    return make_run(heads=heads, loss=losses, labels=labels, metrics=(), **keywords)


def test_each_output_is_judged_by_its_own_loss():
    run = two_heads(
        ("linear", 1),
        ("linear", 1),
        (make_loss(BCE, "kind"), make_loss(MSE, "price")),
        {"kind": binary(), "price": PRICE},
    )
    found = only("NBD101", run)
    assert "the output 'kind'" in found.message
    assert SetLoss(BCE, from_logits=True, output="kind") in found.fixes[1].changes
    assert codes(run) == ["NBD101"]


def test_a_custom_loss_on_one_output_does_not_hide_the_other():
    run = two_heads(
        ("linear", 1),
        ("softmax", 1),
        (make_loss("mine", "kind", custom=True), make_loss(BCE, "price")),
        {"kind": binary(), "price": binary()},
    )
    assert codes(run) == ["NBD103"]


def test_a_loss_that_falls_is_no_evidence_against_a_softmax_of_one_unit():
    setup = run_of("softmax", 1, BCE, binary())
    falling, still = (
        replace(setup, history=replace(setup.history, epochs={"loss": losses}))
        for losses in ((0.7, 0.5, 0.3), (0.7, 0.71, 0.7))
    )
    assert [item.name for item in only("NBD103", still).evidence][-1] == "loss"
    assert "loss" not in [item.name for item in only("NBD103", falling).evidence]


def test_fixes_of_a_linear_head_are_the_activation_then_loss_and_metric_together():
    sigmoid, logits = only("NBD101", run_of("linear", 1, BCE, binary(), metrics=["acc"])).fixes
    assert sigmoid.changes == (SIGMOID,)
    assert logits.changes == (
        SetLoss(BCE, from_logits=True),
        ReplaceMetric("acc", MetricSpec("BinaryAccuracy", {"threshold": 0.0, "name": "acc"})),
    )
    assert sigmoid.safety == logits.safety == "safe"


def test_accuracy_of_classes_needs_no_change_on_logits():
    _, logits = only("NBD101", run_of("linear", 4, SCCE, classes(4))).fixes
    assert logits.changes == (SetLoss(SCCE, from_logits=True),)


def test_what_else_reads_probabilities_is_changed_with_the_loss():
    metrics = [
        Metric("", "auc", "AUC", "auc"),
        Metric("", "precision", "Precision", "precision"),
        Metric("", "mean_absolute_error", "mae", "mae"),
    ]
    _, logits = only("NBD101", run_of("linear", 1, BCE, binary(), metrics=metrics)).fixes
    assert logits.changes[1:] == (
        ReplaceMetric("AUC", MetricSpec("AUC", {"from_logits": True, "name": "auc"})),
        ReplaceMetric(
            "Precision", MetricSpec("Precision", {"thresholds": 0.0, "name": "precision"})
        ),
    )


def test_labels_change_with_head_and_loss():
    assert first_fix("NBD101", run_of("linear", 1, BCE, 2 * binary() - 1)) == (
        SIGMOID,
        EncodeLabels("greater", 0),
    )
    assert first_fix("NBD101", run_of("linear", 2, BCE, one_hot(2))) == (SOFTMAX, SetLoss(CCE))


def test_units_activation_and_loss_change_together():
    assert first_fix("NBD107", run_of("sigmoid", 1, BCE, classes(4))) == (
        SetLayerArgument("dense_1", "units", 4),
        SOFTMAX,
        SetLoss(SCCE),
    )
    assert first_fix("NBD103", run_of("softmax", 1, MSE, PRICE)) == (
        LINEAR,
        ReplaceMetric("accuracy", MetricSpec("mae")),
    )


def test_class_numbers_from_one_are_shifted():
    run = run_of("softmax", 4, SCCE, classes(4) + 1)
    found = only("NBD107", run)
    assert found.aspect == "labels"
    assert found.fixes[0].changes == (EncodeLabels("subtract", 1),)
    wider = only("NBD107", run_of("softmax", 4, SCCE, classes(9)))
    assert wider.aspect == "output_units"
    assert wider.fixes[0].changes == (SetLayerArgument("dense_1", "units", 9),)


@pytest.mark.parametrize(
    ("labels", "encode"),
    [
        (2 * binary() - 1, EncodeLabels("greater", 0)),
        (binary() + 1, EncodeLabels("subtract", 1)),
        (255 * binary(), EncodeLabels("greater", 0)),
        (binary() / 255, EncodeLabels("greater", 0)),
    ],
)
def test_two_values_become_0_and_1(labels, encode):
    assert first_fix("NBD108", run_of("sigmoid", 1, BCE, labels)) == (encode,)


def test_the_bytes_of_pictures_are_targets_and_no_labels():
    pixels = np.random.default_rng(0).integers(0, 256, size=(200, 12))
    found = only("NBD108", run_of("sigmoid", 12, BCE, pixels))
    assert found.aspect == "targets"
    assert found.fixes[0].changes == (EncodeLabels("divide", 255, ""),)
    assert "expects targets of 0 to 1, but yours are between 0 and 255" in found.message
    assert only("NBD108", run_of("sigmoid", 1, BCE, 255 * binary())).aspect == "labels"


def test_a_price_gets_a_linear_output_squared_error_and_a_distance():
    assert first_fix("NBD111", run_of("sigmoid", 1, BCE, PRICE)) == (
        LINEAR,
        SetLoss(MSE),
        ReplaceMetric("accuracy", MetricSpec("mae")),
    )


@pytest.mark.parametrize(
    ("layer", "activation", "change"),
    [
        (("Activation", {}), "relu", SetLayerArgument("last", "activation", "sigmoid")),
        (("ReLU", {}), "relu", ReplaceLayer("last", "Activation", {"activation": "sigmoid"})),
    ],
)
def test_a_layer_that_is_an_activation_is_replaced(layer, activation, change):
    kind, config = layer
    dense = make_layer("Dense", "dense_1", units=1)
    last = make_layer(kind, "last", activation=activation, config=config)
    head = Head("last", activation, "last", "dense_1", (1,), 1)
    run = make_run(layers=(dense, last), heads=(head,))
    assert first_fix("NBD101", run) == (change,)


def test_a_softmax_layer_on_a_quantity_is_taken_out():
    dense, last = make_layer("Dense", "dense_1", units=1), make_layer("Softmax", "last")
    head = Head("last", "softmax", "last", "dense_1", (1,), 1, softmax_axis=-1)
    run = make_run(layers=(dense, last), heads=(head,), loss=MSE, labels=PRICE, metrics=[])
    assert first_fix("NBD103", run) == (RemoveLayer("last"),)


def test_behind_a_lambda_an_activation_is_inserted():
    last = make_layer("Lambda", "scores")
    head = Head("scores", Missing("a Lambda"), None, "dense_1", (1,), 1)
    run = make_run(
        layers=(make_layer("Dense", "dense_1", units=1), last),
        heads=(head,),
        probes=[make_probe(output=(-2.0, 2.0), key="scores")],
    )
    assert first_fix("NBD101", run) == (
        InsertLayer("Activation", "scores", arguments={"activation": "sigmoid"}),
    )


def test_a_subclassed_model_is_judged_by_its_values_and_the_fix_is_shown_only():
    run = make_run(probes=[make_probe(output=(-2.0, 2.0))])
    model = replace(run.model, kind="subclass", heads=(), layers=())
    found = only("NBD101", replace(run, model=model))
    assert found.confidence == "measured"
    assert found.fixes[0].safety == "display"
    assert found.fixes[0].changes == ()


@pytest.mark.parametrize(
    ("probes", "history", "severity"),
    [
        ([make_probe("end", 2, gradients=1e-9)], {"loss": [0.5, 0.5]}, "error"),
        ([make_probe("end", 2, saturated=1.0)], {"loss": [0.5, 0.5]}, "error"),
        ([make_probe("end", 2, output=(0.05, 0.7))], {"loss": [0.25, 0.25]}, "warning"),
        ([make_probe("end", 2, output=(0.3, 0.9))], {"loss": [0.25, 0.25]}, "warning"),
        # Nothing was learnt, but the gradient was there all the time.
        ([make_probe("end", 2, output=(0.3, 0.7))], {"loss": [0.25, 0.25]}, "info"),
        (
            [make_probe(output=(0.0, 0.5)), make_probe("end", 2, output=(0.3, 0.7))],
            {"loss": [0.25, 0.25]},
            "warning",
        ),
        ([make_probe("start")], {"loss": [0.25, 0.25]}, "warning"),
        ([make_probe("end", 2)], {"loss": [0.25, 0.15]}, "info"),
        ([make_probe("start")], {}, "info"),
    ],
)
def test_squared_error_is_as_bad_as_what_it_did(probes, history, severity):
    run = run_of("sigmoid", 1, MSE, binary(), probes=probes, history=history, metrics=[])
    assert only("NBD102", run).severity == severity


def test_what_trains_all_the_same_is_information():
    assert only("NBD104", run_of("softmax", 2, BCE, one_hot(2), **GOOD)).severity == "info"
    assert only("NBD105", run_of("sigmoid", 2, CCE, one_hot(2), **GOOD)).severity == "info"


def test_tensorflow_goes_back_to_the_scores_and_other_backends_do_not():
    run = run_of("sigmoid", 1, BCE, binary(), from_logits=True)
    assert only("NBD110", run).severity == "info"
    hidden = replace(run.model.heads[0], keeps_logits=False)
    assert (
        only("NBD110", replace(run, model=replace(run.model, heads=(hidden,)))).severity
        == "warning"
    )


def test_accuracy_of_a_quantity_is_information_with_a_distance_instead():
    run = run_of("linear", 1, MSE, PRICE, metrics=["acc", "mae"])
    found = only("NBD114", run)
    assert found.severity == "info"
    assert found.fixes[0].changes == (ReplaceMetric("acc", MetricSpec("mae")),)


@pytest.mark.parametrize(("axis", "found"), [(1, True), (2, False), (-1, False), (None, False)])
def test_the_last_axis_is_that_of_the_classes(axis, found):
    head = Head("last", "softmax", "last", "dense", (6, 3), 3, softmax_axis=axis)
    labels = np.eye(3)[RNG.integers(0, 3, size=(100, 6))]
    run = make_run(heads=(head,), loss=CCE, labels=labels)
    assert bool(list(RULES["NBD115"]().check(run))) is found


def test_a_word_of_the_user_is_only_repeated_as_text():
    metric = Metric("", "binary_accuracy", "acc", "<b>acc</b>", threshold=0.5)
    run = run_of("linear", 1, BCE, binary(), from_logits=True, metrics=[metric])
    assert "<b>acc</b>" in only("NBD109", run).message
