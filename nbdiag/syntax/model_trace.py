"""Follow a model through the text: the calls that make its layers, in the order of running."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from nbdiag.syntax.imports import Names
from nbdiag.syntax.text.parsed_cell import ParsedCell
from nbdiag.syntax.text.scopes import FUNCTIONS, Function, dotted, inside

Made = ast.Call | None
"""A call that makes one layer; None is any number of unknown layers."""

_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.Try, ast.comprehension)
_DEPTH = 40


@dataclass
class Tracer:
    """Reads the layers of a model from its text."""

    page: ParsedCell
    names: Names
    _seen: set[ast.AST] = field(default_factory=set)

    def layers_of(self, model: ast.expr) -> list[Made]:
        """Return the calls that make the layers of a model.

        Parameters
        ----------
        model
            What ``fit`` is called on: a name, an attribute or a call.
        """
        self._seen = set()
        return list(self._value(model, _DEPTH))

    def _value(self, node: ast.expr, depth: int) -> Iterator[Made]:
        """Layers of a model, or of a list element."""
        if depth == 0:
            yield None
        elif isinstance(node, ast.Call):
            yield from self._call(node, depth - 1)
        elif key := dotted(node):
            yield from self._variable(key, node, depth - 1)
        else:
            yield None

    def _call(self, node: ast.Call, depth: int) -> Iterator[Made]:
        path = self.names.resolve(node.func)
        if path in ("layers.Input", "layers.InputLayer"):
            return
        if path == "models.Sequential":
            if elements := argument(node, 0, "layers"):
                yield from self._elements(elements, depth)
        elif path == "models.Model":
            outputs = argument(node, 1, "outputs") or argument(node, 1, "output")
            yield from self._flow(outputs, depth) if outputs else [None]
        elif path and path.startswith("layers."):
            yield from self._once(node)
        elif definition := self._definition(node.func):
            yield from self._made_by(definition, node, depth)
        else:
            yield None

    def _once(self, node: ast.Call) -> Iterator[Made]:
        if node not in self._seen:
            self._seen.add(node)
            yield node

    def _elements(self, node: ast.expr, depth: int) -> Iterator[Made]:
        if isinstance(node, ast.List | ast.Tuple):
            for item in node.elts:
                yield from self._value(item, depth)
            return
        key = dotted(node)
        found = self.binding(key, node) if key else None
        if found is None or not isinstance(found[1], ast.List | ast.Tuple):
            yield None
            return
        yield from self._elements(found[1], depth)
        yield from self._additions(key or "", found[0], node, ("append", "extend", "insert"), depth)

    def _variable(self, key: str, use: ast.expr, depth: int) -> Iterator[Made]:
        found = self.binding(key, use)
        if found is None:
            yield None
            return
        statement, value = found
        if value is None:
            yield None
            return
        yield from self._value(value, depth)
        yield from self._additions(key, statement, use, ("add", "pop"), depth)

    def _additions(
        self, key: str, start: ast.stmt, end: ast.expr, methods: Sequence[str], depth: int
    ) -> Iterator[Made]:
        """Layers added by ``key.add(…)`` between two places."""
        first, last = self.page.span(start)[1], self.page.span(end)[0]
        scope = self.scope(start)
        if self.scope(end) is not scope:
            last = len(self.page.source)
        for call in self.page.calls:
            function = call.func
            if not (isinstance(function, ast.Attribute) and function.attr in methods):
                continue
            inside_range = first <= self.page.span(call)[0] < last
            if not inside_range or dotted(function.value) != key or self.scope(call) is not scope:
                continue
            simple = function.attr in ("add", "append") and len(call.args) == 1
            if simple and not self._conditional(call, start):
                yield from self._value(call.args[0], depth)
            else:
                yield None

    def _flow(self, node: ast.expr, depth: int) -> Iterator[Made]:
        """Layers that a symbolic tensor has gone through."""
        if depth <= 0 or node in self._seen:
            return
        self._seen.add(node)
        if isinstance(node, ast.List | ast.Tuple | ast.BinOp):
            parts = [node.left, node.right] if isinstance(node, ast.BinOp) else node.elts
            for item in parts:
                yield from self._flow(item, depth)
        elif isinstance(node, ast.Call):
            if self.names.resolve(node.func) not in ("layers.Input", "layers.InputLayer"):
                for item in node.args:
                    yield from self._flow(item, depth)
                yield from self._applied(node, depth)
        elif key := dotted(node):
            yield from self._flow_of(key, node, depth)
        elif not isinstance(node, ast.Constant):
            yield None

    def _flow_of(self, key: str, node: ast.expr, depth: int) -> Iterator[Made]:
        """Layers that the tensor in a variable has gone through."""
        found = self.binding(key, node)
        if found is None or found[1] is None:
            yield from [] if self._is_parameter(node) else [None]
        elif found[0] not in self._seen:
            self._seen.add(found[0])
            if self._conditional(found[0], node):
                yield None
            else:
                yield from self._flow(found[1], depth)

    def _applied(self, node: ast.Call, depth: int) -> Iterator[Made]:
        """Layers of what is applied in ``layer(x)``."""
        if definition := self._definition(node.func):
            yield from self._made_by(definition, node, depth - 1)
        elif isinstance(node.func, ast.Call) or dotted(node.func):
            yield from self._value(node.func, depth - 1)
        else:
            yield None

    def _made_by(
        self, definition: Function | ast.ClassDef, call: ast.Call, depth: int
    ) -> Iterator[Made]:
        if isinstance(definition, ast.ClassDef):
            bases = {self.names.resolve(base) for base in definition.bases}
            model = bases & {"models.Model", "models.Sequential"}
            yield from self._attributes(definition, depth) if model else self._once(call)
            return
        returned = [node for node in inside_function(definition) if isinstance(node, ast.Return)]
        if len(returned) != 1 or returned[0].value is None or definition in self._seen:
            yield None
            return
        self._seen.add(definition)
        value = returned[0].value
        flows = self._is_tensor(value)
        yield from self._flow(value, depth) if flows else self._value(value, depth)

    def _is_tensor(self, node: ast.expr) -> bool:
        """Whether a returned value is a symbolic tensor rather than a model or a layer."""
        if isinstance(node, ast.Call):
            return isinstance(node.func, ast.Call)
        key = dotted(node)
        found = self.binding(key, node) if key else None
        return bool(found and found[1] is not None and self._is_tensor(found[1]))

    def _attributes(self, definition: ast.ClassDef, depth: int) -> Iterator[Made]:
        """Layers that a model class makes in ``__init__``."""
        for method in definition.body:
            if isinstance(method, Function) and method.name == "__init__":
                for statement in method.body:
                    if not isinstance(statement, ast.Assign):
                        plain = isinstance(statement, ast.Expr | ast.AnnAssign)
                        yield from [] if plain else [None]
                    elif (dotted(statement.targets[0]) or "").startswith("self."):
                        if isinstance(statement.value, ast.Call):
                            yield from self._value(statement.value, depth)
                        elif not isinstance(statement.value, ast.Constant | ast.Name):
                            yield None

    def _definition(self, node: ast.expr) -> Function | ast.ClassDef | None:
        """Return the newest function or class of the cell with a name."""
        if not isinstance(node, ast.Name):
            return None
        found = [
            item
            for item in ast.walk(self.page.tree)
            if isinstance(item, Function | ast.ClassDef) and item.name == node.id
        ]
        return found[-1] if found else None

    def scope(self, node: ast.AST) -> ast.AST:
        """Return the function or module in whose scope a node is."""
        return self.page.enclosing(node, (*FUNCTIONS, ast.Lambda)) or self.page.tree

    def binding(self, key: str, use: ast.AST) -> tuple[ast.stmt, ast.expr | None] | None:
        """Return the last assignment of a name before its use, and the assigned value.

        The value is None where several names are assigned together.
        """
        end = self.page.span(self.page.statement(use))[0]
        scope = self.scope(use)
        found = self._assignments(key, scope)
        before = [item for item in found if self.page.span(item[0])[0] < end]
        if before:
            return before[-1]
        if found and self.page.enclosing(use, (ast.For, ast.While)):
            return found[-1]
        if "." in key and (owner := self.page.enclosing(use, ast.ClassDef)):
            everywhere = [
                item
                for method in owner.body
                if isinstance(method, Function)
                for item in self._assignments(key, method)
            ]
            return everywhere[0] if len(everywhere) == 1 else None
        if scope is self.page.tree or self._is_parameter(use):
            return None
        above = self._assignments(key, self.page.tree)
        return above[-1] if above else None

    def _assignments(self, key: str, scope: ast.AST) -> list[tuple[ast.stmt, ast.expr | None]]:
        found: list[tuple[ast.stmt, ast.expr | None]] = []
        for node in _assigning(scope):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if dotted(target) == key:
                        found.append((node, node.value))
                    elif isinstance(target, ast.Tuple | ast.List):
                        found += [(node, value) for value in _unpacked(target, node.value, key)]
            elif isinstance(node, ast.AnnAssign):
                if node.value and dotted(node.target) == key:
                    found.append((node, node.value))
            elif dotted(node.target) == key:
                found.append((node, None))
        return sorted(found, key=lambda item: self.page.span(item[0])[0])

    def _is_parameter(self, use: ast.AST) -> bool:
        scope = self.scope(use)
        key = dotted(use)
        if not isinstance(scope, Function):
            return False
        every = [*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs]
        return any(item.arg == key for item in every)

    def _conditional(self, node: ast.AST, beside: ast.AST) -> bool:
        """Whether a node is in a loop or a branch that another node does not share."""
        shared = set(self.page.above(beside))
        return any(
            isinstance(parent, _LOOPS) and parent not in shared for parent in self.page.above(node)
        )


def inside_function(scope: ast.AST) -> Iterator[ast.AST]:
    """Go through the nodes of a scope without entering functions and classes within it."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, Function | ast.ClassDef | ast.Lambda):
            yield from inside(child)


@lru_cache(maxsize=512)
def _assigning(scope: ast.AST) -> tuple[ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For, ...]:
    kinds = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For
    return tuple(node for node in inside_function(scope) if isinstance(node, kinds))


def argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    """Return an argument by its name or its place, None when it is not given."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if len(call.args) > place and not any(isinstance(a, ast.Starred) for a in call.args):
        return call.args[place]
    return None


def _unpacked(target: ast.Tuple | ast.List, value: ast.expr, key: str) -> list[ast.expr | None]:
    """Values that ``a, b = …`` gives to a name."""
    pairs = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
    return [
        value.elts[place] if pairs else None  # type: ignore[attr-defined]
        for place, item in enumerate(target.elts)
        if dotted(item) == key
    ]
