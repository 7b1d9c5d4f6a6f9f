"""One cell's text with its syntax tree; every node has its exact place in the text.

The tree is Python's own, so the kernel's grammar is the grammar here. Edits are made in the text
at the places that the tree gives: what is not edited is byte for byte what it was.
"""

import ast
import keyword
import re
import tokenize
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import zip_longest
from types import CodeType
from typing import TypeVar

from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.ipython import NotPython, magic_lines, mask
from nbdiag.syntax.text.lines import count_characters, with_plain_ends
from nbdiag.syntax.text.parsing import UnreadableError, code_of, parse_module, split_tokens

N = TypeVar("N", bound=ast.AST)

_SILENT = {
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.COMMENT,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.ENCODING,
}
Span = tuple[int, int]


@dataclass(frozen=True)
class Token:
    """A token and its place in the text."""

    text: str
    start: int
    end: int
    name: bool = False
    string: bool = False


def _from_outside(node: ast.expr) -> tuple[int, int, int, int]:
    return node.lineno, node.col_offset, -(node.end_lineno or 0), -(node.end_col_offset or 0)


@lru_cache(maxsize=512)
def parse_cell(source: str) -> "ParsedCell":
    """Parse a cell; the same text is parsed once.

    Raises
    ------
    Refused
        When the text is not Python.
    """
    return ParsedCell(source)


def _without_timers(body: list[ast.stmt]) -> list[ast.stmt]:
    """Leave out the placeholder of ``%time`` on the line of what it times."""
    return [
        item
        for item, after in zip_longest(body, body[1:])
        if not (
            after is not None
            and after.lineno == item.lineno
            and isinstance(item, ast.Expr)
            and isinstance(item.value, ast.Constant)
        )
    ]


def is_same_code(one: str, other: str) -> bool:
    """Whether two cells differ in layout and comments at most."""
    return _code(one) == _code(other)


def _code(source: str) -> str:
    try:
        return ast.dump(parse_cell(source).tree)
    except (Refused, RecursionError):
        return "".join(source.split())


def names_in(source: str) -> list[str]:
    """List the names in a text, whether Python can read it or not."""
    try:
        tree = parse_cell(source).tree
    except Refused:
        return re.findall(r"[^\W\d]\w*", source)
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]


class ParsedCell:
    r"""A cell's text, parsed; nothing in it ever changes.

    Parameters
    ----------
    source
        The raw text, magics included; ``\n`` ends each of its lines in the attribute of that name.

    Raises
    ------
    Refused
        When the text is not Python.
    """

    def __init__(self, source: str) -> None:
        self.source = with_plain_ends(source)
        try:
            self.masked = mask(self.source)
            self.tree = parse_module(self.masked)
        except NotPython as problem:
            raise Refused(
                "{word} makes this cell something else than Python", word=problem
            ) from problem
        except UnreadableError as problem:
            raise Refused("the cell cannot be parsed") from problem
        self.tree.body = _without_timers(self.tree.body)
        self._lines = self.masked.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._spans: dict[ast.AST, Span] = {}

    def compiled(self, name: str) -> CodeType:
        """Compile the cell under the name of a file, what is IPython's left out.

        Raises
        ------
        Refused
            When the text is not Python.
        """
        try:
            return code_of(self.tree, name)
        except UnreadableError as problem:
            raise Refused("the cell cannot be compiled: {problem}", problem=problem) from problem

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes but those inside f-strings, whose places Python 3.11 does not know."""
        found: list[ast.AST] = []
        waiting: deque[ast.AST] = deque([self.tree])
        while waiting:
            node = waiting.popleft()
            found.append(node)
            if not isinstance(node, ast.JoinedStr):
                waiting += ast.iter_child_nodes(node)
        return tuple(found)

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """Each node's parent."""
        return {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    @cached_property
    def calls(self) -> tuple[ast.Call, ...]:
        """All calls, in the order of the text; those in f-strings have no sure place."""
        found = [node for node in self.nodes if isinstance(node, ast.Call)]
        return tuple(sorted(found, key=lambda node: (self.span(node)[0], -self.span(node)[1])))

    @cached_property
    def all_calls(self) -> tuple[ast.Call, ...]:
        """All calls, those in f-strings too, outer before inner."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        return tuple(sorted(found, key=_from_outside))

    @cached_property
    def _tokens(self) -> list[tokenize.TokenInfo]:
        return split_tokens(self.masked)

    @cached_property
    def tokens(self) -> list[Token]:
        """All tokens but white space and comments."""
        return [
            Token(
                token.string,
                self.offset(*token.start),
                self.offset(*token.end),
                name=token.type == tokenize.NAME and not keyword.iskeyword(token.string),
                string=token.type == tokenize.STRING,
            )
            for token in self._tokens
            if token.type not in _SILENT
        ]

    @cached_property
    def _token_starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    @cached_property
    def comments(self) -> tuple[Span, ...]:
        """Places of all comments."""
        return tuple(
            (self.offset(*token.start), self.offset(*token.end))
            for token in self._tokens
            if token.type == tokenize.COMMENT
        )

    @property
    def body_start(self) -> int:
        """Offset of the first line below the cell magics."""
        return min(self._starts[magic_lines(self.source)], len(self.source))

    def is_hidden(self, line: int) -> bool:
        """Whether something of a line (from 1) is IPython's, and hidden from the parser."""
        start, end = self._starts[line - 1], self._starts[line] - 1
        return self.source[start:end] != self.masked[start:end]

    def offset(self, line: int, column: int) -> int:
        """Offset of a line (from 1) and a column in characters."""
        return self._starts[min(line - 1, len(self._starts) - 1)] + column

    def span(self, node: ast.AST) -> Span:
        """Start and end of a node, without parentheses around it."""
        if node not in self._spans:
            start = self._place(getattr(node, "lineno", 1), getattr(node, "col_offset", 0))
            end = self._place(
                getattr(node, "end_lineno", None) or 1, getattr(node, "end_col_offset", None) or 0
            )
            self._spans[node] = (start, end)
        return self._spans[node]

    def statement_span(self, node: ast.stmt) -> Span:
        """Start and end of a statement, its decorators included."""
        start, end = self.span(node)
        for decorator in getattr(node, "decorator_list", ()):
            start = min(start, self.prev(self.span(decorator)[0]).start)
        return start, end

    def text(self, node: ast.AST) -> str:
        """Return the user's text of a node."""
        start, end = self.span(node)
        return self.source[start:end]

    def _place(self, line: int, column: int) -> int:
        return self._starts[line - 1] + self.column(line, column)

    def column(self, line: int, column: int) -> int:
        """Return the characters in so many bytes of a line; Python's trees count bytes."""
        return count_characters(self._lines[line - 1], column)

    def next(self, offset: int) -> Token:
        """Return the first token that starts at an offset or after it."""
        place = bisect_left(self._token_starts, offset)
        end = len(self.source)
        return self.tokens[place] if place < len(self.tokens) else Token("", end, end)

    def prev(self, offset: int) -> Token:
        """Return the last token that ends at an offset or before it."""
        place = bisect_right(self._token_starts, offset) - 1
        while place >= 0 and self.tokens[place].end > offset:
            place -= 1
        return self.tokens[place] if place >= 0 else Token("", 0, 0)

    def outer_span(self, node: ast.AST) -> Span:
        """Start and end of a node with the parentheses that group it alone."""
        start, end = self.span(node)
        while True:
            left, right = self.prev(start), self.next(end)
            before = self.prev(left.start)
            called = before.name or before.text[-1:] in (")", "]", "}", "'", '"')
            if left.text != "(" or right.text != ")" or called:
                return start, end
            start, end = left.start, right.end

    def line_start(self, offset: int) -> int:
        """Offset at which the line of an offset begins."""
        return self._starts[bisect_right(self._starts, offset) - 1]

    def line_end(self, offset: int) -> int:
        """Offset of the end of the line, before its newline."""
        return self._starts[bisect_right(self._starts, offset)] - 1

    def indent(self, offset: int) -> str:
        """White space at the beginning of the line of an offset."""
        line = self.source[self.line_start(offset) : self.line_end(offset)]
        return line[: len(line) - len(line.lstrip())]

    def starts_line(self, offset: int) -> bool:
        """Whether only white space, or the magic that times it, is before an offset on its line."""
        start = self.line_start(offset)
        hidden = self.source[start:offset].lstrip().startswith("%")
        return not self.masked[start:offset].strip(" \t\f0;" if hidden else None)

    def ends_line(self, offset: int) -> bool:
        """Whether only white space or a comment follows an offset on its line."""
        rest = self.masked[offset : self.line_end(offset)].strip()
        return not rest or rest.startswith("#")

    def comments_above(self, start: int) -> int:
        """Offset of the first of the comment lines directly above a line (or of that line)."""
        start = self.line_start(start)
        indent = self.indent(start)
        while start > self.body_start:
            above = self.line_start(start - 1)
            line = self.masked[above : start - 1]
            if not line.lstrip().startswith("#") or self.indent(above) != indent:
                return start
            start = above
        return start

    def enclosing(self, node: ast.AST, kinds: type[N] | tuple[type[N], ...]) -> N | None:
        """Return the nearest node around a node that is of some kinds, None without one."""
        for parent in self.above(node):
            if isinstance(parent, kinds):
                return parent
        return None

    def function(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """Return the function around a node, None when there is none."""
        for parent in self.above(node):
            if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
                return parent
        return None

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """Go from a node's parent to the module."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def statement(self, node: ast.AST) -> ast.stmt:
        """Return the innermost statement that holds a node."""
        if isinstance(node, ast.stmt):
            return node
        found = self.enclosing(node, ast.stmt)
        if found is None:
            raise Refused("an expression is outside any statement")
        return found

    def at(self, span: Span) -> ast.Call | None:
        """Return the call that has exactly a span, None without one."""
        return next((call for call in self.calls if self.span(call) == span), None)
