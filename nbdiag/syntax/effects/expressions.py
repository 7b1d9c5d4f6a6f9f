"""What the expressions of a scope stand for."""

import ast
import types
from functools import singledispatchmethod
from typing import Any

from nbdiag.syntax.effects.attributes import Getter, attribute, values_of
from nbdiag.syntax.effects.libraries import is_of_user
from nbdiag.syntax.effects.namespace import Acts, Named, Names
from nbdiag.syntax.effects.value_sets import MADE, UNKNOWN, Value, either, entries, holding, known

# Methods by which a container that is made in the call gets what it holds.
_FILLING = ("append", "extend", "insert", "update", "add", "setdefault")


class Expressions(Names):
    """A scope whose expressions can be read."""

    def assign(self, target: ast.AST, value: Value) -> None:
        """Read an assignment inside an expression."""
        raise NotImplementedError

    def define(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        """Read a function that is made here."""
        raise NotImplementedError

    def inner(self, node: ast.AST) -> "Expressions":
        """Begin a scope within this one."""
        raise NotImplementedError

    @singledispatchmethod
    def value(self, node: ast.AST) -> Value:
        """Read an expression; of most kinds the value is made by it."""
        for child in ast.iter_child_nodes(node):
            self.value(child)
        return MADE

    @value.register
    def _of_name(self, node: ast.Name) -> Value:
        return self.lookup(node.id)

    @value.register
    def _of_attribute(self, node: ast.Attribute) -> Value:
        return self._attribute(self.value(node.value), node.attr)

    @value.register
    def _of_subscript(self, node: ast.Subscript) -> Value:
        self.value(node.slice)
        owner: Value = self.value(node.value)
        for item in owner.objects:
            self.reader.use(item, "__getitem__")
            if type(item).__name__ == "defaultdict":
                raise Acts("may add to a defaultdict")
            if isinstance(item, dict) and isinstance(node.slice, ast.Constant):
                return known(dict.get(item, node.slice.value))
        return entries(owner)

    @value.register
    def _of_lambda(self, node: ast.Lambda) -> Value:
        self.define(node)
        return MADE

    @value.register
    def _of_condition(self, node: ast.IfExp) -> Value:
        self.value(node.test)
        return either([self.value(node.body), self.value(node.orelse)])

    @value.register
    def _of_alternatives(self, node: ast.BoolOp) -> Value:
        return either([self.value(item) for item in node.values])

    @value.register
    def _of_named(self, node: ast.NamedExpr) -> Value:
        value: Value = self.value(node.value)
        self.assign(node.target, value)
        return value

    @value.register
    def _of_starred(self, node: ast.Starred) -> Value:
        return self.iterated(node.value)

    @value.register
    def _of_sequence(self, node: ast.Tuple | ast.List | ast.Set) -> Value:
        return holding([self.value(item) for item in node.elts])

    @value.register
    def _of_dict(self, node: ast.Dict) -> Value:
        parts = [*(key for key in node.keys if key is not None), *node.values]
        return holding([self.value(item) for item in parts])

    @value.register
    def _of_operation(self, node: ast.BinOp) -> Value:
        # A sum of lists holds what they hold.
        return holding([entries(self.value(side)) for side in (node.left, node.right)])

    @value.register
    def _of_comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ) -> Value:
        scope = self.inner(node)
        for generator in node.generators:
            scope.assign(generator.target, scope.iterated(generator.iter))
            for test in generator.ifs:
                scope.value(test)
        made = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        return holding([scope.value(item) for item in made])

    @value.register
    def _of_call(self, node: ast.Call) -> Value:
        given = [self.value(item) for item in node.args]
        named = [(item.arg, self.value(item.value)) for item in node.keywords]
        callee = self.value(node.func)
        if callee.unknown:
            raise Acts(f"calls {ast.unparse(node.func)}, of which nothing is known")
        if not callee.objects:
            self._fill(node.func, given, named)
        return either([self._result(item, node, given, named) for item in callee.objects])

    def iterated(self, node: ast.AST) -> Value:
        """Read a loop over an expression; return what it gives."""
        value: Value = self.value(node)
        for item in value.objects:
            self.reader.iterate(item)
        return entries(value)

    def _attribute(self, owner: Value, name: str) -> Value:
        if owner.unknown:
            return UNKNOWN
        found = either([attribute(item, name) for item in owner.objects])
        getters = [item for item in found.objects if isinstance(item, Getter)]
        if not getters:
            return found
        others = [known(item) for item in found.objects if not isinstance(item, Getter)]
        computed = [
            self.reader.call(types.MethodType(getter.function, getter.owner), [], [])
            for getter in getters
            if is_of_user(getter.function.__code__)
        ]
        return either([*others, *computed])

    def _result(self, callee: Any, node: ast.Call, given: list[Value], named: Named) -> Value:
        if callee is super and not given:
            return self.of_super()
        if callee is getattr and len(node.args) > 1:
            return self._getattr(node.args[1], given)
        if callee is globals or callee is locals:
            return UNKNOWN
        return self.reader.call(callee, given, named)

    def _getattr(self, name: ast.AST, given: list[Value]) -> Value:
        default = given[2:3]
        if isinstance(name, ast.Constant):
            found = self._attribute(given[0], str(name.value))
            return either([MADE if found.unknown and default else found, *default])
        # Any of what it holds.
        held = [known(*values_of(item).values()) for item in given[0].objects]
        return either([*held, *default])

    def _fill(self, function: ast.AST, given: list[Value], named: Named) -> None:
        """Read a call of something made here: of a list's method, or of a function read there."""
        self.reader.hand_over(given, named)
        if not isinstance(function, ast.Attribute) or function.attr not in _FILLING:
            return
        if isinstance(function.value, ast.Name) and function.value.id in self.bound:
            self.bind(function.value.id, holding([*given, *map(entries, given)]))
