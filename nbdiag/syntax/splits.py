"""Which names the cells split into themselves."""

import ast

from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import last_name, parsed, root_name


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
