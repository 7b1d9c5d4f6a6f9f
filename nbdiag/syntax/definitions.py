"""The functions and classes at the top of the cells, the newest first."""

import ast
from collections.abc import Collection, Iterator

from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import calls_of, meaning_of, statements

Definition = ast.FunctionDef | ast.ClassDef


def definitions(run: TrainingRun) -> Iterator[tuple[Cell, Definition]]:
    """Return the functions and classes at the top of the cells, the newest first."""
    for cell in (run.cell, *reversed(run.earlier)):
        for top in reversed(statements(cell)):
            if isinstance(top, Definition):
                yield cell, top


def defined(run: TrainingRun, name: str) -> tuple[Cell, Definition] | None:
    """Return the newest function or class of a name, and its cell."""
    return next((item for item in definitions(run) if item[1].name == name), None)


def has_method(node: Definition, name: str) -> bool:
    """Whether a class defines a method itself."""
    return any(isinstance(item, ast.FunctionDef) and item.name == name for item in node.body)


def bases_of(run: TrainingRun, name: str) -> set[str]:
    """Return the names of all classes that a class of the cells is made from."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        item = defined(run, waiting.pop())
        node = item[1] if item is not None else None
        new = {meaning_of(run, b) for b in node.bases} if isinstance(node, ast.ClassDef) else set()
        waiting += sorted(new - found)
        found |= new
    return found


def failed_definition(run: TrainingRun) -> tuple[Cell, Definition] | None:
    """Return the function or class at the top of a cell that the exception was raised in."""
    places = run.error.scene.places if run.error else ()
    for site in reversed(places):
        for cell, top in definitions(run):
            if cell.number == site.cell and top.lineno <= site.line <= (top.end_lineno or 0):
                return cell, top
    return None


def used_beside_names(run: TrainingRun, wanted: Collection[str]) -> set[str]:
    """Return those texts that the cells use for something else than the ``name=`` of a call."""
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
