"""Pieces of a failed cell: where they stand, the classes around them, other texts for them."""

import ast
from collections.abc import Collection, Iterator

from nbdiag.facts.crash_text import calls_of, last_name, statements
from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.text_change import WriteInPlace
from nbdiag.syntax.lines import count_characters, split_lines

Definition = ast.FunctionDef | ast.ClassDef


def site_of(cell: Cell, node: ast.AST) -> CallSite:
    """Give the place of a node in a cell."""
    first, last = getattr(node, "lineno", 1), getattr(node, "end_lineno", None) or 1
    return CallSite(
        cell.number,
        first,
        _characters(cell, first, getattr(node, "col_offset", 0)),
        last,
        _characters(cell, last, getattr(node, "end_col_offset", None) or 0),
    )


def _characters(cell: Cell, line: int, column: int) -> int:
    return count_characters(split_lines(cell.source)[line - 1], column)


def text_of(cell: Cell, node: ast.AST) -> str:
    """Give the user's text of a node."""
    site = site_of(cell, node)
    lines = split_lines(cell.source)[site.line - 1 : site.end_line]
    lines[-1] = lines[-1][: site.end_column]
    lines[0] = lines[0][site.column :]
    return "\n".join(lines)


def rewritten(cell: Cell, node: ast.AST, code: str) -> WriteInPlace:
    """Write another text in the place of a node."""
    return WriteInPlace(site_of(cell, node), text_of(cell, node), code)


def line_before(cell: Cell, statement: ast.stmt, code: str) -> WriteInPlace:
    """Write a line ahead of a statement, with its indent."""
    site = site_of(cell, statement)
    here = CallSite(cell.number, site.line, site.column, site.line, site.column)
    begun = split_lines(cell.source)[site.line - 1][: site.column]
    return WriteInPlace(here, "", f"{code}; " if begun.strip() else f"{code}\n{begun}")


def definitions(run: TrainingRun) -> Iterator[tuple[Cell, Definition]]:
    """Give the functions and classes at the top of the cells, the newest first."""
    for cell in (run.cell, *reversed(run.earlier)):
        for top in reversed(statements(cell)):
            if isinstance(top, Definition):
                yield cell, top


def defined(run: TrainingRun, name: str) -> tuple[Cell, Definition] | None:
    """Give the newest function or class of a name, and its cell."""
    return next((item for item in definitions(run) if item[1].name == name), None)


def bases_of(run: TrainingRun, name: str) -> set[str]:
    """Give the names of all classes that a class of the cells is made from."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        item = defined(run, waiting.pop())
        node = item[1] if item is not None else None
        new = {last_name(b) for b in node.bases} if isinstance(node, ast.ClassDef) else set()
        waiting += sorted(new - found)
        found |= new
    return found


def innermost(run: TrainingRun) -> tuple[Cell, Definition] | None:
    """Give the function or class at the top of a cell that the exception was raised in."""
    places = run.error.scene.places if run.error else ()
    for site in reversed(places):
        for cell, top in definitions(run):
            if cell.number == site.cell and top.lineno <= site.line <= (top.end_lineno or 0):
                return cell, top
    return None


def used_beside_names(run: TrainingRun, wanted: Collection[str]) -> set[str]:
    """Give those texts that stand in the cells as something else than the ``name=`` of a call."""
    names = {
        id(keyword.value)
        for found in calls_of(run)
        for keyword in found.node.keywords
        if keyword.arg == "name"
    }
    return {
        node.value
        for cell in (run.cell, *run.earlier)
        if any(text in cell.source for text in wanted)
        for top in statements(cell)
        for node in ast.walk(top)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.value in wanted and id(node) not in names
    }
