"""NBD316 and NBD125 on runs built by hand: what was measured, and what the fix writes."""

from dataclasses import replace

import numpy as np
import pytest

from nbdiag.rules.curves.term_drowned_by_another import TermDrownedByAnother
from nbdiag.rules.head.reward_with_the_wrong_sign import RewardWithTheWrongSign
from nbdiag.schema.cell import Cell
from tests.factory import make_probe, make_run, normal

CODES = """%%traindiag
class Codes(keras.Model):
    def train_step(self, x):
        with tf.GradientTape() as tape:
            rec = tf.reduce_mean(keras.losses.binary_crossentropy(x, self(x)))
            kl = tf.reduce_mean(tf.reduce_sum(tf.square(m) + tf.exp(v) - v - 1, axis=1))
            total = rec + kl
        self.optimizer.apply_gradients(zip(tape.gradient(total, self.weights), self.weights))
"""


def codes(spread, source=CODES, cell=1, **curves):
    run = make_run(
        inputs=normal(100, 8),
        units=8,
        probes=[make_probe(), make_probe("end", 3, spread=spread)],
        history={"loss": [0.9, 0.7, 0.7], **curves},
        source=source,
    )
    if cell != 1:
        run = replace(run, cell=Cell(2, "model.fit(x)"), earlier=(Cell(1, source),))
    return replace(run, model=replace(run.model, class_name="Codes"))


def found(rule, run):
    return list(rule().check(run))


@pytest.mark.parametrize(
    ("spread", "fires"), [(0.0, True), (0.08, True), (0.12, False), (0.9, False)]
)
def test_outputs_that_are_all_the_same(spread, fires):
    assert bool(found(TermDrownedByAnother, codes(spread))) is fires


@pytest.mark.parametrize(
    ("kl", "fires"),
    [([0.2, 0.01, 0.001], True), ([0.2, 0.01, 0.01], False), ([0.2, 3.0, 4.0], False)],
)
def test_a_divergence_that_is_spent(kl, fires):
    run = codes(0.9, rec=[0.7, 0.7, 0.69], kl=kl)
    assert bool(found(TermDrownedByAnother, run)) is fires


def test_a_sum_of_both_is_sound_whatever_the_outputs_do():
    weighed = CODES.replace("rec = tf", "rec = 8 * tf")
    assert found(TermDrownedByAnother, codes(0.0, weighed)) == []


def test_the_mean_becomes_a_sum_over_the_sample():
    (finding,) = found(TermDrownedByAnother, codes(0.0))
    (change,) = finding.fixes[0].changes
    assert change.code == f"8 * {change.was}"
    assert change.was.startswith("tf.reduce_mean(keras")
    (elsewhere,) = found(TermDrownedByAnother, codes(0.0, cell=2))
    assert elsewhere.fixes[0].safety == "display"


POLICY = """%%traindiag
def policy_loss(y_true, y_pred):
    reward = y_true[:, 0]
    return {value}

model.compile("adam", loss=policy_loss)
model.fit(x, y)
"""


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("ops.mean(ops.log(y_pred) * reward)", "-ops.mean(ops.log(y_pred) * reward)"),
        ("ops.mean(ops.log(y_pred) * reward) - 0.1 * h", "-ops.mean(ops.log(y_pred) * reward)"),
        ("2 * ops.mean(ops.log(y_pred) * reward)", "-(2 * ops.mean(ops.log(y_pred) * reward))"),
        ("-ops.mean(ops.log(y_pred) * reward)", None),
    ],
)
def test_the_minus_that_is_missing(value, written):
    run = make_run(source=POLICY.format(value=value), history={"loss": [0.1, -0.5]})
    findings = found(RewardWithTheWrongSign, run)
    assert [item.fixes[0].changes[0].code for item in findings] == [written] * bool(written)


def test_a_loss_of_an_earlier_cell_is_shown():
    source = POLICY.format(value="ops.mean(ops.log(y_pred) * reward)")
    head, _, tail = source.partition("\nmodel.compile")
    run = make_run(source=f"%%traindiag\nmodel.compile{tail}")
    run = replace(run, cell=replace(run.cell, number=2), earlier=(Cell(1, head),))
    (finding,) = found(RewardWithTheWrongSign, run)
    assert (finding.fixes[0].safety, finding.fixes[0].changes) == ("display", ())


def test_rewards_as_numbers_of_a_plain_loss_are_left_alone():
    assert found(RewardWithTheWrongSign, make_run(labels=np.ones((200, 1)))) == []
