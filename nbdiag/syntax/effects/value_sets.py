"""What a piece of code may stand for: objects that are there, or something made by the call."""

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# Of a longer list of layers, the first ones; whoever acts in the 500th acts in the first.
_MOST = 500
_CONTAINERS = (list, tuple, set, frozenset, Mapping, types.MappingProxyType)


@dataclass(frozen=True, eq=False)
class Value:
    """What an expression may stand for.

    Attributes
    ----------
    objects
        Objects that were there before the call; empty when they are not known, or made in it.
    items
        Objects that a container made in the call may hold.
    lasting
        Whether it was there before the call: a change of it outlives the call.
    """

    objects: tuple[Any, ...] = ()
    items: tuple[Any, ...] = ()
    lasting: bool = False

    @property
    def unknown(self) -> bool:
        """Whether it was there before and nobody knows what it is."""
        return self.lasting and not self.objects


MADE = Value()
UNKNOWN = Value(lasting=True)


def known(*objects: Any) -> Value:
    """Return the value that is one of some objects."""
    found = _distinct(objects)
    return Value(found, lasting=bool(found))


def holding(values: Iterable[Value]) -> Value:
    """Return a new container of values."""
    return Value(
        items=_distinct(item for value in values for item in (*value.objects, *value.items))
    )


def either(values: Iterable[Value]) -> Value:
    """Return the value that is one of several."""
    held = list(values)
    return Value(
        _distinct(item for value in held for item in value.objects),
        _distinct(item for value in held for item in value.items),
        any(value.lasting for value in held),
    )


def entries(value: Value) -> Value:
    """Return what a value holds: what a loop over it or an index gives.

    A container made in the call is flat: of pairs, an entry is a member of a pair and a pair.
    """
    found = [*value.items]
    for item in value.objects:
        if isinstance(item, Mapping):
            found += [*dict.keys(item), *dict.values(item)] if isinstance(item, dict) else []
        elif isinstance(item, _CONTAINERS):
            found += list.__iter__(item) if isinstance(item, list) else item
    distinct = _distinct(found)
    return Value(distinct, value.items, lasting=bool(distinct) or value.unknown)


def _distinct(objects: Iterable[Any]) -> tuple[Any, ...]:
    """Leave out what is there twice, and plain values, which nobody can change or call."""
    found = {
        id(item): item
        for item in objects
        if not isinstance(item, int | float | complex | str | bytes | type(None))
    }
    return tuple(found.values())[:_MOST]
