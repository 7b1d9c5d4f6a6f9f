"""The watched cell with the newest definitions that it needs from earlier cells.

Only what makes the model comes along: names that hold Keras objects, functions and classes that
build them, plain constants and imports that stand beside those. Data stay in the kernel, unless
they are asked for.
"""

import ast
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from nbdiag.edits.data_slice import data_lines
from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.imports import Names, read_names
from nbdiag.syntax.keras_statements import DEFINITIONS, KerasStatements, is_cheap, settles
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.parsed_cell import ParsedCell, Span, parse_cell
from nbdiag.syntax.text.scopes import binds, changes, needs


@dataclass(frozen=True)
class Composed:
    """A complete cell before any change.

    Attributes
    ----------
    page
        The text, parsed.
    names
        What its names mean.
    moved
        Number of the cell, start and end in it, start in the new text: for every piece.
    """

    page: ParsedCell
    names: Names
    moved: tuple[tuple[int, int, int, int], ...]
    origins: dict[int, ParsedCell]

    def place(self, site: CallSite) -> Span | None:
        """Return the place of a call site in the new text, None when it is not there."""
        origin = self.origins.get(site.cell)
        if origin is None or site.end_line > origin.source.count("\n") + 1:
            return None
        start = origin.offset(site.line, site.column)
        end = origin.offset(site.end_line, site.end_column)
        for cell, first, last, new in self.moved:
            if cell == site.cell and first <= start and end <= last:
                return start - first + new, end - first + new
        return None


def compose(run: TrainingRun, *, data: bool = False, sites: Collection[CallSite] = ()) -> Composed:
    """Bring the definitions that the watched cell needs into it.

    Parameters
    ----------
    run
        The run of the watched cell.
    data
        Whether the lines that make its data come along, too.
    sites
        Places that are edited: the functions and classes around them come along.

    Raises
    ------
    Refused
        When the watched cell is not Python, or its data cannot be made.
    """
    watched = parse_cell(run.cell.source)
    earlier = [(cell, page) for cell in run.earlier if (page := _page(cell)) is not None]
    pages = [page for _, page in earlier]
    picked = _needed(watched, earlier)
    if data:
        _add(picked, data_lines(watched, pages, _free(watched), picked), pages)
    for place, (cell, page) in enumerate(earlier):
        _add(picked, {place: _around(page, cell.number, sites)}, pages)
    origins = {cell.number: page for cell, page in earlier} | {run.cell.number: watched}
    pieces = [
        (earlier[index][0].number, piece)
        for index, statements in sorted(picked.items())
        for piece in _pieces(earlier[index][1], statements)
    ]
    place = _below_imports(watched)
    if pieces:
        pieces = _without_repeated_imports(watched, place, pieces, origins)
    text, moved = _join(watched, run.cell.number, place, pieces, origins)
    page = parse_cell(text) if pieces else watched
    return Composed(page, read_names(page, pages), tuple(moved), origins)


def _add(
    picked: dict[int, list[ast.stmt]], more: dict[int, list[ast.stmt]], pages: Sequence[ParsedCell]
) -> None:
    """Put statements among those that are picked, in the order of their cells."""
    for index, statements in more.items():
        wanted = [*picked.get(index, ()), *statements]
        picked[index] = [item for item in pages[index].tree.body if item in wanted]


def _around(page: ParsedCell, cell: int, sites: Collection[CallSite]) -> list[ast.stmt]:
    """Find the definitions and constants of a cell that hold one of the places."""
    lines = {site.line for site in sites if site.cell == cell}
    return [
        statement
        for statement in page.tree.body
        if (isinstance(statement, DEFINITIONS) or is_cheap(statement))
        and not lines.isdisjoint(range(statement.lineno, (statement.end_lineno or 0) + 1))
    ]


def _page(cell: Cell) -> ParsedCell | None:
    try:
        return parse_cell(cell.source)
    except Refused:
        return None


def _needed(
    watched: ParsedCell, earlier: Sequence[tuple[Cell, ParsedCell]]
) -> dict[int, list[ast.stmt]]:
    """Slice the program of all cells backwards from the names that the watched cell needs."""
    if not earlier:
        return {}
    makers = KerasStatements(read_names(watched, [page for _, page in earlier]))
    for _, page in earlier:
        for statement in page.tree.body:
            makers.learn(statement)
    wanted = dict.fromkeys(_free(watched), len(earlier))
    spread = _spread(watched)
    picked: dict[int, list[ast.stmt]] = {}
    for index in range(len(earlier) - 1, -1, -1):
        for statement in reversed(earlier[index][1].tree.body):
            names = wanted.keys() & (binds(statement) | changes(statement))
            if not names:
                continue
            beside = any(wanted[name] == index or name in spread for name in names)
            taken = makers.makes(statement) or (beside and is_cheap(statement))
            if settles(statement):
                wanted = {k: v for k, v in wanted.items() if k not in binds(statement)}
            if taken:
                picked.setdefault(index, []).insert(0, statement)
                wanted |= dict.fromkeys(needs(statement), index)
    return picked


def _free(page: ParsedCell) -> set[str]:
    """Names that a cell takes from the kernel."""
    free: set[str] = set()
    bound: set[str] = set()
    everywhere = {name for statement in page.tree.body for name in binds(statement)}
    for statement in page.tree.body:
        late = everywhere if isinstance(statement, DEFINITIONS) else bound
        free |= needs(statement) - late
        bound |= binds(statement)
    return free


def _spread(page: ParsedCell) -> set[str]:
    """Names of dictionaries that calls spread, ``compile(**settings)``."""
    return {
        keyword.value.id
        for call in page.calls
        for keyword in call.keywords
        if keyword.arg is None and isinstance(keyword.value, ast.Name)
    }


def _pieces(page: ParsedCell, statements: Sequence[ast.stmt]) -> list[Span]:
    """Places of statements with the comments above them; neighbours stay together."""
    body = page.tree.body
    spans: list[Span] = []
    last = -2
    for statement in statements:
        start, end = page.statement_span(statement)
        if page.starts_line(start):
            start = page.comments_above(start)
        if page.ends_line(end):
            end = page.line_end(end)
        place = body.index(statement)
        if place == last + 1 and spans:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
        last = place
    return spans


def _below_imports(page: ParsedCell) -> int:
    """Offset below the magics and the imports at the top of a cell."""
    place = page.body_start
    for statement in page.tree.body:
        end = page.span(statement)[1]
        if not isinstance(statement, ast.Import | ast.ImportFrom) or not page.ends_line(end):
            break
        place = min(page.line_end(end) + 1, len(page.source))
    return place


def _without_repeated_imports(
    watched: ParsedCell, place: int, pieces: list[tuple[int, Span]], origins: dict[int, ParsedCell]
) -> list[tuple[int, Span]]:
    """Leave out import lines that the cell has at its top already."""
    own = {line.strip() for line in watched.source[:place].split("\n")}
    kept: list[tuple[int, Span]] = []
    for cell, (first, end) in pieces:
        page, start = origins[cell], first
        while start < end:
            stop = min(page.line_end(start), end)
            line = page.source[start:stop].strip()
            if line and (line not in own or not line.startswith(("import ", "from "))):
                break
            if line:
                own.add(line)
            start = stop + 1
        if start < end:
            kept.append((cell, (start, end)))
    return kept


def _join(
    watched: ParsedCell,
    number: int,
    place: int,
    pieces: Sequence[tuple[int, Span]],
    origins: dict[int, ParsedCell],
) -> tuple[str, list[tuple[int, int, int, int]]]:
    source = watched.source
    if not pieces:
        return source, [(number, 0, len(source), 0)]
    text = source[:place]
    moved = [(number, 0, place, 0)]
    if text and not text.endswith("\n"):
        text += "\n"
    if place > watched.body_start:
        text += "\n"
    for index, (cell, (start, end)) in enumerate(pieces):
        part = origins[cell].source[start:end]
        moved.append((cell, start, end, len(text)))
        text += part + "\n"
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        if following and (
            following[0] != cell
            or _is_block(part)
            or re.search(r"\n[ \t]*\n", origins[cell].source[end : following[1][0]])
        ):
            text += "\n"
    rest = source[place:].lstrip("\n")
    gap = "\n\n" if _is_block(origins[pieces[-1][0]].source[slice(*pieces[-1][1])]) else "\n"
    text += gap if rest else ""
    moved.append((number, len(source) - len(rest), len(source), len(text)))
    return text + rest, moved


def _is_block(text: str) -> bool:
    """Whether a text ends inside a function or class, which style sets apart by two lines."""
    return text.rsplit("\n", 1)[-1].startswith((" ", "\t"))
