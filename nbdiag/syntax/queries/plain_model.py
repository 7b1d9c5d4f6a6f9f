"""Whether the text makes one model, a plain chain of layers."""

from collections.abc import Collection, Iterator

from nbdiag.keras_api.layers import class_name, is_layer, with_role
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import (
    CellCall,
    calls_in,
    calls_of,
    meaning_of,
    statements,
)
from nbdiag.syntax.text.nodes import (
    CallNode,
    Expression,
    Node,
    is_assignment,
    is_call,
    is_definition,
    is_list,
    is_loop,
    is_name,
    pieces_of,
)

_FUNCTIONS = {name.lower() for name in with_role("merge")} - {"add"}
_MERGES = with_role("merge", "attention") | _FUNCTIONS
_MODELS = ("Sequential", "Model", "Functional")


def is_plain_model(run: TrainingRun, made: Collection[CellCall]) -> bool:
    """Whether the text makes one model out of known layers, each of them once and in order.

    Parameters
    ----------
    made
        The calls that make the known layers.
    """
    calls = calls_of(run)
    models = [item for item in calls if item.name in _MODELS]
    merged = any(
        item.name in _MERGES or (item.name == "add" and is_list(item.argument(0))) for item in calls
    )
    if len(models) != 1 or merged or _in_loops(run):
        return False
    known_calls = {id(found.node) for found in made}
    wrapped = {id(node) for item in calls for node in (*item.node.args,) if _wraps(item.name)}
    applied = [n for n in _nodes(run) if is_call(n) and is_call(n.func)]
    if not _follow_each_other(run, applied):
        return False
    places: list[Expression] = [node.func for node in applied]
    for item in calls:
        first = item.argument(0, "layer")
        if item.name == "add" and first is not None:
            places.append(first)
        elif item.name == "Sequential" and is_list(item.argument(0, "layers")):
            listed = item.argument(0, "layers")
            places += listed.elts if is_list(listed) else []
    # What is applied, listed or added must be the layers that are known, all of them.
    known = {id(node) for node in places} | {
        id(node.args[0]) for node in places if is_call(node) and node.args
    }
    return known_calls <= known | wrapped and all(
        is_call(node) and is_layer(class_name(meaning_of(run, node))) for node in places
    )


def _follow_each_other(run: TrainingRun, applied: list[CallNode]) -> bool:
    """Whether each layer is applied to what the one above it in the text gave."""
    given = {
        id(node.value): node.targets[0].id
        for node in _nodes(run)
        if is_assignment(node) and is_name(node.targets[0])
    }
    before: str | None = None
    for place, node in enumerate(sorted(applied, key=lambda n: (n.lineno, n.col_offset))):
        source = node.args[0] if node.args else None
        if place and not (is_name(source) and source.id == before):
            return False
        if is_call(source) and is_call(source.func):
            return False
        before = given.get(id(node))
    return True


def _wraps(name: str) -> bool:
    return name in ("TimeDistributed", "Bidirectional")


def _in_loops(run: TrainingRun) -> bool:
    """Whether a loop makes layers."""
    loops = [node for node in _nodes(run) if is_loop(node)]
    return any(
        is_call(node) and is_layer(class_name(meaning_of(run, node)))
        for loop in loops
        for node in pieces_of(loop)
    )


def _nodes(run: TrainingRun) -> Iterator[Node]:
    """Yield the nodes of the watched cell, and of the earlier functions that it calls."""
    called = {item.name for item in calls_in(run)}
    for cell in (*run.earlier, run.cell):
        for top in statements(cell):
            if cell is run.cell or (is_definition(top) and top.name in called):
                yield from pieces_of(top)
