"""What is written in the lines that failed, and in the functions that they call."""

from collections.abc import Iterator

from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import (
    calls_of,
    statements,
)
from nbdiag.syntax.text.nodes import (
    Definition,
    Expression,
    Node,
    code_of,
    is_assignment,
    is_attribute,
    is_constant,
    is_definition,
    is_item,
    is_raise,
    is_sequence,
    is_yield,
    lines_of,
    pieces_of,
)


def read_items_of_shapes(run: TrainingRun) -> Iterator[tuple[Expression, str, int]]:
    """Find ``x.shape[2]`` in failed code: what has the shape, the text, and the place read."""
    for node in _failed_nodes(run):
        whole = node.value if is_item(node) else None
        place = node.slice.value if is_item(node) and is_constant(node.slice) else None
        shape = is_attribute(whole) and whole.attr == "shape"
        if is_attribute(whole) and shape and isinstance(place, int):
            yield whole.value, code_of(node), place


def unpacked_shapes(run: TrainingRun) -> Iterator[tuple[Expression, str, int]]:
    """Find ``n, steps = x.shape`` in failed code: what has the shape, the text, and its names."""
    for node in _failed_nodes(run):
        shape = node.value if is_assignment(node) else None
        if is_assignment(node) and is_attribute(shape) and shape.attr == "shape":
            target = node.targets[0]
            yield shape.value, code_of(node), len(target.elts) if is_sequence(target) else 0


def _failed_nodes(run: TrainingRun) -> Iterator[Node]:
    """Yield the nodes of the failing lines, and of functions in earlier cells that they call."""
    called = {item.name for item in calls_of(run)}
    lines = set(run.error.lines) if run.error is not None else set()
    for cell in (run.cell, *reversed(run.earlier)):
        for top in statements(cell):
            if cell is not run.cell and is_definition(top) and top.name in called:
                yield from pieces_of(top)
            for node in pieces_of(top) if cell is run.cell else ():
                first, last = lines_of(node)
                if first and (not lines or lines & set(range(first, last + 1))):
                    yield node


def raises_itself(top: Definition, line: int) -> bool:
    """Whether a definition has a ``raise`` in a line: the exception is meant."""
    return any(is_raise(node) and node.lineno == line for node in pieces_of(top))


def makes_batches(top: Definition) -> bool:
    """Whether a definition is a generator, or holds one."""
    return any(is_yield(node) for node in pieces_of(top))


def holds(top: Definition, piece: Node) -> bool:
    """Whether a piece of a cell is inside a definition."""
    return any(node is piece for node in pieces_of(top))
