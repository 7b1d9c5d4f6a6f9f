"""Symptoms of the curves that the first loop needs, on runs built by hand.

Labels are the factory's: 0/1 at nearly equal shares, so the best constant loses 0.687 nats.
"""

import math
from dataclasses import replace

import pytest

from nbdiag.rules import Skipped
from nbdiag.rules.curves.frozen_training import FrozenTraining
from nbdiag.rules.curves.huge_initial_loss import HugeInitialLoss
from nbdiag.rules.curves.not_a_number import NotANumber
from nbdiag.rules.curves.stuck_loss import StuckLoss
from nbdiag.rules.curves.worse_than_constant import WorseThanConstant
from nbdiag.schema.history import StepCurve
from nbdiag.schema.missing import Missing
from tests.factory import make_layer, make_probe, make_run, normal, one_hot


def _found(rule, run):
    return list(rule().check(run))


def _dead(moment, epoch, **fields):
    return make_probe(moment, epoch, loss=8.0, gradients=0.0, **fields)


FROZEN = {"loss": [7.73] * 3, "val_loss": [7.61] * 3, "accuracy": [0.49] * 3}


def test_frozen_without_gradient():
    run = make_run(history=FROZEN, validation=True, probes=[_dead("start", 0), _dead("end", 3)])
    (found,) = _found(FrozenTraining, run)
    assert found.severity == "error"
    assert "7.73 in each of the last 3 epochs" in found.message
    assert found.marks[0].epoch == 1


def test_frozen_without_a_move():
    probes = [make_probe(loss=8.0), make_probe("end", 3, loss=8.0, update_ratio=0.0)]
    (found,) = _found(FrozenTraining, make_run(history=FROZEN, probes=probes))
    assert "no weight has changed" in found.message


@pytest.mark.parametrize(
    "change",
    [
        {"history": FROZEN | {"val_loss": [7.6, 7.5, 7.4]}, "validation": True},
        {"history": {"loss": [7.73, 7.72, 7.71]}},
        {"history": {"loss": [1.0, 1e-9, 1e-9], "accuracy": [1.0] * 3}},  # arrived
        {"history": {"loss": [0.0, 0.0, 0.0]}, "loss": "hinge"},  # arrived, by an unknown measure
        {"probes": [make_probe(loss=8.0), make_probe("end", 3, loss=8.0, update_ratio=1e-3)]},
    ],
)
def test_not_frozen(change):
    still = [_dead("start", 0), _dead("end", 3)]
    assert not _found(FrozenTraining, make_run(**{"history": FROZEN, "probes": still} | change))


def test_frozen_needs_two_epochs_and_a_look_at_the_weights():
    with pytest.raises(Skipped, match="fewer than two epochs"):
        _found(FrozenTraining, make_run(history={"loss": [8.0]}))
    with pytest.raises(Skipped, match="probes are off"):
        _found(FrozenTraining, make_run(history=FROZEN))


def test_worse_than_constant_takes_the_better_of_mean_and_re_evaluation():
    history = {"loss": [2.0, 2.0], "accuracy": [0.5, 0.5]}
    bad, good = (make_probe("end", 2, loss=loss) for loss in (1.6, 0.2))
    (found,) = _found(WorseThanConstant, make_run(history=history, probes=[bad]))
    assert found.severity == "error"
    assert "2.33 times" in found.message  # 1.6 / 0.687
    assert not _found(WorseThanConstant, make_run(history=history, probes=[good]))
    lagging = {"loss": [0.5, 0.3], "accuracy": [0.8, 0.9]}  # batch normalization: 1.6 in inference
    assert not _found(WorseThanConstant, make_run(history=lagging, probes=[bad]))


def test_worse_than_constant_is_information_while_it_still_falls_or_classifies_well():
    for history in (
        {"loss": [4.0, 2.0], "accuracy": [0.5, 0.5]},
        {"loss": [2.0, 2.0], "accuracy": [0.5, 0.95]},
    ):
        (found,) = _found(WorseThanConstant, make_run(history=history))
        assert found.severity == "info"


def test_worse_than_constant_takes_penalties_off():
    history = {"loss": [1.4, 1.4], "accuracy": [0.5, 0.5]}
    heavy = make_probe("end", 2, loss=1.4, penalty=1.0)
    assert not _found(WorseThanConstant, make_run(history=history, probes=[heavy]))


def test_worse_than_constant_says_why_it_cannot_judge():
    with pytest.raises(Skipped, match="no epoch"):
        _found(WorseThanConstant, make_run())
    weighted = make_run(history={"loss": [3.0]})
    weighted = type(weighted).from_dict(weighted.to_dict() | {"fit": {"class_weight": {"0": 9.0}}})
    with pytest.raises(Skipped, match="weights"):
        _found(WorseThanConstant, weighted)


@pytest.mark.parametrize("losses", [[0.693] * 10, [0.70, 0.694, 0.693], [8.18] * 4, [2.3, 2.3]])
def test_stuck(losses):
    history = {"loss": losses, "accuracy": [0.5] * len(losses)}
    (found,) = _found(StuckLoss, make_run(history=history))
    assert found.severity == "error"


@pytest.mark.parametrize(
    ("losses", "accuracy"),
    [
        ([0.7, 0.3, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05], 0.99),  # arrived
        ([0.693] * 10, 0.9),  # the accuracy says otherwise
        ([1.5, 1.3, 1.1, 0.9], 0.5),  # high, and falling
    ],
)
def test_not_stuck(losses, accuracy):
    history = {"loss": losses, "accuracy": [accuracy] * len(losses)}
    assert not _found(StuckLoss, make_run(history=history))


def test_stuck_needs_a_level():
    with pytest.raises(Skipped):
        _found(StuckLoss, make_run(loss="my_loss", history={"loss": [1.0] * 10}, metrics=()))


@pytest.mark.parametrize(
    ("history", "probes", "where"),
    [
        ({"loss": [0.7, math.nan, math.nan]}, [], "loss is nan in epoch 2"),
        ({"loss": [0.7, 0.6], "val_loss": [0.7, math.inf]}, [], "val_loss is inf in epoch 2"),
        ({"loss": [0.69]}, "weights", "the weight 'dense/kernel' is NaN in 3 places after epoch 1"),
        ({"loss": [0.69]}, [make_probe("end", 1, gradients=math.inf)], "the gradient is inf"),
    ],
)
def test_not_a_number(history, probes, where):
    if probes == "weights":  # TensorFlow's fused Dense + ReLU hides it from the loss
        run = make_run(history=history, probes=[make_probe("end", 1)])
        data = run.to_dict()
        data["probes"][0]["variables"][0]["nans"] = 3
        run = type(run).from_dict(data)
    else:
        run = make_run(history=history, probes=probes)
    (found,) = _found(NotANumber, run)
    assert where in found.message


def test_numbers_are_numbers():
    run = make_run(history={"loss": [0.7, 0.6], "accuracy": [math.nan, 0.5]}, probes=[make_probe()])
    assert not _found(NotANumber, run)


@pytest.mark.parametrize(
    ("loss", "ending", "severity"),
    [(141.8, 0.5, "error"), (141.8, 0.99, "info"), (2.9, 0.5, "warning"), (1.9, 0.5, None)],
)
def test_huge_initial_loss(loss, ending, severity):
    run = make_run(
        history={"loss": [0.7], "accuracy": [ending]},
        probes=[make_probe(loss=loss), make_probe("end", 1, loss=0.69)],
    )
    assert [item.severity for item in _found(HugeInitialLoss, run)] == (
        [severity] if severity else []
    )


def test_huge_initial_loss_expects_what_the_labels_ask_for():
    ten = {"units": 10, "activation": "softmax", "loss": "categorical_crossentropy"}
    run = make_run(labels=one_hot(10), probes=[make_probe(loss=2.6)], **ten)
    assert not _found(HugeInitialLoss, run)  # ln 10 = 2.3
    numbers = {"activation": None, "loss": "mse", "metrics": ()}
    large = make_run(labels=normal(200, 1, mean=50), probes=[make_probe(loss=2600.0)], **numbers)
    assert not _found(HugeInitialLoss, large)  # answering 0 costs 2501
    small = make_run(labels=normal(200, 1, std=0.01), probes=[make_probe(loss=1.1)], **numbers)
    assert not _found(HugeInitialLoss, small)


@pytest.mark.parametrize(("held_out", "stuck"), [(0.64, False), (0.52, True)])
def test_a_loss_of_coin_flips_is_not_stuck_where_held_out_rows_know_better(held_out, stuck):
    history = {"loss": [0.665] * 12, "accuracy": [0.64] * 12, "val_accuracy": [held_out] * 12}
    run = make_run(history=history, validation=True)
    run = replace(run, data=replace(run.data, split=replace(run.data.split, validation_rows=900)))
    assert bool(_found(StuckLoss, run)) is stuck


def test_huge_initial_loss_has_no_measure_in_targets_that_are_all_the_same():
    begun = {"probes": [make_probe(loss=5.6)], "history": {"loss": [2.0, 0.1]}}
    nothing = make_run(loss="mse", labels=0.0 * normal(200), **begun)
    with pytest.raises(Skipped, match="all targets are the same"):
        _found(HugeInitialLoss, nothing)
    assert _found(HugeInitialLoss, make_run(loss="mse", labels=0.01 * normal(200), **begun))


def test_huge_initial_loss_behind_batch_normalization_is_that_of_the_first_batch():
    run = make_run(probes=[make_probe(loss=50.0)])
    layers = (make_layer("BatchNormalization"), *run.model.layers)
    run = replace(run, model=replace(run.model, layers=layers))
    with pytest.raises(Skipped, match="no averages"):
        _found(HugeInitialLoss, run)
    for loss, found in ((0.8, 0), (40.0, 1)):
        history = replace(run.history, step_losses=StepCurve((0,), (loss,)))
        assert len(_found(HugeInitialLoss, replace(run, history=history))) == found


def test_huge_initial_loss_says_less_before_training():
    probes = [make_probe(loss=4.0)]
    assert [item.severity for item in _found(HugeInitialLoss, make_run(probes=probes))] == ["info"]
    probes = [make_probe(loss=40.0)]
    assert [item.severity for item in _found(HugeInitialLoss, make_run(probes=probes))] == [
        "warning"
    ]


def test_huge_initial_loss_needs_fresh_weights_and_a_probe():
    with pytest.raises(Skipped, match="trained before"):
        _found(HugeInitialLoss, make_run(started_trained=True, probes=[make_probe(loss=50.0)]))
    with pytest.raises(Skipped, match="no probe"):
        _found(HugeInitialLoss, make_run(probes=Missing("probes are off")))
