"""What the expressions of a failed cell stood for, by the names that were recorded."""

import ast

from nbdiag.schema.cell import Shape
from nbdiag.schema.failure import Variable
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import calls_in, root_name
from nbdiag.syntax.origins import origin_of
from nbdiag.syntax.text.parsing import UnreadableError, parse_literal

_CONVERSIONS = ("astype", "copy", "numpy", "to_numpy")


def things(run: TrainingRun) -> dict[str, Variable]:
    """Return what the user's names stood for."""
    return run.error.scene.names if run.error else {}


def constant_of(node: ast.AST | None) -> object:
    """Return the value of a number or text that is written out, None for anything else."""
    return node.value if isinstance(node, ast.Constant) else None


def literal_of(code: str) -> object:
    """Return the value of a text that Python reads as a literal, None for any other."""
    try:
        return parse_literal(code)
    except UnreadableError:
        return None


def variable_named(run: TrainingRun, node: ast.expr | None) -> Variable | None:
    """Return the value of an expression, as far as rows and columns go; None when unknown."""
    if isinstance(node, ast.Name):
        return things(run).get(node.id)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return variable_named(run, node.value)
    if isinstance(node, ast.Attribute) and node.attr == "values":
        return variable_named(run, node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return variable_named(run, node.func.value) if node.func.attr in _CONVERSIONS else None
    return None


def given(run: TrainingRun, part: str) -> tuple[str, Variable] | None:
    """Return name and form of what ``fit`` is given as "x" or "y", None when unknown."""
    place = "xy".index(part)
    for found in calls_in(run):
        if found.name == "fit" and isinstance(found.node.func, ast.Attribute):
            node = found.argument(place, part)
            thing = variable_named(run, node)
            if node is not None and thing is not None:
                return root_name(node), thing
    return None


def row_shape(run: TrainingRun) -> Shape | None:
    """Return the shape of one row of the inputs that ``fit`` is given, None when unknown."""
    if len(run.data.inputs) == 1:
        return run.data.inputs[0].shape
    found = given(run, "x")
    if found is None or found[1].shape is None or found[1].kind != "array":
        return None
    return found[1].shape[1:] or None


def value_of(run: TrainingRun, node: ast.expr | None) -> object:
    """Find the value of a plain expression of numbers, names and shapes; None when unknown.

    A name that was not recorded has the value that the cells write out for it.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name) and (thing := things(run).get(node.id)) is not None:
        return literal_of(thing.value) if thing.value else None
    if isinstance(node, ast.Tuple | ast.List):
        return tuple(value_of(run, item) for item in node.elts)
    if isinstance(node, ast.Attribute) and node.attr == "shape":
        shown = variable_named(run, node.value)
        return shown.shape if shown else None
    if isinstance(node, ast.Subscript) and (item := _item(run, node)) is not None:
        return item
    return _written(run, node) if node is not None else None


def _written(run: TrainingRun, node: ast.expr) -> object:
    """Find the number, text or sizes that the cells write out for an expression."""
    origin = origin_of(run, node)
    value = origin.value if origin is not None else None
    if isinstance(value, list | tuple):
        return tuple(value)
    return value if isinstance(value, bool | int | float | str) else None


def _item(run: TrainingRun, node: ast.Subscript) -> object:
    whole = value_of(run, node.value)
    if not isinstance(whole, tuple):
        return None
    index = node.slice
    try:
        if isinstance(index, ast.Slice):
            parts = [_number(part) for part in (index.lower, index.upper, index.step)]
            return whole[slice(*parts)]
        place = _number(index)
        return None if place is None else whole[place]
    except (IndexError, ValueError):
        return None


def _number(node: ast.expr | None) -> int | None:
    """Return a whole number that is written out, None for nothing.

    Raises
    ------
    ValueError
        When something else stands there.
    """
    value = None if node is None else parse_literal(node)
    if value is not None and not isinstance(value, int):
        raise ValueError("not a number")
    return value
