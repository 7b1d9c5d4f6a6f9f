"""The values of the names of some cells, followed from place to place."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nbdiag.schema.cell import Cell
from nbdiag.syntax.calls import statements

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, order=True)
class Place:
    """A line of a cell, by the cell's place among the cells read."""

    cell: int
    line: int


@dataclass(frozen=True)
class Meaning:
    """The value of a name, an expression or function, and where it was written.

    Attributes
    ----------
    inside
        The function that the expression is written in, None outside of all.
    """

    node: ast.AST
    place: Place
    inside: ast.AST | None = None


class Meanings:
    """The values of names, by place: the newest plain assignment or definition above it.

    Parameters
    ----------
    cells
        Oldest first.
    """

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.cells = tuple(cells)
        self._values: dict[tuple[ast.AST | None, str], list[Meaning]] = {}
        for number, cell in enumerate(cells):
            for statement in statements(cell):
                self._read(statement, number, None)

    def of(self, name: str, place: Place, inside: ast.AST | None = None) -> Meaning | None:
        """Return the value of a name at a place, None where no text shows it."""
        for scope in dict.fromkeys((inside, None)):
            known = [item for item in self._values.get((scope, name), ()) if item.place < place]
            if known:
                return known[-1]
        return None

    def _read(self, statement: ast.stmt, cell: int, scope: ast.AST | None) -> None:
        place = Place(cell, statement.lineno)
        for name, value in _bound(statement):
            self._values.setdefault((scope, name), []).append(Meaning(value, place, scope))
        inner = statement if isinstance(statement, DEFINITIONS) else scope
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, ast.stmt) and not isinstance(statement, ast.ClassDef):
                self._read(child, cell, inner)


def chain(node: ast.AST) -> Iterator[ast.AST]:
    """Yield an expression and what its methods are called on: ``a.map(f).batch(8)``, then ``a``."""
    while True:
        yield node
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        else:
            return


def returned(function: ast.AST, part: int | None) -> ast.expr | None:
    """Return what a function returns last, or one part of the tuple that it returns."""
    found = [item.value for item in ast.walk(function) if isinstance(item, ast.Return)]
    value = found[-1] if found else None
    if part is None or value is None:
        return value
    elements = value.elts if isinstance(value, ast.Tuple | ast.List) else []
    return elements[part] if part < len(elements) else None


def _bound(statement: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(statement, DEFINITIONS):
        yield statement.name, statement
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id, statement.value
            elif isinstance(target, ast.Tuple | ast.List):
                yield from _parts(target, statement.value)


def _parts(target: ast.Tuple | ast.List, value: ast.expr) -> Iterator[tuple[str, ast.AST]]:
    """Yield the names of a tuple with their values; a part of a call is ``call[number]``."""
    given = value.elts if isinstance(value, ast.Tuple | ast.List) else []
    for number, name in enumerate(target.elts):
        if not isinstance(name, ast.Name):
            continue
        if len(given) == len(target.elts):
            yield name.id, given[number]
        elif isinstance(value, ast.Call):
            part = ast.Subscript(value, ast.Constant(number), ast.Load())
            yield name.id, ast.copy_location(part, value)
