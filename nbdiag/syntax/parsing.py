r"""Read Python text without warnings, and with one outcome where it cannot be read.

Python warns of what a text holds (an invalid escape such as ``"\d"``) each time it parses the
text. The user has seen that warning when the cell ran, or has made errors of warnings: neither may
follow from our reading it once more. ``warnings.catch_warnings`` acts on all threads, so the
filter used here matches warnings of the thread that reads, and nothing else.
"""

import ast
import io
import threading
import tokenize
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_ABOUT_TEXT = (SyntaxWarning, DeprecationWarning)
"""Kinds of warnings that the parser gives; an invalid escape is a deprecation in Python 3.11."""

_FAILURES = (SyntaxError, ValueError, TypeError, RecursionError, MemoryError, tokenize.TokenError)
"""What Python raises for text it cannot read.

Null bytes and lone surrogates give a ``ValueError``, an unhashable key of a literal a
``TypeError``, deep nesting a ``RecursionError`` or ``MemoryError``.
"""


class UnreadableError(ValueError):
    """Python cannot read a text."""


def parse_module(text: str) -> ast.Module:
    """Parse statements.

    Raises
    ------
    UnreadableError
        When the text is not Python, or too deep for Python's parser.
    """
    with _reading():
        return ast.parse(text)


def parse_literal(code: str | ast.expr) -> object:
    """Evaluate an expression of literals alone, as text or as a tree.

    Raises
    ------
    UnreadableError
        When it is something else.
    """
    with _reading():
        return ast.literal_eval(code)


def split_tokens(text: str) -> list[tokenize.TokenInfo]:
    """Split a text into Python's tokens.

    Raises
    ------
    UnreadableError
        When the text has no tokens of Python.
    """
    with _reading():
        return list(tokenize.generate_tokens(io.StringIO(text).readline))


def check_compiles(text: str) -> None:
    """Check that Python would accept a text as a cell.

    Raises
    ------
    UnreadableError
        When it would not.
    """
    with _reading():
        compile(text, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)


@contextmanager
def _reading() -> Iterator[None]:
    try:
        with _unwarned():
            yield
    except _FAILURES as problem:
        raise UnreadableError(str(problem)) from problem


@dataclass(frozen=True, eq=False)
class _ThisThread:
    """The pattern of a filter that matches what its own thread warns of."""

    thread: int = field(default_factory=threading.get_ident)

    def match(self, _module: str) -> bool:
        return threading.get_ident() == self.thread


@contextmanager
def _unwarned() -> Iterator[None]:
    """Ignore what the parser warns of in this thread.

    The filter is put into the list that is there and taken out of the same list: another thread
    that changes or exchanges the list meanwhile keeps its changes, and loses no warning. (What it
    puts first within these microseconds goes first for us as well; there is no lock to hold.)
    """
    filters = warnings.filters
    item = ("ignore", None, _ABOUT_TEXT, _ThisThread(), 0)
    try:
        if isinstance(filters, list):
            filters.insert(0, item)
        yield
    finally:
        if isinstance(filters, list):
            with suppress(ValueError):
                filters.remove(item)
