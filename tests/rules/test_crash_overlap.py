"""A rule about one kind of exception is silent on the others, and on similar ones of other code.

The healthy twin of a crash raises nothing, so no rule about exceptions could fail on it. Here each
meets exceptions that it could take for its own: those of all the other rules, and errors of the
same type, raised by sound code in the same cell.
"""

import re
from dataclasses import replace

import pytest

from nbdiag.rules import Skipped, all_rules
from tests.recorded import FILES, load

CRASHES = {
    path.stem: path
    for path in FILES
    if path.parent.name == "crash" and load(path).error is not None
}
RULES = {rule.code: rule for rule in all_rules() if rule.code.startswith("NBD8")}
LAST = "NBD824"  # speaks of every exception that no other rule explains


# The parts of train_test_split are unpacked in a wrong order: nothing after it can be right.
PROVEN_BY_THE_CODE = {"nbd817_faulty_split_unpacked": "NBD817"}


def explained_by(run):
    """Codes of the rules about exceptions that explain a run."""
    found = set()
    for code, rule in RULES.items():
        try:
            if tuple(rule().check(run)):
                found.add(code)
        except Skipped:
            continue
    return found


@pytest.mark.parametrize("stem", CRASHES)
def test_an_exception_is_explained_by_its_own_rule_alone(stem):
    assert explained_by(load(CRASHES[stem])) == {stem[:6].upper()}


# What the user's own code, or a library beside Keras, says in an exception of that type. The
# numbers and shapes are those of the recorded one.
SIMILAR = (
    "the sensor returned {numbers}",
    "expected a reading of shape {numbers} from the station",
    "cannot convert the price {numbers} to euros",
)


@pytest.mark.parametrize("stem", CRASHES)
def test_a_similar_exception_of_other_code_is_not_explained(stem):
    run = load(CRASHES[stem])
    numbers = " ".join(re.findall(r"\([\d, None]+\)|\d+", run.error.message)[:3]) or "nothing"
    for text in SIMILAR:
        own = replace(run, error=replace(run.error, message=text.format(numbers=numbers)))
        assert explained_by(own) <= {LAST, PROVEN_BY_THE_CODE.get(stem)}, text
