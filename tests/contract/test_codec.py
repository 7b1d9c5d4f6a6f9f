"""JSON in and out of the schema, over values made at random."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbdiag.schema import changes
from nbdiag.schema.codec import from_json, to_json
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))


@given(st.from_type(changes.Change))
def test_changes_survive(change):
    assert from_json_change(json.loads(json.dumps(to_json(change)))) == change


def from_json_change(data):
    @dataclasses.dataclass(frozen=True)
    class Holder:
        change: changes.Change

    return from_json(Holder, {"change": data}).change


@given(st.builds(ArrayStats))
def test_array_statistics_survive(stats):
    assert from_json(ArrayStats, json.loads(json.dumps(to_json(stats)))) == stats


def test_numbers_that_are_not_finite_survive():
    stats = ArrayStats("", "float32", (3,), 1, 1, float("-inf"), float("inf"), 0.0, float("nan"))
    again = from_json(ArrayStats, json.loads(json.dumps(to_json(stats), allow_nan=False)))

    assert again.minimum == float("-inf")
    assert again.maximum == float("inf")
    assert again.std != again.std


def test_missing_keeps_its_reason():
    assert to_json(Missing("no labels")) == {"missing": "no labels"}
    assert from_json(Missing, {"missing": "no labels"}) == Missing("no labels")


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"cell": {"number": "one", "source": ""}}, "TrainingRun.cell.number"),
        ({}, "TrainingRun"),
        ([], "TrainingRun"),
        ({"cell": {"number": 1, "source": ""}, "probes": 3}, "TrainingRun.probes"),
    ],
)
def test_bad_data_name_the_place(data, place):
    with pytest.raises(ValueError, match=place):
        TrainingRun.from_dict(data) if isinstance(data, dict) else from_json(TrainingRun, data)


def test_a_live_object_is_refused():
    with pytest.raises(TypeError, match="plain Python values"):
        to_json(object())
