"""The names of one scope of a function, and what reads the calls in it."""

import ast
import builtins
import types
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from nbdiag.syntax.effects.attributes import content_of
from nbdiag.syntax.effects.value_sets import MADE, UNKNOWN, Value, either, known
from nbdiag.syntax.text.scopes import binds, inside

Named = Sequence[tuple[str | None, Value]]


class Acts(Exception):  # noqa: N818 - a finding, not a failure
    """A function would change something beside its result."""

    def __init__(self, act: str, *, placed: bool = False) -> None:
        super().__init__(act)
        self.placed = placed


class Reader(Protocol):
    """Reads what a scope calls and uses; raises `Acts` where that would change something."""

    def call(self, callee: Any, given: Sequence[Value], named: Named) -> Value:
        """Read a call of an object."""

    def use(self, owner: Any, *names: str) -> None:
        """Read what an object of the user's does when it is used by Python's own syntax."""

    def iterate(self, item: Any) -> None:
        """Read a loop over an object."""

    def hand_over(self, given: Iterable[Value], named: Named) -> None:
        """Read what a call of somebody else's may do with its arguments."""

    def note_attribute(self, owner: Any, name: str) -> None:
        """Note an attribute that is set and can be put back."""

    def note_count(self, act: str) -> None:
        """Note that an attribute gets a value from the one before."""


class Names:
    """What the names of one scope stand for, over all its lines at once.

    Parameters
    ----------
    reader
        Reads what is called.
    node
        The function, class or comprehension.
    function
        The function that exists and that the scope belongs to.
    names
        What its parameters are given.
    parent
        The scope around it within that function.
    """

    def __init__(
        self,
        reader: Reader,
        node: ast.AST,
        function: types.FunctionType,
        names: dict[str, Value],
        parent: "Names | None" = None,
    ) -> None:
        self.reader = reader
        self.function = function
        self.parent = parent
        self.names = dict(names)
        body: ast.AST = node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            # Its statements, without what it is called: that is a name of the scope around it.
            body = ast.Module(node.body, [])
        foreign = {
            name
            for part in inside(body)
            if isinstance(part, ast.Global | ast.Nonlocal)
            for name in part.names
        }
        self.bound = (binds(body) | set(names)) - foreign

    def bind(self, name: str, value: Value) -> None:
        """Read an assignment to a name.

        Raises
        ------
        Acts
            When it is not a name of the call's own.
        """
        if name in self.bound:
            self.names[name] = either([self.names.get(name, MADE), value])
        elif self.parent is None:
            raise Acts(f"changes {name}")
        else:
            self.parent.bind(name, value)

    def lookup(self, name: str) -> Value:
        """Find what a name is."""
        if name in self.bound and name in self.names:
            return self.names[name]
        if self.parent is not None:
            return self.parent.lookup(name)
        code = self.function.__code__
        if name in code.co_freevars:
            cells = self.function.__closure__ or ()
            return known(content_of(cells[code.co_freevars.index(name)]))
        if name in code.co_varnames or name in code.co_cellvars:
            return MADE
        return known(self.function.__globals__.get(name, getattr(builtins, name, None)))

    def of_super(self) -> Value:
        """Find what ``super()`` is."""
        code = self.function.__code__
        if "__class__" not in code.co_freevars:
            return UNKNOWN
        kinds = self.lookup("__class__").objects
        first = self.lookup(code.co_varnames[0]).objects
        return known(*(super(kind, item) for kind in kinds for item in first))
