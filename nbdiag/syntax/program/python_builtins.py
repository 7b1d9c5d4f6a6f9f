"""Functions and methods of Python's that only compute, on values that are written out."""

from collections.abc import Callable
from typing import Any

from nbdiag.syntax.program.domain import (
    DictValue,
    Given,
    ListValue,
    Unknown,
    Value,
    is_plain,
    items_of,
    plain_of,
)
from nbdiag.syntax.program.literal_arithmetic import LONGEST

_PLAIN: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "bool": bool,
    "float": float,
    "int": int,
    "len": len,
    "max": max,
    "min": min,
    "round": round,
    "sum": sum,
    "range": range,
}
_TEXT_METHODS = frozenset(
    """
    capitalize endswith lower lstrip replace rstrip startswith strip title upper
    """.split()  # noqa: SIM905 - a name a line would fill the page
)
_FAILURES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, MemoryError)
HARMLESS = frozenset(
    """
    print display help id input isinstance issubclass open repr callable hasattr type hash dir
    vars locals globals iter next map filter format ord chr slice pow divmod bytes bytearray
    memoryview complex any all object property staticmethod classmethod
    """.split()  # noqa: SIM905 - a name a line would fill the page
)
"""Functions whose result the text does not show, and that change none of their arguments."""


def call_builtin(name: str, given: Given) -> Value:
    """Call a function of Python's."""
    if not given.complete:
        return Unknown()
    if name in _PLAIN:
        return _plain(name, given)
    if name in _SEQUENCES:
        lists = [items_of(item) for item in given.places]
        known = [items for items in lists if items is not None]
        if given.named:
            return _keywords(name, given, known)
        return _SEQUENCES[name](*known) if len(known) == len(lists) else Unknown()
    if name == "dict":
        return _dictionary(given)
    if name == "str" and len(given.places) == 1 and is_plain(given.places[0]):
        return str(given.places[0])[:LONGEST]
    return Unknown(f"{name} is not computed from the text")


def _plain(name: str, given: Given) -> Value:
    arguments = [plain_of(item) for item in given.places]
    if name in ("len", "sum", "max", "min") and len(given.places) == 1:
        whole = items_of(given.places[0], LONGEST)
        if name == "len" and whole is not None:
            return len(whole)
        arguments = [[plain_of(item) for item in whole]] if whole is not None else [Unknown()]
        if arguments and isinstance(arguments[0], list):
            arguments = [Unknown() if any(_unknown(v) for v in arguments[0]) else arguments[0]]
    if given.named or any(map(_unknown, arguments)):
        return Unknown()
    try:
        return _PLAIN[name](*arguments)
    except _FAILURES:
        return Unknown(f"{name} fails")


def _unknown(value: Value) -> bool:
    return isinstance(value, Unknown)


def _keywords(name: str, given: Given, known: list[list[Value]]) -> Value:
    flag = given.named.get("reverse")
    if name == "sorted" and len(known) == 1 and set(given.named) == {"reverse"}:
        ordered = _sorted(known[0])
        if isinstance(ordered, ListValue) and isinstance(flag, bool):
            return ListValue(ordered.items[::-1]) if flag else ordered
    return Unknown()


def _sorted(items: list[Value]) -> Value:
    plain = [plain_of(item) for item in items]
    try:
        return ListValue(sorted(plain))
    except TypeError:
        return Unknown("sorted fails")


_SEQUENCES: dict[str, Callable[..., Value]] = {
    "list": lambda items=(): ListValue(list(items)),
    "tuple": lambda items=(): tuple(items),
    "reversed": lambda items=(): ListValue(list(items)[::-1]),
    "enumerate": lambda items=(): ListValue(list(enumerate(items))),
    "zip": lambda *lists: ListValue(list(zip(*lists, strict=False))),
    "sorted": _sorted,
}


def _dictionary(given: Given) -> Value:
    first = given.places[0] if given.places else DictValue()
    if isinstance(first, DictValue) and not first.spoiled and len(given.places) <= 1:
        return DictValue({**first.items, **given.named})
    return Unknown()


def call_method(owner: Value, name: str, given: Given) -> Value:
    """Call a method of a text, a list, a dictionary; lists and dictionaries are changed by it.

    Parameters
    ----------
    owner
        A plain value, a list or a dictionary.
    """
    if isinstance(owner, ListValue):
        return _of_list(owner, name, given)
    if isinstance(owner, DictValue):
        return _of_dictionary(owner, name, given)
    plain = [plain_of(item) for item in given.places]
    sizes = [len(item) for item in plain if isinstance(item, str)]
    if not isinstance(owner, str) or given.named or any(map(_unknown, plain)):
        return Unknown()
    if len(owner) * max(sizes, default=1) > LONGEST:
        return Unknown("the text is too long")
    if name == "split":
        return ListValue(list(owner.split(*plain)))
    if name == "join":
        parts = items_of(given.places[0]) if given.places else None
        texts = [item for item in parts or () if isinstance(item, str)]
        short = sum(map(len, texts)) + len(texts) * len(owner) <= LONGEST
        whole = parts is not None and len(texts) == len(parts) and short
        return owner.join(texts) if whole else Unknown()
    if name in _TEXT_METHODS:
        try:
            return getattr(owner, name)(*plain)
        except _FAILURES:
            return Unknown(f"{name} fails")
    return Unknown()


def _of_list(owner: ListValue, name: str, given: Given) -> Value:
    if owner.spoiled or not given.complete or given.named:
        owner.spoiled = owner.spoiled or "a call of the list is not clear"
        return Unknown()
    first = given.places[0] if given.places else None
    if name == "append" and len(given.places) == 1:
        owner.items.append(first)
    elif name == "extend" and (more := items_of(first)) is not None:
        owner.items.extend(more)
    elif name == "insert" and type(first) is int and len(given.places) == 2:  # noqa: PLR2004 - place and item
        owner.items.insert(first, given.places[1])
    elif name in ("clear", "reverse"):
        getattr(owner.items, name)()
    else:
        return _from_list(owner, name, first)
    return None


def _from_list(owner: ListValue, name: str, first: Value) -> Value:
    if name == "copy":
        return ListValue(list(owner.items))
    if name == "pop" and (first is None or type(first) is int):
        place = -1 if first is None else first
        inside = -len(owner.items) <= place < len(owner.items)
        return owner.items.pop(place) if inside else Unknown("pop fails")
    if name not in ("index", "count"):
        owner.spoiled = f"{name} changes it"
    return Unknown()


def _of_dictionary(owner: DictValue, name: str, given: Given) -> Value:
    if owner.spoiled or not given.complete:
        owner.spoiled = owner.spoiled or "a call of the dictionary is not clear"
        return Unknown()
    first = given.places[0] if given.places else None
    if name in ("items", "keys", "values") and not given.everything:
        found: dict[str, Callable[[], list[Value]]] = {
            "items": lambda: list(owner.items.items()),
            "keys": lambda: list(owner.items),
            "values": lambda: list(owner.items.values()),
        }
        return ListValue(found[name]())
    if name == "copy":
        return DictValue(dict(owner.items))
    if name in ("get", "pop", "setdefault") and is_plain(first) and given.places:
        default = given.places[1] if len(given.places) > 1 else None
        value = owner.items.get(first, default)
        if name == "pop":
            owner.items.pop(first, None)
        elif name == "setdefault":
            owner.items.setdefault(first, default)
        return value
    if name == "update" and (first is None or isinstance(first, DictValue)):
        if isinstance(first, DictValue) and not first.spoiled:
            owner.items.update(first.items)
        elif first is not None:
            owner.spoiled = "it is updated with what is not known"
        owner.items.update(given.named)
        return None
    owner.spoiled = f"{name} changes it"
    return Unknown()
