"""Methods of arrays that the failed code calls on what is a tensor."""

from collections.abc import Collection, Iterator

from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import full_name, statements
from nbdiag.syntax.definitions import failed_definition
from nbdiag.syntax.text.nodes import (
    CallNode,
    Node,
    is_attribute,
    is_call,
    is_constant,
    lines_of,
    pieces_of,
)


def methods_called(
    run: TrainingRun, names: Collection[str]
) -> tuple[Cell, str, tuple[CallNode, ...]] | None:
    """Find the calls of such methods in the function that failed, or in the line that did.

    Returns
    -------
    tuple or None
        The cell, the name of the function ("" for a line of the cell) and the calls.
    """
    found = failed_definition(run)
    if found is not None:
        calls = tuple(_called(run, found[1], names))
        return (found[0], found[1].name, calls) if calls else None
    failed = set(run.error.lines) if run.error is not None else set()
    for top in statements(run.cell):
        first, last = lines_of(top)
        calls = tuple(_called(run, top, names)) if failed & set(range(first, last + 1)) else ()
        if calls:
            return run.cell, "", calls
    return None


def _called(run: TrainingRun, top: Node, names: Collection[str]) -> Iterator[CallNode]:
    for node in pieces_of(top):
        method = node.func if is_call(node) else None
        if is_call(node) and is_attribute(method) and method.attr in names:
            owner = method.value
            if not is_constant(owner) and not full_name(run, owner):
                yield node
