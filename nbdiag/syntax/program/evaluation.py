"""The value of an expression."""

import ast
from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from nbdiag.syntax.program.domain import (
    ClassValue,
    DictValue,
    FunctionValue,
    Given,
    Imported,
    LibraryObject,
    ListValue,
    Mutable,
    Super,
    Unknown,
    Value,
    is_plain,
    items_of,
    plain_of,
)
from nbdiag.syntax.program.invocation import Invocation
from nbdiag.syntax.program.literal_arithmetic import LONGEST, combine, compare, negate, truth
from nbdiag.syntax.program.name_scope import NOT_BOUND, Namespace
from nbdiag.syntax.program.python_builtins import HARMLESS

BUILTINS = HARMLESS | frozenset(
    """
    abs bool float int len max min round sum range list tuple reversed enumerate zip sorted dict
    str getattr setattr super set frozenset Exception ValueError RuntimeError KeyError
    """.split()  # noqa: SIM905 - a name a line would fill the page
)


class Expressions(Invocation):
    """Finds the values of expressions."""

    def value(self, node: ast.expr, scope: Namespace) -> Value:
        """Find the value of an expression."""
        self.spend()
        read = self._KINDS.get(type(node))
        return read(self, node, scope) if read is not None else Unknown()

    def _constant(self, node: ast.Constant, _: Namespace) -> Value:
        return node.value if is_plain(node.value) else Unknown()

    def _name(self, node: ast.Name, scope: Namespace) -> Value:
        found = scope.find(node.id)
        if found is NOT_BOUND and node.id in BUILTINS:
            return Imported(f"builtins.{node.id}")
        return "__main__" if found is NOT_BOUND and node.id == "__name__" else found

    def _attribute(self, node: ast.Attribute, scope: Namespace) -> Value:
        return self.attribute(self.value(node.value, scope), node.attr)

    def _call(self, node: ast.Call, scope: Namespace) -> Value:
        called = self.value(node.func, scope)
        if isinstance(called, Imported) and called.path == "builtins.super":
            return self._super(node, scope)
        given = self._given(node, scope)
        return self.call(called, given)

    def _super(self, node: ast.Call, scope: Namespace) -> Value:
        del node
        function = scope.find("__class__")
        owner = scope.find("__self__")
        return Super(function, owner) if isinstance(function, ClassValue) else Unknown()

    def _given(self, node: ast.Call, scope: Namespace) -> Given:
        places: list[Value] = []
        named: dict[str, Value] = {}
        complete = True
        for item in node.args:
            if isinstance(item, ast.Starred):
                more = items_of(self.value(item.value, scope))
                complete = complete and more is not None
                places += more or []
            else:
                places.append(self.value(item, scope))
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            if keyword.arg is not None:
                named[keyword.arg] = value
            elif isinstance(value, DictValue) and not value.spoiled:
                named |= {str(key): item for key, item in value.items.items()}
            else:
                complete = False
        return Given(tuple(places), named, complete, self.site(node))

    def _subscript(self, node: ast.Subscript, scope: Namespace) -> Value:
        owner = self.value(node.value, scope)
        if isinstance(owner, LibraryObject):
            given = Given((owner,), {}, complete=True, site=self.site(node))
            return self.library.call("operator.GetItem", given, self.call)
        if isinstance(node.slice, ast.Slice):
            return self._slice(owner, node.slice, scope)
        key = self.value(node.slice, scope)
        if isinstance(owner, Mutable) and owner.spoiled:
            return Unknown(owner.spoiled)
        try:
            if isinstance(owner, ListValue | tuple | str | range) and type(key) is int:
                return (owner.items if isinstance(owner, ListValue) else owner)[key]
            if isinstance(owner, DictValue) and is_plain(key):
                return owner.items[key]
        except (LookupError, TypeError):
            return Unknown("the item is not there")
        return Unknown()

    def _slice(self, owner: Value, node: ast.Slice, scope: Namespace) -> Value:
        parts = [
            None if part is None else self.value(part, scope)
            for part in (node.lower, node.upper, node.step)
        ]
        plain = all(part is None or type(part) is int for part in parts)
        if not plain or not isinstance(owner, ListValue | tuple | str) or parts[2] == 0:
            return Unknown()
        cut: Any = slice(*parts)
        if not isinstance(owner, ListValue):
            return owner[cut]
        return Unknown(owner.spoiled) if owner.spoiled else ListValue(owner.items[cut])

    def _list(self, node: ast.List | ast.Set, scope: Namespace) -> Value:
        items = self._elements(node.elts, scope)
        return Unknown() if items is None or isinstance(node, ast.Set) else ListValue(items)

    def _tuple(self, node: ast.Tuple, scope: Namespace) -> Value:
        items = self._elements(node.elts, scope)
        return Unknown() if items is None else tuple(items)

    def _elements(self, nodes: list[ast.expr], scope: Namespace) -> list[Value] | None:
        found: list[Value] = []
        whole = True
        for node in nodes:
            if isinstance(node, ast.Starred):
                more = items_of(self.value(node.value, scope))
                whole = whole and more is not None
                found += more or []
            else:
                found.append(self.value(node, scope))
        return found if whole else None

    def _dict(self, node: ast.Dict, scope: Namespace) -> Value:
        found: dict[Any, Value] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            item = self.value(value, scope)
            if key is None:
                if not isinstance(item, DictValue) or item.spoiled:
                    return Unknown()
                found |= item.items
                continue
            name = self.value(key, scope)
            if not is_plain(name):
                return Unknown()
            found[name] = item
        return DictValue(found)

    def _binary(self, node: ast.BinOp, scope: Namespace) -> Value:
        one, other = self.value(node.left, scope), self.value(node.right, scope)
        if any(isinstance(item, LibraryObject) for item in (one, other)):
            name = type(node.op).__name__
            given = Given((one, other), {}, complete=True, site=self.site(node))
            return self.library.call(f"operator.{name}", given, self.call)
        return combine(node.op, one, other)

    def _unary(self, node: ast.UnaryOp, scope: Namespace) -> Value:
        value = self.value(node.operand, scope)
        if isinstance(value, LibraryObject):
            given = Given((value,), {}, complete=True, site=self.site(node))
            return self.library.call("operator.Negative", given, self.call)
        known = truth(value) if isinstance(node.op, ast.Not) else None
        return negate(node.op, value) if known is None else not known

    def _boolean(self, node: ast.BoolOp, scope: Namespace) -> Value:
        stops = isinstance(node.op, ast.Or)
        value: Value = Unknown()
        sure = True
        for part in node.values:
            value = self.value(part, scope)
            known = truth(value)
            if known is stops:
                return value if sure else Unknown()
            sure = sure and known is not None
        return value if sure else Unknown()

    def _comparison(self, node: ast.Compare, scope: Namespace) -> Value:
        left = self.value(node.left, scope)
        for sign, part in zip(node.ops, node.comparators, strict=True):
            right = self.value(part, scope)
            holds = compare(sign, left, right)
            if holds is not True:
                return holds
            left = right
        return True

    def _conditional(self, node: ast.IfExp, scope: Namespace) -> Value:
        known = truth(self.value(node.test, scope))
        if known is not None:
            return self.value(node.body if known else node.orelse, scope)
        return Unknown("a condition decides it that the text does not show")

    def _format(self, node: ast.JoinedStr, scope: Namespace) -> Value:
        parts: list[str] = []
        for part in node.values:
            if isinstance(part, ast.Constant):
                parts.append(str(part.value))
                continue
            plain = isinstance(part, ast.FormattedValue) and part.format_spec is None
            value = self.value(part.value, scope) if isinstance(part, ast.FormattedValue) else None
            if not plain or not isinstance(value, str | int):
                return Unknown()
            parts.append(str(value))
        text = "".join(parts)
        return text if len(text) <= LONGEST else Unknown()

    def _lambda(self, node: ast.Lambda, scope: Namespace) -> Value:
        return FunctionValue(node, (self.page, self.number), scope, self.defaults(node, scope))

    def defaults(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Namespace
    ) -> dict[str, Value]:
        """Find the defaults of a function's parameters."""
        given = node.args
        placed = [*given.posonlyargs, *given.args]
        last = placed[len(placed) - len(given.defaults) :]
        pairs = [*zip(last, given.defaults, strict=True)]
        pairs += [(a, v) for a, v in zip(given.kwonlyargs, given.kw_defaults, strict=True) if v]
        return {item.arg: self.value(value, scope) for item, value in pairs}

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp, scope: Namespace) -> Value:
        found: list[Value] = []
        for turn in self._turns(node.generators, scope):
            if turn is None:
                return Unknown("how often a loop runs is not written out")
            found.append(self.value(node.elt, turn))
        return ListValue(found)

    def _dict_comprehension(self, node: ast.DictComp, scope: Namespace) -> Value:
        found: dict[Any, Value] = {}
        for turn in self._turns(node.generators, scope):
            key = None if turn is None else plain_of(self.value(node.key, turn))
            if turn is None or not is_plain(key):
                return Unknown()
            found[key] = self.value(node.value, turn)
        return DictValue(found)

    def _turns(
        self, loops: list[ast.comprehension], scope: Namespace
    ) -> Iterator[Namespace | None]:
        """Go through the turns of a comprehension; None where they are not known."""
        inner = Namespace(outer=scope)
        if not loops:
            yield inner
            return
        loop, *rest = loops
        items = None if loop.is_async else items_of(self.value(loop.iter, scope))
        if items is None:
            yield None
            return
        for item in items:
            inner = Namespace(outer=scope)
            self.bind(loop.target, item, inner)
            tests = [truth(self.value(test, inner)) for test in loop.ifs]
            if None in tests:
                yield None
                return
            if all(tests):
                yield from self._turns(rest, inner)

    def _named(self, node: ast.NamedExpr, scope: Namespace) -> Value:
        value = self.value(node.value, scope)
        self.bind(node.target, value, scope)
        return value

    def _inner(self, node: Any, scope: Namespace) -> Value:
        return self.value(node.value, scope)

    @abstractmethod
    def bind(self, target: ast.expr, value: Value, scope: Namespace) -> None:
        """Bind a value to the target of an assignment."""

    _KINDS: ClassVar[dict[type[ast.AST], Callable[..., Value]]] = {
        ast.Constant: _constant,
        ast.Name: _name,
        ast.Attribute: _attribute,
        ast.Call: _call,
        ast.Subscript: _subscript,
        ast.List: _list,
        ast.Set: _list,
        ast.Tuple: _tuple,
        ast.Dict: _dict,
        ast.BinOp: _binary,
        ast.UnaryOp: _unary,
        ast.BoolOp: _boolean,
        ast.Compare: _comparison,
        ast.IfExp: _conditional,
        ast.JoinedStr: _format,
        ast.Lambda: _lambda,
        ast.ListComp: _comprehension,
        ast.GeneratorExp: _comprehension,
        ast.DictComp: _dict_comprehension,
        ast.NamedExpr: _named,
        ast.Await: _inner,
        ast.Starred: _inner,
    }
