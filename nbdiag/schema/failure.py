"""The exception that ended a cell, and what was there when it was raised."""

from dataclasses import dataclass, field
from typing import Literal

from nbdiag.schema.cell import CallSite, Shape


@dataclass(frozen=True)
class Variable:
    """What one of the user's names stood for when the cell failed.

    Attributes
    ----------
    kind
        "array" for anything with a shape and a dtype.
    type
        Name of the class.
    shape
        Of the whole array, rows included; of a data set that of its inputs, the batch included;
        None for other things.
    value
        The value of a number, of a tuple of numbers, or of a text that is a setting of Keras, as
        Python writes it; the classes of the items of an array of objects; "" otherwise.
    lengths
        Least and greatest length of the items of a list or of an object array, twice the length of
        a text; None without.
    span
        Least and greatest value of an array of numbers; None for other things.
    form
        Of an array of numbers: "whole" when it holds nothing but whole numbers, "one-hot" when
        its rows hold a single 1 and else 0; "" otherwise.
    texts
        Columns of a table that hold texts or objects.
    encoded
        Columns that the table has once each of those stands as columns of 0 and 1; None where
        there would be too many, and for other things.
    item
        Shape that all items of a list or of an object array have; None when they differ.
    marks
        Texts that are not numbers ("?"), of a table all of whose columns of texts are numbers for
        the most; () otherwise.
    """

    kind: Literal["array", "list", "number", "text", "tuple", "model", "dataset", "none", "other"]
    type: str
    dtype: str = ""
    shape: Shape | None = None
    value: str = ""
    lengths: tuple[int, int] | None = None
    span: tuple[float, float] | None = None
    form: Literal["", "whole", "one-hot"] = ""
    texts: tuple[str, ...] = ()
    encoded: int | None = None
    item: Shape | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class FailureContext:
    """What was there when the cell failed.

    Attributes
    ----------
    places
        The calls of the user's cells that led there, innermost last.
    names
        Names that those cells' text mentions.
    """

    places: tuple[CallSite, ...] = ()
    names: dict[str, Variable] = field(default_factory=dict)


@dataclass(frozen=True)
class RunError:
    """The exception that ended the cell.

    Attributes
    ----------
    during
        Where it was raised.
    lines
        Lines of the user's cell that led there, innermost last.
    scene
        What was there when it was raised.
    """

    type: str
    message: str
    during: Literal["fit", "cell"] = "fit"
    lines: tuple[int, ...] = ()
    scene: FailureContext = FailureContext()
