"""What a library adds to Python: the meaning of its functions, objects and methods."""

from collections.abc import Callable
from typing import Protocol

from nbdiag.syntax.program.domain import Given, Instance, Value

Call = Callable[[Value, Given], Value]
"""Calls a value of the program: the interpreter's own way."""


class Library(Protocol):
    """Knows what the names of a library mean."""

    def call(self, path: str, given: Given, run: Call) -> Value:
        """Call a function or class of a library by its dotted path."""

    def apply(self, thing: Value, given: Given, run: Call) -> Value:
        """Call an object of the library, or of a class of the program made from one."""

    def method(self, owner: Value, name: str, given: Given, run: Call) -> Value:
        """Call a method that the library gives to an object."""

    def attribute(self, owner: Value, name: str) -> Value | None:
        """Return an attribute of an object; None where it is a method or not known.

        A number as the name is the part of that place in ``a, b = value``.
        """

    def assign(self, owner: Value, name: str, value: Value) -> None:
        """Set an attribute of an object."""

    def made(self, instance: Instance) -> None:
        """Begin an object of a class of the program, before its ``__init__`` runs."""

    def escapes(self, value: Value, reason: str) -> None:
        """Note that code which the text does not show may change a value."""

    def is_harmless(self, path: str) -> bool:
        """Whether a function of a library leaves its arguments as they are."""
