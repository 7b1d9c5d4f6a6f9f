"""Where the cells define a value: a constant, an entry, a default, a text of JSON or YAML."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import argument, last_name, parsed
from nbdiag.syntax.text.parsed_cell import ParsedCell
from nbdiag.syntax.text.parsing import UnreadableError, parse_literal
from nbdiag.syntax.text.scopes import Function, binds, changes

DEEPEST = 12
_LOADS = ("loads", "safe_load", "load")
_NAMESPACES = ("SimpleNamespace", "Namespace")
_YAML = re.compile(r"(?m)^(\w+):[ ]+([^\s#][^#\n]*?)\s*(?:#.*)?$")


@dataclass(frozen=True)
class Origin:
    """A value that is written out in a cell.

    Attributes
    ----------
    node
        The expression that holds it; of an entry of a text of JSON or YAML, the text.
    """

    cell: Cell
    node: ast.expr
    value: object


def origin_of(run: TrainingRun, node: ast.expr) -> Origin | None:
    """Find where a value of the cells is written out.

    Followed are names, entries of dictionaries and lists, arguments and their defaults, fields of
    dataclasses and namespaces, and entries of a text that ``json.loads`` or ``yaml.safe_load`` is
    given. What is bound twice in one way or is changed later is not found.
    """
    return Origins(run).find(node)


class Origins:
    """Follows values through the cells of a run."""

    def __init__(self, run: TrainingRun) -> None:
        every = ((cell, parsed(cell)) for cell in (*run.earlier, run.cell))
        self._pages = [(cell, page) for cell, page in every if page is not None]

    def find(self, node: ast.expr, depth: int = DEEPEST) -> Origin | None:
        """Find what a value is, and where that is written."""
        place = self.expression(node, depth)
        if place is None:
            return None
        cell, found = place
        try:
            return Origin(cell, found, parse_literal(found))
        except UnreadableError:
            text = _loaded(found)
        if text is not None:
            return Origin(cell, text, _entries(text))
        whole = self.find(found.value, depth - 1) if isinstance(found, ast.Subscript) else None
        if whole is None or not isinstance(found, ast.Subscript):
            return None
        try:
            item = whole.value[parse_literal(found.slice)]  # type: ignore[index]
        except (UnreadableError, LookupError, TypeError):
            return None
        return replace(whole, value=item)

    def expression(self, node: ast.expr, depth: int = DEEPEST) -> tuple[Cell, ast.expr] | None:
        """Find the expression that a name, an entry or a field is bound to."""
        home = self.home(node)
        if home is None or depth == 0:
            return None
        cell, page = home
        itself = (cell, node)
        if isinstance(node, ast.Name):
            return self._name(cell, page, node, depth - 1)
        if isinstance(node, ast.Subscript):
            return self._entry(node, depth - 1) or itself
        if isinstance(node, ast.Attribute):
            return self._field(node, depth - 1)
        return itself

    def home(self, node: ast.AST) -> tuple[Cell, ParsedCell] | None:
        """Find the cell that a node is in, None for one of no cell."""
        return next(((cell, page) for cell, page in self._pages if node in page.parents), None)

    def _name(
        self, cell: Cell, page: ParsedCell, node: ast.Name, depth: int
    ) -> tuple[Cell, ast.expr] | None:
        function = page.function(node)
        if function is not None:
            if any(item.arg == node.id for item in _parameters(function)):
                return self._parameter(page, function, node.id, depth)
            if node.id in {name for item in function.body for name in binds(item)}:
                return self._last(function.body, node, depth)
        late = function is not None  # it runs when all of its cell has run
        bound: list[ast.stmt] = []
        for other, tree in self._pages:
            names = _names_of(tree)
            if node.id in names.changed:
                return None
            at_top = names.bound.get(node.id, ())
            bound += [s for s in at_top if late or other is not cell or s.lineno < node.lineno]
            if other is cell:
                break
        return self._value(bound[-1], depth) if bound else None

    def _last(
        self, body: list[ast.stmt], node: ast.Name, depth: int
    ) -> tuple[Cell, ast.expr] | None:
        bound = [item for item in body if node.id in binds(item) and item.lineno < node.lineno]
        return self._value(bound[-1], depth) if len(bound) == 1 else None

    def _value(self, statement: ast.stmt, depth: int) -> tuple[Cell, ast.expr] | None:
        """Follow what a statement gives to its one name."""
        plain = isinstance(statement, ast.AnnAssign) or (
            isinstance(statement, ast.Assign) and len(statement.targets) == 1
        )
        if not plain or not isinstance(statement, ast.Assign | ast.AnnAssign):
            return None
        target = statement.target if isinstance(statement, ast.AnnAssign) else statement.targets[0]
        if not isinstance(target, ast.Name) or statement.value is None:
            return None
        return self.expression(statement.value, depth)

    def _parameter(
        self, page: ParsedCell, function: Function, name: str, depth: int
    ) -> tuple[Cell, ast.expr] | None:
        """Follow the one argument that a function is given, or its default where none is."""
        owner = page.parents.get(function)
        method = isinstance(owner, ast.ClassDef)
        called = owner.name if isinstance(owner, ast.ClassDef) else function.name
        if method and function.name != "__init__":
            return None
        names = [item.arg for item in _parameters(function)][method:]
        place = names.index(name) if name in names else -1
        calls = [call for _, other in self._pages for call in other.all_calls]
        given = [argument(call, place, name) for call in calls if last_name(call) == called]
        defaults = _defaults(function)
        wanted = [node if node is not None else defaults.get(name) for node in given]
        found = wanted or [defaults.get(name)]
        if len(set(found)) != 1 or found[0] is None:
            return None
        return self.expression(found[0], depth)

    def _entry(self, node: ast.Subscript, depth: int) -> tuple[Cell, ast.expr] | None:
        whole = self.expression(node.value, depth)
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if whole is None or key is None:
            return None
        found: list[ast.expr] = []
        if isinstance(whole[1], ast.Dict):
            pairs = zip(whole[1].keys, whole[1].values, strict=True)
            found = [v for k, v in pairs if isinstance(k, ast.Constant) and k.value == key]
        elif isinstance(whole[1], ast.Call) and last_name(whole[1]) == "dict":
            found = [word.value for word in whole[1].keywords if word.arg == key]
        return self.expression(found[0], depth) if len(found) == 1 else None

    def _field(self, node: ast.Attribute, depth: int) -> tuple[Cell, ast.expr] | None:
        whole = self.expression(node.value, depth)
        made = whole[1] if whole is not None else None
        if isinstance(made, ast.Call):
            words = [word.value for word in made.keywords if word.arg == node.attr]
            if words or last_name(made) in _NAMESPACES:
                return self.expression(words[0], depth) if len(words) == 1 else None
        name = last_name(made) if isinstance(made, ast.Call) else last_name(node.value)
        fields = list(self._fields(name))
        place = next((i for i, item in enumerate(fields) if item[0] == node.attr), None)
        if place is None:
            return None
        given = made.args if isinstance(made, ast.Call) else []
        value = given[place] if place < len(given) else fields[place][1]
        return self.expression(value, depth) if value is not None else None

    def _fields(self, name: str) -> Iterator[tuple[str, ast.expr | None]]:
        """List the fields of the newest class of a name, with their defaults."""
        made = [n for _, p in self._pages for n in p.tree.body if isinstance(n, ast.ClassDef)]
        newest = next((item for item in reversed(made) if item.name == name), None)
        for item in newest.body if newest is not None else ():
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                yield item.target.id, item.value
            elif isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name):
                yield item.targets[0].id, item.value


@dataclass(frozen=True)
class _TopNames:
    """The names that the statements at the top of a cell bind and change."""

    bound: Mapping[str, tuple[ast.stmt, ...]]
    changed: frozenset[str]


@lru_cache(maxsize=512)
def _names_of(page: ParsedCell) -> _TopNames:
    """Read the names of a cell once: a notebook has many cells, and a failed one many questions."""
    bound: dict[str, tuple[ast.stmt, ...]] = {}
    for item in page.tree.body:
        bound |= {name: (*bound.get(name, ()), item) for name in binds(item)}
    return _TopNames(bound, frozenset(name for item in page.tree.body for name in changes(item)))


def _parameters(function: Function) -> list[ast.arg]:
    given = function.args
    return [*given.posonlyargs, *given.args, *given.kwonlyargs]


def _defaults(function: Function) -> dict[str, ast.expr]:
    given = function.args
    placed = [*given.posonlyargs, *given.args]
    last = placed[len(placed) - len(given.defaults) :]
    found = {item.arg: value for item, value in zip(last, given.defaults, strict=True)}
    named = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    return found | {item.arg: value for item, value in named if value is not None}


def _loaded(node: ast.expr) -> ast.Constant | None:
    """Return the text that ``json.loads`` or ``yaml.safe_load`` is given, None for all else."""
    given = node.args[0] if isinstance(node, ast.Call) and node.args else None
    if isinstance(node, ast.Call) and last_name(node) in _LOADS and isinstance(given, ast.Constant):
        return given if isinstance(given.value, str) else None
    return None


def _entries(text: ast.Constant) -> object:
    """Read a text of JSON, or the plain entries of one of YAML."""
    try:
        return json.loads(str(text.value))
    except ValueError:
        return {name: _scalar(value) for name, value in _YAML.findall(str(text.value))}


def _scalar(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text.strip("'\"")
