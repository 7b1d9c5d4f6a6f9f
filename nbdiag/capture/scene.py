"""What was there when a cell failed: the calls that led there and the user's names."""

import ast
import re
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any

from nbdiag.capture.reasons import attempt
from nbdiag.capture.sites import CellOf, Place, locate
from nbdiag.capture.things import describe_thing
from nbdiag.privacy.secrets import names_a_secret
from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.failure import Scene, Thing
from nbdiag.schema.missing import Missing
from nbdiag.syntax.lines import with_plain_ends
from nbdiag.syntax.parsing import UnreadableError, parse_module

MOST_NAMES = 60


def describe_scene(
    error: BaseException, cells: Sequence[Cell], namespace: Mapping[str, Any], cell_of: CellOf
) -> Scene:
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
    mentioned = dict.fromkeys(name for cell in cells for name in _mentioned(cell.source))
    everything = {**known, **{name: namespace[name] for name in mentioned if name in namespace}}
    names = [*mentioned, *(name for name in known if name not in mentioned)]
    found: dict[str, Thing] = {}
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
    return Scene(places=tuple(_places(error.__traceback__, cell_of)), names=found)


def _thing(value: Any, *, arrays_only: bool = False) -> Thing | None:
    """Describe one value; None for one that fails when it is asked, which the others outlive."""
    found = attempt(
        "a value",
        lambda: describe_thing(value) if not arrays_only or hasattr(value, "shape") else None,
    )
    return None if isinstance(found, Missing) else found


def _places(trace: TracebackType | None, cell_of: CellOf) -> Iterator[CallSite]:
    while trace is not None:
        code = trace.tb_frame.f_code
        if cell_of(code.co_filename) is not None:
            site = locate(Place(code, trace.tb_lasti), cell_of)
            if not isinstance(site, Missing):
                yield site
        trace = trace.tb_next


def _mentioned(source: str) -> Iterable[str]:
    """Names in a text, whether Python can read it or not."""
    try:
        tree = parse_module(re.sub(r"(?m)^[ \t]*[%!?].*$", "", with_plain_ends(source)))
    except UnreadableError:
        return re.findall(r"[^\W\d]\w*", source)
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
