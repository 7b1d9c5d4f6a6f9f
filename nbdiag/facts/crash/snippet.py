"""Other texts for pieces of a failed cell."""

from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.changes import WriteInPlace
from nbdiag.syntax.call_sites import line_start, site_of, text_of
from nbdiag.syntax.text.nodes import Node, Statement


def rewritten(cell: Cell, node: Node, code: str) -> WriteInPlace:
    """Write another text in the place of a node."""
    return WriteInPlace(site_of(cell, node), text_of(cell, node), code)


def line_before(cell: Cell, statement: Statement, code: str) -> WriteInPlace:
    """Write a line ahead of a statement, with its indent."""
    site = site_of(cell, statement)
    indent, alone = line_start(cell, statement)
    column = len(indent) if alone else site.column
    here = CallSite(cell.number, site.line, column, site.line, column)
    return WriteInPlace(here, "", f"{code}\n{indent}" if alone else f"{code}; ")
