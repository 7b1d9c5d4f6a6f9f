"""Results that are no numbers, and what may be blamed for them."""

import math
from dataclasses import replace

import pytest

from nbdiag.diagnosis import diagnose
from nbdiag.engine import judge
from nbdiag.facts.optimization.step_size import harm
from nbdiag.facts.training.lost_numbers import lost_numbers
from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Break
from tests.factory import make_probe, make_run, normal

NAN = math.nan
LOSS = """\
def far(y, p):
    return tf.sqrt(tf.reduce_sum(tf.square(y - p), axis=-1)) / tf.norm(y)
"""
ROOT = Break("backward", "Sqrt", in_loss=True, high=9.0, site=CallSite(2, 2, 0, 2, 0))


def broken(place=Missing("the model was not traced by TensorFlow"), **fields):
    start = replace(make_probe(gradients=NAN), first_break=place)
    history = {"loss": [NAN] * 4, "accuracy": [0.5] * 4}
    after = make_probe("end", 4, loss=NAN, weights=NAN, gradients=NAN)
    return make_run(history=history, probes=[start, after], earlier=(Cell(2, LOSS),), **fields)


def test_what_was_broken_before_the_first_step_is_not_the_steps_doing():
    run = broken()
    assert harm(run) == ()
    codes = [item.code for item in judge(run).findings if item.role == "cause"]
    assert codes[0] == "NBD314"
    assert "NBD201" not in codes


def test_steps_may_be_blamed_for_what_was_a_number_before_them():
    after = make_probe("epoch", 1, loss=NAN, weights=NAN, gradients=NAN)
    run = make_run(history={"loss": [NAN] * 4}, probes=[make_probe(), after])
    assert lost_numbers(run) is None


def test_data_that_are_no_numbers_are_another_cause():
    values = normal(200, 8)
    values[3, 2] = NAN
    assert lost_numbers(broken(inputs=values)) is None


def test_the_operation_its_line_and_a_guard_are_named():
    (found,) = [item for item in judge(broken(ROOT)).findings if item.code == "NBD314"]
    assert "square root" in found.message
    assert "cell 2, line 2" in found.message
    assert found.aspect == "loss"
    (fix,) = found.fixes
    assert [change.code for change in fix.changes] == [
        "tf.reduce_sum(tf.square(y - p), axis=-1) + 1e-12",
        "y + 1e-12",
    ]


def test_the_new_cell_brings_the_function_of_an_earlier_cell_along():
    (found,) = [item for item in diagnose(broken(ROOT)).findings if item.code == "NBD314"]
    assert "def far(y, p):" in found.fixes[0].source
    assert "axis=-1) + 1e-12) / tf.norm(y + 1e-12)" in found.fixes[0].source


@pytest.mark.parametrize(
    ("place", "aspect", "word", "fixes"),
    [
        (replace(ROOT, in_loss=False, layer="dense"), "architecture", "'dense'", 1),
        (replace(ROOT, low=-1.0), "loss", "square root", 0),
        (replace(ROOT, operation="MatMul"), "loss", "MatMul", 0),
        (replace(ROOT, site=Missing("no line of a cell made it")), "loss", "square root", 0),
        (replace(ROOT, operation="RealDiv"), "loss", "divides by", 1),
    ],
)
def test_what_is_known_is_said(place, aspect, word, fixes):
    (found,) = [item for item in judge(broken(place)).findings if item.code == "NBD314"]
    assert found.aspect == aspect
    assert word in found.message
    assert len(found.fixes) == fixes
