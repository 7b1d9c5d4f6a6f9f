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
from types import CodeType

from nbdiag.silence import silent

_FAILURES = (SyntaxError, ValueError, TypeError, RecursionError, MemoryError, tokenize.TokenError)
"""What Python raises for text it cannot read.

Null bytes and lone surrogates give a ``ValueError``, an unhashable key of a literal a
``TypeError``, deep nesting a ``RecursionError`` or ``MemoryError``.
"""

_OPENINGS = {getattr(tokenize, f"{kind}_START", None) for kind in ("FSTRING", "TSTRING")} - {None}
_CLOSINGS = {getattr(tokenize, f"{kind}_END", None) for kind in ("FSTRING", "TSTRING")} - {None}
"""The tokens around an f-string (Python 3.12 and newer) and a t-string (3.14 and newer)."""


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


def decode_source(data: bytes) -> str:
    """Decode the bytes of a script, by its own words on its encoding or as UTF-8.

    Raises
    ------
    UnreadableError
        When they are in another encoding, or in one that Python does not know.
    """
    try:
        with _reading():
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as problem:
        raise UnreadableError(str(problem)) from problem


def split_tokens(text: str) -> list[tokenize.TokenInfo]:
    """Split a text into Python's tokens; an f-string is one string, whatever the Python.

    Raises
    ------
    UnreadableError
        When the text has no tokens of Python.
    """
    with _reading():
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    return _join_f_strings(tokens, text) if _OPENINGS else tokens


def _join_f_strings(tokens: list[tokenize.TokenInfo], text: str) -> list[tokenize.TokenInfo]:
    """Replace the tokens of each f-string by the one that Python 3.11 has for it."""
    lines = io.StringIO(text).readlines()
    found: list[tokenize.TokenInfo] = []
    openings: list[tokenize.TokenInfo] = []
    for token in tokens:
        if token.type in _OPENINGS:
            openings.append(token)
        elif token.type in _CLOSINGS:
            opening = openings.pop()
            if not openings:
                found.append(_string_between(opening, token, lines))
        elif not openings:
            found.append(token)
    return found


def _string_between(
    opening: tokenize.TokenInfo, closing: tokenize.TokenInfo, lines: list[str]
) -> tokenize.TokenInfo:
    (first, start), (last, end) = opening.start, closing.end
    parts = lines[first - 1 : last]
    parts[-1] = parts[-1][:end]
    parts[0] = parts[0][start:]
    whole = "".join(lines[first - 1 : last])
    return tokenize.TokenInfo(tokenize.STRING, "".join(parts), opening.start, closing.end, whole)


def check_compiles(text: str) -> None:
    """Check that Python would accept a text as a cell.

    Raises
    ------
    UnreadableError
        When it would not.
    """
    with _reading():
        compile(text, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)


def code_of(tree: ast.Module, name: str) -> CodeType:
    """Compile a module under the name of a file.

    Raises
    ------
    UnreadableError
        When Python accepts its syntax, and not what it says: a ``return`` outside of a function.
    """
    with _reading():
        return compile(tree, name, "exec", dont_inherit=True)


@contextmanager
def _reading() -> Iterator[None]:
    try:
        with silent():
            yield
    except _FAILURES as problem:
        raise UnreadableError(str(problem)) from problem
