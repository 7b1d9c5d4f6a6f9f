"""The functions of the cells that Keras is given, and what they return and call."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import (
    CellCall,
    calls_of,
    last_name,
    root_name,
    statements,
)
from nbdiag.syntax.definitions import bases_of, defined
from nbdiag.syntax.text.nodes import (
    Expression,
    Function,
    Node,
    is_call,
    is_class,
    is_definition,
    is_dict,
    is_function,
    is_import_from,
    is_name,
    is_raise,
    is_return,
    is_sequence,
    is_yield,
    pieces_of,
)


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

    @property
    def is_made(self) -> bool:
        """Whether a call gives the function."""
        return is_call(self.node)


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


def computing_function(run: TrainingRun, item: Given) -> Function | None:
    """Return the function that computes, of one given by its name or made by a call."""
    found = defined(run, item.name)
    if found is None or not is_function(found[1]):
        return None
    return inner_function(found[1]) or found[1] if is_call(item.node) else found[1]


def function_of(run: TrainingRun, item: Given) -> tuple[Cell, Function] | None:
    """Return a function that compile is given, and its cell."""
    found = defined(run, item.name)
    function = computing_function(run, item)
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
