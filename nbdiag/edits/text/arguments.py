"""Arguments and list elements: adding and removing them in the layout that is there."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from nbdiag.edits.text.text_edits import Edits
from nbdiag.syntax.text.parsed_cell import ParsedCell, Span


@dataclass(frozen=True)
class Items:
    """The items between two brackets.

    Attributes
    ----------
    opening, closing
        Offsets of the brackets.
    spans
        Places of the items, without their commas.
    """

    page: ParsedCell
    opening: int
    closing: int
    spans: tuple[Span, ...]

    @property
    def stacked(self) -> bool:
        """Whether each item is on a separate line."""
        if not self.spans or not self.page.starts_line(self.spans[-1][0]):
            return False
        starts = [self.page.line_start(start) for start, _ in self.spans]
        return len(set(starts)) == len(starts)

    def append(self, texts: Sequence[str], edits: Edits) -> None:
        """Add items at the end."""
        if not texts:
            return
        if not self.spans:
            edits.insert(self.opening + 1, ", ".join(texts))
            return
        self.insert_after(len(self.spans) - 1, texts, edits)

    def insert_after(self, index: int, texts: Sequence[str], edits: Edits) -> None:
        """Add items after one, keeping a comment with its line."""
        page, (start, end) = self.page, self.spans[index]
        comma = page.next(end)
        has_comma = comma.text == ","
        if not self.stacked:
            edits.insert(end, "".join(f", {text}" for text in texts))
            return
        indent = page.source[page.line_start(start) : start]
        if index == len(self.spans) - 1 and page.line_end(end) >= self.closing:
            # The bracket closes on the item's line: no separate line can follow.
            edits.insert(end, "".join(f",\n{indent}{text}" for text in texts))
            return
        if not has_comma:
            edits.insert(end, ",")
        tail = texts if has_comma or index < len(self.spans) - 1 else texts[:-1]
        rows = [f"\n{indent}{text}," for text in tail]
        rows += [f"\n{indent}{text}" for text in texts[len(tail) :]]
        edits.insert(page.line_end(comma.end if has_comma else end), "".join(rows))

    def insert_before(self, index: int, texts: Sequence[str], edits: Edits) -> None:
        """Add items ahead of one, above the comment lines that belong to it."""
        page, (start, _) = self.page, self.spans[index]
        if not page.starts_line(start):
            edits.insert(start, "".join(f"{text}, " for text in texts))
            return
        indent = page.source[page.line_start(start) : start]
        above = page.comments_above(start)
        edits.insert(above, "".join(f"{indent}{text},\n" for text in texts))

    def remove(self, index: int, edits: Edits) -> None:
        """Take an item out, leaving every comment where it is."""
        page, (start, end) = self.page, self.spans[index]
        comma = page.next(end)
        last = comma.end if comma.text == "," else end
        line_start, line_end = page.line_start(start), page.line_end(last)
        alone = page.starts_line(start)
        rest = page.masked[last:line_end]
        if alone and not rest.strip() and line_end < len(page.source):
            edits.remove(line_start, line_end + 1)
        elif (
            comma.text != "," and index and "#" not in page.masked[self._end_before(index) : start]
        ):
            edits.remove(self._end_before(index), end)
        else:
            edits.remove(start, last + len(rest) - len(rest.lstrip()))

    def _end_before(self, index: int) -> int:
        return self.spans[index - 1][1]


def arguments(page: ParsedCell, call: ast.Call) -> tuple[ast.expr | ast.keyword, ...]:
    """Positional and keyword arguments of a call in the order of the text."""
    given: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    return tuple(sorted(given, key=lambda node: page.span(node)[0]))


def call_items(page: ParsedCell, call: ast.Call) -> Items:
    """Return the arguments of a call as items."""
    closing = page.span(call)[1] - 1
    opening = page.next(page.outer_span(call.func)[1]).start
    spans = tuple(_argument_span(page, node) for node in arguments(page, call))
    return Items(page, opening, closing, spans)


def list_items(page: ParsedCell, node: ast.List | ast.Tuple | ast.Set) -> Items:
    """Return the elements of a list or a tuple in brackets as items."""
    start, end = page.span(node)
    return Items(page, start, end - 1, tuple(page.outer_span(item) for item in node.elts))


def dict_items(page: ParsedCell, node: ast.Dict) -> Items:
    """Return the entries of a dictionary as items."""
    start, end = page.span(node)
    spans = []
    for key, value in zip(node.keys, node.values, strict=True):
        value_span = page.outer_span(value)
        first = page.outer_span(key)[0] if key else page.prev(value_span[0]).start
        spans.append((first, value_span[1]))
    return Items(page, start, end - 1, tuple(spans))


def _argument_span(page: ParsedCell, node: ast.expr | ast.keyword) -> Span:
    if isinstance(node, ast.keyword):
        start, _ = page.span(node)
        return start, page.outer_span(node.value)[1]
    return page.outer_span(node)
