"""What the text of a custom loss shows: signs, terms of unlike size, shapes that spread."""

import textwrap

import pytest

from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.queries.loss_sign import rewarded_term
from nbdiag.syntax.queries.loss_terms import summed_penalty, terms_of_unlike_size
from nbdiag.syntax.queries.own_step import difference_in_step
from nbdiag.syntax.text.nodes import code_of

COMPILED = """
def policy_loss(y_true, y_pred):
    {lines}
    return {value}

model.compile("adam", loss=policy_loss)
"""
STEP = """
class Net(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            shown = self(x, training=True)
            {lines}
        slopes = tape.gradient({value}, self.trainable_variables)
        self.optimizer.apply_gradients({applied})
        return {{"loss": 0.0}}
"""
APPLIED = "zip(slopes, self.trainable_variables)"


def compiled(value, lines=""):
    return TrainingRun(cell=Cell(1, COMPILED.format(value=value, lines=lines or "pass")))


def step(value, lines, applied=APPLIED):
    indented = textwrap.indent(lines, " " * 12).strip()
    return TrainingRun(cell=Cell(1, STEP.format(value=value, lines=indented, applied=applied)))


@pytest.mark.parametrize(
    ("value", "lines", "gain"),
    [
        ("tf.reduce_mean(tf.math.log(y_pred) * advantage)", "", "advantage"),
        ("tf.reduce_mean(advantage * tf.math.log(y_pred))", "", "advantage"),
        ("-ops.mean(ops.log(y_pred) * advantage)", "", None),
        ("-1 * ops.mean(ops.log(y_pred) * advantage)", "", None),
        ("ops.mean(-ops.log(y_pred) * advantage)", "", None),
        ("ops.negative(ops.mean(ops.log(y_pred) * advantage))", "", None),
        ("ops.mean(ops.log(y_pred) * cost)", "", None),
        ("ops.mean(ops.log(y_pred) * reward_loss)", "", None),
        ("ops.mean(ops.log(y_pred) * y_true)", "", None),
        ("ops.mean(ops.log(1 - y_pred) * reward)", "", None),
        ("ops.mean(ops.log(y_pred) * w)", "w = -reward", None),
        ("-ops.mean(ops.log(y_pred) * w)", "w = -reward", "w"),
        ("ops.mean(ops.log(y_pred) * (returns - baseline))", "", "returns"),
        ("ops.mean(logp * r)", "logp = dist.log_prob(y_true)\n    r = rewards - values", "r"),
        ("2.0 * ops.mean(keras.losses.categorical_crossentropy(a, b) * reward)", "", None),
        ("ops.mean(keras.losses.categorical_crossentropy(a, b) * -reward)", "", "reward"),
        ("bonus - ops.mean(ops.log(y_pred) * reward)", "", None),
        ("bonus + ops.mean(ops.log(y_pred) * reward) / 4", "", "reward"),
    ],
)
def test_the_sign_of_a_reward(value, lines, gain):
    found = rewarded_term(compiled(value, lines), "Sequential")
    assert (found.gain if found else None) == gain


def test_the_addend_of_a_reward_alone_is_found():
    run = compiled("ops.mean(ops.log(y_pred) * reward) - 0.01 * ops.mean(entropy)")
    assert code_of(rewarded_term(run, "Sequential").node) == "ops.mean(ops.log(y_pred) * reward)"


def test_gradients_that_are_turned_are_an_ascent():
    lines = "gain = tf.reduce_mean(tf.math.log(shown) * reward)"
    assert rewarded_term(step("gain", lines), "Net").gain == "reward"
    turned = "zip([-slope for slope in slopes], self.trainable_variables)"
    assert rewarded_term(step("gain", lines, turned), "Net") is None


KL = "kl = tf.reduce_mean(tf.reduce_sum(tf.square(m) + tf.exp(v) - v - 1, axis=1))\n"


@pytest.mark.parametrize(
    ("value", "lines", "found"),
    [
        ("rec + kl", "rec = tf.reduce_mean(bce(x, shown))", True),
        ("kl + rec", "rec = keras.losses.MeanSquaredError()(x, shown)", False),
        ("total", "rec = ops.mean(ops.square(x - shown))\ntotal = 0.5 * kl + rec", True),
        ("rec + kl", "rec = 784 * tf.reduce_mean(bce(x, shown))", False),
        ("rec + kl", "rec = tf.reduce_mean(bce(x, shown)) * width", False),
        ("rec + 0.001 * kl", "rec = tf.reduce_mean(bce(x, shown))", False),
        ("rec + beta * kl", "rec = tf.reduce_mean(bce(x, shown))", False),
        ("rec + kl / 784", "rec = tf.reduce_mean(bce(x, shown))", False),
        ("rec + kl", "rec = tf.reduce_mean(tf.reduce_sum(bce(x, shown), axis=(1, 2)))", False),
        ("rec + kl", "rec = self.rebuilt(x, shown)", False),
        ("rec + kl", "rec = tf.reduce_mean(bce(x, shown))\nrec = rec * 784", False),
    ],
)
def test_a_sum_beside_a_mean(value, lines, found):
    assert (terms_of_unlike_size(step(value, KL + lines), "Net") is not None) is found


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("loss = tf.reduce_mean((y - shown) ** 2)", True),
        ("loss = tf.reduce_mean(tf.abs(shown - y))", True),
        ("loss = tf.reduce_mean(tf.square(y - self(x)))", True),
        ("loss = tf.reduce_mean(tf.math.squared_difference(y, shown))", True),
        ("loss = tf.reduce_mean((y[:, None] - shown) ** 2)", False),
        ("loss = tf.reduce_mean((y - tf.squeeze(shown)) ** 2)", False),
        ("y = y[:, None]\nloss = tf.reduce_mean((y - shown) ** 2)", False),
        ("shown = shown[:, 0]\nloss = tf.reduce_mean((y - shown) ** 2)", False),
        ("loss = self.compiled_loss(y, shown)", False),
    ],
)
def test_a_difference_of_targets_and_predictions_as_they_are(lines, found):
    assert (difference_in_step(step("loss", lines), "Net") is not None) is found


LAYER = """
class Draw(layers.Layer):
    def call(self, inputs):
        mean, spread = inputs
        away = ops.sum(ops.square(mean) + ops.exp(spread), axis=-1)
        self.add_loss({value})
        return mean
"""


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("ops.mean(away)", True),
        ("-0.5 * ops.mean(away)", True),
        ("0.002 * ops.mean(away)", False),
        ("self.beta * ops.mean(away)", False),
        ("ops.mean(away) / 784", False),
        ("ops.mean(ops.square(mean))", False),
    ],
)
def test_a_summed_penalty(value, found):
    run = TrainingRun(cell=Cell(1, LAYER.format(value=value)))
    assert (summed_penalty(run) is not None) is found
