"""Where a training stands."""

import math

import pytest

from nbdiag.facts.training.verdict import (
    ending_of,
    first_probe,
    is_deaf,
    last_probe,
    start_loss_share,
)
from nbdiag.schema.missing import Missing
from tests.factory import binary, make_probe, make_run, normal


def test_before_the_first_epoch_everything_is_open():
    ending = ending_of(make_run())
    assert ending.verdict == "open"
    assert ending.evidence() == ()


@pytest.mark.parametrize(
    ("last", "verdict"), [(0.1, "learnt"), (0.5, "fair"), (0.692, "failed"), (8.0, "failed")]
)
def test_the_final_loss_is_compared_with_the_label_entropy(last, verdict):
    run = make_run(labels=binary(4000), metrics=(), history={"loss": [0.7, last]})
    ending = ending_of(run)
    assert ending.verdict == verdict
    assert ending.gain == pytest.approx(1 - last / math.log(2), abs=0.01)
    assert ending.works is (verdict == "learnt")


def test_a_low_loss_with_rows_named_wrong_is_no_success():
    run = make_run(labels=binary(4000), history={"loss": [0.7, 0.1], "accuracy": [0.5, 0.52]})
    assert ending_of(run).verdict == "fair"
    assert ending_of(run).misnamed
    right = make_run(labels=binary(4000), history={"loss": [0.7, 0.1], "accuracy": [0.5, 0.9]})
    assert ending_of(right).verdict == "learnt"


def test_a_loss_that_is_not_a_number_has_failed():
    ending = ending_of(make_run(history={"loss": [0.7, math.nan]}))
    assert ending.verdict == "failed"
    assert ending.evidence()[0].observed == "the loss is not a number"


def test_evidence_of_a_loss_above_the_constant_is_a_multiple():
    run = make_run(labels=binary(4000), metrics=(), history={"loss": [7.0]})
    assert ending_of(run).evidence()[0].observed.startswith("nothing: the loss is 10.1 times")


def test_a_custom_loss_cannot_be_compared():
    run = make_run(loss="my_loss", metrics=(), history={"loss": [3.0, 1.0]})
    assert ending_of(run).verdict == "unknown"


def test_the_same_loss_for_epochs_is_a_failure_whatever_it_means():
    run = make_run(loss="my_loss", metrics=(), history={"loss": [3.0, -7.5, -7.5, -7.5]})
    assert ending_of(run).verdict == "failed"


def test_first_and_last_probe():
    start, end = make_probe(), make_probe("end", 3)
    run = make_run(probes=(start, make_probe("epoch", 1), end))
    assert first_probe(run) is start
    assert last_probe(run) is end
    assert last_probe(make_run(probes=(start,))) is None
    assert first_probe(make_run()) is None


def test_start_loss_share_is_the_first_loss_over_the_variance():
    targets = normal(500, 1, std=3.0)
    run = make_run(
        labels=targets,
        activation="linear",
        loss="mse",
        metrics=(),
        probes=(make_probe(loss=90.0),),
    )
    assert start_loss_share(run) == pytest.approx(90 / targets.var())
    assert isinstance(start_loss_share(make_run()), Missing)


def test_a_run_is_deaf_when_every_gradient_is_zero_from_the_start():
    assert is_deaf(make_run(probes=(make_probe(gradients=0.0),)))
    assert not is_deaf(make_run(probes=(make_probe(gradients={"dense": 0.0, "dense_1": 1e-9}),)))
    assert not is_deaf(make_run(probes=(make_probe("end", 1, gradients=0.0),)))
    assert not is_deaf(make_run())
