"""NBD820: an argument of a layer has a value that the layer cannot take."""

import difflib
import re
from collections.abc import Iterator

from nbdiag.facts.crash.exception import Crash
from nbdiag.keras_api.layers import layer_class
from nbdiag.keras_api.methods import METHODS
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.changes import Change, SetCallArgument
from nbdiag.schema.finding import Aspect, Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import failed_call
from nbdiag.syntax.calls import CellCall, calls_of
from nbdiag.syntax.text.nodes import (
    Expression,
    code_of,
    is_attribute,
    is_constant,
    is_division,
    is_item,
    is_name,
    is_sequence,
    pieces_of,
)
from nbdiag.syntax.values import value_of


class ArgumentThatALayerCannotTake(CrashRule):
    """An argument of a layer has a value that the layer cannot take.

    What it finds
    -------------
    A number of units or filters that is not a whole number above 0, a Dropout rate above 1, a
    kernel size of the wrong number of axes, a padding that is misspelt.

    Why it hurts
    ------------
    Sizes count something, so Keras takes whole numbers only: 128 / 2 is 64.0 in Python, and 64.0
    units cannot be made. A rate is a share of 1, no percentage.

    Example
    -------
    ::

        layers.Dense(width / 2)
        layers.Dropout(20)

    Use instead
    -----------
    ::

        layers.Dense(width // 2)
        layers.Dropout(0.2)

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with.

    Thresholds and their source
    ---------------------------
    A rate from 2 to less than 100 is read as a percentage; a padding counts as misspelt when one
    of Keras' words is at least 60 % like it (difflib, its own default).

    References
    ----------
    Keras documentation, Dense, Dropout and Conv2D layers: arguments.
    """

    code = "NBD820"
    name = "argument-that-a-layer-cannot-take"
    aspect = "architecture"
    kind = "argument"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Report which argument it is, and set it to a valid value."""
        argument, value = _named_in(crash.line)
        places = _places(run, argument, value)
        call = places[0] if places else failed_call(run)
        layer = call.name if call is not None else crash.caller or say("a layer")
        yield self.explain(
            crash,
            _message(layer, argument, value, crash.line),
            (
                Evidence(
                    say("{argument} of {layer}", argument=argument or say("size"), layer=layer),
                    value or "?",
                    _expected(argument, crash.line),
                    "cell",
                ),
            ),
            first_of(
                _fix(run, argument, value, places, crash.line),
                otherwise=_advice(argument, layer, crash.line),
            ),
            aspect=_ASPECTS.get(argument, "architecture"),
        )


_ASPECTS: dict[str, Aspect] = {"rate": "regularization", "stddev": "regularization"}
_SIZES = (
    "units", "filters", "kernel_size", "strides", "pool_size", "n", "input_dim", "output_dim",
    "depth_multiplier", "num_heads", "key_dim", "groups", "shape", "input_shape", "size",
)  # fmt: skip
_SHARE = ("rate", "stddev")
_PERCENT = 100
_LEAST_PERCENT = 2  # 1 is a share of everything, and 1.5 may be meant otherwise


def _named_in(line: str) -> tuple[str, str]:
    """Return the argument and the value that the exception names, "" for what it does not."""
    if found := re.search(r"Found invalid dimension '([^']*)'", line):
        return "", found[1]
    if found := re.search(r"`padding` argument must be .*Received: (\w+)", line):
        return "padding", found[1]
    name = re.search(r"argument `(\w+)`|value for `(\w+)`|[Tt]he `(\w+)` argument|`(\w+)`", line)
    value = re.search(r"(?:Received:?|[Rr]eceived) \w+=(\([^)]*\)|[^\s,]+)|got (-?[\d.]+)", line)
    return (
        next((item for item in name.groups() if item), "") if name else "",
        next((item for item in value.groups() if item), "").rstrip(".") if value else "",
    )


def _places(run: TrainingRun, argument: str, value: str) -> tuple[CellCall, ...]:
    """Return the calls that receive the value, the failing one first."""
    failed = failed_call(run)
    found = []
    for item in calls_of(run):
        node = _given(item, argument, value, run)
        if node is not None and item not in found:
            found.append(item)
    return tuple(sorted(found, key=lambda item: item != failed))


def _given(item: CellCall, argument: str, value: str, run: TrainingRun) -> Expression | None:
    """Return the expression of the argument if the exception names it, or may do so."""
    names = (argument,) if argument else _SIZES
    place = _positional(item.name)
    for name in names:
        where = place.index(name) if name in place else -1
        node = item.argument(where, name)
        if node is None:
            continue
        known = value_of(run, node)
        if known is not None and (_is_like(known, value) or _is_percentage(argument, known)):
            return node
        if known is None and _divides(node):
            return node
    return None


def _positional(name: str) -> tuple[str, ...]:
    row = layer_class(name)
    return row.positional if row is not None else METHODS.get(name, ())


def _is_percentage(argument: str, known: object) -> bool:
    """Whether a share is written in percent: a number that no share can be."""
    if argument not in _SHARE or not isinstance(known, int | float):
        return False
    return _LEAST_PERCENT <= known < _PERCENT


def _is_like(known: object, value: str) -> bool:
    if isinstance(known, tuple):
        return str(known) == value or any(str(item) == value for item in known)
    return str(known).lower() == value.lower() or (value.startswith("<class") and _is_part(known))


def _is_part(known: object) -> bool:
    return isinstance(known, float)


def _divides(node: Expression) -> bool:
    return any(is_division(item) for item in pieces_of(node))


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _message(layer: str, argument: str, value: str, line: str) -> str:
    number = _number(value)
    if argument == "padding":
        return say(
            "{layer} knows no padding {value!r}: it is one of {known}.",
            layer=layer,
            value=value,
            known=_known(line),
        )
    if argument in _SHARE:
        return say(
            "{argument}={value} of {layer} is out of range: it must lie between 0 and 1, so write "
            "0.2 for 20 %.",
            argument=argument,
            value=value,
            layer=layer,
        )
    if found := re.search(r"must be a tuple of (\d+) integers", line):
        return say(
            "{argument}={value} of {layer} should be {count} whole numbers above 0, or one.",
            argument=argument,
            value=value,
            layer=layer,
            count=found[1],
        )
    named = argument or say("size")
    if "float" in line and (number is None or not number.is_integer()):
        return say(
            "{argument} of {layer} is a float: a size must be a whole number.",
            argument=named,
            layer=layer,
        )
    if number is not None and number > 0:
        return say(
            "{argument}={value} of {layer} is a float: sizes are whole numbers, {whole}. A "
            "division with / gives a float in Python, // a whole number.",
            argument=named,
            value=value,
            layer=layer,
            whole=int(number),
        )
    return say(
        "{argument}={value} of {layer} is not a size: it must be a whole number above 0.",
        argument=named,
        value=value,
        layer=layer,
    )


def _known(line: str) -> str:
    return ", ".join(sorted(item for item in ("valid", "same", "causal") if f"'{item}'" in line))


def _expected(argument: str, line: str) -> str:
    if argument == "padding":
        return _known(line)
    return "0 … 1" if argument in _SHARE else say("a whole number above 0")


def _advice(argument: str, layer: str, line: str) -> str:
    if argument == "padding":
        return say("Write padding as one of {known}", known=_known(line))
    if argument in _SHARE:
        return say("Give {layer} a share from 0 to 1", layer=layer)
    return say("Give {layer} whole numbers above 0", layer=layer)


def _fix(
    run: TrainingRun, argument: str, value: str, places: tuple[CellCall, ...], line: str
) -> Fix | None:
    changes: list[Change] = []
    for item in places:
        node = _given(item, argument, value, run)
        name = _name_of(item, node)
        own = str(value_of(run, node)) if argument in _SHARE else value
        code = None if node is None or not name else _code(argument, own, node, line)
        if code is None:
            return None
        changes.append(SetCallArgument(item.call, name, code))
    return fix_of(say("Give it a value that it can take"), *changes)


def _name_of(item: CellCall, node: Expression | None) -> str:
    """Return the name of the argument that an expression is passed as."""
    for keyword in item.node.keywords:
        if keyword.value is node:
            return keyword.arg or ""
    for place, given in enumerate(item.node.args):
        if given is node:
            names = _positional(item.name)
            return names[place] if place < len(names) else ""
    return ""


def _code(argument: str, value: str, node: Expression, line: str) -> str | None:
    """Write the value that is meant, None where it is not known."""
    if argument == "padding":
        known = [item for item in ("valid", "same", "causal") if f"'{item}'" in line]
        near = difflib.get_close_matches(value, known, n=1)
        return f'"{near[0]}"' if near else None
    number = _number(value)
    if argument in _SHARE:
        percent = number is not None and _is_percentage(argument, number)
        if number is None or not percent:
            return None
        # A name may have another value in the next round, and elsewhere.
        plain = is_constant(node) or not (is_name(node) or is_attribute(node) or is_item(node))
        return repr(round(number / _PERCENT, 4)) if plain else f"{code_of(node)} / {_PERCENT}"
    if is_sequence(node):
        parts = [_whole(item) for item in node.elts]
        return f"({', '.join(parts)}{',' * (len(parts) == 1)})"
    if number is not None and (number <= 0 or not number.is_integer()):
        return None
    whole = _whole(node)
    return whole if whole != code_of(node) else None


def _whole(node: Expression) -> str:
    """Write an expression so that it gives a whole number."""
    text = code_of(node)
    if is_constant(node):
        plain = isinstance(node.value, float) and node.value.is_integer()
        return str(int(node.value)) if plain else text  # type: ignore[arg-type]
    if is_division(node):
        return f"{code_of(node.left)} // {code_of(node.right)}"
    return f"int({text})"
