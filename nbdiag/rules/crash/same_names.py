"""What NBD823 says of layers of the same name, and the names that it gives them."""

from collections.abc import Iterator

from nbdiag.facts.crash.exception import Crash
from nbdiag.facts.crash.misuse import SAME_NAME
from nbdiag.facts.crash.snippet import rewritten
from nbdiag.language import say
from nbdiag.rules.crash.explanation import Explanation
from nbdiag.rules.crash.failure import fix_of
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import Change
from nbdiag.schema.finding import Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import text_of
from nbdiag.syntax.calls import statements
from nbdiag.syntax.definitions import used_beside_names
from nbdiag.syntax.text.nodes import (
    Constant,
    Expression,
    ForLoop,
    Function,
    Node,
    is_call,
    is_constant,
    is_for,
    is_name,
    is_sequence,
    is_tuple,
    parts_of,
)

_Block = ForLoop | Function


def same_name(run: TrainingRun, crash: Crash) -> Explanation:
    """Explain which name was given more than once, and where."""
    found = SAME_NAME.search(crash.line)
    name = (found["name"] or found["other"] or "") if found else ""
    count = (found["count"] or "2") if found else "2"
    written = [item for item in _named(run) if item[1].value == name]
    if not written:
        message = say(
            "{count} layers of the model are called {name}: each needs a unique name. Your code "
            "does not set it with name=…: the same layer or the same pretrained network is used "
            "twice.",
            count=count,
            name=name,
        )
    elif len(written) == 1:
        message = say(
            "{count} layers of the model are called {name}: the line that makes them runs more "
            "than once, in a loop or a function, and gives the same name each time.",
            count=count,
            name=name,
        )
    else:
        message = say(
            "{count} layers of the model are called {name}: each needs a unique name.",
            count=count,
            name=name,
        )
    return Explanation(
        message,
        (say("name of the layer"), f"{name} ({count})", say("a unique name")),
        _renamed(run, written) if written else None,
        say("Give each layer a unique name"),
    )


def _named(run: TrainingRun) -> Iterator[tuple[Cell, Constant, tuple[Node, ...]]]:
    """Return every ``name="…"`` of a call with the nodes around it, the innermost last."""
    for cell in (*run.earlier, run.cell):
        for top in statements(cell) if "name" in cell.source else ():
            waiting: list[tuple[Node, tuple[Node, ...]]] = [(top, ())]
            while waiting:
                node, around = waiting.pop()
                if is_call(node):
                    for item in node.keywords:
                        if item.arg == "name" and _is_text(item.value):
                            yield cell, item.value, around  # type: ignore[misc]
                inside = (*around, node)
                waiting += [(child, inside) for child in reversed(list(parts_of(node)))]


def _is_text(node: Expression) -> bool:
    return is_constant(node) and isinstance(node.value, str)


def _renamed(
    run: TrainingRun, written: list[tuple[Cell, Constant, tuple[Node, ...]]]
) -> Fix | None:
    """Append a number to names that are written twice; in a loop, its counter."""
    elsewhere = used_beside_names(run, {str(item.value) for _, item, _ in _named(run)})
    if any(item.value in elsewhere for _, item, _ in written):
        return None
    title = say("Give each layer a unique name")
    if len(written) > 1:
        changes: list[Change] = [
            rewritten(cell, item, f"{_mark(cell, item)}{item.value!s}_{number}{_mark(cell, item)}")
            for number, (cell, item, _) in enumerate(written[1:], 2)
        ]
        return fix_of(title, *changes)
    block = next((n for n in reversed(written[0][2]) if isinstance(n, _Block)), None)
    if block is None:
        return None
    counted = _counts(block) if is_for(block) else ""
    changes = []
    for cell, item, around in _named(run):
        if block not in around or item.value in elsewhere:
            continue
        mark = _mark(cell, item)
        plain = "{" not in str(item.value)
        code = f"f{mark}{item.value!s}_{{{counted}}}{mark}" if counted and plain else "None"
        changes.append(rewritten(cell, item, code))
    return fix_of(title if counted else say("Let Keras name these layers"), *changes)


def _mark(cell: Cell, node: Constant) -> str:
    text = text_of(cell, node)
    return text[-1] if text[-1:] in ("'", '"') else '"'


def _counts(loop: ForLoop) -> str:
    """Name what differs in each round of a loop, "" where that is not certain."""
    target, over = loop.target, loop.iter
    if is_call(over) and is_name(over.func):
        if over.func.id == "range" and is_name(target):
            return target.id
        if over.func.id == "enumerate" and is_tuple(target):
            first = target.elts[0]
            return first.id if is_name(first) else ""
        return ""
    if not is_name(target) or not is_sequence(over):
        return ""
    values = [item.value if is_constant(item) else None for item in over.elts]
    plain = all(
        isinstance(item, int) or (isinstance(item, str) and item.isidentifier()) for item in values
    )
    return target.id if plain and len(set(values)) == len(values) else ""
