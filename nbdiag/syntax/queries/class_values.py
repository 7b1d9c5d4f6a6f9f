"""Classes that the text gives where an object made from one belongs."""

from collections.abc import Iterator

from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import last_name, meaning_of, statements
from nbdiag.syntax.text.nodes import (
    Expression,
    Node,
    is_attribute,
    is_call,
    is_for,
    is_name,
    is_sequence,
    pieces_of,
)

_TAKES_CLASSES = {"isinstance", "issubclass", "partial", "super", "type", "getattr", "hasattr"}


def classes_given(run: TrainingRun, name: str) -> Iterator[tuple[Cell, Expression]]:
    """Find where a class is an argument or an item of a list; not of a list of classes alone."""
    for cell in (run.cell, *reversed(run.earlier)):
        for top in statements(cell):
            looped = {id(node.iter) for node in pieces_of(top) if is_for(node)}
            for node in pieces_of(top):
                values = tuple(_values(node))
                if id(node) in looped and all(map(_is_named, values)):
                    continue  # a loop that makes an object from each of them
                for item in values:
                    if _is_named(item) and meaning_of(run, item) == name:
                        yield cell, item


def _is_named(node: Expression) -> bool:
    return is_name(node) or is_attribute(node)


def _values(node: Node) -> Iterator[Expression]:
    if is_sequence(node):
        yield from node.elts
    elif is_call(node) and last_name(node) not in _TAKES_CLASSES:
        yield from node.args
        yield from (item.value for item in node.keywords)
