"""The fixes of graphs of tensors: from the input that an output is made from, and of its size."""

import ast
from collections.abc import Iterator

from nbdiag.facts.crash_text import Found, calls_in, last_name, statements, things, value_of
from nbdiag.language import say
from nbdiag.rules.crash.failure import fix_of
from nbdiag.schema.finding import Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.text_change import SetCallArgument

_DEEPEST = 200  # assignments followed: a name that is made from itself is met again and again


def from_its_own_input(run: TrainingRun) -> Fix | None:
    """Make a model from the one ``Input`` that its output is made from, where the rows fit both."""
    found = _failed(run, "Model")
    if found is None:
        return None
    start, output = found.argument(0, "inputs", "input"), found.argument(1, "outputs", "output")
    made = _assigned(run)
    reached = set(_inputs(output, made)) if output is not None else set()
    if not isinstance(start, ast.Name) or len(reached) != 1 or start.id in reached:
        return None
    (own,) = reached
    shapes = [thing.shape if thing else None for thing in map(things(run).get, (start.id, own))]
    if shapes[0] is None or shapes[0] != shapes[1]:
        return None
    return fix_of(
        say("Make the model from {name}, which its output is made from", name=own),
        SetCallArgument(found.call, "inputs", own),
    )


def of_the_size_that_is_taken(run: TrainingRun, size: int | None, wanted: int | None) -> Fix | None:
    """Declare an ``Input`` of as many features as the layer called on it was built for."""
    if run.error is None or size is None or wanted is None:
        return None
    made = _assigned(run)
    lines = _lines(run)
    names = {
        item.id
        for found in calls_in(run.cell)
        if found.call.line in lines
        for item in found.node.args
        if isinstance(item, ast.Name) and last_name(made.get(item.id, item)) == "Input"
    }
    if len(names) != 1:
        return None
    (name,) = names
    for found in calls_in(run.cell):
        node = found.argument(0, "shape")
        if found.node is made[name] and value_of(run, node) in ((size,), size):
            title = say("Declare {name} with {number} features", name=name, number=wanted)
            return fix_of(title, SetCallArgument(found.call, "shape", f"({wanted},)"))
    return None


def _failed(run: TrainingRun, name: str) -> Found | None:
    """Give the call of a name that raised the exception."""
    lines = _lines(run)
    calls = [item for item in calls_in(run.cell) if item.name == name and item.call.line in lines]
    return calls[0] if len(calls) == 1 else None


def _lines(run: TrainingRun) -> set[int]:
    places = run.error.scene.places if run.error else ()
    return {site.line for site in places if site.cell == run.cell.number}


def _assigned(run: TrainingRun) -> dict[str, ast.expr]:
    """Give what each name was given, of those given something once, at the top of the cell."""
    found: dict[str, list[ast.expr]] = {}
    for node in statements(run.cell):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Name):
                found.setdefault(target.id, []).append(node.value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _inputs(node: ast.expr, made: dict[str, ast.expr]) -> Iterator[str]:
    """Give the names of the ``Input`` tensors that an expression is made from."""
    waiting: list[ast.AST] = [node]
    for _ in range(_DEEPEST):
        if not waiting:
            return
        for item in ast.walk(waiting.pop()):
            if not isinstance(item, ast.Name) or item.id not in made:
                continue
            if last_name(made[item.id]) == "Input":
                yield item.id
            else:
                waiting.append(made[item.id])
