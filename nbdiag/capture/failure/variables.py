"""The value of one of the user's names when a cell fails."""

import re
from collections.abc import Sequence
from types import FunctionType, ModuleType
from typing import Any, Literal

import numpy as np

from nbdiag.capture.data.arrays import Array
from nbdiag.privacy.settings import is_setting
from nbdiag.schema.cell import Shape
from nbdiag.schema.failure import Variable

MOST_ITEMS = 2_000  # whose lengths are looked at
MOST_VALUES = 4_000_000  # of an array whose least and greatest value are looked for
MOST_TEXTS = 8  # columns that are named
MOST_COLUMNS = 100  # of an array of objects that are looked at
MOST_ROWS = 100_000  # whose texts are counted
MOST_MARKS = 4  # different texts among numbers that are named
MOST_CLASSES = 30  # of a column of texts that names kinds, and no persons or sentences
LONGEST = 80  # characters of a value that are kept
_NUMBERS = -1
_FOR_PEOPLE = re.compile(r"[\s,'%$€£¥]")
_TEXTS = ("object", "str", "string", "category")


def describe_variable(value: Any) -> Variable | None:
    """Describe the value of a name; None for modules, functions and classes."""
    name = type(value).__name__
    if value is None:
        return Variable("none", name)
    if isinstance(value, ModuleType | FunctionType | type):
        return None
    if isinstance(value, bool | int | float):
        return Variable("number", name, value=repr(value))
    if isinstance(value, str):
        text = repr(value) if is_setting(value) else ""
        return Variable("text", name, value=text, lengths=(len(value), len(value)))
    if isinstance(value, tuple) and all(isinstance(item, int | float | None) for item in value):
        text = repr(value)
        return Variable("tuple", name, value=text) if len(text) < LONGEST else None
    if isinstance(value, list | tuple):
        return Variable(
            "list",
            name,
            dtype=_item_types(value),
            shape=(len(value),),
            lengths=_lengths(value),
            item=_item_shape(value),
        )
    kinds = {kind.__name__ for kind in type(value).__mro__}
    if "Model" in kinds and "Trainer" in kinds:
        return Variable("model", name)
    if kinds & {"DatasetV2", "PyDataset"} or hasattr(value, "__next__"):
        return Variable("dataset", name, shape=_of_elements(value))
    return _array(value)


def _of_elements(data: Any) -> Shape | None:
    """Return the shape of the inputs that a TensorFlow data set yields, None for others."""
    spec = getattr(data, "element_spec", None)
    while isinstance(spec, tuple) and spec:
        spec = spec[0]
    shape = getattr(spec, "shape", None)
    if shape is None or getattr(shape, "rank", None) is None:
        return None
    return tuple(None if size is None else int(size) for size in shape)


def _array(value: Any) -> Variable | None:
    shape = getattr(value, "shape", None)
    if shape is None or isinstance(value, str):
        return None
    try:
        sizes = tuple(None if size is None else int(size) for size in tuple(shape))
    except (TypeError, ValueError):
        return None
    dtype = getattr(value, "dtype", None)
    texts: tuple[str, ...] = ()
    if dtype is None:
        kinds = {str(name): str(kind) for name, kind in _columns(value)}
        texts = tuple(name for name, kind in kinds.items() if kind in _TEXTS)
        dtype = "object" if texts else next(iter(sorted(set(kinds.values()))), "")
    text = str(getattr(dtype, "name", None) or dtype)
    numbers = _numbers(value) if not texts else None
    items = _items(value) if text == "object" and not texts else []
    counts = _counts(value, texts) if text == "object" else {}
    return Variable(
        "array",
        type(value).__name__,
        dtype=text,
        shape=sizes,
        value=_item_types(items),
        lengths=_lengths(items),
        span=None if numbers is None else (float(numbers.min()), float(numbers.max())),
        form="" if numbers is None else _form(numbers),
        texts=tuple(name for name, count in counts.items() if count != _NUMBERS)[:MOST_TEXTS],
        encoded=_encoded(sizes, counts),
        item=_item_shape(items),
        marks=_marks(value, texts) if text == "object" else (),
    )


def _columns(table: Any) -> Sequence[tuple[Any, Any]]:
    """Return the columns of a table of pandas and their types."""
    kinds: Any = getattr(table, "dtypes", None)
    return list(kinds.items()) if hasattr(kinds, "items") else []


def _counts(value: Any, texts: Sequence[str]) -> dict[str, int]:
    """Count the different texts of each column that holds any.

    It is 0 where a column holds other objects beside or amounts ("1,250", "12 %"), which are not
    kinds; -1 where all texts are numbers.
    """
    found = {}
    for name, column in _of_objects(value, texts).items():
        items = [item for item in column.tolist()[:MOST_ROWS] if not _is_missing(item)]
        if any(isinstance(item, str) for item in items):
            plain = all(isinstance(item, str) for item in items)
            kinds = plain and 2 * sum(map(_is_amount, items)) <= len(items)
            numbers = plain and all(map(_is_number, items))
            found[name] = _NUMBERS if numbers else len(set(items)) * kinds
        elif texts and not all(isinstance(item, bool | int | float) for item in items):
            found[name] = 0
    return found


def _of_objects(value: Any, texts: Sequence[str]) -> dict[str, Array]:
    """Return the columns of a table, or of an array of objects, that can hold texts."""
    if texts:
        table = {str(name): np.asarray(column) for name, column in value.items()}
        return {name: table[name] for name in texts}
    array = np.asarray(value)
    if array.ndim != 2 or array.dtype != object:  # noqa: PLR2004 - rows and columns
        return {}
    return {str(place): array[:, place] for place in range(min(array.shape[1], MOST_COLUMNS))}


def _marks(value: Any, texts: Sequence[str]) -> tuple[str, ...]:
    """Return the texts that are not numbers, where most texts of each column are numbers."""
    found: dict[str, None] = {}
    for column in _of_objects(value, texts).values():
        words = [item for item in column.tolist()[:MOST_ROWS] if isinstance(item, str)]
        others = [item for item in words if not _is_number(item)]
        if words and 2 * len(others) >= len(words):
            return ()  # words, which have a meaning
        found |= dict.fromkeys(item for item in others if len(item) < LONGEST)
    return tuple(found)[:MOST_MARKS]


def _is_missing(item: Any) -> bool:
    return item is None or (isinstance(item, float) and item != item)  # noqa: PLR0124 - NaN


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_amount(text: str) -> bool:
    """Whether a text is a number as people write it, with a unit of money or in parts of 100."""
    return _is_number(_FOR_PEOPLE.sub("", text))


def _encoded(sizes: Shape, counts: dict[str, int]) -> int | None:
    known = len(sizes) == 2 and sizes[0] is not None and sizes[0] <= MOST_ROWS  # noqa: PLR2004 - a table
    if not known or not counts or not all(0 < count <= MOST_CLASSES for count in counts.values()):
        return None
    return (sizes[1] or 0) - len(counts) + sum(counts.values())


def _items(value: Any) -> list[Any]:
    """Return the items of an array of objects, those of all its axes in a row."""
    array = np.asarray(value)
    return list(array.reshape(-1)[:MOST_ITEMS]) if array.dtype == object else list(value)


def _numbers(value: Any) -> Array | None:
    """Return the values of a NumPy or pandas object, None if not numbers or too many."""
    if not type(value).__module__.startswith(("numpy", "pandas")):
        return None
    array = np.asarray(value)
    if array.dtype.kind not in "buif" or not 0 < array.size <= MOST_VALUES:
        return None
    return array if np.isfinite(array).all() else None


def _form(numbers: Array) -> Literal["", "whole", "one-hot"]:
    if numbers.dtype.kind == "f" and not (numbers == np.floor(numbers)).all():
        return ""
    hot = numbers.ndim > 1 and bool(((numbers == 0) | (numbers == 1)).all())
    return "one-hot" if hot and bool((numbers.sum(axis=-1) == 1).all()) else "whole"


def _item_shape(items: Sequence[Any]) -> Shape | None:
    """Return the shape that all items have."""
    shapes = {tuple(getattr(item, "shape", ())) for item in items[:MOST_ITEMS]}
    return next(iter(shapes)) if len(shapes) == 1 and shapes != {()} else None


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
