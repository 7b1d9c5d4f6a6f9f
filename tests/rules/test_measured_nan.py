"""NaN and infinity in the place of any measured number: no rule takes them for a good value."""

import dataclasses
import math
import random
import re

import pytest

from nbdiag.engine import judge
from nbdiag.facts.training.verdict import ending_of
from nbdiag.schema.missing import Missing
from tests.recorded import FILES, load, sample

MEASURED = ("history", "probes", "data")
PLACES = 12  # of one run
# Rules that speak of numbers that are none, and what steps did to them.
OF_BROKEN_NUMBERS = {
    "NBD201", "NBD204", "NBD205", "NBD301", "NBD303", "NBD305", "NBD314", "NBD602",
}  # fmt: skip
# Rules that call something too good, and one that calls every prediction the same.
OF_SMALL_NUMBERS = {"NBD311", "NBD313", "NBD603"}
VERDICTS = ("failed", "fair", "learnt")
RUNS = [path for path in FILES if path.parent.name != "crash"]


def places(value, path=()):
    """Go through the paths to all numbers of a value; a tuple of numbers is one place."""
    if isinstance(value, float) or (
        isinstance(value, tuple) and value and all(isinstance(item, float) for item in value)
    ):
        yield path
    elif dataclasses.is_dataclass(value) and not isinstance(value, Missing):
        for field in dataclasses.fields(value):
            yield from places(getattr(value, field.name), (*path, field.name))
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from places(item, (*path, place))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))


def put(value, path, bad):
    """Put a number in one place, and keep the rest."""
    if not path:
        return tuple(bad for _ in value) if isinstance(value, tuple) else bad
    head, *rest = path
    if dataclasses.is_dataclass(value):
        return dataclasses.replace(value, **{head: put(getattr(value, head), rest, bad)})
    if isinstance(value, tuple):
        return tuple(put(v, rest, bad) if at == head else v for at, v in enumerate(value))
    return {key: put(item, rest, bad) if key == head else item for key, item in value.items()}


def some_places(run, seed):
    """Choose places of different kinds: a number of one field is like that of another layer."""
    kinds = {}
    for part in MEASURED:
        for path in places(getattr(run, part)):
            whole = (part, *path)
            kinds.setdefault(tuple(item for item in whole if isinstance(item, str)), whole)
    found = sorted(kinds.values(), key=str)
    return random.Random(seed).sample(found, min(PLACES, len(found)))


@pytest.mark.parametrize("path", sample(RUNS, 6), ids=lambda path: path.stem)
def test_no_rule_takes_it_for_a_good_value(path):
    run = load(path)
    before = {item.code for item in judge(run).findings}
    verdict = ending_of(run).verdict
    for place in some_places(run, path.stem):
        for bad in (math.nan, math.inf):
            worse = put(run, place, bad)
            report = judge(worse)
            crashed = [item for item in report.checks if item.status == "crashed"]
            assert not crashed, place
            for item in report.findings:
                quoted = re.search(r"\b(nan|inf)\b", item.message)
                assert not quoted or item.code in OF_BROKEN_NUMBERS, (place, item.message)
                assert item.code not in OF_SMALL_NUMBERS - before, (place, item.message)
            after = ending_of(worse).verdict
            if place[0] != "data" and {verdict, after} <= set(VERDICTS):
                assert VERDICTS.index(after) <= VERDICTS.index(verdict), place
