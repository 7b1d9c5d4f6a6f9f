"""Attributes and calls: what the parts of an object are, and what calling something gives."""

import ast
from abc import ABC, abstractmethod
from typing import Any

from nbdiag.schema.cell import CallSite
from nbdiag.syntax.program.branches import Journal
from nbdiag.syntax.program.domain import (
    Bound,
    ClassValue,
    DictValue,
    FunctionValue,
    Given,
    Imported,
    Instance,
    LibraryObject,
    ListValue,
    Method,
    Mutable,
    Super,
    Unknown,
    Value,
)
from nbdiag.syntax.program.library_protocol import Library
from nbdiag.syntax.program.python_builtins import call_builtin, call_method
from nbdiag.syntax.text.parsed_cell import ParsedCell


class TooLong(Exception):  # noqa: N818 - the reader's end, not an error of the text
    """Raised when a program makes the reader walk further than it may."""


class Invocation(ABC):
    """Calls values and finds their attributes.

    Parameters
    ----------
    library
        What the names of libraries mean.
    most
        Expressions and statements that are read at most.
    """

    def __init__(self, library: Library, most: int) -> None:
        self.library = library
        self.journal = Journal()
        self.page: ParsedCell | None = None
        self.number = 0
        self._left = most

    @abstractmethod
    def call_function(self, function: FunctionValue, given: Given, owner: Value = None) -> Value:
        """Run a function of the program."""

    @abstractmethod
    def make(self, kind: ClassValue, given: Given) -> Value:
        """Make an object of a class of the program."""

    def spend(self) -> None:
        """Count a step.

        Raises
        ------
        TooLong
            When it is one too many.
        """
        self._left -= 1
        if self._left < 0:
            raise TooLong

    def site(self, node: ast.AST) -> CallSite:
        """Return the place of a node of the cell that is being read."""
        first, start = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        last, end = getattr(node, "end_lineno", None) or 1, getattr(node, "end_col_offset", 0) or 0
        if self.page is not None:
            start, end = self.page.column(first, start), self.page.column(last, end)
        return CallSite(self.number, first, start, last, end)

    def attribute(self, owner: Value, name: str) -> Value:
        """Find an attribute of a value."""
        if isinstance(owner, Imported):
            return Imported(f"{owner.path}.{name}")
        if isinstance(owner, Instance):
            return self._of_instance(owner, name)
        if isinstance(owner, ClassValue):
            return owner.find(name)
        if isinstance(owner, LibraryObject):
            found = self.library.attribute(owner, name)
            return Bound(owner, name) if found is None else found
        if isinstance(owner, Super):
            return self._above(owner, name)
        if isinstance(owner, ListValue | DictValue | str):
            return Bound(owner, name)
        return Unknown()

    def _of_instance(self, owner: Instance, name: str) -> Value:
        if name in owner.names:
            return owner.names[name]
        found = owner.kind.find(name)
        if isinstance(found, FunctionValue):
            return Method(found, owner)
        if not isinstance(found, Unknown):
            return found
        held = self.library.attribute(owner, name)
        if held is not None:
            return held
        if owner.spoiled or not owner.kind.outside():
            return Unknown(owner.spoiled)
        return Bound(owner, name)

    @staticmethod
    def _above(owner: Super, name: str) -> Value:
        instance = owner.owner
        if not isinstance(instance, Instance):
            return Unknown()
        chain = instance.kind.chain()
        after = chain[chain.index(owner.kind) + 1 :] if owner.kind in chain else []
        for kind in after:
            if isinstance(found := kind.names.get(name), FunctionValue):
                return Method(found, instance)
        return Bound(instance, name)

    def call(self, called: Value, given: Given) -> Value:
        """Call a value."""
        self.spend()
        if isinstance(called, Imported):
            return self._call_path(called.path, given)
        if isinstance(called, FunctionValue):
            return self.call_function(called, given)
        if isinstance(called, Method):
            return self.call_function(called.function, given, called.owner)
        if isinstance(called, ClassValue):
            return self.make(called, given)
        if isinstance(called, Bound):
            return self._call_bound(called, given)
        if isinstance(called, Instance):
            return self._call_instance(called, given)
        if isinstance(called, LibraryObject):
            return self.library.apply(called, given, self.call)
        self._escape_all(given)
        return Unknown("a function that the text does not show returns it")

    def _escape_all(self, given: Given) -> None:
        for item in given.everything:
            self.escape(item, "it is given to a function that the text does not show")

    def _call_path(self, path: str, given: Given) -> Value:
        module, _, name = path.rpartition(".")
        if module != "builtins":
            if not self.library.is_harmless(path):
                self._escape_all(given)
            return self.library.call(path, given, self.call)
        if name == "getattr" and len(given.places) > 1 and isinstance(given.places[1], str):
            return self.attribute(given.places[0], given.places[1])
        if name == "setattr":
            for item in given.places[:1]:
                self.escape(item, "setattr changes it")
            return None
        return call_builtin(name, given)

    def _call_bound(self, called: Bound, given: Given) -> Value:
        owner = called.owner
        if isinstance(owner, ListValue | DictValue):
            self.journal.touch(owner)
        if isinstance(owner, ListValue | DictValue | str):
            return call_method(owner, called.name, given)
        return self.library.method(owner, called.name, given, self.call)

    def _call_instance(self, owner: Instance, given: Given) -> Value:
        method = owner.kind.find("__call__")
        if isinstance(method, FunctionValue):
            return self.call_function(method, given, owner)
        return self.library.apply(owner, given, self.call)

    def escape(self, value: Value, reason: str, depth: int = 4) -> None:
        """Note that code which the text does not show may change a value and what is in it."""
        if not isinstance(value, Mutable | tuple) or depth == 0:
            return
        inner: Any = value if isinstance(value, tuple) else ()
        if isinstance(value, ListValue):
            inner = value.items
        elif isinstance(value, DictValue):
            inner = value.items.values()
        elif isinstance(value, Instance):
            inner = value.names.values()
        for item in list(inner):
            self.escape(item, reason, depth - 1)
        if isinstance(value, ClassValue | tuple):
            return
        self.journal.touch(value)
        value.spoiled = value.spoiled or reason
        self.library.escapes(value, reason)
