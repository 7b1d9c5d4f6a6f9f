"""Causes in the optimizer, its rate, the batches and the epochs, on runs built by hand."""

import math
from dataclasses import replace

import pytest

from nbdiag.rules import Skipped
from nbdiag.rules.optimizer.ignored_decay import IgnoredDecay
from nbdiag.rules.optimizer.late_blow_up import LateBlowUp
from nbdiag.rules.optimizer.learning_rate_too_high import LearningRateTooHigh
from nbdiag.rules.optimizer.learning_rate_too_low import LearningRateTooLow
from nbdiag.rules.optimizer.nothing_trainable import NothingTrainable
from nbdiag.rules.optimizer.optimizer_by_omission import OptimizerByOmission
from nbdiag.rules.optimizer.sgd_on_vanishing_gradient import SgdOnVanishingGradient
from nbdiag.rules.optimizer.too_few_epochs import TooFewEpochs
from nbdiag.rules.optimizer.trained_past_the_best_epoch import TrainedPastTheBestEpoch
from nbdiag.rules.optimizer.unclipped_recurrence import UnclippedRecurrence
from nbdiag.rules.optimizer.unfit_batch_size import UnfitBatchSize
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import SetFitArgument, SetOptimizer, SetOptimizerArgument
from tests.factory import classes, make_layer, make_probe, make_run, normal

FAILED = {"loss": [0.694] * 4, "accuracy": [0.5] * 4}
SOLVED = {"loss": [0.3, 0.1, 0.01, 0.001], "accuracy": [1.0] * 4}


def _found(rule, run):
    return list(rule().check(run))


def _first_change(found):
    return found.fixes[0].changes[0]


def _thrown(**fields):
    """Steps that threw the weights and raised the loss."""
    probes = [make_probe(loss=0.7), make_probe("end", 4, loss=3.0, update_ratio=5.0)]
    return make_run(**{"history": FAILED, "probes": probes, "learning_rate": 0.5} | fields)


def test_rate_too_high():
    (found,) = _found(LearningRateTooHigh, _thrown())
    assert found.severity == "error"
    assert _first_change(found) == SetOptimizerArgument("learning_rate", 1e-3)


@pytest.mark.parametrize(
    "change",
    [
        {"history": SOLVED},  # whatever it did on its way
        {"learning_rate": 1e-4},  # a small rate is not what is wrong
        {"labels": classes(10)},  # one unit for ten classes
        {"learning_rate": 1e-3, "inputs": normal(200, 8, std=100)},  # a usual one on raw inputs
        {"probes": [make_probe(loss=0.7), make_probe("end", 4, loss=0.7, update_ratio=5.0)]},
        {"probes": [make_probe(loss=0.7), make_probe("end", 4, loss=3.0, update_ratio=0.1)]},
    ],
)
def test_rate_not_too_high(change):
    assert not _found(LearningRateTooHigh, _thrown(**change))


@pytest.mark.parametrize(
    ("rate", "momentum", "losses", "heard"),
    [
        (0.2, 0.99, [0.05, 0.3] * 6, True),
        (0.2, 0.9, [0.05, 0.3] * 6, False),  # the usual momentum
        (1e-4, 0.99, [0.05, 0.3] * 6, False),  # as long as a usual step
        (0.2, 0.99, [0.7 * 0.7**epoch for epoch in range(12)], False),
    ],
)
def test_heavy_momentum_under_which_a_training_learns_and_swings(rate, momentum, losses, heard):
    run = make_run(
        optimizer="sgd",
        learning_rate=rate,
        optimizer_arguments={"momentum": momentum},
        history={"loss": losses, "accuracy": [0.95] * 12},
    )
    found = _found(LearningRateTooHigh, run)
    assert len(found) == heard
    for item in found:
        assert item.severity == "info"
        assert _first_change(item) == SetOptimizerArgument("momentum", 0.9)


def test_a_usual_rate_without_another_suspect_is_divided_by_ten():
    (found,) = _found(LearningRateTooHigh, _thrown(learning_rate=1e-3))
    assert _first_change(found) == SetOptimizerArgument("learning_rate", 1e-4)


def test_plain_descent_on_large_targets_is_better_replaced_than_slowed():
    prices = {
        "activation": None,
        "loss": "mse",
        "metrics": (),
        "labels": normal(200, 1, mean=40, std=30),
        "history": {"loss": [2500.0] * 4},
        "probes": [make_probe(loss=2500.0), make_probe("end", 4, loss=9999.0, update_ratio=5.0)],
    }
    (found,) = _found(LearningRateTooHigh, _thrown(optimizer="sgd", **prices))
    assert isinstance(_first_change(found), SetOptimizer)
    (found,) = _found(LearningRateTooHigh, _thrown(optimizer="sgd"))
    assert _first_change(found) == SetOptimizerArgument("learning_rate", 1e-2)


def test_rate_too_high_when_numbers_overflow():
    history = {"loss": [math.nan] * 4}
    probes = [make_probe(loss=0.7), make_probe("end", 4, loss=math.nan, gradients=math.nan)]
    run = _thrown(history=history, probes=probes, optimizer="sgd")
    spiked = replace(
        run,
        history=replace(
            run.history, step_losses=type(run.history.step_losses)((0, 1), (0.7, 99.0))
        ),
    )
    (found,) = _found(LearningRateTooHigh, spiked)
    assert "99, after 0.7" in found.message


def test_a_shaky_training_that_classifies_well_gets_a_warning():
    shaky = {"loss": [0.9] * 4, "accuracy": [0.9] * 4}
    (found,) = _found(LearningRateTooHigh, _thrown(history=shaky))
    assert found.severity == "warning"


def _creeping(**fields):
    """Steps whose promises add up to next to nothing."""
    probes = [make_probe(loss=0.7), make_probe("end", 4, loss=0.7, update_ratio=1e-5)]
    return make_run(**{"history": FAILED, "probes": probes, "learning_rate": 1e-6} | fields)


def test_rate_too_low():
    (found,) = _found(LearningRateTooLow, _creeping())
    assert found.severity == "error"
    # 28 steps of two layers of 128 weights: Adam at 0.02 goes about ten times as far as the loss.
    change = _first_change(found)
    assert change.argument == "learning_rate"
    assert 1e-3 <= change.value <= 5e-2


@pytest.mark.parametrize(
    "change",
    [
        {"history": SOLVED},
        {"learning_rate": 1e-3},
        {"activation": None},  # it cannot give what the loss expects
        {"probes": [make_probe(loss=0.7, gradients=0.0)] * 2},  # the gradient is what is missing
        {"probes": [make_probe(loss=0.7, gradients=1e5)] * 2},  # it went far enough
    ],
)
def test_rate_not_too_low(change):
    assert not _found(LearningRateTooLow, _creeping(**change))


def test_rate_too_low_is_suspected_before_the_first_step():
    planned = make_run(probes=[make_probe(loss=0.7)], learning_rate=1e-6, epochs=5)
    (found,) = _found(LearningRateTooLow, planned)
    assert (found.severity, found.confidence) == ("warning", "suspected")
    assert "35 steps" in found.message
    longer = make_run(probes=[make_probe(loss=0.7)], learning_rate=3e-4, epochs=5)
    assert not _found(LearningRateTooLow, longer)


def test_fine_tuning_may_be_slow():
    probes = [make_probe(loss=0.3), make_probe("end", 4, loss=0.69)]
    with pytest.raises(Skipped, match="good before"):
        _found(LearningRateTooLow, _creeping(probes=probes))


def _plain(**fields):
    probes = [make_probe(loss=0.7, gradients=0.1), make_probe("end", 4, loss=0.69, gradients=0.1)]
    return make_run(**{"history": FAILED, "probes": probes, "optimizer": "sgd"} | fields)


def test_plain_descent():
    (found,) = _found(SgdOnVanishingGradient, _plain())
    change = _first_change(found)
    assert isinstance(change, SetOptimizer)
    assert change.name == "adam"
    assert len(found.fixes) == 2
    (heavy,) = _found(
        SgdOnVanishingGradient,
        _plain(optimizer_arguments={"momentum": 0.9}, inputs=normal(32, 8)),
    )
    assert len(heavy.fixes) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"optimizer": "adam"},
        {"learning_rate": 1e-4},  # that is for learning-rate-too-low
        {"history": SOLVED},
        {"inputs": normal(200, 8, std=100)},
    ],
)
def test_not_plain_descent(change):
    assert not _found(SgdOnVanishingGradient, _plain(**change))


FALLING = {"loss": [0.72, 0.69, 0.66, 0.63], "accuracy": [0.5] * 4}


def test_too_few_epochs():
    (found,) = _found(TooFewEpochs, make_run(history=FALLING, validation=True))
    assert _first_change(found) == SetFitArgument("epochs", 20)
    assert len(found.fixes[1].changes) == 2


def test_a_model_that_works_is_told_that_it_could_do_better():
    half_way = {"loss": [0.5, 0.42, 0.36, 0.31], "accuracy": [0.8] * 4}
    assert [item.severity for item in _found(TooFewEpochs, make_run(history=half_way))] == ["info"]
    slower = {"loss": [0.33, 0.325, 0.32, 0.315], "accuracy": [0.8] * 4}
    assert not _found(TooFewEpochs, make_run(history=slower))


def test_what_is_memorised_needs_no_more_epochs():
    falling = {"loss": [0.72, 0.69, 0.66, 0.63, 0.6, 0.57], "accuracy": [0.5] * 6}
    assert _found(TooFewEpochs, make_run(history=falling, validation=True))
    turned = falling | {"val_loss": [0.7, 0.69, 0.695, 0.7, 0.71, 0.72]}
    assert not _found(TooFewEpochs, make_run(history=turned, validation=True))


def test_too_few_epochs_of_a_single_one():
    one = {"loss": [0.7], "accuracy": [0.5]}
    fell = make_run(history=one, probes=[make_probe(loss=0.9), make_probe("end", 1, loss=0.68)])
    assert _found(TooFewEpochs, fell)
    flat = make_run(history=one, probes=[make_probe(loss=0.7), make_probe("end", 1, loss=0.7)])
    assert not _found(TooFewEpochs, flat)


@pytest.mark.parametrize(
    "change",
    [
        {"history": FAILED},
        {"history": SOLVED},
        {"history": {"loss": [2.0, 0.7, 0.61, 0.61], "accuracy": [0.6] * 4}},  # levelled off
        {"activation": "relu"},
        {"inputs": normal(200, 8, std=100)},
    ],
)
def test_enough_epochs(change):
    assert not _found(TooFewEpochs, make_run(**{"history": FALLING} | change))


def test_a_stopped_training_is_not_told_to_go_on():
    with pytest.raises(Skipped, match="stopped"):
        _found(TooFewEpochs, make_run(history=FALLING, epochs=50))


BLOWN = {"loss": [0.7, 0.3, 0.1, 0.05, 0.03, 7.9, 7.9, 7.9], "accuracy": [0.5] * 8}


def test_late_blow_up_lists_the_stabilisers_in_order():
    run = make_run(history=BLOWN, optimizer_arguments={"epsilon": 1e-7})
    (found,) = _found(LateBlowUp, run)
    assert "epoch 6" in found.message
    changed = [getattr(fix.changes[0], "argument", fix.changes[0].kind) for fix in found.fixes]
    assert changed == ["epsilon", "clipnorm", "amsgrad", "add_callback", "add_callback"]


def test_late_blow_up_is_no_loss_where_the_best_weights_were_kept():
    run = make_run(history=BLOWN, optimizer_arguments={"epsilon": 1e-7})
    kept = replace(run, fit=replace(run.fit, callbacks=("EarlyStopping",)))
    assert [item.severity for item in _found(LateBlowUp, kept)] == ["info"]


def test_late_blow_up_offers_what_is_not_there_yet():
    clipped = make_run(history=BLOWN, optimizer_arguments={"epsilon": 1e-7, "clipnorm": 1.0})
    assert "clipnorm" not in str(_found(LateBlowUp, clipped)[0].fixes)
    plain = make_run(history=BLOWN, optimizer="sgd")
    assert "epsilon" not in str(_found(LateBlowUp, plain)[0].fixes)
    held = make_run(history=BLOWN, optimizer_arguments={"epsilon": 1e-2, "clipnorm": 1.0})
    assert not _found(LateBlowUp, held)
    assert not _found(LateBlowUp, make_run(history=SOLVED))


def _recurrent(**fields):
    layers = [make_layer("LSTM", units=8, parameters=100), make_layer("Dense", units=1)]
    probes = [make_probe(gradients=200.0), make_probe("end", 4, gradients=200.0)]
    return make_run(**{"layers": layers, "history": FAILED, "probes": probes} | fields)


def test_unclipped_recurrence():
    (found,) = _found(UnclippedRecurrence, _recurrent())
    assert _first_change(found) == SetOptimizerArgument("clipnorm", 1.0)


@pytest.mark.parametrize(
    "change",
    [
        {"history": SOLVED},
        {"optimizer_arguments": {"clipvalue": 0.5}},
        {"probes": [make_probe(), make_probe("end", 4)]},
        {"layers": [make_layer("Dense", units=1, parameters=9)]},
    ],
)
def test_no_unclipped_recurrence(change):
    assert not _found(UnclippedRecurrence, _recurrent(**change))


@pytest.mark.parametrize("end", [0.0007, -0.4])
def test_a_gradient_does_not_burst_because_the_loss_became_small(end):
    probes = [make_probe(gradients=1.0), make_probe("end", 4, loss=end, gradients=1.0)]
    history = {"loss": [0.5, end]}
    run = _recurrent(loss="my_loss", metrics=(), history=history, probes=probes)
    assert not _found(UnclippedRecurrence, run)


DECAYING = 'model.compile(keras.optimizers.SGD(learning_rate=0.1, decay=1e-6), "mse")\n'


def test_ignored_decay_is_read_from_the_newest_cell():
    run = make_run(optimizer="sgd", source="%%traindiag\n!pip list\n" + DECAYING)
    (found,) = _found(IgnoredDecay, run)
    assert (found.severity, "decay=1e-06" in found.message) == ("info", True)
    earlier = replace(make_run(optimizer="sgd"), earlier=(Cell(1, DECAYING),))
    assert _found(IgnoredDecay, earlier)
    newer = replace(earlier, cell=Cell(2, 'model.compile(SGD(0.1), "mse")'))
    assert not _found(IgnoredDecay, newer)


@pytest.mark.parametrize(
    "source",
    [
        DECAYING.replace(", decay=1e-6", ""),
        DECAYING.replace("SGD", "Adam"),
        "regularizer(decay=1e-6)",
        "this is no Python",
    ],
)
def test_no_decay(source):
    assert not _found(IgnoredDecay, make_run(optimizer="sgd", source=source))


def test_optimizer_by_omission():
    run = make_run(optimizer="rmsprop")
    assert not _found(OptimizerByOmission, run)
    silent = replace(run.compile, optimizer=replace(run.compile.optimizer, written="omitted"))
    (found,) = _found(OptimizerByOmission, replace(run, compile=silent))
    assert found.severity == "info"


def test_nothing_trainable():
    run = make_run()
    assert not _found(NothingTrainable, run)
    frozen = replace(
        run.model,
        trainable_parameters=0,
        layers=tuple(replace(layer, trainable=False) for layer in run.model.layers),
    )
    (found,) = _found(NothingTrainable, replace(run, model=frozen))
    assert found.fixes[0].safety == "display"
    assert "'dense_1'" in found.fixes[0].title


@pytest.mark.parametrize(
    ("rows", "size", "history", "seen"),
    [
        (500, 1, {"loss": [2.0] * 4, "accuracy": [0.5] * 4}, True),
        (500, 1, FAILED, False),  # rests at the constant: that is not noise
        (500, 500, {"loss": [0.72, 0.71, 0.70, 0.69], "accuracy": [0.5] * 4}, True),
        (500, 200, {"loss": [0.72, 0.71, 0.70, 0.69], "accuracy": [0.5] * 4}, True),
        (500, 500, FAILED, False),  # more steps of the same kind would not help
        (500, 1, SOLVED, False),
        (500, 500, SOLVED, False),
        (500, 32, FAILED, False),
        (20, 20, FAILED, False),  # no smaller batch would help twenty rows
        (60, 1, FAILED, False),
    ],
)
def test_unfit_batch_size(rows, size, history, seen):
    run = make_run(inputs=normal(rows, 8), batch_size=size, history=history)
    found = _found(UnfitBatchSize, run)
    assert bool(found) == seen
    assert not seen or _first_change(found[0]) == SetFitArgument("batch_size", 32)


def test_trained_past_the_best_epoch():
    history = {
        "loss": [0.6, 0.5, 0.4, 0.3, 0.2, 0.1],
        "val_loss": [0.6, 0.5, 0.45, 0.6, 0.9, 1.2],
    }
    run = make_run(history=history, validation=True)
    (found,) = _found(TrainedPastTheBestEpoch, run)
    assert "the 3 epochs after it" in found.message
    stopping = replace(run, fit=replace(run.fit, callbacks=("EarlyStopping",)))
    assert not _found(TrainedPastTheBestEpoch, stopping)
