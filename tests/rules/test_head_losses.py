"""A reported loss against the loss of what the model returns."""

import pytest

from nbdiag.engine import judge
from nbdiag.rules import Skipped
from nbdiag.rules.head.loss_unlike_the_returned_values import LossUnlikeTheReturnedValues
from tests.factory import make_probe, make_run, one_hot


def found(*probes, history=None):
    run = make_run(probes=probes, history=history or {"loss": [0.7, 0.69]})
    return list(LossUnlikeTheReturnedValues().check(run))


def test_two_losses_are_two_numbers_in_the_message():
    (item,) = found(make_probe(loss=0.9469, returned_loss=0.7472))
    assert "0.9469 before step 1" in item.message
    assert "0.7472" in item.message
    assert item.role == "symptom"
    assert item.severity == "warning"


@pytest.mark.parametrize("returned", [0.7, 0.7005, 0.695])
def test_rounding_is_no_difference(returned):
    assert not found(make_probe(loss=0.7, returned_loss=returned))


def test_probabilities_at_a_bound_are_clipped_and_say_nothing():
    clipped = make_probe(loss=46.9, returned_loss=7.56, output=(0.0, 1.0))
    with pytest.raises(Skipped, match="bounds"):
        found(clipped)
    later = make_probe("epoch", 1, loss=0.9, returned_loss=0.7)
    (item,) = found(clipped, later)
    assert "after epoch 1" in item.message


def test_without_a_shortcut_there_is_nothing_to_compare():
    with pytest.raises(Skipped, match="takes what the model returns"):
        found(make_probe(loss=0.9))


def test_a_training_that_works_is_told_for_information():
    probe = make_probe(loss=0.9, returned_loss=0.7)
    history = {"loss": [0.3, 0.01], "accuracy": [1.0, 1.0]}
    assert [item.severity for item in found(probe, history=history)] == ["info"]


def test_it_stands_under_the_head_that_explains_it():
    run = make_run(
        units=2,
        activation="softmax",
        loss="binary_crossentropy",
        labels=one_hot(2),
        probes=[make_probe(loss=0.9469, returned_loss=0.7472, row_sums=(1.0, 1.0))],
        history={"loss": [0.7, 0.69]},
    )
    report = judge(run)
    assert report.principal.code == "NBD104"
    assert "NBD117" in report.principal.explains
