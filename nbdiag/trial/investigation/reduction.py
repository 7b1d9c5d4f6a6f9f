"""From changes that help together to those that are needed."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def needed(items: Sequence[T], helps: Callable[[tuple[T, ...]], bool]) -> tuple[T, ...]:
    """Leave out what can be left out, until every one of the rest is needed.

    Halves are left out first, then quarters, and single ones at last (delta debugging).

    Parameters
    ----------
    items
        Changes that help together, the likeliest first: of two that can each be left out alone, the
        later one is.
    helps
        Whether some of them still do. It is asked once for each set.

    Returns
    -------
    tuple
        In their order.

    References
    ----------
    Zeller, Hildebrandt (2002), Simplifying and isolating failure-inducing input, IEEE Transactions
    on Software Engineering 28(2).
    """
    known: dict[tuple[int, ...], bool] = {}

    def asked(places: tuple[int, ...]) -> bool:
        if places not in known:
            known[places] = helps(tuple(items[place] for place in places))
        return known[places]

    kept = tuple(range(len(items)))
    size = len(kept) // 2
    while size:
        smaller = _without_one_part(kept, size, asked)
        if smaller is not None:
            kept = smaller
            size = min(size, len(kept) // 2)
        else:
            size //= 2
    return tuple(items[place] for place in kept)


def _without_one_part(
    kept: tuple[int, ...], size: int, helps: Callable[[tuple[int, ...]], bool]
) -> tuple[int, ...] | None:
    """Return what is left without one part, from the end, where that still helps."""
    for end in range(len(kept), 0, -size):
        begin = max(0, end - size)
        rest = (*kept[:begin], *kept[end:])
        if rest and helps(rest):
            return rest
    return None
