"""Changes of the text alone, for cells that failed before there was a training to rebuild."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from nbdiag.schema.cell import CallSite, Scalar


@dataclass(frozen=True)
class Call:
    """A call in the user's text, for changes that must work without a model.

    Attributes
    ----------
    name
        What is called, the last part of its dotted name.
    cell, line, column
        Where the call begins: number of the cell, line from 1 in its raw text, offset in
        characters.
    """

    name: str
    cell: int
    line: int
    column: int


@dataclass(frozen=True)
class SetCallArgument:
    """Change one argument of a call in the text, keeping the others.

    Of the text alone: the layer was never built.

    Attributes
    ----------
    argument
        Its name; "" for the first one, of a layer that is applied as it is made.
    code
        Python text of the new value.
    """

    kind: ClassVar[str] = "set_call_argument"
    call: Call
    argument: str
    code: str


@dataclass(frozen=True)
class CallOfKeras:
    """Call a function of ``keras.ops`` in the place of another, with the same arguments.

    Of the text alone.

    Attributes
    ----------
    method
        Whether the other is a method: what it is called on becomes the first argument.
    """

    kind: ClassVar[str] = "call_of_keras"
    call: Call
    name: str
    method: bool = False


@dataclass(frozen=True)
class InsertBesideCall:
    """Put a layer directly before or after the layer that a call in the text makes.

    Of the text alone: the layer was never built.

    Attributes
    ----------
    values, arguments
        The layer's only argument, a tuple of whole numbers; or its arguments by name.
    """

    kind: ClassVar[str] = "insert_beside_call"
    class_name: str
    call: Call
    before: bool = True
    values: tuple[int, ...] = ()
    arguments: dict[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class SetInputShape:
    """Declare another shape of one row, in ``Input`` or in the first layer's ``input_shape``.

    Of the text alone: a model that was declared otherwise was never built.
    """

    kind: ClassVar[str] = "set_input_shape"
    shape: tuple[int | None, ...]


@dataclass(frozen=True)
class InsertFirst:
    """Put a layer before all others, after ``Input``: ``Reshape`` or ``Permute``.

    Of the text alone, as it is for models that were never built.

    Attributes
    ----------
    values
        The layer's only argument, a tuple of whole numbers; none is written when it is empty.
    """

    kind: ClassVar[str] = "insert_first"
    class_name: str
    values: tuple[int, ...] = ()


@dataclass(frozen=True)
class ConvertData:
    """Convert the inputs or labels of the model, wherever it is given them.

    Of the text alone, as it is for data that no model has taken.

    Attributes
    ----------
    part
        What is converted.
    form
        "float32" (numbers from objects, texts or lists), "stack" (one array from a sequence of
        arrays), "pad" (sequences of one length), "row" (one row becomes a batch), "last_axis"
        (a new last axis), "squeeze" (axis ``value`` is taken out), "class_numbers" (names
        become numbers from 0), "first_rows" (the first ``value`` rows), "unlist" (the array out
        of a list of one), "batch" (``.batch(value)`` of a data set), "itself" (each input of a
        data set is its own label), "stack_column" (one array from a column of arrays), "dummies"
        (a table whose texts become columns of 0 and 1), "filled" (texts read as numbers, and the
        middle value of the column where one is none), "resize" (pictures of ``value`` pixels a
        side), "colour" (one channel, repeated three times), "yes_no" (1 for all above 0),
        "columns" (a list of its ``value`` columns).
    at
        The one call that is meant, None for every call of ``fit`` and ``evaluate``.
    """

    kind: ClassVar[str] = "convert_data"
    part: Literal["inputs", "labels"]
    form: Literal[
        "float32",
        "stack",
        "pad",
        "row",
        "last_axis",
        "squeeze",
        "class_numbers",
        "first_rows",
        "unlist",
        "batch",
        "itself",
        "stack_column",
        "dummies",
        "filled",
        "resize",
        "colour",
        "yes_no",
        "columns",
    ]
    value: int | None = None
    at: Call | None = None


@dataclass(frozen=True)
class AddCompile:
    """Call ``compile`` ahead of ``fit``, which nothing does.

    Of the text alone.
    """

    kind: ClassVar[str] = "add_compile"
    loss: str
    optimizer: str = "adam"
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True)
class WriteInPlace:
    """Write another text in the place of a piece of a cell.

    Of the text alone.

    Attributes
    ----------
    was
        What stands there; "" to insert. Nothing is written where something else stands.
    code
        What is to stand there.
    """

    kind: ClassVar[str] = "write_in_place"
    site: CallSite
    was: str
    code: str


@dataclass(frozen=True)
class WriteForKeras3:
    """Write calls, arguments and imports of Keras 2 as Keras 3 knows them, in the whole cell.

    Of the text alone: there is no live setup that an old call could have made.
    """

    kind: ClassVar[str] = "write_for_keras3"


TextChange = (
    SetCallArgument
    | CallOfKeras
    | InsertBesideCall
    | SetInputShape
    | InsertFirst
    | ConvertData
    | AddCompile
    | WriteInPlace
    | WriteForKeras3
)
