"""What is made as usual in a training, and what is left alone."""

import pytest

from nbdiag.schema.changes import (
    ScaleInputs,
    ScaleTargets,
    SetLayerArgument,
    SetLoss,
    SetOptimizer,
    SetOptimizerArgument,
)
from nbdiag.schema.run import TrainingRun
from nbdiag.trial.investigation.variations import Variation, variations_of
from tests.recorded import RUNS


def variations(name: str) -> tuple[Variation, ...]:
    (path,) = RUNS.rglob(f"{name}.json")
    return variations_of(TrainingRun.load(path))


def kinds(name: str) -> list[type]:
    return [type(change) for item in variations(name) for change in item.changes]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("nbd504_faulty_small_random_normal", SetLayerArgument),
        ("nbd502_faulty_hidden_softmax", SetLayerArgument),
        ("nbd104_faulty_two_softmax_units", SetLoss),
        ("nbd201_faulty_adam", SetOptimizer),
        ("nbd111_faulty_price", ScaleTargets),
        ("nbd312_healthy_raw_pixels", ScaleInputs),
    ],
)
def test_what_is_unusual_is_made_as_usual(name: str, change: type) -> None:
    assert change in kinds(name)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("upper_tenth_by_quantile", SetLoss),  # a loss of the user's may ask for another number
        ("sentences_as_they_are", ScaleInputs),  # words are not standardized
        ("linear_regression", SetLayerArgument),
        ("nbd105_healthy_three_sigmoids", SetOptimizer),  # Adam as Keras has it
    ],
)
def test_what_is_usual_or_meant_stays(name: str, change: type) -> None:
    assert change not in kinds(name)


def test_rates_are_tried_by_themselves() -> None:
    every = variations("nbd105_healthy_three_sigmoids")
    rates = [item for item in every if isinstance(item.changes[0], SetOptimizerArgument)]
    assert len(rates) == 2
    assert all(item.alone for item in rates)
    assert not any(item.alone for item in every if item not in rates)


@pytest.mark.parametrize("path", sorted(RUNS.rglob("*_faulty_*.json"))[::9], ids=lambda p: p.stem)
def test_every_variation_changes_something_and_has_words(path: object) -> None:
    for item in variations_of(TrainingRun.load(path)):  # type: ignore[arg-type]
        assert item.changes
        assert item.words
        assert item.title
