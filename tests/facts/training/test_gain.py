"""Gains against entropies, variances and shares computed here from the labels themselves."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbdiag.facts.model.outputs import outputs_of
from nbdiag.facts.training import gain
from nbdiag.facts.training.verdict import ending_of
from nbdiag.schema.missing import Missing
from nbdiag.schema.setup import FitCall
from tests.factory import binary, make_probe, make_run, normal, one_hot
from tests.recorded import RUNS, load


def _entropy(labels):
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    return float(-(shares * np.log(shares)).sum())


@given(st.floats(0.05, 0.95), st.floats(0.01, 10))
def test_gain_of_a_binary_cross_entropy(positive, loss):
    labels = binary(400, positive)
    run = make_run(labels=labels, history={"loss": [loss]})
    assert gain.loss_gain(run) == pytest.approx(1 - loss / _entropy(labels))


@given(st.floats(-50, 50), st.floats(0.01, 100), st.floats(0.0, 10))
def test_gain_of_squared_error_is_r_squared(mean, std, share):
    targets = normal(300, 1, mean=mean, std=std)
    loss = share * float(targets.var())
    run = make_run(
        activation=None, loss="mse", metrics=(), labels=targets, history={"loss": [loss]}
    )
    assert gain.gain(run) == pytest.approx(1 - share, abs=1e-6)


def test_the_better_of_mean_and_re_evaluation_counts_without_penalty():
    labels = binary()
    probe = make_probe("end", 1, loss=1.5, penalty=1.3)
    run = make_run(labels=labels, history={"loss": [1.7]}, probes=[probe])
    assert gain.loss_gain(run) == pytest.approx(1 - 0.2 / _entropy(labels))
    mean = make_run(labels=labels, history={"loss": [0.1]}, probes=[make_probe("end", 1, loss=9.0)])
    assert gain.loss_gain(mean) == pytest.approx(1 - 0.1 / _entropy(labels))


def test_a_probe_is_compared_with_the_constant_of_its_own_rows():
    probe = make_probe("end", 1, loss=0.2, constant_loss=0.4)
    run = make_run(history={"loss": [0.69]}, probes=[probe])
    assert gain.gain_at(run, probe) == pytest.approx(0.5)


def test_start_gain_needs_a_probe_at_the_start():
    run = make_run(probes=[make_probe(loss=0.05)])
    assert gain.start_gain(run) > 0.9
    assert isinstance(gain.start_gain(make_run()), Missing)


@given(st.floats(0.0, 1.0), st.floats(0.1, 0.9))
def test_accuracy_gain_is_the_share_of_errors_avoided(accuracy, positive):
    labels = binary(500, positive)
    share = float(labels.mean(dtype="float64"))
    chance = max(share, 1 - share)
    run = make_run(labels=labels, history={"loss": [0.7], "accuracy": [accuracy]})
    assert gain.accuracy_gain(run) == pytest.approx((accuracy - chance) / (1 - chance), abs=1e-6)


COINS = {"loss": [0.69, 0.66], "accuracy": [0.55, 0.64], "val_accuracy": [0.56, 0.64]}


@pytest.mark.parametrize(
    ("history", "rows", "expected"),
    [
        (COINS, 1000, True),
        (COINS, 100, False),  # three standard errors: luck
        ({**COINS, "loss": [0.69, 0.685]}, 1000, False),  # named so by fresh weights
        ({**COINS, "val_accuracy": [0.5, 0.53]}, 1000, False),  # only its own rows, by heart
        ({"loss": [0.69, 0.66], "accuracy": [0.55, 0.64]}, 0, False),
    ],
)
def test_answers_that_are_nearly_coin_flips_are_told_from_luck(history, rows, expected):
    run = make_run(history=history, validation=True)
    split = replace(run.data.split, validation_rows=rows)
    run = replace(run, data=replace(run.data, split=split))
    assert gain.gain(run) < 0.05
    assert gain.beats_chance(run) is expected
    assert ending_of(run).verdict == ("fair" if expected else "failed")


def test_accuracy_of_one_column_by_its_greatest_is_no_accuracy():
    run = make_run(loss="categorical_crossentropy", history={"loss": [0.0], "acc": [1.0]})
    assert isinstance(gain.accuracy_gain(run), Missing)


def test_gain_takes_the_kinder_view():
    few_confident_mistakes = {"loss": [2.0], "accuracy": [0.97]}
    assert gain.gain(make_run(history=few_confident_mistakes)) > 0.9
    logits_cut_at_half = {"loss": [0.1], "accuracy": [0.5]}
    assert gain.gain(make_run(history=logits_cut_at_half)) > 0.8


def test_a_loss_that_is_no_number_is_the_worst_of_all():
    assert gain.gain(make_run(history={"loss": [math.nan], "accuracy": [0.9]})) == -math.inf
    assert gain.loss_gain(make_run(history={"loss": [math.inf]})) == -math.inf


def test_what_cannot_be_compared_is_missing():
    history = {"loss": [0.3]}
    assert isinstance(gain.gain(make_run(loss="my_loss", history=history)), Missing)
    weights = replace(make_run(history=history), fit=FitCall(class_weight={0: 1.0, 1: 9.0}))
    assert isinstance(gain.gain(weights), Missing)
    one_class = make_run(labels=np.ones(50), history=history)
    assert isinstance(gain.gain(one_class), Missing)
    grey = np.random.default_rng(0).random((50, 6))
    soft = make_run(labels=grey, units=6, history=history, metrics=())
    assert isinstance(gain.gain(soft), Missing)  # its least value is the grey's own entropy
    assert not isinstance(gain.loss_gain(soft), Missing)


def test_gain_of_several_classes():
    labels = one_hot(4, 400)
    run = make_run(
        labels=labels,
        units=4,
        activation="softmax",
        loss="categorical_crossentropy",
        history={"loss": [0.25]},
    )
    assert gain.gain(run) == pytest.approx(1 - 0.25 / _entropy(labels.argmax(1)))


def test_each_of_several_outputs_has_a_gain_of_its_own():
    run = load(RUNS / "curves" / "nbd315_faulty_kind_beside_a_count.json")
    gains = {output.key: gain.output_gain(run, output) for output in outputs_of(run)}
    assert gains["steps"] > 0.5
    assert abs(gains["dense_2"]) < 0.1
    silent = replace(run, history=replace(run.history, epochs={"loss": (1.0,)}))
    assert all(isinstance(gain.output_gain(silent, item), Missing) for item in outputs_of(silent))
