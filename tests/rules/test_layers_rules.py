"""Rules about layers, on runs built by hand."""

from dataclasses import replace

import pytest

from nbdiag.rules import Skipped
from nbdiag.rules.layers.deep_plain_stack import DeepPlainStack
from nbdiag.rules.layers.equal_initial_weights import EqualInitialWeights
from nbdiag.rules.layers.flattened_maps import FlattenedMaps
from nbdiag.rules.layers.heavy_dropout import HeavyDropout
from nbdiag.rules.layers.initializer_unfit_for_activation import InitializerUnfitForActivation
from nbdiag.rules.layers.linear_stack import LinearStack
from nbdiag.rules.layers.misplaced_batch_normalization import MisplacedBatchNormalization
from nbdiag.rules.layers.narrow_layer import NarrowLayer
from nbdiag.rules.layers.narrow_view import NarrowView
from nbdiag.rules.layers.no_hidden_layer import NoHiddenLayer
from nbdiag.rules.layers.squashed_stack import SquashedStack
from nbdiag.schema.changes import (
    InsertLayer,
    RemoveLayer,
    ReplaceLayer,
    SetFitArgument,
    SetLayerArgument,
)
from tests.factory import classes, make_layer, make_probe, make_run, normal

FAILED, FAIR, LEARNT = [0.7, 0.695], [0.7, 0.5], [0.7, 0.1]


def found(rule, run):
    return list(rule().check(run))


def stack(*steps, last=FAILED, **fields):
    """Make the run of a chain of layers; a step is (class name, fields)."""
    made = []
    for place, (class_name, options) in enumerate(steps):
        inbound = (made[-1].name,) if made else ()
        made.append(make_layer(class_name, f"l{place}", **{"inbound": inbound, **options}))
    weighing = [item for item in made if item.class_name in ("Dense", "Conv2D")]
    run = make_run(hidden=(), metrics=(), history={"loss": last} if last else None)
    head = run.model.heads[0]
    heads = (type(head)(**{**vars(head), "weights_layer": weighing[-1].name}),)
    defaults = {"layers": made, "heads": heads, "metrics": ()}
    history = {"loss": last} if last else None
    return make_run(**{**defaults, "history": history, **fields})


def dense(units, activation=None, width=8, **config):
    fields = {"units": units, "activation": activation, "input_shape": (width,), "config": config}
    return ("Dense", fields)


HEAD = dense(1, "sigmoid", 16)


def severity(rule, run):
    return [item.severity for item in found(rule, run)]


@pytest.mark.parametrize(
    ("last", "bent", "expected"),
    [
        (FAILED, False, "error"),
        (FAIR, False, "warning"),
        (LEARNT, False, "info"),
        ([], False, "info"),
        (FAILED, True, "warning"),
        (FAIR, True, "info"),
    ],
)
def test_a_linear_stack_is_as_bad_as_its_training(last, bent, expected):
    first = [dense(32, "relu")] if bent else []
    run = stack(*first, dense(32), dense(16, width=32), HEAD, last=last)
    (finding,) = found(LinearStack, run)
    assert finding.severity == expected
    names = {change.layer for change in finding.fixes[0].changes}
    assert names == ({"l1", "l2"} if bent else {"l0", "l1"})
    assert finding.confidence == ("suspected" if bent else "proven")


@pytest.mark.parametrize(
    ("units", "widened", "title"),
    [
        ((1,), ["l0"], "Give 'l0' 32 units and a relu activation"),
        ((32, 2), ["l1"], "Give 'l0' and 'l1' a relu activation, and 'l1' 32 units"),
        ((32, 16), [], "Give 'l0' and 'l1' a relu activation"),
    ],
)
def test_a_handful_of_units_grows_with_its_activation(units, widened, title):
    (finding,) = found(LinearStack, stack(*map(dense, units), HEAD))
    (fix,) = finding.fixes
    assert fix.title == title
    bent = [SetLayerArgument(f"l{at}", "activation", "relu") for at in range(len(units))]
    assert fix.changes == (*bent, *(SetLayerArgument(name, "units", 32) for name in widened))


def test_layers_with_activation_are_no_linear_stack():
    assert found(LinearStack, make_run(history={"loss": FAILED})) == []


def drawn(low, high, **config):
    return {
        "kernel_initializer": {
            "class_name": "RandomUniform",
            "config": {"minval": low, "maxval": high},
        },
        **config,
    }


@pytest.mark.parametrize(
    ("low", "high", "last", "expected"),
    [
        (0, 1, FAILED, ["error"]),
        (-1, 0, FAILED, ["error"]),
        (0, 1, FAIR, ["warning"]),
        (0, 1, LEARNT, []),
        (0, 1, [], []),
        (-1, 1, FAILED, []),
        (-0.2, 0.5, FAILED, []),
    ],
)
def test_weights_of_one_sign_make_units_alike(low, high, last, expected):
    layer = dense(16, "tanh", **drawn(low, high))
    assert severity(EqualInitialWeights, stack(layer, layer, HEAD, last=last)) == expected


def test_one_layer_of_one_sign_and_layers_kept_positive_are_left_alone():
    layer = dense(16, "tanh", **drawn(0, 1))
    assert found(EqualInitialWeights, stack(layer, dense(16, "tanh"), HEAD)) == []
    kept = dense(16, "tanh", **drawn(0, 1, kernel_constraint={"class_name": "NonNeg"}))
    assert found(EqualInitialWeights, stack(kept, kept, HEAD)) == []


def test_a_linear_autoencoder_is_left_alone():
    values = normal(200, 24)
    run = make_run(
        inputs=values,
        labels=values,
        hidden=(4,),
        hidden_activation="linear",
        activation="linear",
        units=24,
        loss="mse",
        metrics=(),
        history={"loss": [1.0, 0.99]},
    )
    assert found(LinearStack, run) == []


def test_a_code_in_a_bent_model_is_left_alone_and_in_a_straight_one_is_not():
    code = [dense(2, width=32), dense(32, "relu", 2), HEAD]
    assert found(LinearStack, stack(dense(32, "relu"), *code)) == []
    assert severity(LinearStack, stack(dense(2, width=24), dense(24, width=2), HEAD)) == ["error"]


def test_a_subclassed_model_is_skipped():
    layers = (make_layer("Dense", "a"), make_layer("Dense", "b"))
    with pytest.raises(Skipped, match="subclassed"):
        found(LinearStack, make_run(layers=layers))


SQUASHED = [dense(24, "sigmoid"), dense(24, "sigmoid", 24), dense(24, "sigmoid", 24), HEAD]


@pytest.mark.parametrize(
    ("last", "first_gradient", "expected"),
    [
        (FAILED, 1.0, "warning"),
        (FAIR, 1e-3, "warning"),
        (FAIR, 1.0, "info"),
        (LEARNT, 1e-3, "info"),
        ([], 1e-3, "info"),
    ],
)
def test_squashed_layers_are_judged_by_gradient_and_ending(last, first_gradient, expected):
    probe = make_probe(gradients={"l0": first_gradient, "l1": 0.5, "l2": 0.8, "l3": 1.0})
    (finding,) = found(SquashedStack, stack(*SQUASHED, last=last, probes=(probe,)))
    assert finding.severity == expected
    assert finding.fixes[0].changes == tuple(
        SetLayerArgument(name, "activation", "relu") for name in ("l0", "l1", "l2")
    )


def test_few_units_get_tanh_because_none_of_them_may_die():
    (finding,) = found(SquashedStack, stack(dense(2, "sigmoid"), dense(2, "sigmoid", 2), HEAD))
    (fix,) = finding.fixes
    assert [change.value for change in fix.changes] == ["tanh", "tanh"]
    assert finding.message.endswith("Use tanh.")
    assert "2, 2" in fix.note
    (finding,) = found(SquashedStack, stack(dense(24, "sigmoid"), dense(4, "sigmoid", 24), HEAD))
    assert [change.value for change in finding.fixes[0].changes] == ["relu", "tanh"]
    assert finding.message.endswith("Use relu and tanh.")


def test_layers_that_no_gradient_reaches_cannot_be_judged():
    probe = make_probe(gradients=0.0)
    (finding,) = found(SquashedStack, stack(*SQUASHED, probes=(probe,)))
    assert finding.severity == "info"
    assert severity(InitializerUnfitForActivation, stack(*small(4), HEAD, probes=(probe,))) == [
        "info"
    ]


def test_one_hidden_sigmoid_is_the_textbooks_network():
    assert found(SquashedStack, stack(dense(4, "sigmoid"), HEAD)) == []


def test_one_hidden_softmax_is_enough_unless_it_weighs_others():
    assert severity(SquashedStack, stack(dense(64, "softmax"), HEAD)) == ["warning"]
    made = (
        make_layer("InputLayer", "in"),
        make_layer("Dense", "scores", inbound=("in",), units=8, activation="softmax"),
        make_layer("Multiply", "weigh", inbound=("in", "scores")),
        make_layer("Dense", "head", inbound=("weigh",), units=1, activation="sigmoid"),
    )
    assert found(SquashedStack, stack(HEAD, layers=made)) == []


def test_the_activation_layer_is_changed_where_it_holds_the_function():
    step = ("Activation", {"activation": "sigmoid"})
    run = stack(dense(8), step, dense(8, width=8), step, HEAD)
    (finding,) = found(SquashedStack, run)
    assert [change.layer for change in finding.fixes[0].changes] == ["l1", "l3"]


@pytest.mark.parametrize("kind", ["zeros", "Ones", "constant"])
def test_equal_weights_make_copies(kind):
    run = stack(dense(16, "relu", kernel_initializer=kind), HEAD)
    (finding,) = found(EqualInitialWeights, run)
    assert finding.severity == "error"
    assert finding.fixes[0].changes == (
        SetLayerArgument("l0", "kernel_initializer", "glorot_uniform"),
    )
    learnt = stack(dense(16, "relu", kernel_initializer=kind), HEAD, last=LEARNT)
    assert severity(EqualInitialWeights, learnt) == ["info"]


def test_a_zero_head_a_closed_branch_and_a_trained_model_are_left_alone():
    zero_head = dense(1, "sigmoid", kernel_initializer="zeros")
    assert found(EqualInitialWeights, stack(dense(16, "relu"), zero_head)) == []
    closed = stack(dense(16, kernel_initializer="zeros"), ("Add", {}), HEAD)
    assert found(EqualInitialWeights, closed) == []
    trained = stack(dense(16, kernel_initializer="zeros"), HEAD, started_trained=True)
    assert found(EqualInitialWeights, trained) == []


ZEROS = {"kernel_initializer": "zeros"}


@pytest.mark.parametrize(
    ("steps", "count"),
    [
        ((dense(16, "tanh", **ZEROS), HEAD), 0),  # random weights tell the units apart
        ((dense(16, **ZEROS), ("Flatten", {}), HEAD), 0),
        ((dense(16, "relu", **ZEROS, bias_initializer="ones"), HEAD), 0),  # no rectifier stops it
        ((dense(16, "relu", **ZEROS), HEAD), 1),
        ((dense(16, "tanh", **ZEROS), dense(1, "sigmoid", width=16, **ZEROS)), 1),
    ],
)
def test_zeros_are_a_fault_where_nothing_tells_the_units_apart(steps, count):
    assert len(found(EqualInitialWeights, stack(*steps))) == count


@pytest.mark.parametrize(("first", "count"), [("glorot_uniform", 0), ("zeros", 1)])
def test_inside_a_model_class_zeros_may_be_the_end_of_a_part(first, count):
    parts = tuple(
        make_layer(
            "Dense", name, units=8, activation="tanh", config={"kernel_initializer": initializer}
        )
        for name, initializer in (("body", first), ("change", "zeros"))
    )
    run = stack(HEAD, layers=parts)
    run = replace(run, model=replace(run.model, kind="subclass", heads=()))
    assert len(found(EqualInitialWeights, run)) == count


def small(depth, kind="RandomNormal", activation="relu", **config):
    given = {"class_name": kind, "config": config}
    return [dense(8, activation, kernel_initializer=given) for _ in range(depth)]


@pytest.mark.parametrize(
    ("steps", "last", "expected"),
    [
        (small(4), FAILED, ["warning"]),
        (small(4), FAIR, ["info"]),
        (small(4), LEARNT, []),
        (small(4), [], []),
        (small(2), FAILED, ["info"]),
        (small(1), FAILED, []),
        (small(4, stddev=5.0), FAILED, ["warning"]),
        (small(4, "HeNormal"), FAILED, []),
        ([("BatchNormalization", {}), *small(4)], FAILED, []),
    ],
)
def test_shrunk_signals_are_found_on_trainings_that_stand_still(steps, last, expected):
    assert severity(InitializerUnfitForActivation, stack(*steps, HEAD, last=last)) == expected


def test_a_normalized_output_is_no_probability():
    steps = [dense(16, "relu"), dense(4, "softmax", 16), ("BatchNormalization", {})]
    (finding,) = found(MisplacedBatchNormalization, stack(*steps))
    assert finding.severity == "error"
    assert finding.fixes[0].changes == (RemoveLayer("l2"),)
    before = [dense(16, "relu"), ("BatchNormalization", {}), dense(4, "softmax", 16)]
    assert found(MisplacedBatchNormalization, stack(*before)) == []


def test_batches_of_one_row_have_no_deviation():
    flat = [dense(16, "relu"), ("BatchNormalization", {"input_shape": (16,)}), HEAD]
    (finding,) = found(MisplacedBatchNormalization, stack(*flat, batch_size=1))
    assert finding.fixes[0].changes == (SetFitArgument("batch_size", 32),)
    maps = [dense(16, "relu"), ("BatchNormalization", {"input_shape": (8, 8, 16)}), HEAD]
    assert found(MisplacedBatchNormalization, stack(*maps, batch_size=1)) == []


@pytest.mark.parametrize(
    ("used", "epochs", "count"), [(0.9, 2, 1), (0.05, 2, 0), (0.9, 90, 0), (0.3, 2, 0)]
)
def test_averages_that_lag_behind(used, epochs, count):
    steps = [dense(16, "relu"), ("BatchNormalization", {}), HEAD]
    run = stack(
        *steps,
        last=[0.3] * (epochs - 1) + [0.05],
        probes=(make_probe("end", epochs, loss=used, constant_loss=0.69),),
    )
    findings = found(MisplacedBatchNormalization, run)
    assert len(findings) == count
    if count:
        assert findings[0].severity == "warning"
        # The averages have caught up after the 14 steps of this training.
        assert findings[0].fixes[0].changes == (SetLayerArgument("l1", "momentum", 0.71),)


def dropout(rate, kind="Dropout"):
    return (kind, {"config": {"rate": rate}})


@pytest.mark.parametrize(
    ("rates", "last", "expected"),
    [
        ((0.7,), FAIR, ["warning"]),
        ((0.7,), LEARNT, ["info"]),
        ((0.5,), FAILED, []),
        ((0.5, 0.5, 0.5), FAIR, ["warning"]),
        ((0.5, 0.5, 0.5), FAILED, ["info"]),
        ((0.5, 0.5, 0.5), LEARNT, ["info"]),
        ((0.2, 0.3), FAILED, []),
    ],
)
def test_dropout_is_judged_by_rate_and_ending(rates, last, expected):
    steps = [step for rate in rates for step in (dense(16, "relu"), dropout(rate))]
    findings = found(HeavyDropout, stack(*steps, HEAD, last=last))
    assert [item.severity for item in findings] == expected
    for item in findings:
        assert {change.value for change in item.fixes[0].changes} == {0.3}


def test_dropout_on_the_answer_is_taken_out():
    (finding,) = found(HeavyDropout, stack(dense(16, "relu"), HEAD, dropout(0.5)))
    assert finding.severity == "error"
    assert finding.fixes[0].changes == (RemoveLayer("l2"),)


@pytest.mark.parametrize(
    ("rate", "shape", "last", "severity"),
    [
        (0.5, (2,), FAIR, "warning"),
        (0.5, (6,), FAILED, "warning"),
        (0.5, (7,), FAIR, None),
        (0.3, (3,), FAIR, "warning"),
        (0.3, (4,), FAIR, None),
        (0.5, (2,), LEARNT, "info"),
        (0.5, (2,), [], "info"),
        (0.5, (10, 2), FAIR, None),
        (0.5, (None, 2), FAIR, None),
    ],
)
def test_dropout_among_so_few_units_that_all_vanish_is_taken_out(rate, shape, last, severity):
    narrow = ("Dropout", {"config": {"rate": rate}, "input_shape": shape})
    findings = found(HeavyDropout, stack(dense(2, "tanh"), narrow, HEAD, last=last))
    assert [item.severity for item in findings] == ([severity] if severity else [])
    if severity:
        (finding,) = findings
        assert finding.confidence == "proven"
        assert finding.fixes[0].changes == (RemoveLayer("l1"),)
        assert f"{rate ** shape[0]:.0%} of your samples" in finding.message


def test_dropout_on_a_map_hides_whole_channels_and_is_not_counted():
    channels = ("SpatialDropout1D", {"config": {"rate": 0.5}, "input_shape": (2,)})
    assert found(HeavyDropout, stack(dense(2, "tanh"), channels, HEAD, last=FAIR)) == []


def test_dropout_is_not_why_no_gradient_arrived():
    narrow = ("Dropout", {"config": {"rate": 0.5}, "input_shape": (2,)})
    deaf = make_probe(gradients=0.0)
    variables = tuple(replace(item, zero_share=1.0) for item in deaf.variables)
    probes = (replace(deaf, variables=variables),)
    run = stack(dense(2, "tanh"), narrow, HEAD, last=FAILED, probes=probes)
    (finding,) = found(HeavyDropout, run)
    assert finding.severity == "info"


def test_branches_do_not_add_up():
    steps = [dense(16, "relu"), dropout(0.5), ("Add", {}), dropout(0.5), ("Add", {}), dropout(0.5)]
    assert found(HeavyDropout, stack(*steps, HEAD, last=FAIR)) == []


def maps(weights, rows=100):
    steps = [
        ("Conv2D", {"units": 16, "parameters": 160}),
        ("Flatten", {"input_shape": (60, 60, 16)}),
        ("Dense", {"units": 40, "input_shape": (57_600,), "parameters": weights}),
    ]
    return stack(*steps, HEAD, inputs=normal(rows, 8))


def test_flattened_maps_are_advice():
    (finding,) = found(FlattenedMaps, maps(2_304_040))
    assert finding.role == "advice"
    assert finding.fixes[0].changes == (ReplaceLayer("l1", "GlobalAveragePooling2D"),)
    assert found(FlattenedMaps, maps(900_000)) == []
    assert found(FlattenedMaps, maps(2_304_040, rows=4000)) == []


def ten_classes(units, last, width=16):
    return make_run(
        inputs=normal(200, width),
        labels=classes(10),
        hidden=(units,),
        activation="softmax",
        units=10,
        loss="sparse_categorical_crossentropy",
        metrics=(),
        history={"loss": last},
    )


def test_ten_classes_through_two_units():
    (finding,) = found(NarrowLayer, ten_classes(2, [2.3, 2.29]))
    assert finding.severity == "warning"
    assert finding.fixes[0].changes == (SetLayerArgument("dense", "units", 32),)
    # Two units are too few for ten classes by counting; three may do, but half of them may be dead.
    assert severity(NarrowLayer, ten_classes(2, [2.3, 1.7])) == ["warning"]
    assert severity(NarrowLayer, ten_classes(3, [2.3, 1.7])) == ["info"]
    assert found(NarrowLayer, ten_classes(2, [2.3, 0.3])) == []
    assert found(NarrowLayer, ten_classes(24, [2.3, 2.29])) == []


def test_twelve_layers_in_a_row():
    tall = [dense(8, "relu") for _ in range(12)]
    (finding,) = found(DeepPlainStack, stack(*tall, HEAD))
    assert finding.severity == "warning"
    assert finding.fixes[0].changes == tuple(RemoveLayer(f"l{n}") for n in range(2, 12))
    assert severity(DeepPlainStack, stack(*tall, HEAD, last=FAIR)) == ["info"]
    assert found(DeepPlainStack, stack(*tall, HEAD, last=LEARNT)) == []
    assert found(DeepPlainStack, stack(*tall[:5], HEAD)) == []
    helped = [*tall, ("BatchNormalization", {})]
    assert found(DeepPlainStack, stack(*helped, HEAD)) == []


def test_a_narrow_view_is_advice():
    conv = ("Conv2D", {"units": 8, "config": {"kernel_size": [3, 3]}, "input_shape": (62, 62, 1)})
    pool = ("GlobalAveragePooling2D", {})
    (finding,) = found(NarrowView, stack(conv, conv, pool, HEAD))
    assert (finding.role, finding.severity) == ("advice", "info")
    assert "5 x 5 of your 62" in finding.message
    assert found(NarrowView, stack(conv, conv, pool, HEAD, last=LEARNT)) == []
    wide = ("Conv2D", {"units": 8, "config": {"kernel_size": [17, 17]}, "input_shape": (62, 62, 1)})
    assert found(NarrowView, stack(wide, pool, HEAD)) == []


def test_a_model_of_one_layer():
    (finding,) = found(NoHiddenLayer, stack(dense(1, "sigmoid")))
    assert finding.severity == "info"
    (change,) = finding.fixes[0].changes
    assert change == InsertLayer("Dense", "l0", True, {"units": 32, "activation": "relu"})
    assert found(NoHiddenLayer, stack(dense(1, "sigmoid"), last=LEARNT)) == []
    assert found(NoHiddenLayer, stack(dense(16, "relu"), HEAD)) == []
    assert found(NoHiddenLayer, stack(("LSTM", {}), HEAD)) == []
