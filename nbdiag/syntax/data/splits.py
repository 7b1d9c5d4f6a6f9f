"""Splits of data in the text: names that are split into themselves, parts in a wrong order."""

import ast
from dataclasses import dataclass

from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import calls_in, last_name, parsed, root_name, statements

_PARTS = 4  # what train_test_split gives for inputs and labels


@dataclass(frozen=True)
class Split:
    """Parts of ``train_test_split`` that were given names in another order than it returns them.

    Attributes
    ----------
    names, right
        As they are written, and as they would be right.
    """

    cell: Cell
    target: ast.expr
    names: tuple[str, ...]
    right: tuple[str, ...]


def feeds_itself(run: TrainingRun, since: int = 0) -> str | None:
    """Find a name that a cell splits into itself: ``x, rest = train_test_split(x)``.

    Parameters
    ----------
    run
        The recorded training.
    since
        Number of a cell; only those that ran after it are read.

    Returns
    -------
    str | None
        The name, None when no cell does so.
    """
    for cell in (*run.earlier, run.cell):
        if cell.number <= since:
            continue
        page = parsed(cell)
        assignments = [n for n in page.nodes if isinstance(n, ast.Assign)] if page else []
        for kept_part in (_split, _cut):
            for node in assignments:
                if name := kept_part(node):
                    return name
    return None


def _split(node: ast.Assign) -> str:
    """Return the name that is split into itself and others, "" for anything else."""
    target, call = node.targets[0], node.value
    names = target.elts if isinstance(target, ast.Tuple | ast.List) else []
    if not isinstance(call, ast.Call) or last_name(call) != "train_test_split":
        return ""
    return _same(names[0], call.args[0]) if names and call.args else ""


def _cut(node: ast.Assign) -> str:
    """Return the name that is cut into a part of itself, ``x = x[:900]``, "" for anything else."""
    value = node.value
    if not isinstance(value, ast.Subscript) or not isinstance(value.value, ast.Name):
        return ""
    slices = value.slice.elts if isinstance(value.slice, ast.Tuple) else [value.slice]
    cut = any(isinstance(item, ast.Slice) for item in slices)
    return _same(node.targets[0], value.value) if cut else ""


def _same(kept: ast.expr, given: ast.expr) -> str:
    return kept.id if isinstance(kept, ast.Name) and root_name(given) == kept.id else ""


def mixed_split(run: TrainingRun) -> Split | None:
    """Find the split whose parts are mixed up: ``fit`` is given two parts of its inputs."""
    found = _fit_names(run)
    for cell in (run.cell, *reversed(run.earlier)) if found else ():
        for top in reversed(statements(cell)):
            split = _named_parts(top)
            if split is None or found is None:
                continue
            target, names = split
            if not set(found) <= set(names):
                continue
            # It gives both parts of the inputs first, then both parts of the labels.
            orders = {(0, 1): (0, 2, 1, 3), (1, 0): (1, 3, 0, 2)}
            order = orders.get((names.index(found[0]), names.index(found[1])))
            return Split(cell, target, names, tuple(names[i] for i in order)) if order else None
    return None


def _fit_names(run: TrainingRun) -> tuple[str, str] | None:
    for item in calls_in(run):
        if item.name == "fit":
            x, y = item.argument(0, "x"), item.argument(1, "y")
            if isinstance(x, ast.Name) and isinstance(y, ast.Name):
                return x.id, y.id
    return None


def _named_parts(top: ast.stmt) -> tuple[ast.expr, tuple[str, ...]] | None:
    """Return the four names that parts of a split of two arrays are given."""
    if not isinstance(top, ast.Assign) or not isinstance(top.value, ast.Call):
        return None
    call = top.value
    if last_name(call) != "train_test_split":
        return None
    target = top.targets[0]
    names = target.elts if isinstance(target, ast.List | ast.Tuple) else []
    if len(call.args) != 2 or len(names) != _PARTS:  # noqa: PLR2004 - x and y
        return None
    plain = tuple(item.id for item in names if isinstance(item, ast.Name))
    return (target, plain) if len(set(plain)) == _PARTS else None
