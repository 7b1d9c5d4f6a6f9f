"""How the text makes layers and applies them, where that failed."""

from dataclasses import dataclass

from nbdiag.keras_api.layers import with_axes, with_role
from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import applied_at, failed_call
from nbdiag.syntax.calls import meaning_of, statements
from nbdiag.syntax.text.nodes import (
    Assignment,
    CallNode,
    Expression,
    Name,
    code_of,
    is_assignment,
    is_attribute,
    is_call,
    is_constant,
    is_list,
    is_name,
    is_sequence,
    is_starred,
    is_tuple,
    pieces_of,
)
from nbdiag.syntax.values import things

MERGING = with_role("merge") | {name.lower() for name in with_role("merge")}
STATES = dict.fromkeys(with_role("recurrent") & with_axes(3), 1) | {"LSTM": 2}
"""Recurrent layers, and how many states each has."""


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
