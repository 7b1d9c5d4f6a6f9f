"""Where in the cells the parts of a tree are written, and what is written at a place."""

import ast

from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.changes import Call
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import CellCall, calls_in, last_name, parsed


def site_of(cell: Cell, node: ast.AST) -> CallSite:
    """Return the place of a node of a cell."""
    page = parsed(cell)
    first, start = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    last, end = getattr(node, "end_lineno", None) or 1, getattr(node, "end_col_offset", None) or 0
    if page is None:
        return CallSite(cell.number, first, start, last, end)
    return CallSite(cell.number, first, page.column(first, start), last, page.column(last, end))


def text_of(cell: Cell, node: ast.AST) -> str:
    """Return the user's text of a node."""
    page = parsed(cell)
    return page.text(node) if page is not None else ""


def text_at(cell: Cell, site: CallSite) -> str:
    """Return the text of a place in a cell."""
    page = parsed(cell)
    if page is None:
        return ""
    start = page.offset(site.line, site.column)
    return page.source[start : page.offset(site.end_line, site.end_column)]


def line_start(cell: Cell, statement: ast.stmt) -> tuple[str, bool]:
    """Return the indent of a statement's line, and whether the statement begins the line."""
    page = parsed(cell)
    if page is None:
        return "", False
    start = page.span(statement)[0]
    return page.indent(start), page.starts_line(start)


def failed_call(run: TrainingRun) -> CellCall | None:
    """Find the innermost call of the watched cell that led to the failure."""
    places = run.error.scene.places if run.error is not None else ()
    for site in reversed(places):
        if site.cell == run.cell.number and (found := call_at(run, run.cell, site)) is not None:
            return found
    return None


def innermost(run: TrainingRun) -> CellCall | None:
    """Find the innermost call of the user's text that led to the failure."""
    places = run.error.scene.places if run.error else ()
    cell = next(
        (c for c in (run.cell, *run.earlier) if places and c.number == places[-1].cell), None
    )
    return call_at(run, cell, places[-1]) if cell is not None else None


def call_at(run: TrainingRun, cell: Cell, site: CallSite) -> CellCall | None:
    """Find the call that is written at a place.

    What a line magic runs (``%time model.fit(…)``) is compiled by itself, so the place that
    Python knows is that of the magic: it is the outermost call of the line.
    """
    calls = calls_in(run, cell)
    exact = next((item for item in calls if site_of(cell, item.node) == site), None)
    if exact is not None or not _is_magic(cell, site):
        return exact
    return next((item for item in calls if item.call.line == site.line), None)


def _is_magic(cell: Cell, site: CallSite) -> bool:
    page = parsed(cell)
    return page is not None and page.is_hidden(site.line)


def applied_at(cell: Cell, site: CallSite) -> tuple[Call, ast.Call] | None:
    """Find the layer that is applied at a place, as ``Add()([x, y])`` or ``add([x, y])``.

    Its call has no name where the layer is made in the same expression.
    """
    page = parsed(cell)
    for node in ast.walk(page.tree) if page is not None else ():
        if isinstance(node, ast.Call) and node.args and site_of(cell, node) == site:
            return Call(last_name(node), cell.number, site.line, site.column), node
    return None
