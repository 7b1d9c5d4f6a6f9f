"""Operators on values that are written out, within bounds: reading a text must stay cheap."""

import ast
import operator
from collections.abc import Callable
from typing import Any

from nbdiag.syntax.program.domain import ListValue, Unknown, Value, is_plain

LONGEST = 10_000
"""Items of a sequence, and characters of a text, that an operator may make."""
_MOST_BITS = 256
_LARGEST_EXPONENT = 64

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Invert: operator.invert,
}
_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, other: one in other,
    ast.NotIn: lambda one, other: one not in other,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_FAILURES = (ArithmeticError, TypeError, ValueError, MemoryError)


def combine(sign: ast.operator, one: Value, other: Value) -> Value:
    """Apply an operator to two values."""
    lists = (isinstance(one, ListValue), isinstance(other, ListValue))
    if any(lists):
        return _of_lists(sign, one, other)
    apply = _BINARY.get(type(sign))
    if apply is None or not is_plain(one) or not is_plain(other) or _too_large(sign, one, other):
        return Unknown()
    try:
        return _bounded(apply(one, other))
    except _FAILURES:
        return Unknown("the operator fails")


def negate(sign: ast.unaryop, value: Value) -> Value:
    """Apply an operator to one value."""
    if not is_plain(value):
        return Unknown()
    try:
        found: Value = _UNARY[type(sign)](value)
    except _FAILURES:
        return Unknown("the operator fails")
    return found


def compare(sign: ast.cmpop, one: Value, other: Value) -> Value:
    """Compare two values."""
    inside = isinstance(sign, ast.In | ast.NotIn)
    if inside and isinstance(other, ListValue) and not other.spoiled:
        other = tuple(other.items)
    if isinstance(sign, ast.Is | ast.IsNot) and None in (one, other):
        known = not isinstance(one, Unknown) and not isinstance(other, Unknown)
        return _COMPARED[type(sign)](one, other) if known else Unknown()
    if not is_plain(one) or not is_plain(other):
        return Unknown()
    try:
        return bool(_COMPARED[type(sign)](one, other))
    except _FAILURES:
        return Unknown("the comparison fails")


def truth(value: Value) -> bool | None:
    """Whether a value counts as true; None where the text does not show it."""
    if is_plain(value):
        return bool(value)
    if isinstance(value, ListValue) and not value.spoiled:
        return bool(value.items)
    return None


def _of_lists(sign: ast.operator, one: Value, other: Value) -> Value:
    if isinstance(one, ListValue) and isinstance(other, ListValue):
        whole = isinstance(sign, ast.Add) and not one.spoiled and not other.spoiled
        return ListValue([*one.items, *other.items]) if whole else Unknown()
    items, times = (one, other) if isinstance(one, ListValue) else (other, one)
    if not isinstance(sign, ast.Mult) or type(times) is not int or not isinstance(items, ListValue):
        return Unknown()
    if items.spoiled or len(items.items) * times > LONGEST:
        return Unknown()
    return ListValue(items.items * times)


def _too_large(sign: ast.operator, one: Any, other: Any) -> bool:
    """Whether the result could take long or much memory."""
    if isinstance(sign, ast.Pow):
        if isinstance(one, float) or isinstance(other, float):
            return False
        sizes = (getattr(one, "bit_length", int)(), other)
        return (
            not isinstance(other, int)
            or sizes[0] * abs(other) > _MOST_BITS * 4
            or (abs(other) > _LARGEST_EXPONENT)
        )
    if isinstance(sign, ast.Mult):
        lengths = [len(item) for item in (one, other) if isinstance(item, str | bytes | tuple)]
        counts = [item for item in (one, other) if isinstance(item, int)]
        return bool(lengths and counts) and lengths[0] * counts[0] > LONGEST
    # A text before % is filled in, to any width.
    return isinstance(sign, ast.Mod) and isinstance(one, str | bytes)


def _bounded(value: Value) -> Value:
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return Unknown("the number is too large")
    if isinstance(value, str | bytes | tuple) and len(value) > LONGEST:
        return Unknown("the value is too long")
    return value
