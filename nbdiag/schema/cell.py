"""Cells as the user typed them, places in them, and the plain values that stand there."""

from dataclasses import dataclass

Shape = tuple[int | None, ...]
Scalar = bool | int | float | str | None


@dataclass(frozen=True)
class CallSite:
    """Where in a cell a call is written.

    Attributes
    ----------
    cell
        Number of the cell, as in ``In[number]``.
    line, end_line
        First and last line of the call, counted from 1 in the cell's raw text, the magic's own
        line included.
    column, end_column
        Offsets in characters (not bytes), counted from 0.
    """

    cell: int
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class Cell:
    """One cell as the user typed it, the magic's own line included."""

    number: int
    source: str
