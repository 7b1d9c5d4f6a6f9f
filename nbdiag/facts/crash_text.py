"""What the text of a failed cell says: the calls in it, and the values of plain expressions."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from nbdiag.facts.once import per_run
from nbdiag.schema.cell import CallSite, Cell, Shape
from nbdiag.schema.failure import Thing
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.text_change import Call
from nbdiag.syntax.lines import count_characters, split_lines
from nbdiag.syntax.parsing import UnreadableError, parse_literal, parse_module

_MAGIC = re.compile(r"(?m)^([ \t]*)[%!?].*$")
_CONVERSIONS = ("astype", "copy", "numpy", "to_numpy")


@dataclass(frozen=True)
class Found:
    """A call in a cell."""

    call: Call
    node: ast.Call

    @property
    def name(self) -> str:
        """Last part of the name of what is called."""
        return self.call.name

    def argument(self, place: int, *names: str) -> ast.expr | None:
        """Give an argument by its place or by one of its names."""
        for keyword in self.node.keywords:
            if keyword.arg in names:
                return keyword.value
        given = self.node.args
        starred = any(isinstance(item, ast.Starred) for item in given)
        return given[place] if 0 <= place < len(given) and not starred else None


@per_run
def calls_of(run: TrainingRun) -> tuple[Found, ...]:
    """Give all calls of the watched cell, after those of the earlier functions that it calls."""
    watched = calls_in(run.cell)
    called = {item.name for item in watched}
    earlier: list[Found] = []
    for cell in reversed(run.earlier):
        tree = _tree(cell.source)
        defined = {
            node.name: node
            for node in (tree.body if tree else ())
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in called
        }
        for node in defined.values():
            last = node.end_lineno or node.lineno
            earlier += [i for i in calls_in(cell) if node.lineno <= i.call.line <= last]
            called.discard(node.name)
    return (*earlier, *watched)


def calls_in(cell: Cell) -> tuple[Found, ...]:
    """Give all calls of one cell in the order of its text, outer before inner."""
    lines = split_lines(cell.source)
    return tuple(
        Found(Call(last_name(node), cell.number, node.lineno, _column(lines, node)), node)
        for node in _read(cell.source)[1]
    )


@lru_cache(maxsize=256)
def _read(source: str) -> tuple[ast.Module | None, tuple[ast.Call, ...]]:
    """Give a text's tree and the calls in it; both from one cache, so that nodes are the same."""
    tree = _parsed(source)
    if tree is None:
        return None, ()
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and last_name(node)]
    nodes.sort(key=lambda node: (node.lineno, node.col_offset, -(node.end_col_offset or 0)))
    return tree, tuple(nodes)


def _column(lines: list[str], node: ast.Call) -> int:
    return count_characters(lines[node.lineno - 1], node.col_offset)


def _end_column(source: str, node: ast.Call) -> int:
    return count_characters(
        split_lines(source)[(node.end_lineno or 1) - 1], node.end_col_offset or 0
    )


def statements(cell: Cell) -> tuple[ast.stmt, ...]:
    """Give the statements of a cell, () when it is no Python."""
    tree = _tree(cell.source)
    return tuple(tree.body) if tree else ()


def _tree(source: str) -> ast.Module | None:
    return _read(source)[0]


def _parsed(source: str) -> ast.Module | None:
    try:
        return parse_module(_MAGIC.sub(lambda m: f"{m.group(1)}pass", source))
    except UnreadableError:
        return None


def last_name(node: ast.AST) -> str:
    """Give the last part of a called name, "" when there is none."""
    function = node.func if isinstance(node, ast.Call) else node
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def root_name(node: ast.AST) -> str:
    """Give the name at the bottom of ``X[:5].astype(…)``, "" when there is none."""
    while True:
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return node.id if isinstance(node, ast.Name) else ""


def things(run: TrainingRun) -> dict[str, Thing]:
    """Give what the user's names stood for."""
    return run.error.scene.names if run.error else {}


def thing_of(run: TrainingRun, node: ast.expr | None) -> Thing | None:
    """Give what an expression stood for, as far as rows and columns go; None when unknown."""
    if isinstance(node, ast.Name):
        return things(run).get(node.id)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return thing_of(run, node.value)
    if isinstance(node, ast.Attribute) and node.attr == "values":
        return thing_of(run, node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return thing_of(run, node.func.value) if node.func.attr in _CONVERSIONS else None
    return None


def given(run: TrainingRun, part: str) -> tuple[str, Thing] | None:
    """Give name and form of what ``fit`` is given as "x" or "y", None when it cannot be told."""
    place = "xy".index(part)
    for found in calls_in(run.cell):
        if found.name == "fit" and isinstance(found.node.func, ast.Attribute):
            node = found.argument(place, part)
            thing = thing_of(run, node)
            if node is not None and thing is not None:
                return root_name(node), thing
    return None


def row_shape(run: TrainingRun) -> Shape | None:
    """Give the shape of one row of the inputs that ``fit`` is given, None when unknown."""
    if len(run.data.inputs) == 1:
        return run.data.inputs[0].shape
    found = given(run, "x")
    if found is None or found[1].shape is None or found[1].kind != "array":
        return None
    return found[1].shape[1:] or None


def value_of(run: TrainingRun, node: ast.expr | None) -> object:
    """Give the value of a plain expression of numbers, names and shapes; None when unknown."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        thing = things(run).get(node.id)
        try:
            return parse_literal(thing.value) if thing and thing.value else None
        except UnreadableError:
            return None
    if isinstance(node, ast.Tuple | ast.List):
        return tuple(value_of(run, item) for item in node.elts)
    if isinstance(node, ast.Attribute) and node.attr == "shape":
        thing = thing_of(run, node.value)
        return thing.shape if thing else None
    if isinstance(node, ast.Subscript):
        return _item(run, node)
    return None


def _item(run: TrainingRun, node: ast.Subscript) -> object:
    whole = value_of(run, node.value)
    if not isinstance(whole, tuple):
        return None
    index = node.slice
    try:
        if isinstance(index, ast.Slice):
            parts = [_number(part) for part in (index.lower, index.upper, index.step)]
            return whole[slice(*parts)]
        place = _number(index)
        return None if place is None else whole[place]
    except (IndexError, ValueError):
        return None


def _number(node: ast.expr | None) -> int | None:
    """Give a whole number that is written out, None for nothing.

    Raises
    ------
    ValueError
        When something else stands there.
    """
    value = None if node is None else parse_literal(node)
    if value is not None and not isinstance(value, int):
        raise ValueError("not a number")
    return value


def declared(run: TrainingRun) -> Iterator[Shape]:
    """Give the shapes of one row that the text declares, in ``Input`` or ``input_shape``."""
    for found in calls_of(run):
        if found.name in ("Input", "InputLayer"):
            shape = _sizes(value_of(run, found.argument(0, "shape", "input_shape")))
            batch = _sizes(value_of(run, found.argument(-1, "batch_shape", "batch_input_shape")))
        else:
            shape = _sizes(value_of(run, found.argument(-1, "input_shape")))
            batch = _sizes(value_of(run, found.argument(-1, "batch_input_shape")))
            size = value_of(run, found.argument(-1, "input_dim"))
            if shape is None and isinstance(size, int) and found.name != "Embedding":
                shape = (size,)
        if shape is not None:
            yield shape
        elif batch:
            yield batch[1:]


def _sizes(value: object) -> Shape | None:
    if isinstance(value, tuple) and all(item is None or isinstance(item, int) for item in value):
        return value
    return None


def failed_call(run: TrainingRun) -> Found | None:
    """Give the innermost call of the watched cell that led to the failure."""
    if run.error is None:
        return None
    here = [site for site in run.error.scene.places if site.cell == run.cell.number]
    for site in reversed(here):
        for found in calls_in(run.cell):
            start = (found.call.line, found.call.column)
            same = start == (site.line, site.column) and found.node.end_lineno == site.end_line
            if same and _end_column(run.cell.source, found.node) == site.end_column:
                return found
    return None


def innermost(run: TrainingRun) -> Found | None:
    """Give the innermost call of the user's text that led to the failure."""
    places = run.error.scene.places if run.error else ()
    for cell in (run.cell, *run.earlier) if places else ():
        if cell.number == places[-1].cell:
            for found in calls_in(cell):
                if site_of(cell, found.node) == places[-1]:
                    return found
    return None


def site_of(cell: Cell, node: ast.expr | ast.stmt) -> CallSite:
    """Give the place of a part of a cell's text."""
    lines = split_lines(cell.source)
    last = node.end_lineno or node.lineno
    start = count_characters(lines[node.lineno - 1], node.col_offset)
    end = count_characters(lines[last - 1], node.end_col_offset or 0)
    return CallSite(cell.number, node.lineno, start, last, end)


def text_at(cell: Cell, site: CallSite) -> str:
    """Give the text of a place in a cell."""
    lines = split_lines(cell.source)[site.line - 1 : site.end_line]
    whole = "\n".join(lines)
    rest = len(lines[-1]) - site.end_column
    return whole[site.column : len(whole) - rest]


def applied_at(cell: Cell, site: CallSite) -> tuple[Call, ast.Call] | None:
    """Give the layer that is applied at a place, as ``Add()([x, y])`` or ``add([x, y])``.

    Its call has no name of its own where the layer is made in the same expression.
    """
    tree = _tree(cell.source)
    lines = split_lines(cell.source)
    for node in ast.walk(tree) if tree is not None else ():
        if not isinstance(node, ast.Call) or not node.args:
            continue
        start = (node.lineno, _column(lines, node))
        end = (node.end_lineno, _end_column(cell.source, node))
        if start == (site.line, site.column) and end == (site.end_line, site.end_column):
            return Call(last_name(node), cell.number, *start), node
    return None
