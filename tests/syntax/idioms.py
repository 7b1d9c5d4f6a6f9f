"""Recorded runs as they would have been recorded had the user written the cells in other words."""

import ast
import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

Move = Callable[[CallSite], CallSite | Missing]


def shell_line(run: TrainingRun) -> TrainingRun:
    """The cell lists files at its end."""
    return _with_last_line(run, "files = !ls")


def help_line(run: TrainingRun) -> TrainingRun:
    """The cell asks for help at its end."""
    return _with_last_line(run, "model.summary?")


def timed(run: TrainingRun) -> TrainingRun | None:
    """The statement that fails is written after ``%time``, which takes one line."""
    cell = run.cell
    number = run.error.lines[0] if run.error and run.error.lines else 0
    statement = next((s for s in _top(cell) if s.lineno <= number <= s.end_lineno), None)
    if not isinstance(statement, ast.Expr | ast.Assign | ast.Import | ast.ImportFrom):
        return None
    whole = _edit(cell, statement, "")
    written = cell.source[whole.start : whole.end]
    line = f"{cell.source}\n"[: cell.source.find("\n", whole.end)]
    alone = line[line.rfind("\n", 0, whole.start + 1) + 1 :] == written
    if not alone or "#" in written or '"""' in written:
        return None
    more = written.count("\n")
    one_line = "%time " + written.replace("\n", " ")
    source = cell.source[: whole.start] + one_line + "\n" * more + cell.source[whole.end :]

    def move(site: CallSite) -> CallSite:
        if site.cell != cell.number or not statement.lineno <= site.line <= statement.end_lineno:
            return site
        first = _offset(cell.source, site.line, site.column) - whole.start + len("%time ")
        last = _offset(cell.source, site.end_line, site.end_column) - whole.start + len("%time ")
        return CallSite(cell.number, statement.lineno, first, statement.lineno, last)

    def moved(site: CallSite) -> CallSite | Missing:
        # What a line magic runs is compiled by itself: objects made there are in no cell.
        return site if move(site) is site else Missing("the call is not written in a cell")

    here = range(statement.lineno, statement.end_lineno + 1)
    error = replace(
        run.error,
        scene=replace(run.error.scene, places=tuple(map(move, run.error.scene.places))),
        lines=tuple(statement.lineno if n in here else n for n in run.error.lines),
    )
    return replace(
        _moved(replace(run, error=None), moved), error=error, cell=replace(cell, source=source)
    )


def short_name(run: TrainingRun) -> TrainingRun | None:
    """Keras is imported as ``k``, in every cell."""
    return _renamed(run, _as_k)


def by_tensorflow(run: TrainingRun) -> TrainingRun | None:
    """Keras is TensorFlow's, in every cell."""
    return _renamed(run, _from_tensorflow)


def own_names(run: TrainingRun) -> TrainingRun | None:
    """Layers are imported under names of the user's own, ``Dense as OwnDense``."""
    return _renamed(run, _imported_as("import {} as Own{}", "Own{}"))


def star_import(run: TrainingRun) -> TrainingRun | None:
    """Everything is imported from Keras' layers."""
    return _renamed(run, _imported_as("import *", "{}"))


def settings(run: TrainingRun) -> TrainingRun | None:
    """The numbers that layers are given first are entries of a dictionary."""
    return _renamed(run, _from_settings)


def windows_lines(run: TrainingRun) -> TrainingRun:
    """Every line of every cell ends as Windows ends lines."""
    return replace(
        run,
        cell=replace(run.cell, source=run.cell.source.replace("\n", "\r\n")),
        earlier=tuple(replace(c, source=c.source.replace("\n", "\r\n")) for c in run.earlier),
    )


def _with_last_line(run: TrainingRun, line: str) -> TrainingRun:
    source = run.cell.source.rstrip("\n")
    return replace(run, cell=replace(run.cell, source=f"{source}\n{line}\n"))


@dataclass(frozen=True)
class Edit:
    """Another text for a range of a cell's characters."""

    start: int
    end: int
    text: str


def _renamed(
    run: TrainingRun, edits_of: Callable[[Cell, set[int]], list[Edit]]
) -> TrainingRun | None:
    failed = set(run.error.lines) if run.error else set()
    edits = {
        cell.number: sorted(
            edits_of(cell, failed if cell is run.cell else set()), key=lambda e: e.start
        )
        for cell in (*run.earlier, run.cell)
    }
    sources = {cell.number: cell.source for cell in (*run.earlier, run.cell)}
    if not any(edits.values()):
        return None

    def write(cell: Cell) -> Cell:
        source = cell.source
        for edit in reversed(edits[cell.number]):
            source = source[: edit.start] + edit.text + source[edit.end :]
        return replace(cell, source=source)

    def move(site: CallSite) -> CallSite:
        if not edits.get(site.cell):
            return site
        old = sources[site.cell]
        new = written[site.cell]

        def shift(line: int, column: int) -> tuple[int, int]:
            offset = _offset(old, line, column)
            by = sum(len(e.text) - (e.end - e.start) for e in edits[site.cell] if e.end <= offset)
            before = new[: offset + by]
            return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1)

        start, end = shift(site.line, site.column), shift(site.end_line, site.end_column)
        return CallSite(site.cell, *start, *end)

    cells = {cell.number: write(cell) for cell in (*run.earlier, run.cell)}
    written = {number: cell.source for number, cell in cells.items()}
    moved = _moved(run, move)
    return replace(
        moved,
        cell=cells[run.cell.number],
        earlier=tuple(cells[cell.number] for cell in run.earlier),
    )


def _as_k(cell: Cell, failed: set[int]) -> list[Edit]:
    """``import keras as k``, and ``k.layers`` for what was imported from Keras by name."""
    imports = [
        s
        for s in _top(cell)
        if _is_of_keras(s) and not failed & {*range(s.lineno, s.end_lineno + 1)}
    ]
    bound = {}
    for statement in imports:
        for alias in statement.names:
            path = (
                []
                if isinstance(statement, ast.Import)
                else [*statement.module.split(".")[1:], alias.name]
            )
            bound[alias.asname or alias.name] = ".".join(["k", *path])
    if not imports or "k" in _words(cell.source):
        return []
    edits = [_edit(cell, s, "import keras as k" if s is imports[0] else "pass") for s in imports]
    uses = [
        n for n in ast.walk(_tree(cell)) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    ]
    return edits + [_edit(cell, n, bound[n.id]) for n in uses if n.id in bound]


def _imported_as(how: str, use: str) -> Callable[[Cell, set[int]], list[Edit]]:
    """Write the classes of ``keras.layers`` as imported from there."""

    def edits_of(cell: Cell, failed: set[int]) -> list[Edit]:
        found = [s for s in _top(cell) if _is_of_keras(s) and s.lineno not in failed]
        parts = {"keras.layers", "layers"} if found else set()
        uses = [
            n
            for n in ast.walk(_tree(cell))
            if isinstance(n, ast.Attribute)
            and n.attr[0].isupper()
            and ast.unparse(n.value) in parts
        ]
        if not uses:
            return []
        names = dict.fromkeys(n.attr for n in uses)
        lines = dict.fromkeys(f"from keras.layers {how.format(n, n)}" for n in names)
        first = _edit(cell, found[-1], "; ".join([ast.unparse(found[-1]), *lines]))
        return [first, *(_edit(cell, n, use.format(n.attr)) for n in uses)]

    return edits_of


def _from_settings(cell: Cell, failed: set[int]) -> list[Edit]:
    found = [s for s in _top(cell) if _is_of_keras(s) and s.lineno not in failed]
    numbers = [
        node.args[0]
        for node in ast.walk(_tree(cell))
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).startswith("layers.")
        if isinstance(node.args[0], ast.Constant)
    ]
    if not found or not numbers:
        return []
    edits = [_edit(cell, node, f'settings["n{i}"]') for i, node in enumerate(numbers)]
    entries = ", ".join(f'"n{i}": {node.value!r}' for i, node in enumerate(numbers))
    whole = f"{ast.unparse(found[-1])}; settings = {{{entries}}}"
    return [_edit(cell, found[-1], whole), *edits]


def _from_tensorflow(cell: Cell, failed: set[int]) -> list[Edit]:
    """``from tensorflow import keras``, ``from tensorflow.keras import layers``."""
    edits = []
    for statement in _top(cell):
        if not _is_of_keras(statement) or failed & {
            *range(statement.lineno, statement.end_lineno + 1)
        }:
            continue
        names = ", ".join(ast.unparse(alias) for alias in statement.names)
        whole = isinstance(statement, ast.Import)
        module = "tensorflow" if whole else f"tensorflow.{statement.module}"
        edits.append(_edit(cell, statement, f"from {module} import {names}"))
    return edits


def _is_of_keras(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names] == ["keras"]
    return isinstance(statement, ast.ImportFrom) and bool(
        re.fullmatch(
            r"keras(\.(layers|models|optimizers|losses|metrics|callbacks|utils))?",
            statement.module or "",
        )
    )


def _edit(cell: Cell, node: ast.AST, text: str) -> Edit:
    lines = cell.source.split("\n")

    def offset(line: int, column: int) -> int:
        return _offset(cell.source, line, len(lines[line - 1].encode()[:column].decode()))

    return Edit(
        offset(node.lineno, node.col_offset), offset(node.end_lineno, node.end_col_offset), text
    )


def _offset(source: str, line: int, column: int) -> int:
    return sum(len(text) + 1 for text in source.split("\n")[: line - 1]) + column


def _words(source: str) -> set[str]:
    return set(re.findall(r"\w+", source))


def _tree(cell: Cell) -> ast.Module:
    """The cell's tree; IPython's lines are blank, and a text that is no Python has none."""
    try:
        return ast.parse(re.sub(r"(?m)^[ \t]*[%!].*$", lambda m: "#" * len(m[0]), cell.source))
    except SyntaxError:
        return ast.Module([], [])


def _top(cell: Cell) -> list[ast.stmt]:
    return _tree(cell).body


def _moved(value: Any, move: Move) -> Any:
    """A value with all its call sites moved."""
    if isinstance(value, CallSite):
        return move(value)
    if is_dataclass(value) and not isinstance(value, type):
        named = {f.name: getattr(value, f.name) for f in fields(value) if f.init}
        changed = {name: _moved(item, move) for name, item in named.items()}
        same = all(changed[name] is named[name] for name in named)
        return value if same else dataclasses.replace(value, **changed)
    if isinstance(value, tuple):
        items = tuple(_moved(item, move) for item in value)
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value


IDIOMS: dict[str, Callable[[TrainingRun], TrainingRun | None]] = {
    "shell line": shell_line,
    "help line": help_line,
    "%time": timed,
    "import keras as k": short_name,
    "from tensorflow import keras": by_tensorflow,
    "from keras.layers import Dense as OwnDense": own_names,
    "from keras.layers import *": star_import,
    'settings["units"]': settings,
    "CRLF": windows_lines,
}
