"""Run the program's functions and make objects of its classes, on values that are known or not."""

import ast
import enum
from abc import abstractmethod
from collections.abc import Sequence

from nbdiag.syntax.program.branches import MAYBE
from nbdiag.syntax.program.domain import (
    ClassValue,
    DictValue,
    FunctionValue,
    Given,
    Instance,
    Unknown,
    Value,
)
from nbdiag.syntax.program.evaluation import Expressions
from nbdiag.syntax.program.library_protocol import Library
from nbdiag.syntax.program.name_scope import Namespace, united
from nbdiag.syntax.text.nodes import is_yield
from nbdiag.syntax.text.scopes import inside

DEEPEST = 24
"""Calls of the program's own functions in each other."""


class End(enum.Enum):
    """How a block ends."""

    NEXT = enum.auto()
    TURN = enum.auto()
    LOOP = enum.auto()
    FUNCTION = enum.auto()
    PROGRAM = enum.auto()


class Functions(Expressions):
    """Runs functions of the program."""

    def __init__(self, library: Library, most: int) -> None:
        super().__init__(library, most)
        self._depth = 0
        self._returned: list[list[Value]] = []
        self._doubts = 0

    @abstractmethod
    def block(self, body: Sequence[ast.stmt], scope: Namespace) -> End:
        """Read statements in order."""

    def call_function(self, function: FunctionValue, given: Given, owner: Value = None) -> Value:
        """Run a function of the program."""
        node = function.node
        lazy = not isinstance(node, ast.Lambda) and any(
            is_yield(part) for statement in node.body for part in inside(statement)
        )
        if self._depth >= DEEPEST or lazy:
            for item in given.everything:
                self.escape(item, "a function changes it that is not followed")
            return Unknown("a function returns it that is not followed")
        inner = Namespace(outer=function.scope)
        self._enter_arguments(function, given, owner, inner)
        page, number = self.page, self.number
        self.page, self.number = function.page
        self._depth += 1
        self._returned.append([])
        doubts = self._doubts
        try:
            if isinstance(node, ast.Lambda):
                return self.value(node.body, inner)
            end = self.block(node.body, inner)
            values = self._returned[-1]
            if end is End.NEXT or not values:
                values.append(None)
            found = values[0]
            for other in values[1:]:
                found = united(found, other, MAYBE)
            return found
        finally:
            self._returned.pop()
            self._depth -= 1
            self._doubts = doubts
            self.page, self.number = page, number

    def _enter_arguments(
        self, function: FunctionValue, given: Given, owner: Value, inner: Namespace
    ) -> None:
        names = inner.names
        spec = function.node.args
        parameters = [item.arg for item in (*spec.posonlyargs, *spec.args)]
        static = _has_decorator(function, "staticmethod")
        places = list(given.places)
        if owner is not None and not static:
            places = [owner, *places]
        if function.kind is not None:
            names["__class__"] = function.kind
            names["__self__"] = owner
        lack = Unknown("the arguments of the call are not all known")
        every = [*parameters, *(item.arg for item in spec.kwonlyargs)]
        for place, name in enumerate(every):
            default = function.defaults.get(name, Unknown("it is not given"))
            value = default if given.complete else lack
            if name in given.named:
                value = given.named[name]
            elif place < min(len(places), len(parameters)):
                value = places[place]
            names[name] = value
        if spec.vararg is not None:
            more = tuple(places[len(parameters) :])
            names[spec.vararg.arg] = more if given.complete else lack
        if spec.kwarg is not None:
            rest = {key: item for key, item in given.named.items() if key not in every}
            names[spec.kwarg.arg] = DictValue(dict(rest)) if given.complete else lack

    def make(self, kind: ClassValue, given: Given) -> Value:
        """Make an object of a class of the program."""
        instance = Instance(kind, given.site)
        self.library.made(instance)
        begin = kind.find("__init__")
        if isinstance(begin, FunctionValue):
            self.call_function(begin, given, instance)
        elif kind.outside():
            self.library.method(instance, "__init__", given, self.call)
        else:
            fields = [name for item in reversed(kind.chain()) for name in item.fields]
            instance.names |= dict(zip(fields, given.places, strict=False)) | dict(given.named)
        return instance


def _has_decorator(function: FunctionValue, name: str) -> bool:
    decorators = getattr(function.node, "decorator_list", ())
    return any(isinstance(item, ast.Name) and item.id == name for item in decorators)
