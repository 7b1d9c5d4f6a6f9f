"""Rules about values of inputs, labels and targets, on runs built by hand."""

from dataclasses import replace

import numpy as np
import pytest

from nbdiag.rules import Skipped
from nbdiag.rules.data.channels_first_pictures import ChannelsFirstPictures
from nbdiag.rules.data.class_imbalance import ClassImbalance
from nbdiag.rules.data.constant_features import ConstantFeatures
from nbdiag.rules.data.exhausted_generator import ExhaustedGenerator
from nbdiag.rules.data.labels_beyond_learning import LabelsBeyondLearning
from nbdiag.rules.data.nan_in_data import NanInData
from nbdiag.rules.data.rows_weighted_to_nothing import RowsWeightedToNothing
from nbdiag.rules.data.token_ids_beyond_vocabulary import TokenIdsBeyondVocabulary
from nbdiag.rules.data.too_few_rows import TooFewRows
from nbdiag.rules.data.unscaled_targets import UnscaledTargets
from nbdiag.rules.data.values_lost_in_conversion import ValuesLostInConversion
from nbdiag.rules.data.weights_for_other_classes import WeightsForOtherClasses
from nbdiag.schema.changes import ScaleTargets, SetLayerArgument
from nbdiag.schema.data import Data, Split
from nbdiag.schema.setup import FitCall
from tests.factory import binary, classes, make_history, make_layer, make_probe, make_run, normal


def found(rule, run):
    return list(rule().check(run))


def severities(rule, run):
    return [item.severity for item in found(rule, run)]


PRICES = normal(300, 1, mean=180_000.0, std=40_000.0)


def regression(labels, last=(), *, answer=(-1.0, 1.0), end=None, **fields):
    probes = [make_probe(output=answer)]
    if last:
        probes.append(make_probe("end", len(last), loss=last[-1], output=end or answer))
    return make_run(
        **{"activation": "linear", "loss": "mse"} | fields,
        inputs=normal(300, 8),
        labels=labels,
        metrics=(),
        probes=probes,
        history={"loss": last} if last else None,
    )


VARIANCE = float(PRICES.var())
NEAR = (100_000.0, 260_000.0)


@pytest.mark.parametrize(
    ("labels", "last", "end", "severity"),
    [
        (PRICES, [3.4e10, 3.3e10], None, "error"),
        (PRICES, [3.4e10, 0.7 * VARIANCE], (0.0, 150_000.0), "warning"),
        (PRICES, [0.7 * VARIANCE] * 8, NEAR, "info"),
        (PRICES, [3.4e10, 0.2 * VARIANCE], NEAR, "info"),
        (PRICES, [], None, "warning"),
        (PRICES / 40_000 * 4, [], None, "info"),
        (PRICES / 40_000, [60.0, 2.0], None, None),
        (normal(300, 1), [1.0, 0.99], None, None),
    ],
)
def test_severity_of_large_targets_follows_the_ending(labels, last, end, severity):
    found_ones = severities(UnscaledTargets, regression(labels, last, end=end))
    assert found_ones == ([severity] if severity else [])


def test_targets_are_standardized_with_their_own_numbers():
    (finding,) = found(UnscaledTargets, regression(PRICES, [3e10]))
    (change,) = finding.fixes[0].changes
    assert change == ScaleTargets(pytest.approx(PRICES.mean()), pytest.approx(PRICES.std()))
    assert f"{change.std:.6g}" in finding.fixes[0].note


def test_answers_that_are_no_numbers_are_no_distance():
    for answer in (np.nan, np.inf):
        probe = replace(regression(PRICES, [3e10], end=0.0).probes[-1], moment="end", epoch=3)
        output = replace(probe.outputs[0], mean=answer, std=answer)
        run = regression(PRICES, [3e10])
        run = replace(run, probes=(*run.probes[:1], replace(probe, outputs=(output,))))
        (finding,) = found(UnscaledTargets, run)
        shown = [item for item in finding.evidence if item.name == "mean prediction"]
        assert shown == []
        assert "nan" not in f"{finding.message} {finding.evidence}".lower()


def test_a_relu_head_keeps_its_targets_above_zero():
    (finding,) = found(UnscaledTargets, regression(PRICES, [3e10], activation="relu"))
    (change,) = finding.fixes[0].changes
    assert change.mean == 0
    assert change.std == pytest.approx(np.sqrt((PRICES**2).mean()))


@pytest.mark.parametrize("fields", [{"activation": "sigmoid"}, {"loss": "poisson"}])
def test_bounded_heads_and_counts_are_another_matter(fields):
    assert found(UnscaledTargets, regression(PRICES, [3e10], **fields)) == []


def test_answers_as_large_as_the_targets_are_no_fault_of_the_targets():
    assert found(UnscaledTargets, regression(PRICES, [3e10], answer=(-4e5, 4e5))) == []


@pytest.mark.parametrize("side", ["inputs", "labels", "validation_inputs", "validation_labels"])
def test_numbers_that_are_not_finite_are_errors_on_every_side(side):
    run = make_run(validation=True, history={"loss": [0.69, 0.69]})
    (stats,) = getattr(run.data, side)
    spoilt = replace(run.data, **{side: (replace(stats, nans=3, infinities=1),)})
    (finding,) = found(NanInData, replace(run, data=spoilt))
    assert finding.severity == "error"
    assert finding.aspect == ("labels" if "labels" in side else "inputs")
    assert "3 NaN and 1 infinite" in finding.message


def test_a_single_number_is_spoken_of_in_the_singular():
    run = make_run(history={"loss": [0.69, 0.69]})
    (stats,) = run.data.inputs
    run = replace(run, data=replace(run.data, inputs=(replace(stats, nans=1),)))
    (finding,) = found(NanInData, run)
    assert "contain 1 NaN number. It makes" in finding.message
    assert "drop it" in finding.message


def test_a_model_that_deals_with_nan_is_left_alone():
    spoilt = normal(200, 8)
    spoilt[0, 0] = np.nan
    run = make_run(
        inputs=spoilt,
        history={"loss": [0.6, 0.2]},
        probes=(make_probe(), make_probe("end", 2, loss=0.2)),
    )
    assert severities(NanInData, run) == ["info"]
    lost = make_probe("end", 2, loss=0.2)
    lost = replace(lost, variables=tuple(replace(item, nans=9) for item in lost.variables))
    assert severities(NanInData, replace(run, probes=(make_probe(), lost))) == ["error"]


def test_finite_data_pass_and_unseen_data_are_skipped():
    assert found(NanInData, make_run()) == []
    with pytest.raises(Skipped):
        found(NanInData, make_run(data=Data()))


def words(highest, rows, lowest=0):
    ids = np.random.default_rng(0).integers(lowest, highest, size=(100, 12))
    ids[0, 0] = highest
    layers = (
        make_layer("Embedding", "words", parameters=9, config={"input_dim": rows}),
        make_layer("GlobalAveragePooling1D", "mean", inbound=("words",)),
        make_layer("Dense", "head", units=1, inbound=("mean",)),
    )
    return make_run(inputs=ids, layers=layers)


def test_ids_need_a_row_each():
    assert found(TokenIdsBeyondVocabulary, words(79, 80)) == []
    (finding,) = found(TokenIdsBeyondVocabulary, words(80, 80))
    assert finding.fixes[0].changes == (SetLayerArgument("words", "input_dim", 81),)
    assert "0 to 79" in finding.message


def test_ids_below_zero_are_shown():
    (finding,) = found(TokenIdsBeyondVocabulary, words(50, 80, lowest=-3))
    assert finding.fixes[0].safety == "display"


def test_ids_of_the_validation_side_count():
    run = words(50, 80)
    later = words(90, 80).data.inputs
    run = replace(run, data=replace(run.data, validation_inputs=later))
    (finding,) = found(TokenIdsBeyondVocabulary, run)
    assert finding.fixes[0].changes == (SetLayerArgument("words", "input_dim", 91),)


def test_constant_columns_of_a_table_are_advice():
    table = normal(100, 5)
    assert found(ConstantFeatures, make_run(inputs=table)) == []
    table[:, 3] = 7
    (finding,) = found(ConstantFeatures, make_run(inputs=table))
    assert "1 of your 5" in finding.message
    assert found(ConstantFeatures, make_run(inputs=(normal(100, 4) > 3).astype(int))) == []
    assert found(ConstantFeatures, make_run(inputs=table[:9])) == []


def test_addresses_are_one_number_in_float32():
    rng = np.random.default_rng(0)
    addresses = 3_232_235_777.0 + rng.integers(0, 9, size=(200, 1))
    table = np.hstack([normal(200, 3), addresses])
    run = make_run(inputs=table, history={"loss": [0.69]}, metrics=())
    (finding,) = found(ValuesLostInConversion, run)
    assert finding.severity == "warning"
    assert "Column 3" in finding.message
    assert found(ValuesLostInConversion, make_run(inputs=table - table.min(axis=0))) == []


def test_pictures_divided_in_whole_numbers_are_empty():
    pixels = np.random.default_rng(0).integers(0, 256, size=(100, 8, 8))
    halved = np.where(pixels > 200, 0, pixels).astype("uint8")
    halved[0, 0, 0] = 255
    run = make_run(inputs=halved // 255, history={"loss": [0.69]}, metrics=())
    (finding,) = found(ValuesLostInConversion, run)
    assert "hold only 0" in finding.message
    masks = (pixels > 128).astype("uint8")
    assert found(ValuesLostInConversion, make_run(inputs=masks)) == []


def pictures(shape, data_format="channels_last", last=0.69):
    conv = make_layer("Conv2D", "conv", units=4, config={"data_format": data_format})
    head = make_layer("Dense", "head", units=1, inbound=("conv",))
    inputs = np.random.default_rng(0).random((100, *shape))
    return make_run(
        inputs=inputs, labels=binary(100), layers=(conv, head), history={"loss": [last]}, metrics=()
    )


def test_colours_first_are_seen_by_the_shape():
    (finding,) = found(ChannelsFirstPictures, pictures((3, 32, 32)))
    assert finding.severity == "warning"
    assert "(32, 32, 3)" in finding.message
    assert severities(ChannelsFirstPictures, pictures((3, 32, 32), last=0.1)) == ["info"]


@pytest.mark.parametrize("shape", [(32, 32, 3), (3, 32, 20), (5, 32, 32), (3, 8, 8)])
def test_other_shapes_are_left_alone(shape):
    assert found(ChannelsFirstPictures, pictures(shape)) == []


def test_a_model_that_reads_colours_first_is_right():
    assert found(ChannelsFirstPictures, pictures((3, 32, 32), "channels_first")) == []


RARE = binary(2000, positive=0.04)


def imbalanced(*, accuracy, spread, **fields):
    share = 1 - float(RARE.mean())
    return make_run(
        inputs=normal(2000, 4),
        labels=RARE,
        history={"loss": [0.2, 0.17], "accuracy": [share, accuracy or share]},
        probes=(make_probe("end", 2, loss=0.17, spread=spread),),
        **fields,
    )


def test_naming_the_commonest_class_for_every_row_is_a_warning():
    (finding,) = found(ClassImbalance, imbalanced(accuracy=None, spread=0.001))
    assert finding.severity == "warning"
    assert "every sample" in finding.message
    assert severities(ClassImbalance, imbalanced(accuracy=0.99, spread=0.2)) == ["info"]
    assert severities(ClassImbalance, imbalanced(accuracy=None, spread=0.05)) == ["info"]


def test_class_weights_answer_an_imbalance_unless_they_are_swapped():
    right = FitCall(class_weight={0: 1.0, 1: 20.0})
    assert found(ClassImbalance, imbalanced(accuracy=None, spread=0.001, fit=right)) == []
    swapped = FitCall(class_weight={0: 20.0, 1: 1.0})
    (finding,) = found(ClassImbalance, imbalanced(accuracy=None, spread=0.001, fit=swapped))
    assert "swapped" in finding.message


def test_balanced_classes_pass_and_regressions_are_skipped():
    assert found(ClassImbalance, make_run()) == []
    with pytest.raises(Skipped):
        found(ClassImbalance, make_run(labels=normal(200, 1), activation="linear", loss="mse"))


def ceiling(losses, others, accuracy, **fields):
    curves = {"loss": losses, "val_loss": others, "accuracy": [accuracy] * len(losses)}
    return make_run(labels=binary(4000), history=curves, **{"validation": True} | fields)


def test_two_curves_that_stand_still_together_hint_at_the_labels():
    losses = [0.69, 0.62, 0.58, 0.57, 0.565, 0.564, 0.563, 0.562, 0.562, 0.561]
    (finding,) = found(LabelsBeyondLearning, ceiling(losses, [0.57] * 10, 0.72))
    assert (finding.role, finding.severity) == ("advice", "info")
    assert found(LabelsBeyondLearning, ceiling(losses, [0.9] * 10, 0.72)) == []
    assert found(LabelsBeyondLearning, ceiling(losses, [0.57] * 10, 0.98)) == []
    falling = [0.69 * 0.9**n for n in range(10)]
    assert found(LabelsBeyondLearning, ceiling(falling, falling, 0.72)) == []
    leaked = Split(200, 50, 30, 0)
    assert found(LabelsBeyondLearning, ceiling(losses, [0.57] * 10, 0.72, split=leaked)) == []
    with pytest.raises(Skipped, match="fewer than"):
        found(LabelsBeyondLearning, ceiling([0.6] * 3, [0.6] * 3, 0.72))


def hopeless(*, reach=0.05, output=(0.4, 0.6), **fields):
    """Nothing is learnt, by a hidden layer and steps that were long enough."""
    probes = [
        make_probe(loss=0.7, output=output, gradients=reach),
        make_probe("end", 12, loss=0.692, output=output, gradients=reach, update_ratio=0.5),
    ]
    return ceiling(
        [0.692] * 12, [0.694] * 12, 0.5, **{"probes": probes, "learning_rate": 0.01} | fields
    )


@pytest.mark.parametrize(
    ("change", "heard"),
    [
        ({}, True),
        ({"hidden": ()}, False),  # a straight line may be what is missing
        ({"hidden_activation": "linear"}, False),
        ({"learning_rate": 1e-9, "optimizer": "sgd"}, False),  # steps too short to get anywhere
        ({"reach": 0.0}, False),  # no gradient arrives
        ({"inputs": normal(200, 8, std=1000.0)}, False),
        ({"activation": "linear"}, False),
    ],
)
def test_where_nothing_else_explains_it_rows_may_have_lost_their_labels(change, heard):
    findings = found(LabelsBeyondLearning, hopeless(**change))
    assert [item.severity for item in findings] == (["info"] if heard else [])
    assert all("still have its label" in item.message for item in findings)


@pytest.mark.parametrize(
    ("falls", "seen", "heard"),
    [
        (0.03, 1.3, True),
        (0.03, 0.95, False),  # without dropout the training rows are as easy
        (0.003, 1.3, False),  # no faster than the training loss
    ],
)
def test_training_rows_that_are_harder_without_dropout_too(falls, seen, heard):
    losses = [1.35 * (1 - 0.006) ** epoch for epoch in range(14)]
    others = [1.4 * (1 - falls) ** epoch for epoch in range(14)]
    probe = make_probe("end", 14, loss=seen)
    run = ceiling(losses, others, 0.85, probes=[probe])
    findings = found(LabelsBeyondLearning, run)
    assert [item.role for item in findings] == (["advice"] if heard else [])
    assert all("harder" in item.message for item in findings)


@pytest.mark.parametrize(("rows", "count"), [(9, 1), (49, 1), (200, 0)])
def test_few_rows_are_advice(rows, count):
    run = make_run(inputs=normal(rows, 4), labels=binary(rows))
    assert len(found(TooFewRows, run)) == count


@pytest.mark.parametrize(
    ("weights", "faulty"),
    [
        ({0: 1.0, 1: 9.0}, False),
        ({1: 9.0}, False),
        ({0: 1.0, 1: 9.0, 2: 1.0}, False),
        ({1: 1.0, 2: 9.0}, True),
        ({5: 9.0}, True),
    ],
)
def test_class_weights_for_classes_that_are_not_there(weights, faulty):
    run = make_run(labels=binary(), fit=FitCall(class_weight=weights))
    assert bool(found(WeightsForOtherClasses, run)) is faulty


@pytest.mark.parametrize(
    ("weights", "severity"),
    [
        ({0: 1.0, 1: 2.0, 2: 3.0}, None),
        ({0: 0.0, 1: 2.0, 2: 3.0}, "info"),
        ({0: 0.0, 1: 2.0}, "info"),  # Keras takes 1.0 for the third
        ({0: 0.0, 1: 0.0, 2: 3.0}, "error"),
        ({0: 0.0, 1: 0.0, 2: 0.0}, "error"),
        ({7: 0.0}, None),
    ],
)
def test_classes_that_weigh_nothing(weights, severity):
    run = make_run(
        activation="softmax",
        units=3,
        loss="sparse_categorical_crossentropy",
        labels=classes(3),
        fit=FitCall(class_weight=weights),
    )
    assert severities(RowsWeightedToNothing, run) == ([severity] if severity else [])


def test_a_loss_of_nothing_under_weights_of_rows():
    weighted, nothing = FitCall(sample_weight=True), make_history(loss=[0.0, 0.0])
    (finding,) = found(RowsWeightedToNothing, make_run(fit=weighted, history=nothing))
    assert (finding.severity, finding.aspect) == ("error", "labels")
    assert found(RowsWeightedToNothing, make_run(history=nothing)) == []
    assert found(RowsWeightedToNothing, make_run(fit=weighted)) == []
    falling = make_history(loss=[0.1, 0.0])
    assert found(RowsWeightedToNothing, make_run(fit=weighted, history=falling)) == []
    # One unit under categorical cross-entropy loses nothing whatever the weights are.
    single = {"activation": "softmax", "loss": "categorical_crossentropy"}
    assert found(RowsWeightedToNothing, make_run(fit=weighted, history=nothing, **single)) == []


def streamed(steps, kind="generator", asked=None, epochs=None, last=0.69):
    history = make_history(loss=np.linspace(0.69, last, len(steps)))
    return make_run(
        history=replace(history, steps=steps),
        fit=FitCall(input_kind=kind, steps_asked=asked, epochs=epochs or len(steps)),
    )


@pytest.mark.parametrize(
    ("run", "severity"),
    [
        (streamed((20, 2, 2, 2)), "warning"),
        (streamed((20, 2, 2, 2), last=0.1), "warning"),  # of two batches
        (streamed((6, 4, 2, 2), asked=6), "info"),  # 14 of 24
        (streamed((10, 10, 10), "tf.data", asked=25), "info"),
        (streamed((20, 20, 20)), None),
        (streamed((20, 20, 20), asked=20), None),
        (streamed((20, 20, 7), epochs=9), None),  # stopped in the third
        (streamed((20, 19, 20), "tf.data"), None),  # filtered by chance
        (streamed((20, 2, 2), "numpy", asked=20), None),
    ],
)
def test_exhausted_generator(run, severity):
    assert severities(ExhaustedGenerator, run) == ([severity] if severity else [])


def test_a_generator_is_told_how_many_batches_it_gave():
    (finding,) = found(ExhaustedGenerator, streamed((6, 4, 2, 2), asked=6))
    assert "after 10 batches, but 24" in finding.message
    (finding,) = found(ExhaustedGenerator, streamed((10, 0, 2, 2), asked=10))
    assert "after 10 batches, but 40" in finding.message


def test_runs_whose_steps_were_not_counted_are_skipped():
    with pytest.raises(Skipped, match="not counted"):
        found(ExhaustedGenerator, streamed((), epochs=3))
