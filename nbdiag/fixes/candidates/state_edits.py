"""The states of recurrent layers, taken by as many names as there are."""

from collections.abc import Iterator

from nbdiag.facts.crash.layer_chain import RECURRENT
from nbdiag.facts.crash.snippet import rewritten
from nbdiag.fixes.candidates.keras_names import keras_name
from nbdiag.fixes.candidates.possible_edit import Candidate
from nbdiag.language import say
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import Change
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import line_start, text_of
from nbdiag.syntax.calls import argument, meaning_of, statements
from nbdiag.syntax.queries.layer_use import unpacked
from nbdiag.syntax.text.nodes import (
    Assignment,
    CallNode,
    code_of,
    is_assignment,
    is_call,
    is_name,
    is_sequence,
    pieces_of,
)

_BOTH_WAYS = 2


def state_edits(run: TrainingRun) -> Iterator[Candidate]:
    """Yield names for all that a recurrent layer returns."""
    found = unpacked(run)
    if found is None or not found.states:
        return
    node = _assignment(found.cell, found.made)
    targets = node.targets[0] if node is not None else None
    if node is None or not is_sequence(targets) or not all(map(is_name, targets.elts)):
        return
    names = [code_of(item) for item in targets.elts]
    states = (found.gives - 1) // (_BOTH_WAYS if found.both else 1)
    if found.both and len(names) == 1 + states:
        yield from _joined(run, found.cell, node, names)
    elif not found.both and len(names) != found.gives:
        yield from _counted(found.cell, node, names, found.gives)


def _assignment(cell: Cell, made: CallNode) -> Assignment | None:
    """Return the assignment that takes what a layer returns."""
    for top in statements(cell):
        for node in pieces_of(top):
            if is_assignment(node) and is_sequence(node.targets[0]):
                inside = any(item is made for item in pieces_of(node.value))
                if inside or (is_call(node.value) and _applies(cell, node.value, made)):
                    return node
    return None


def _applies(cell: Cell, call: CallNode, made: CallNode) -> bool:
    """Whether a call applies a layer that another statement has given a name."""
    if not is_name(call.func):
        return False
    own = call.func.id
    return any(
        any(code_of(target) == own for target in node.targets)
        and any(item is made for item in pieces_of(node.value))
        for top in statements(cell)
        for node in pieces_of(top)
        if is_assignment(node)
    )


def _joined(
    run: TrainingRun, cell: Cell, node: Assignment, names: list[str]
) -> Iterator[Candidate]:
    """Yield the states of both directions, side by side or added."""
    indent, alone = line_start(cell, node)
    if not alone:
        return
    output, *states = names
    forward = [f"{name}_forward" for name in states]
    backward = [f"{name}_backward" for name in states]
    taken = ", ".join([output, *forward, *backward])
    first = f"{taken} = {text_of(cell, node.value)}"
    pairs = list(zip(states, forward, backward, strict=True))
    message = say(
        "Bidirectional returns the states of both directions, one after the other: what reads "
        "them needs one of each kind, made of both."
    )
    join = keras_name(run, "layers", "Concatenate")
    if join:
        lines = [first, *(f"{own} = {join}()([{one}, {two}])" for own, one, two in pairs)]
        change = rewritten(cell, node, f"\n{indent}".join(lines))
        title = say("Join the states of both directions")
        yield Candidate(1.3, title, message, "architecture", (change,))
        wider = _wider(run, cell, states)
        if wider:
            title = say("Join the states of both directions, and read them with twice the units")
            yield Candidate(1.35, title, message, "architecture", (change, *wider))
    lines = [first, *(f"{own} = {one} + {two}" for own, one, two in pairs)]
    change = rewritten(cell, node, f"\n{indent}".join(lines))
    yield Candidate(
        1.6, say("Add the states of both directions"), message, "architecture", (change,)
    )


def _wider(run: TrainingRun, cell: Cell, states: list[str]) -> tuple[Change, ...]:
    """Return what doubles the units of the layers that begin with these states."""
    changes: list[Change] = []
    for top in statements(cell):
        for node in pieces_of(top):
            if not is_call(node) or not is_call(node.func):
                continue
            begun = argument(node, -1, "initial_state")
            units = argument(node.func, 0, "units")
            if begun is None or units is None or meaning_of(run, node.func) not in RECURRENT:
                continue
            if any(is_name(item) and item.id in states for item in pieces_of(begun)):
                changes.append(rewritten(cell, units, f"2 * {text_of(cell, units)}"))
    return tuple(changes)


def _counted(cell: Cell, node: Assignment, names: list[str], gives: int) -> Iterator[Candidate]:
    """Yield as many names as the layer returns tensors."""
    message = say(
        "The layer returns {gives} tensors, its output and its states, and {names} names take "
        "them.",
        gives=gives,
        names=len(names),
    )
    target = node.targets[0]
    if len(names) < gives:
        more = [*names, *["_"] * (gives - len(names))]
        title = say("Take all {gives} tensors", gives=gives)
        yield Candidate(
            1.4, title, message, "architecture", (rewritten(cell, target, ", ".join(more)),)
        )
        if len(names) > 1:
            rest = [*names[:-1], f"*{names[-1]}"]
            title = say("Take the states as one list")
            yield Candidate(
                1.5, title, message, "architecture", (rewritten(cell, target, ", ".join(rest)),)
            )
        return
    kept, dropped = names[:gives], names[gives:]
    changes: list[Change] = [rewritten(cell, target, ", ".join(kept))]
    for top in statements(cell):
        for item in pieces_of(top):
            if not is_sequence(item) or item is target or item in getattr(node, "targets", ()):
                continue
            inside = [code_of(part) for part in item.elts]
            if set(inside) & set(dropped) and set(inside) <= set(names):
                left = [name for name in inside if name not in dropped]
                code = left[0] if len(left) == 1 else f"[{', '.join(left)}]"
                changes.append(rewritten(cell, item, code))
    title = say("Take {gives} tensors", gives=gives)
    yield Candidate(1.4, title, message, "architecture", tuple(changes))
