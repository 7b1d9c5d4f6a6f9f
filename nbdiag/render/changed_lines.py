"""The lines that a fix takes out and puts in, with the words that differ."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from nbdiag.render.phrases import clean
from nbdiag.schema.finding import Finding, Fix

_PLACE = re.compile(r"@@ -(\d+)")
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_ALIKE = 0.5  # share of two lines that is the same, below which no word is marked
_MANY = 5  # lines taken out from which on there is no one place that a fault comes from

Piece = tuple[str, bool]
"""A piece of a line, and whether it differs from the other side."""


@dataclass(frozen=True)
class ChangedLine:
    """A line that is taken out or put in.

    Attributes
    ----------
    sign
        "-" or "+".
    pieces
        Its text in pieces.
    """

    sign: Literal["-", "+"]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Edit:
    """Changed lines that stand together.

    Attributes
    ----------
    line
        Number of the first of them in the user's cell, counted from 1.
    lines
        Those taken out, then those put in.
    """

    line: int
    lines: tuple[ChangedLine, ...]


def edits_of(fix: Fix) -> tuple[Edit, ...]:
    """Read the diff of a fix."""
    return tuple(_edits(clean(fix.diff).split("\n")))


def code_line(finding: Finding) -> tuple[int, str] | None:
    """Find the line of the user's cell that a finding comes from.

    Returns
    -------
    tuple or None
        Number and text of the first line that its first fix changes; None where the fix does not
        change a few lines of the cell: it may add some, or replace what cannot be edited.
    """
    fixes = [fix for fix in finding.fixes if not fix.repairs]
    edits = edits_of(fixes[0]) if fixes else ()
    taken = [(edit.line, line) for edit in edits for line in edit.lines if line.sign == "-"]
    if not 0 < len(taken) <= _MANY:
        return None
    number, line = taken[0]
    return number, "".join(text for text, _ in line.pieces).strip()


def _edits(lines: Sequence[str]) -> Iterator[Edit]:
    at, taken, put, begun = 1, [], [], 0  # type: int, list[str], list[str], int
    inside = False  # the lines above the first place name the two texts
    for line in [*lines, " "]:
        place = _PLACE.match(line)
        if inside and line[:1] in ("-", "+"):
            begun = begun if taken or put else at
            (taken if line[0] == "-" else put).append(line[1:])
            at += line[0] == "-"
            continue
        if taken or put:
            yield Edit(begun, tuple(_marked(taken, put)))
            taken, put = [], []
        if place:
            at, inside = int(place[1]), True
        else:
            at += 1


def _marked(taken: list[str], put: list[str]) -> Iterator[ChangedLine]:
    """Mark the words that differ where each line has one that takes its place."""
    paired = len(taken) == len(put)
    pairs = [_pieces(*pair) for pair in zip(taken, put, strict=True)] if paired else []
    for place, line in enumerate(taken):
        yield ChangedLine("-", pairs[place][0] if paired else ((line, False),))
    for place, line in enumerate(put):
        yield ChangedLine("+", pairs[place][1] if paired else ((line, False),))


def _pieces(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    words, others = _WORD.findall(old), _WORD.findall(new)
    match = SequenceMatcher(None, words, others, autojunk=False)
    if match.ratio() < _ALIKE:
        return ((old, False),), ((new, False),)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, start, end, begin, stop in match.get_opcodes():
        differs = kind != "equal"
        left.append(("".join(words[start:end]), differs))
        right.append(("".join(others[begin:stop]), differs))
    return tuple(item for item in left if item[0]), tuple(item for item in right if item[0])
