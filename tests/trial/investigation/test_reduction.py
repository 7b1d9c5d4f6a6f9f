"""What can be left out is left out, and every one of the rest is needed."""

from itertools import combinations

import pytest

from nbdiag.trial.investigation.reduction import needed

ITEMS = tuple("abcdefg")


@pytest.mark.parametrize(
    "wanted",
    [some for size in (1, 2, 3, 7) for some in combinations(ITEMS, size)],
    ids="".join,
)
def test_the_only_set_that_helps_is_found(wanted: tuple[str, ...]) -> None:
    asked: list[tuple[str, ...]] = []

    def helps(some: tuple[str, ...]) -> bool:
        asked.append(some)
        return set(wanted) <= set(some)

    assert needed(ITEMS, helps) == wanted
    assert len(asked) == len(set(asked)) <= 40
    assert () not in asked


def test_of_two_that_do_the_same_the_likelier_one_stays() -> None:
    assert needed(ITEMS, lambda some: "b" in some or "e" in some) == ("b",)


def test_none_can_be_left_out_where_help_is_not_monotone() -> None:
    def helps(some: tuple[str, ...]) -> bool:
        return ({"a", "c"} <= set(some) and "d" not in some) or set(some) == set(ITEMS)

    found = needed(ITEMS, helps)
    assert helps(found)
    assert not any(helps(tuple(x for x in found if x != one)) for one in found)


def test_a_single_change_is_asked_for_nothing() -> None:
    assert needed(("a",), lambda _: pytest.fail("asked")) == ("a",)
