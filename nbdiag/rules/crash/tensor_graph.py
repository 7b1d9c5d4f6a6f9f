"""The fixes of graphs of tensors: from the input that an output is made from, and of its size."""

from collections.abc import Iterator

from nbdiag.language import say
from nbdiag.rules.crash.failure import fix_of
from nbdiag.schema.changes import SetCallArgument
from nbdiag.schema.finding import Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import CellCall, calls_in, last_name, statements
from nbdiag.syntax.text.nodes import (
    Expression,
    Node,
    code_of,
    is_assignment,
    is_call,
    is_name,
    is_sequence,
    pieces_of,
)
from nbdiag.syntax.values import things, value_of

_DEEPEST = 200  # assignments followed: a name that is made from itself is met again and again


def from_its_own_input(run: TrainingRun) -> Fix | None:
    """Make a model from the one ``Input`` that its output is made from, where the rows fit both."""
    found = _failed(run, "Model")
    if found is None:
        return None
    start, output = found.argument(0, "inputs", "input"), found.argument(1, "outputs", "output")
    made = _assigned(run)
    reached = set(_inputs(output, made)) if output is not None else set()
    if not is_name(start) or len(reached) != 1 or start.id in reached:
        return None
    (own,) = reached
    shapes = [thing.shape if thing else None for thing in map(things(run).get, (start.id, own))]
    if shapes[0] is None or shapes[0] != shapes[1]:
        return None
    return fix_of(
        say("Make the model from {name}, which its output is made from", name=own),
        SetCallArgument(found.call, "inputs", own),
    )


def unlisted_inputs(run: TrainingRun) -> tuple[str, str, Fix | None]:
    """Return the inputs that an output needs and Model lacks, and those that it has.

    Returns
    -------
    tuple
        Names that are missing and what is in their place, "" where it is not known; and the
        fix that lists the inputs of the output.
    """
    found = _failed(run, "Model")
    start = found.argument(0, "inputs", "input") if found is not None else None
    output = found.argument(1, "outputs", "output") if found is not None else None
    if found is None or start is None or output is None:
        return "", "", None
    made = _assigned(run)
    reached = _reached(run, output, found.call.line)
    listed = list(start.elts) if is_sequence(start) else [start]
    names = [item.id for item in listed if is_name(item)]
    missing = [name for name in reached if name not in names]
    others = [item for item in listed if not is_name(item) or item.id not in reached]
    unused = ", ".join(code_of(item) for item in others)
    if len(missing) != 1 or len(others) != 1 or len(listed) == 1 or missing[0] not in made:
        return ", ".join(missing), unused, None
    # One input takes the place of the one that leads nowhere, so the order of the data is kept.
    sizes = [_declared(run, item, made) for item in (others[0], made[missing[0]])]
    if sizes[0] is None or sizes[0] != sizes[1]:
        return missing[0], unused, None
    texts = [missing[0] if item is others[0] else code_of(item) for item in listed]
    title = say("Make the model from {name}, which its output is made from", name=missing[0])
    return (
        missing[0],
        unused,
        fix_of(title, SetCallArgument(found.call, "inputs", f"[{', '.join(texts)}]")),
    )


def _reached(run: TrainingRun, output: Expression, line: int) -> list[str]:
    """Return the names of the ``Input`` tensors that an output is made from, above a line."""
    of: dict[str, list[str]] = {}

    def sources(node: Node) -> list[str]:
        used = [item.id for item in pieces_of(node) if is_name(item)]
        return list(dict.fromkeys(name for item in used for name in of.get(item, ())))

    for top in statements(run.cell):
        for node in pieces_of(top) if top.lineno < line else ():
            if not is_assignment(node):
                continue
            for target in node.targets:
                names = [item.id for item in pieces_of(target) if is_name(item)]
                begun = last_name(node.value) == "Input"
                of |= {name: [name] if begun else sources(node.value) for name in names}
    return sources(output)


def _declared(run: TrainingRun, node: Expression, made: dict[str, Expression]) -> object:
    """Return the shape that an ``Input`` declares."""
    call = made.get(node.id) if is_name(node) else node
    if not is_call(call) or last_name(call) != "Input":
        return None
    named = {item.arg: item.value for item in call.keywords}
    return value_of(run, named.get("shape") or next(iter(call.args), None))


def of_the_size_that_is_taken(run: TrainingRun, size: int | None, wanted: int | None) -> Fix | None:
    """Declare an ``Input`` of as many features as the layer called on it was built for."""
    if run.error is None or size is None or wanted is None:
        return None
    made = _assigned(run)
    lines = _lines(run)
    names = {
        item.id
        for found in calls_in(run)
        if found.call.line in lines
        for item in found.node.args
        if is_name(item) and last_name(made.get(item.id, item)) == "Input"
    }
    if len(names) != 1:
        return None
    (name,) = names
    for found in calls_in(run):
        node = found.argument(0, "shape")
        if found.node is made[name] and value_of(run, node) in ((size,), size):
            title = say("Declare {name} with {number} features", name=name, number=wanted)
            return fix_of(title, SetCallArgument(found.call, "shape", f"({wanted},)"))
    return None


def _failed(run: TrainingRun, name: str) -> CellCall | None:
    """Return the call of a name that raised the exception."""
    lines = _lines(run)
    calls = [item for item in calls_in(run) if item.name == name and item.call.line in lines]
    return calls[0] if len(calls) == 1 else None


def _lines(run: TrainingRun) -> set[int]:
    places = run.error.scene.places if run.error else ()
    return {site.line for site in places if site.cell == run.cell.number}


def _assigned(run: TrainingRun) -> dict[str, Expression]:
    """Return the value of each name that is assigned once at the top of the cell."""
    found: dict[str, list[Expression]] = {}
    for node in statements(run.cell):
        if is_assignment(node) and len(node.targets) == 1:
            target = node.targets[0]
            if is_name(target):
                found.setdefault(target.id, []).append(node.value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _inputs(node: Expression, made: dict[str, Expression]) -> Iterator[str]:
    """Return the names of the ``Input`` tensors that an expression is made from."""
    waiting: list[Node] = [node]
    for _ in range(_DEEPEST):
        if not waiting:
            return
        for item in pieces_of(waiting.pop()):
            if not is_name(item) or item.id not in made:
                continue
            if last_name(made[item.id]) == "Input":
                yield item.id
            else:
                waiting.append(made[item.id])
