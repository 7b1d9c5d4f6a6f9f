"""The calls in the user's cells, and their arguments by meaning."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import Call
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.imports import Names, read_names
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.parsed_cell import ParsedCell, parse_cell
from nbdiag.syntax.text.scopes import root

_IMPORT_AS = re.compile(r"(?m)^\s*from\s[^\n]*\simport\s(?:[^\n(]*|\s*\([^)]*)\sas\s")


@dataclass(frozen=True)
class CellCall:
    """A call in a cell.

    Attributes
    ----------
    call
        What is called, as it is written, and where.
    name
        Last part of the name of what is called; of a name that was imported as another
        (``from keras.layers import Dense as D``), what it is imported from.
    """

    call: Call
    node: ast.Call
    name: str

    @property
    def owner(self) -> ast.expr | None:
        """What a method is called on, None for a function."""
        return self.node.func.value if isinstance(self.node.func, ast.Attribute) else None

    @property
    def named(self) -> dict[str, ast.expr]:
        """The arguments that are given by name."""
        return {item.arg: item.value for item in self.node.keywords if item.arg is not None}

    def argument(self, place: int, *names: str) -> ast.expr | None:
        """Find an argument by its place or by one of its names."""
        return argument(self.node, place, *names)


def argument(call: ast.Call, place: int, *names: str) -> ast.expr | None:
    """Find an argument by one of its names or by its place; -1 for one that has names alone."""
    for keyword in call.keywords:
        if keyword.arg in names:
            return keyword.value
    given = call.args
    starred = any(isinstance(item, ast.Starred) for item in given)
    return given[place] if 0 <= place < len(given) and not starred else None


def calls_of(run: TrainingRun) -> tuple[CellCall, ...]:
    """Return all calls of the watched cell, after those of the earlier functions that it calls."""
    return _calls_of(run.cell, run.earlier)


@lru_cache(maxsize=8)
def _calls_of(watched: Cell, cells: tuple[Cell, ...]) -> tuple[CellCall, ...]:
    own = _calls_in(watched, watched, cells)
    called = {item.call.name for item in own}
    earlier: list[CellCall] = []
    for cell in reversed(cells):
        defined = {
            node.name: node
            for node in statements(cell)
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in called
        }
        for node in defined.values():
            last = node.end_lineno or node.lineno
            inside = _calls_in(cell, watched, cells)
            earlier += [item for item in inside if node.lineno <= item.call.line <= last]
            called.discard(node.name)
    return (*earlier, *own)


def calls_in(run: TrainingRun, cell: Cell | None = None) -> tuple[CellCall, ...]:
    """Return all calls of one cell, the watched one by default, outer before inner."""
    return _calls_in(cell or run.cell, run.cell, run.earlier)


@lru_cache(maxsize=8)
def _calls_in(cell: Cell, watched: Cell, earlier: tuple[Cell, ...]) -> tuple[CellCall, ...]:
    page = parsed(cell)
    if page is None:
        return ()
    names = _imported_as(watched, earlier)
    return tuple(
        CellCall(
            Call(name, cell.number, n.lineno, page.column(n.lineno, n.col_offset)),
            n,
            name_in(names, n),
        )
        for n in page.all_calls
        if (name := last_name(n))
    )


@lru_cache(maxsize=8)
def _imported_as(watched: Cell, earlier: tuple[Cell, ...]) -> Names | None:
    """Read what names mean where a cell imports under another name, None where none does."""
    own = parsed(watched)
    cells = [page for cell in earlier if _IMPORT_AS.search(cell.source) if (page := parsed(cell))]
    if own is None or not (cells or _IMPORT_AS.search(watched.source)):
        return None
    return read_names(own, cells)


def meaning_of(run: TrainingRun, node: ast.AST) -> str:
    """Return the last part of the name of what is named or called, as it was imported."""
    return name_in(_imported_as(run.cell, run.earlier), node)


def name_in(names: Names | None, node: ast.AST) -> str:
    """Return the last part of the name of what is named or called, by what names mean."""
    named = node.func if isinstance(node, ast.Call) else node
    path = names.path(named) if names is not None and isinstance(named, ast.Name) else None
    return path.rpartition(".")[2] if path else last_name(named)


def statements(cell: Cell) -> Sequence[ast.stmt]:
    """Return the outermost statements of a cell, () when it is not Python."""
    page = parsed(cell)
    return page.tree.body if page is not None else ()


def attributes_in(cell: Cell) -> Iterator[tuple[str, str]]:
    """List the attributes of attributes in a cell: ``model.optimizer.lr`` is optimizer and lr."""
    for top in statements(cell):
        for node in ast.walk(top):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
                yield node.value.attr, node.attr


def parsed(cell: Cell) -> ParsedCell | None:
    """Parse a cell, None when it is not Python."""
    try:
        return parse_cell(cell.source)
    except Refused:
        return None


def last_name(node: ast.AST) -> str:
    """Return the last part of a called name, "" when there is none."""
    function = node.func if isinstance(node, ast.Call) else node
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def root_name(node: ast.AST) -> str:
    """Return the name at the bottom of ``X[:5].astype(…)``, "" when there is none."""
    return root(node) or ""


def full_name(run: TrainingRun, node: ast.expr) -> str:
    """Return the full dotted path of a name as the cells import it, "" when they do not."""
    names = _names_of(run.cell, run.earlier)
    return (names.path(node) or "") if names is not None else ""


def imported_name(run: TrainingRun, path: str) -> str:
    """Return the name that the cells import a module by, "" when none does: "np" of "numpy"."""
    names = _names_of(run.cell, run.earlier)
    known = {} if names is None else names.known
    return next((name for name, meaning in known.items() if meaning == path), "")


@lru_cache(maxsize=8)
def _names_of(watched: Cell, earlier: tuple[Cell, ...]) -> Names | None:
    own = parsed(watched)
    return read_names(own, [page for cell in earlier if (page := parsed(cell))]) if own else None
