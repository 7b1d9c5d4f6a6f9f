"""The values that a text can show, and what it cannot.

Numbers, texts, ``None`` and tuples are themselves. Everything else is one of these classes.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nbdiag.schema.cell import CallSite

Value = object
"""Anything that a name can stand for; `Unknown` where the text does not show it."""
State = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the text does not show.

    Attributes
    ----------
    reason
        A clause, for a report.
    """

    reason: str = "its value is not written out"


@dataclass(frozen=True, slots=True)
class Imported:
    """Something of a library, by its dotted path ("keras.layers.Dense"); ``builtins`` included."""

    path: str


class Mutable:
    """A value that the program can change.

    Attributes
    ----------
    spoiled
        Why what is in it is not known any more, "" while it is.
    """

    spoiled: str = ""

    def state(self) -> State:
        """Copy what can change."""
        return {name: _copied(value) for name, value in vars(self).items()}

    def restore(self, state: State) -> None:
        """Put back what `state` has copied."""
        vars(self).clear()
        vars(self).update({name: _copied(value) for name, value in state.items()})

    def unite(self, one: State, other: State, reason: str) -> None:
        """Take the state after a branch that may have been taken or not."""
        if same_state(one, other):
            self.restore(one)
        else:
            self.restore(one)
            self.spoiled = reason


def _copied(value: Any) -> Any:
    if type(value) is list:
        return list(value)
    return dict(value) if type(value) is dict else value


def same_state(one: State, other: State) -> bool:
    """Whether two states hold the same."""
    return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same one, or equal numbers, texts and lists of such."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same_state(one, other)
    plain = isinstance(one, int | float | str | bytes | Unknown | Imported | CallSite | None)
    return plain and bool(one == other)


@dataclass(eq=False)
class ListValue(Mutable):
    """A list."""

    items: list[Value] = field(default_factory=list)


@dataclass(eq=False)
class DictValue(Mutable):
    """A dictionary whose keys are written out."""

    items: dict[Any, Value] = field(default_factory=dict)


@dataclass(eq=False)
class FunctionValue:
    """A function or lambda of the program.

    Attributes
    ----------
    page
        The cell that it is written in, as the interpreter keeps it.
    scope
        Where it was defined.
    defaults
        Values of the parameters that have one.
    kind
        The class whose method it is, None for a function.
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    page: Any
    scope: Any
    defaults: dict[str, Value]
    kind: "ClassValue | None" = None

    @property
    def name(self) -> str:
        """Its name, "" for a lambda."""
        return getattr(self.node, "name", "")


@dataclass(eq=False)
class ClassValue(Mutable):
    """A class of the program."""

    name: str
    bases: tuple[Value, ...] = ()
    names: dict[str, Value] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    """Fields of a dataclass, in order."""

    def find(self, name: str) -> Value:
        """Find an attribute of the class or of the classes of the program that it is made from."""
        for kind in self.chain():
            if name in kind.names:
                return kind.names[name]
        return Unknown(f"{self.name} has no {name} in the text")

    def chain(self) -> list["ClassValue"]:
        """List the class and the classes of the program that it is made from, itself first."""
        found: list[ClassValue] = []
        waiting: list[Value] = [self]
        while waiting:
            kind = waiting.pop(0)
            if isinstance(kind, ClassValue) and kind not in found:
                found.append(kind)
                waiting += kind.bases
        return found

    def outside(self) -> tuple[Value, ...]:
        """List the bases that are not classes of the program."""
        return tuple(
            base for kind in self.chain() for base in kind.bases if not isinstance(base, ClassValue)
        )


@dataclass(eq=False)
class Instance(Mutable):
    """An object of a class of the program."""

    kind: ClassValue
    site: CallSite
    names: dict[str, Value] = field(default_factory=dict)
    parts: dict[str, Value] = field(default_factory=dict)
    """What a library keeps in it."""


@dataclass(frozen=True, eq=False)
class Method:
    """A function of the program with the object that it is called on."""

    function: FunctionValue
    owner: Value


@dataclass(frozen=True, eq=False)
class Bound:
    """A method of a library's object, of a list, a text …, by its name."""

    owner: Value
    name: str


@dataclass(frozen=True, eq=False)
class Super:
    """What ``super()`` gives in a method."""

    kind: ClassValue
    owner: Value


class LibraryObject(Mutable):
    """An object that a library makes; the library says what its methods do."""


@dataclass(frozen=True)
class Given:
    """The arguments of a call.

    Attributes
    ----------
    complete
        Whether all of them are here: ``*args`` or ``**settings`` of unknown content may be more.
    """

    places: tuple[Value, ...]
    named: Mapping[str, Value]
    complete: bool
    site: CallSite

    def get(self, place: int, *names: str, default: Value = None) -> Value:
        """Return an argument by one of its names or by its place; -1 where it has names alone."""
        for name in names:
            if name in self.named:
                return self.named[name]
        if 0 <= place < len(self.places):
            return self.places[place]
        return default if self.complete else Unknown("the arguments of the call are not all known")

    def has(self, place: int, *names: str) -> bool:
        """Whether an argument is there."""
        return any(name in self.named for name in names) or 0 <= place < len(self.places)

    @property
    def everything(self) -> tuple[Value, ...]:
        """All arguments."""
        return (*self.places, *self.named.values())


def is_plain(value: Value) -> bool:
    """Whether a value is a number, a text, nothing, or a tuple of such."""
    if isinstance(value, tuple):
        return all(map(is_plain, value))
    return value is None or isinstance(value, bool | int | float | str | bytes | range)


def plain_of(value: Value) -> Any:
    """Return a value as Python would have it, lists and dictionaries included.

    Returns
    -------
    Any
        `Unknown` where any part of it is.
    """
    if is_plain(value):
        return value
    if isinstance(value, ListValue | tuple):
        items = value.items if isinstance(value, ListValue) else value
        parts = [plain_of(item) for item in items]
        broken = isinstance(value, Mutable) and value.spoiled
        whole = not broken and not any(isinstance(part, Unknown) for part in parts)
        return (tuple(parts) if isinstance(value, tuple) else parts) if whole else Unknown()
    if isinstance(value, DictValue) and not value.spoiled:
        named = {key: plain_of(item) for key, item in value.items.items()}
        return Unknown() if any(isinstance(v, Unknown) for v in named.values()) else named
    return value if isinstance(value, Unknown) else Unknown()


def items_of(value: Value, most: int = 1000) -> list[Value] | None:
    """List what a loop over a value gives; None where that is not known, or is too much."""
    if isinstance(value, ListValue):
        found: list[Value] = [] if value.spoiled else list(value.items)
        return None if value.spoiled or len(found) > most else found
    if isinstance(value, DictValue):
        return None if value.spoiled or len(value.items) > most else list(value.items)
    if isinstance(value, tuple | str | range):
        return list(value) if len(value) <= most else None
    return None
