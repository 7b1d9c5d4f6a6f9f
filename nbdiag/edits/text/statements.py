"""Whole statements: put one above or below another, or take one out."""

import ast
from collections.abc import Sequence

from nbdiag.edits.text.text_edits import Edits
from nbdiag.syntax.text.parsed_cell import ParsedCell


def line_before(
    page: ParsedCell,
    statement: ast.stmt,
    texts: Sequence[str],
    edits: Edits,
    *,
    comments: bool = True,
) -> None:
    """Put statements ahead of one, above the comment lines that belong to it."""
    start = page.statement_span(statement)[0]
    if page.starts_line(start):
        place = page.comments_above(start) if comments else page.line_start(start)
        indent = page.indent(start)
        edits.insert(place, "".join(f"{indent}{text}\n" for text in texts))
    else:
        edits.insert(start, "".join(f"{text}; " for text in texts))


def line_after(page: ParsedCell, statement: ast.stmt, texts: Sequence[str], edits: Edits) -> None:
    """Put statements after one, below a comment on its line."""
    start, end = page.statement_span(statement)
    if page.starts_line(start) and page.ends_line(end):
        indent = page.indent(start)
        edits.insert(page.line_end(end), "".join(f"\n{indent}{text}" for text in texts))
    else:
        edits.insert(end, "".join(f"; {text}" for text in texts))


def remove_statement(page: ParsedCell, statement: ast.stmt, edits: Edits) -> None:
    """Take a statement out, leaving the comment on its line."""
    start, end = page.statement_span(statement)
    parent = page.parents[statement]
    for block in (getattr(parent, name, None) for name in ("body", "orelse", "finalbody")):
        if block == [statement] and not isinstance(parent, ast.Module):
            edits.replace(start, end, "pass")
            return
    following = page.next(end)
    if following.text == ";":
        rest = page.masked[following.end : page.line_end(end)]
        edits.remove(start, following.end + len(rest) - len(rest.lstrip()))
    elif not page.starts_line(start):
        before = page.prev(start)
        edits.remove(before.start if before.text == ";" else start, end)
    elif page.masked[end : page.line_end(end)].strip():
        rest = page.masked[end : page.line_end(end)]
        edits.remove(start, end + len(rest) - len(rest.lstrip()))
    else:
        stop = page.line_end(end)
        edits.remove(page.line_start(start), min(stop + 1, len(page.source)))
