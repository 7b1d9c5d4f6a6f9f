"""What is said of a cure, of several changes, and of what was ruled out."""

import pytest

from nbdiag.schema.changes import ScaleInputs, SetOptimizer
from nbdiag.schema.probe import Break
from nbdiag.trial.investigation.sentences import (
    Cure,
    broken_sentence,
    finding_of,
    nothing_sentence,
)
from nbdiag.trial.investigation.variations import Variation

INPUTS = Variation("standardized inputs", "Standardize", "inputs", (ScaleInputs("standardize"),))
ADAM = Variation("Adam", "Use Adam", "optimizer", (SetOptimizer("adam"),))
BEFORE, AFTER = (0.0, 0.0, 0.01), (0.8, 0.79, 0.78)


def test_a_cure_gives_its_numbers() -> None:
    found = finding_of([Cure((INPUTS,), BEFORE, AFTER)], 0.81, 0.81, 40, 12.0)
    assert found.message == (
        "With standardized inputs it trains: 0.00 → 0.79 in 3 of 3 starts (as it is 0 of 3; a "
        "simple learner on the same samples 0.81)."
    )
    assert (found.code, found.aspect, found.role) == ("NBD901", "inputs", "cause")
    assert [fix.changes for fix in found.fixes] == [INPUTS.changes]
    assert "0.80, 0.79, 0.78" in {item.observed for item in found.evidence}
    assert any("not a proof" in item.observed for item in found.evidence)


def test_several_that_are_needed_are_one_fix() -> None:
    found = finding_of([Cure((INPUTS, ADAM), BEFORE, AFTER)], 0.81, None, 40, 12.0)
    assert "With standardized inputs and Adam it trains" in found.message
    assert "these 2 together" in found.message
    assert "simple learner" not in found.message
    (fix,) = found.fixes
    assert fix.changes == (*INPUTS.changes, *ADAM.changes)


def test_two_that_do_as_much_are_both_named() -> None:
    cures = [Cure((INPUTS,), BEFORE, AFTER), Cure((ADAM,), BEFORE, AFTER)]
    found = finding_of(cures, 0.81, 0.81, 40, 12.0)
    assert "Either of the two: With Adam it trains" in found.message
    assert [fix.title for fix in found.fixes] == ["Standardize", "Use Adam"]


@pytest.mark.parametrize(
    ("usual", "simple", "said"),
    [(0.28, 0.31, "0.28"), (0.28, None, "0.28"), (None, None, "0.25"), (None, 0.31, "0.25")],
)
def test_what_was_ruled_out_has_numbers(
    usual: float | None, simple: float | None, said: str
) -> None:
    assert said in nothing_sentence(0.25, usual, simple)
    assert ("0.31" in nothing_sentence(0.25, usual, simple)) is (None not in (usual, simple))


def test_the_place_of_a_lost_number_is_named() -> None:
    assert "Sqrt in the loss" in broken_sentence(Break("backward", "Sqrt", in_loss=True))
    assert "layer head" in broken_sentence(Break("forward", "Log", layer="head"))
    assert "comes first" in broken_sentence(None)
