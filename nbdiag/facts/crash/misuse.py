"""Mistakes in how a part of Keras is called or made, read from the exception and the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from nbdiag.facts.crash.exception import Crash
from nbdiag.keras_api.layers import with_axes, with_role
from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import applied_at, failed_call
from nbdiag.syntax.calls import CellCall, calls_of, last_name, meaning_of, root_name, statements
from nbdiag.syntax.definitions import bases_of, defined, failed_definition
from nbdiag.syntax.text.nodes import (
    Assignment,
    CallNode,
    Expression,
    Function,
    Name,
    Node,
    code_of,
    is_assignment,
    is_attribute,
    is_call,
    is_class,
    is_constant,
    is_definition,
    is_dict,
    is_function,
    is_import_from,
    is_list,
    is_name,
    is_raise,
    is_return,
    is_sequence,
    is_starred,
    is_tuple,
    is_yield,
    pieces_of,
)
from nbdiag.syntax.values import things

MERGING = with_role("merge") | {name.lower() for name in with_role("merge")}
STATES = dict.fromkeys(with_role("recurrent") & with_axes(3), 1) | {"LSTM": 2}
"""Recurrent layers, and how many states each has."""
OF_KERAS = {"Layer", "Model", "Loss", "Metric", "Sequential"}
RESERVED = re.compile(
    r"property '(?P<name>\w+)' of '(?:[\w.<>]*\.)?(?P<owner>\w+)' object has no setter|"
    r"`Model\.(?P<listed>layers)` attribute is reserved"
)
SAME_NAME = re.compile(
    r"The name \"(?P<name>[^\"]+)\" is used (?P<count>\d+) times in the model|"
    r"unique names\. Name '(?P<other>[^']+)' is already"
)
NOT_A_LIST = re.compile(
    r"too many positional arguments|should be called on a list of at least|"
    r"must be called on a list of inputs|takes 1 positional argument but \d+ were given"
)
_UNPACKED = re.compile(r"(?:too many|not enough) values to unpack|Iterating over a symbolic Keras")
_COUNTED = re.compile(
    r"(?P<name>\w+)\(\) (?:takes|missing)|<function (?P<made>\w+)\.<locals>\.(?P<inner>\w+)"
)
_OUTSIDE = re.compile(
    r"Cannot convert a symbolic|'(?:Symbolic|Keras)?Tensor' object has no attribute 'numpy'|"
    r"[Gg]ot <(?:class '[\w.]*SymbolicTensor|tf\.Tensor)|len is not well defined for a symbolic|"
    r"[Uu]sing a symbolic `tf\.Tensor`|Iterating over a symbolic `tf\.Tensor`"
)
_TYPES = re.compile(r"that does not match (?:expected )?type|does not match type \w+ of argument")
_FIRST = re.compile(r"missing a required argument: '(?P<name>\w+)'")

Mistake = Literal[
    "reserved", "same name", "not a list", "unpacked", "setting", "not called", "called", "arity",
    "nothing returned", "outside", "types", "attention",
]  # fmt: skip


@dataclass(frozen=True)
class Given:
    """A function that compile is given.

    Attributes
    ----------
    node
        The argument in the call of compile.
    """

    part: Literal["loss", "metrics"]
    name: str
    node: Expression
    compiled: CellCall


@dataclass(frozen=True)
class Misuse:
    """What was done wrongly, and with which function of compile, if it was one."""

    mistake: Mistake
    given: Given | None = None


def misuse_of(run: TrainingRun, crash: Crash) -> Misuse | None:
    """Find a mistake in how a part of Keras is called or made; None for anything else."""
    line = crash.line
    if found := RESERVED.search(line):
        owner = found["owner"] or ""
        return Misuse("reserved") if not owner or bases_of(run, owner) & OF_KERAS else None
    if SAME_NAME.search(line):
        return Misuse("same name")
    if NOT_A_LIST.search(line) and merged(run) is not None:
        return Misuse("not a list")
    if _UNPACKED.search(line) and unpacked(run) is not None:
        return Misuse("unpacked")
    if "kerastensor" in line.lower() and as_setting(run) is not None:
        return Misuse("setting")
    if _FIRST.search(line) and attention(run) is not None:
        return Misuse("attention")
    return _of_function(run, crash)


def merged(run: TrainingRun) -> tuple[Cell, CallNode, str] | None:
    """Return the application of a merging layer that failed, and the layer's name."""
    found = _applied(run)
    if found is None:
        return None
    cell, call = found
    name = _layer_of(run, cell, call)
    plain = not any((is_starred(item) or is_list(item) or is_tuple(item)) for item in call.args)
    return (cell, call, name) if name in MERGING and len(call.args) > 1 and plain else None


def attention(run: TrainingRun) -> tuple[Cell, CallNode] | None:
    """Return a call of MultiHeadAttention on one tensor alone."""
    found = _applied(run)
    if found is None or _layer_of(run, *found) != "MultiHeadAttention":
        return None
    return found if len(found[1].args) == 1 and not found[1].keywords else None


def _applied(run: TrainingRun) -> tuple[Cell, CallNode] | None:
    """Return the innermost call that failed, with its cell."""
    for site in reversed(run.error.scene.places if run.error else ()):
        cell = next((c for c in (run.cell, *run.earlier) if c.number == site.cell), None)
        found = applied_at(cell, site) if cell is not None else None
        if cell is not None and found is not None:
            return cell, found[1]
    return None


def _layer_of(run: TrainingRun, cell: Cell, call: CallNode) -> str:
    """Name the layer that is applied by ``Layer()(x)``, ``layer(x)`` or ``function(x)``."""
    if is_call(call.func):
        return meaning_of(run, call.func)
    made = maker_of(run, cell, call.func)
    return meaning_of(run, made if made is not None else call)


def maker_of(run: TrainingRun, cell: Cell, node: Expression) -> CallNode | None:
    """Return the call that made a layer: the node itself, or the value of its name."""
    if is_call(node):
        return node
    if not (is_name(node) or is_attribute(node)):
        return None
    wanted = code_of(node)
    for other in (cell, run.cell, *reversed(run.earlier)):
        made = [
            item.value
            for top in statements(other)
            for item in pieces_of(top)
            if is_assignment(item)
            and is_call(item.value)
            and any(code_of(target) == wanted for target in item.targets)
        ]
        if made:
            return made[-1] if len(made) == 1 else None
    return None


@dataclass(frozen=True)
class Unpacked:
    """What a recurrent layer gives, and the names that take it.

    Attributes
    ----------
    made
        The call that made the layer, or the layer inside Bidirectional.
    gives
        Number of tensors.
    """

    layer: str
    made: CallNode
    both: bool
    states: bool
    names: int
    gives: int
    cell: Cell


def unpacked(run: TrainingRun) -> Unpacked | None:
    """Return the unpacking of what a recurrent layer returns, where the cell failed."""
    if run.error is None:
        return None
    lines = {site.line for site in run.error.scene.places if site.cell == run.cell.number}
    lines |= set(run.error.lines[-1:])
    for cell in (run.cell, *reversed(run.earlier)):
        places = {site.line for site in run.error.scene.places if site.cell == cell.number}
        places |= lines if cell is run.cell else set()
        for top in statements(cell):
            if not any(top.lineno <= line <= (top.end_lineno or 0) for line in places):
                continue
            for node in pieces_of(top):
                if is_assignment(node) and node.lineno in places:
                    found = _unpacking(run, cell, node)
                    if found is not None:
                        return found
    return None


def _unpacking(run: TrainingRun, cell: Cell, node: Assignment) -> Unpacked | None:
    target, value = node.targets[0], node.value
    if not is_sequence(target) or not is_call(value):
        return None
    if any(is_starred(item) for item in target.elts):
        return None
    made = maker_of(run, cell, value.func)
    both = made is not None and meaning_of(run, made) == "Bidirectional" and bool(made.args)
    inner = made.args[0] if both and made is not None else made
    if not is_call(inner) or meaning_of(run, inner) not in STATES:
        return None
    told = {item.arg: item.value for item in inner.keywords}
    state = told.get("return_state")
    if state is not None and not is_constant(state):
        return None
    states = is_constant(state) and bool(state.value)
    layer = meaning_of(run, inner)
    gives = 1 + (STATES[layer] * (2 if both else 1) if states else 0)
    return Unpacked(layer, inner, both, states, len(target.elts), gives, cell)


def as_setting(run: TrainingRun) -> tuple[Cell, CallNode, Name] | None:
    """Return a layer that is made with a tensor among its settings, ``Dense(3, x)``."""
    call = failed_call(run)
    if call is None or not call.name[:1].isupper() or call.name in ("Model", "Sequential"):
        return None
    names = [
        item
        for item in call.node.args
        if is_name(item)
        and (thing := things(run).get(item.id)) is not None
        and "KerasTensor" in thing.type
    ]
    last = call.node.args[-1:] == names
    return (run.cell, call.node, names[0]) if len(names) == 1 and last else None


def given_functions(run: TrainingRun) -> Iterator[Given]:
    """Return every function of loss and metrics that compile is given by name or by a call."""
    for found in calls_of(run):
        if found.name != "compile":
            continue
        for part, place in (("loss", 1), ("metrics", 2)):
            node = found.argument(place, part)
            for item in _items(node) if node is not None else ():
                name = last_name(item)
                if name:
                    yield Given("loss" if part == "loss" else "metrics", name, item, found)


def _items(node: Expression) -> Iterator[Expression]:
    if is_sequence(node):
        for item in node.elts:
            yield from _items(item)
    elif is_dict(node):
        for item in node.values:
            yield from _items(item)
    else:
        yield node


def inner_function(node: Node) -> Function | None:
    """Return the function that a function makes and returns, None where it makes none."""
    body = node.body if is_function(node) else []
    inner = {item.name: item for item in body if is_function(item)}
    for item in body:
        if is_return(item) and is_name(item.value):
            return inner.get(item.value.id)
    return None


def is_silent(function: Function) -> bool:
    """Whether a function returns nothing."""
    own = [item for part in function.body if not is_definition(part) for item in pieces_of(part)]
    returns = any(is_return(item) and item.value is not None for item in own)
    return not returns and not any(is_raise(item) or is_yield(item) for item in own)


def silent_call(run: TrainingRun) -> tuple[Cell, Function, str] | None:
    """Return the method ``call`` of a custom layer or model that returns nothing."""
    names = {found.name for found in calls_of(run)}
    for name in sorted(names):
        found = defined(run, name)
        if found is None or not is_class(found[1]):
            continue
        for item in found[1].body:
            if not is_function(item) or item.name != "call":
                continue
            if bases_of(run, name) & {"Layer", "Model"} and is_silent(item):
                return found[0], item, name
    return None


def _of_function(run: TrainingRun, crash: Crash) -> Misuse | None:
    """Find what is wrong with a function that compile is given."""
    line = crash.line
    given = tuple(given_functions(run))
    if found := _COUNTED.search(line):
        name = found["made"] or found["name"]
        for item in given:
            if item.name == name and (own := defined(run, name)) is not None:
                return _counted(item, own[1], by_name=bool(found["made"]))
        return None
    if crash.in_fit and "None values not supported" in line:
        for item in given:
            function = _function(run, item)
            if item.part == "loss" and function is not None and is_silent(function):
                return Misuse("nothing returned", item)
        return Misuse("nothing returned") if silent_call(run) is not None else None
    place = failed_definition(run) if crash.in_fit else None
    for item in given:
        here = place is not None and place[1].name == item.name
        outside = _OUTSIDE.search(line) and (here or is_foreign(run, item))
        if outside and (item.part == "metrics" or "compile_loss" not in line):
            return Misuse("outside", item)
        if here and _TYPES.search(line):
            return Misuse("types", item)
    return None


def _counted(item: Given, own: Node, *, by_name: bool) -> Misuse | None:
    if is_call(item.node):
        return None if by_name or inner_function(own) is not None else Misuse("called", item)
    if inner_function(own) is not None:
        return Misuse("not called", item)
    return None if by_name or not is_function(own) else Misuse("arity", item)


def _function(run: TrainingRun, item: Given) -> Function | None:
    """Return the function that computes, of one given by its name or made by a call."""
    found = defined(run, item.name)
    if found is None or not is_function(found[1]):
        return None
    return inner_function(found[1]) or found[1] if is_call(item.node) else found[1]


def function_of(run: TrainingRun, item: Given) -> tuple[Cell, Function] | None:
    """Return a function that compile is given, and its cell."""
    found = defined(run, item.name)
    function = _function(run, item)
    return (found[0], function) if found is not None and function is not None else None


def foreign_name(run: TrainingRun, item: Given) -> str:
    """Name the function of scikit-learn that a function is, or that it hands its arguments on to.

    "" where there is none.
    """
    names = _imported(run)
    if item.name in names:
        return names[item.name]
    own = function_of(run, item)
    body = [part for part in own[1].body if is_return(part)] if own else []
    if own is None or len(body) != 1 or len(own[1].body) > 2:  # noqa: PLR2004 - with a docstring
        return ""
    value = body[0].value
    if is_call(value) and last_name(value) in names and not value.keywords:
        given = [root_name(part) for part in value.args]
        if given == [part.arg for part in own[1].args.args]:
            return names[last_name(value)]
    return ""


def is_foreign(run: TrainingRun, item: Given) -> bool:
    """Whether a function is one of scikit-learn, or calls one or NumPy."""
    own = function_of(run, item)
    called = {root_name(node) for node in pieces_of(own[1])} if own is not None else {item.name}
    return bool(called & ({"np", "numpy", "sklearn"} | set(_imported(run))))


def _imported(run: TrainingRun) -> dict[str, str]:
    """Return the names imported from scikit-learn's metrics, by what they are called here."""
    return {
        name.asname or name.name: name.name
        for cell in (run.cell, *run.earlier)
        for top in statements(cell)
        if is_import_from(top) and (top.module or "").startswith("sklearn.metrics")
        for name in top.names
    }
