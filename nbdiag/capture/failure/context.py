"""What was there when a cell failed: the calls that led there and the user's names."""

import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any

from nbdiag.capture.call_sites import CellOf, Place, locate
from nbdiag.capture.failure.reason import attempt
from nbdiag.capture.failure.variables import describe_variable
from nbdiag.privacy.secrets import names_a_secret
from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.failure import FailureContext, Variable
from nbdiag.schema.missing import Missing
from nbdiag.syntax.text.ipython import timed_code
from nbdiag.syntax.text.lines import count_characters, split_lines
from nbdiag.syntax.text.parsed_cell import names_in

MOST_NAMES = 60
_TIMED = ("<timed eval>", "<timed exec>")
"""Names that IPython gives to the code of ``%time``."""


def describe_context(
    error: BaseException, cells: Sequence[Cell], namespace: Mapping[str, Any], cell_of: CellOf
) -> FailureContext:
    """Describe what was there when an exception left the user's code.

    Parameters
    ----------
    error
        The exception, with its traceback.
    cells
        Cells whose names are of interest: the watched one.
    namespace
        The user's names.
    cell_of
        Gives the number of the cell whose code has a file name.
    """
    known: dict[str, Any] = {}
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if cell_of(frame.f_code.co_filename) is not None and frame.f_code.co_name != "<module>":
            known |= frame.f_locals
    mentioned = dict.fromkeys(name for cell in cells for name in names_in(cell.source))
    everything = {**known, **{name: namespace[name] for name in mentioned if name in namespace}}
    names = [*mentioned, *(name for name in known if name not in mentioned)]
    found: dict[str, Variable] = {}
    for name in names:
        if name in everything and len(found) < MOST_NAMES and not name.startswith("_"):
            thing = _thing(everything[name])
            if thing is not None:
                private = names_a_secret(name)
                found[name] = replace(thing, value="", span=None, marks=()) if private else thing
    for name, value in namespace.items():
        # What could have been meant instead: arrays that the cell does not mention.
        if name not in found and len(found) < MOST_NAMES and not name.startswith("_"):
            thing = _thing(value, arrays_only=True)
            if thing is not None:
                found[name] = thing
    sources = {cell.number: cell.source for cell in cells}
    places = tuple(_places(error.__traceback__, cell_of, sources))
    return FailureContext(places=places, names=found)


def _thing(value: Any, *, arrays_only: bool = False) -> Variable | None:
    """Describe one value; None for one that fails when it is asked, which the others outlive."""
    found = attempt(
        "a value",
        lambda: describe_variable(value) if not arrays_only or hasattr(value, "shape") else None,
    )
    return None if isinstance(found, Missing) else found


def _places(
    trace: TracebackType | None, cell_of: CellOf, sources: Mapping[int, str]
) -> Iterator[CallSite]:
    last: CallSite | None = None
    while trace is not None:
        place = Place(trace.tb_frame.f_code, trace.tb_lasti)
        if cell_of(place.code.co_filename) is not None:
            if last is not None:
                yield last
            site = locate(place, cell_of)
            last = None if isinstance(site, Missing) else site
        elif last is not None and place.code.co_filename in _TIMED:
            last = _in_magic(last, place, sources) or last
        trace = trace.tb_next
    if last is not None:
        yield last


def _in_magic(magic: CallSite, place: Place, sources: Mapping[int, str]) -> CallSite | None:
    """Return the place of a call in the line of the magic that timed it."""
    inner = locate(place, lambda _: magic.cell)
    if isinstance(inner, Missing) or magic.cell not in sources or inner.end_line != 1:
        return None
    line = split_lines(sources[magic.cell])[magic.line - 1]
    start = timed_code(line)
    if start is None:
        return None
    # What was timed has no file, so its columns are bytes.
    first, last = (
        start + count_characters(line[start:], column)
        for column in (inner.column, inner.end_column)
    )
    return replace(magic, column=first, end_line=magic.line, end_column=last)
