"""Functions and operators that a line of a cell applies to numbers."""

import ast
from collections.abc import Collection, Iterator

from nbdiag.schema.cell import Cell
from nbdiag.syntax.calls import last_name, parsed

_OPERATORS: dict[str, type[ast.operator]] = {"/": ast.Div, "**": ast.Pow}


def operands_on_line(cell: Cell, line: int, names: Collection[str]) -> Iterator[ast.expr]:
    """Go through what functions and operators on a line are applied to.

    Parameters
    ----------
    cell
        The cell.
    line
        Its line, from 1.
    names
        Last parts of functions' names, whose first argument is meant; "/" for divisors, "**" for
        what is raised to a power.
    """
    page = parsed(cell)
    operators = tuple(kind for sign, kind in _OPERATORS.items() if sign in names)
    for node in page.nodes if page is not None else ():
        if not isinstance(node, ast.Call | ast.BinOp):
            continue
        if not node.lineno <= line <= (node.end_lineno or node.lineno):
            continue
        if isinstance(node, ast.Call):
            if last_name(node) in names and node.args:
                yield node.args[0]
        elif isinstance(node.op, operators):
            yield node.right if isinstance(node.op, ast.Div) else node.left
