"""What a class of the cells computes its loss from, in a custom ``train_step``."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import last_name
from nbdiag.syntax.definitions import defined
from nbdiag.syntax.text.nodes import is_call, is_class, is_function, is_name, is_tuple

_UNPACKS = "unpack_x_y_sample_weight"
_SUBTRACTS = {"squared_difference", "subtract"}
_LEAST, _MOST = 2, 3  # inputs, targets and perhaps weights


@dataclass(frozen=True)
class Difference:
    """A difference of targets and predictions, as they are.

    Attributes
    ----------
    targets
        The name of the targets in it.
    """

    cell: Cell
    node: ast.expr
    targets: ast.Name


def method_of(run: TrainingRun, class_name: str, name: str) -> tuple[Cell, ast.FunctionDef] | None:
    """Return a method that a class of the cells defines itself."""
    found = defined(run, class_name)
    if found is None or not is_class(found[1]):
        return None
    inside = (item for item in found[1].body if is_function(item) and item.name == name)
    return next(((found[0], item) for item in inside), None)


def difference_in_step(run: TrainingRun, class_name: str) -> Difference | None:
    """Find where a custom ``train_step`` subtracts predictions and targets as they are.

    Followed are the names that the step's data are unpacked to, and what ``self(…)`` returned.
    A name that is given a second value is not followed: it may have got another shape.
    """
    found = method_of(run, class_name, "train_step")
    if found is None or len(found[1].args.args) <= 1:
        return None
    cell, step = found
    given = dict(_assigned(step))
    targets = {name for name, value in given.items() if value == "targets"}
    for node in ast.walk(step):
        sides = _sides(node)
        for left, right in (sides, sides[::-1]) if sides else ():
            if is_name(left) and left.id in targets and _predicts(right, given):
                return Difference(cell, node, left)  # type: ignore[arg-type] # of _sides
    return None


def _assigned(step: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """Find the names that get one value, and whether it is the targets or predictions."""
    data = step.args.args[1].arg
    stored = [
        node.id
        for node in ast.walk(step)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    for node in ast.walk(step):
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        (target,) = node.targets
        if is_name(target) and _runs_model(node.value) and stored.count(target.id) == 1:
            yield target.id, "predictions"
        if not is_tuple(target) or not _LEAST <= len(target.elts) <= _MOST:
            continue
        unpacked = is_call(node.value) and last_name(node.value) == _UNPACKS
        second = target.elts[1]
        taken = unpacked or (is_name(node.value) and node.value.id == data)
        if taken and is_name(second) and stored.count(second.id) == 1:
            yield second.id, "targets"


def _runs_model(node: ast.AST) -> bool:
    return is_call(node) and is_name(node.func) and node.func.id == "self"


def _predicts(node: ast.AST, given: dict[str, str]) -> bool:
    return _runs_model(node) or (is_name(node) and given.get(node.id) == "predictions")


def _sides(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        return node.left, node.right
    if is_call(node) and last_name(node) in _SUBTRACTS and len(node.args) == _LEAST:
        return node.args[0], node.args[1]
    return None
