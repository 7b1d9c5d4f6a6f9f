"""What was there when a cell failed: the calls that led there and the user's names."""

import ast
import re
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import FunctionType, ModuleType, TracebackType
from typing import Any

from nbdiag.capture.sites import CellOf, Place, locate
from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.failure import Scene, Thing
from nbdiag.schema.missing import Missing

MOST_NAMES = 60
MOST_ITEMS = 2_000  # whose lengths are looked at
LONGEST = 80  # characters of a value that are kept


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
            thing = describe_thing(everything[name])
            if thing is not None:
                found[name] = thing
    for name, value in namespace.items():
        # What could have been meant instead: arrays that the cell does not mention.
        if name not in found and len(found) < MOST_NAMES and not name.startswith("_"):
            thing = describe_thing(value) if hasattr(value, "shape") else None
            if thing is not None:
                found[name] = thing
    return Scene(places=tuple(_places(error.__traceback__, cell_of)), names=found)


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
        tree = ast.parse(re.sub(r"(?m)^[ \t]*[%!?].*$", "", source))
    except (SyntaxError, ValueError):
        return re.findall(r"[^\W\d]\w*", source)
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]


def describe_thing(value: Any) -> Thing | None:
    """Describe what a name stands for; None for modules, functions and classes."""
    name = type(value).__name__
    if value is None:
        return Thing("none", name)
    if isinstance(value, ModuleType | FunctionType | type):
        return None
    if isinstance(value, bool | int | float):
        return Thing("number", name, value=repr(value))
    if isinstance(value, str):
        return Thing("text", name, value=repr(value)) if len(value) < LONGEST else None
    if isinstance(value, tuple) and all(isinstance(item, int | float | None) for item in value):
        text = repr(value)
        return Thing("tuple", name, value=text) if len(text) < LONGEST else None
    if isinstance(value, list | tuple):
        return Thing(
            "list", name, dtype=_item_types(value), shape=(len(value),), lengths=_lengths(value)
        )
    kinds = {kind.__name__ for kind in type(value).__mro__}
    if "Model" in kinds and "Trainer" in kinds:
        return Thing("model", name)
    if kinds & {"DatasetV2", "PyDataset"} or hasattr(value, "__next__"):
        return Thing("dataset", name)
    return _array(value)


def _array(value: Any) -> Thing | None:
    shape = getattr(value, "shape", None)
    if shape is None or isinstance(value, str):
        return None
    try:
        sizes = tuple(None if size is None else int(size) for size in tuple(shape))
    except (TypeError, ValueError):
        return None
    dtype = getattr(value, "dtype", None)
    if dtype is None:
        kinds = {str(item) for item in getattr(value, "dtypes", ())}
        dtype = "object" if "object" in kinds else next(iter(sorted(kinds)), "")
    text = getattr(dtype, "name", None) or str(dtype)
    items = list(value) if text == "object" and len(sizes) == 1 else []
    return Thing(
        "array",
        type(value).__name__,
        dtype=str(text),
        shape=sizes,
        value=_item_types(items),
        lengths=_lengths(items),
    )


def _lengths(items: Sequence[Any]) -> tuple[int, int] | None:
    sizes = [
        len(item)
        for item in items[:MOST_ITEMS]
        if hasattr(item, "__len__")
        and not isinstance(item, str)
        and getattr(item, "ndim", None) != 0
    ]
    return (min(sizes), max(sizes)) if sizes and len(sizes) == len(items[:MOST_ITEMS]) else None


def _item_types(items: Sequence[Any]) -> str:
    return " ".join(sorted({type(item).__name__ for item in items[:MOST_ITEMS]}))
