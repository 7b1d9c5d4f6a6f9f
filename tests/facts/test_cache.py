"""A fact is measured once per run while that run is judged, and never again from memory."""

import pytest

from nbdiag.facts.cache import per_run, remembering
from tests.factory import make_run


@pytest.fixture
def fact():
    seen = []

    @per_run
    def rows(run):
        """Count."""
        seen.append(run)
        return len(seen)

    rows.seen = seen
    return rows


def test_within_a_judgement_a_fact_is_measured_once_for_each_run(fact):
    one, other = make_run(), make_run()
    with remembering():
        assert [fact(one), fact(one), fact(other), fact(one)] == [1, 1, 2, 1]


def test_outside_nothing_is_remembered(fact):
    run = make_run()
    with remembering():
        fact(run)
    assert [fact(run), fact(run)] == [2, 3]
    with remembering():
        assert fact(run) == 4


def test_two_facts_of_one_run_are_kept_apart(fact):
    other = per_run(lambda run: "other")
    run = make_run()
    with remembering():
        assert (fact(run), other(run)) == (1, "other")


def test_what_fails_is_not_remembered():
    calls = []

    @per_run
    def failing(run):
        calls.append(run)
        raise ValueError("no")

    run = make_run()
    with remembering():
        for _ in range(2):
            with pytest.raises(ValueError, match="no"):
                failing(run)
    assert len(calls) == 2


def test_a_judgement_within_another_has_its_own_memory(fact):
    run = make_run()
    with remembering():
        fact(run)
        with remembering():
            assert fact(run) == 2
        assert fact(run) == 1
