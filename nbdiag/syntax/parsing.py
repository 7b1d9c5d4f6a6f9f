r"""Read Python text without warnings, and with one outcome where it cannot be read.

Python warns of what a text holds (an invalid escape such as ``"\d"``) each time it parses the
text. The user has seen that warning when the cell ran, or has made errors of warnings: neither may
follow from our reading it once more.
"""

import ast
import io
import tokenize
from collections.abc import Iterator
from contextlib import contextmanager

from nbdiag.silence import silent

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
        with silent():
            yield
    except _FAILURES as problem:
        raise UnreadableError(str(problem)) from problem
