"""Every threshold of a rule has a run just below it and one just above.

The runs are recorded ones with one number changed; ``scripts/find_thresholds.py`` searches for
them and writes ``tests/rules/thresholds``. A case may also be written by hand there: ``first``
holds edits that both sides have. A number that only a fix writes has a run in which it does. A
constant that is no threshold is named in `NO_THRESHOLDS`, with the reason.
"""

import pytest

from tests.thresholds import (
    CRASHED,
    RULES,
    constants,
    difference,
    missed,
    proposal,
    read_cases,
    verdict,
)

CONSTANTS = {str(constant): constant for constant in constants()}
CASES = read_cases()
VERDICTS = {name: case for name, case in CASES.items() if not case.proposes}
PROPOSALS = {name: case for name, case in CASES.items() if case.proposes}
NEAR, FAR = (0.8, 1.25), (0.5, 2)

NO_THRESHOLDS = {
    "NBD514 _MOST": "guards math.exp against an overflow",
    "NBD802 _PICTURE": "axes of a picture",
    "NBD802 data_preparation._LOSS_WEIGHTS": "place of an argument of compile",
    "NBD807 _MAPS": "axes of maps",
    "NBD807 shape_fixes._MAPS": "axes of maps",
    "NBD813 tensor_graph._DEEPEST": "guards against a name that is made from itself",
    "NBD820 _PERCENT": "percent of a whole",
}


def params(names):
    return [pytest.param(name, id=name.replace(" ", "-")) for name in sorted(names)]


@pytest.mark.parametrize("name", params(VERDICTS))
def test_the_verdict_changes_at_the_threshold(name):
    case, rule = CASES[name], RULES[name[:6]]
    assert case.below < case.above
    one, other = (verdict(rule, side) for side in case.sides())
    assert CRASHED not in (one, other)
    assert difference(one, other) == case.changes


@pytest.mark.parametrize("name", params(PROPOSALS))
def test_a_fix_writes_the_number(name):
    run, _ = CASES[name].sides()
    assert proposal(RULES[name[:6]], run) == CASES[name].proposes


@pytest.mark.parametrize("name", params(CASES))
def test_another_threshold_would_be_noticed(name):
    factors = FAR if CASES[name].proposes else NEAR + FAR
    unseen = missed(CONSTANTS[name], CASES[name], factors)
    assert not unseen, f"{name} times {unseen} changes nothing: search for another case"


@pytest.mark.parametrize("name", params(CONSTANTS))
def test_every_number_has_a_case_or_is_no_threshold(name):
    places = (CASES, NO_THRESHOLDS)
    count = sum(name in place for place in places)
    assert count, f"python scripts/find_thresholds.py {name[:6]} searches for a case"
    assert count == 1, "it has a case: take it out of the table"


def test_no_case_is_of_a_number_that_is_gone():
    assert not {*CASES, *NO_THRESHOLDS} - set(CONSTANTS)
