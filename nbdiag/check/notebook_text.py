"""Change one cell in the JSON of a notebook; every other byte stays as it is."""

import json
import re
from dataclasses import dataclass

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_PLAIN = re.compile(r"[-+.\w]+")


@dataclass(frozen=True)
class CellSpan:
    """Where a cell is in the text.

    Attributes
    ----------
    start, end
        Of the cell's object, braces included.
    source
        Start and end of the value of its source.
    """

    start: int
    end: int
    source: tuple[int, int]


def cell_spans(text: str) -> list[CellSpan]:
    """Find all cells of a notebook, of format 4 or 3, in order.

    Parameters
    ----------
    text
        JSON that has been read once without an error.
    """
    found: list[CellSpan] = []
    members = _members(text, _skip_space(text, 0))
    if "cells" in members:
        found += _of_list(text, members["cells"])
    if "worksheets" in members:
        for sheet in _items(text, members["worksheets"]):
            inner = _members(text, sheet[0])
            found += _of_list(text, inner["cells"]) if "cells" in inner else []
    return found


def with_source(text: str, span: CellSpan, source: str) -> str:
    """Put another source into a cell, in the form that its source has."""
    start, end = span.source
    if text[start] == "[":
        lines = source.split("\n")
        parts = [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
        indent = _indent(text, start)
        inner = [json.dumps(part, ensure_ascii=_is_ascii(text)) for part in parts]
        first = _skip_space(text, start + 1)
        if "\n" in text[start:first]:
            between = text[start + 1 : first]
            body = f",{between}".join(inner)
            new = f"[{between}{body}\n{indent}]" if inner else "[]"
        else:
            new = f"[{', '.join(inner)}]"
    else:
        new = json.dumps(source, ensure_ascii=_is_ascii(text))
    return text[:start] + new + text[end:]


def with_cell_after(text: str, span: CellSpan, cell: dict[str, object]) -> str:
    """Insert a cell after another one, in the layout of the file."""
    line = text.rfind("\n", 0, span.start) + 1
    indent = text[line : span.start]
    if indent.strip() or line == 0:
        return (
            text[: span.end]
            + ", "
            + json.dumps(cell, ensure_ascii=_is_ascii(text))
            + text[span.end :]
        )
    dumped = json.dumps(cell, indent=1, ensure_ascii=_is_ascii(text)).replace("\n", f"\n{indent}")
    return f"{text[: span.end]},\n{indent}{dumped}{text[span.end :]}"


def _indent(text: str, place: int) -> str:
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return line[: len(line) - len(line.lstrip())]


def _is_ascii(text: str) -> bool:
    return text.isascii() and "\\u" in text


def _of_list(text: str, span: tuple[int, int]) -> list[CellSpan]:
    found: list[CellSpan] = []
    for start, end in _items(text, span):
        members = _members(text, start)
        source = members.get("source") or members.get("input") or (end, end)
        found.append(CellSpan(start, end, source))
    return found


def _skip_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _end_of_value(text: str, place: int) -> int:
    """Return the offset after the value that begins at a place."""
    if text[place] == '"':
        found = _STRING.match(text, place)
    elif text[place] in "[{":
        return _end_of_group(text, place)
    else:
        found = _PLAIN.match(text, place)
    return found.end() if found else len(text)


def _end_of_group(text: str, place: int) -> int:
    depth = 0
    while place < len(text):
        character = text[place]
        if character == '"':
            place = _end_of_value(text, place)
            continue
        depth += (character in "[{") - (character in "]}")
        place += 1
        if depth == 0:
            return place
    return place


def _items(text: str, span: tuple[int, int]) -> list[tuple[int, int]]:
    """List the spans of the items of an array."""
    found: list[tuple[int, int]] = []
    place = _skip_space(text, span[0] + 1)
    while place < span[1] - 1 and text[place] != "]":
        end = _end_of_value(text, place)
        found.append((place, end))
        place = _skip_space(text, end)
        if place < span[1] and text[place] == ",":
            place = _skip_space(text, place + 1)
    return found


def _members(text: str, start: int) -> dict[str, tuple[int, int]]:
    """Return the spans of the values of an object, by their keys."""
    found: dict[str, tuple[int, int]] = {}
    if start >= len(text) or text[start] != "{":
        return found
    place = _skip_space(text, start + 1)
    while place < len(text) and text[place] == '"':
        end = _end_of_value(text, place)
        key = json.loads(text[place:end])
        value = _skip_space(text, _skip_space(text, end) + 1)
        after = _end_of_value(text, value)
        found[key] = (value, after)
        place = _skip_space(text, after)
        if place < len(text) and text[place] == ",":
            place = _skip_space(text, place + 1)
    return found
