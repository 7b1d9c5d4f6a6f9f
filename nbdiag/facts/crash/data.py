"""What went wrong with the data of a failed cell before a layer could say so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbdiag.facts.cache import per_run
from nbdiag.facts.crash.exception import Crash, shape_after
from nbdiag.facts.crash.layer_chain import steps_of
from nbdiag.facts.crash.shapes import same
from nbdiag.schema.cell import Cell, Shape
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import failed_call, site_of
from nbdiag.syntax.calls import (
    CellCall,
    calls_in,
    calls_of,
    last_name,
    meaning_of,
    root_name,
    statements,
)
from nbdiag.syntax.layer_chain import declared
from nbdiag.syntax.text.nodes import (
    Class,
    Expression,
    Node,
    Statement,
    code_of,
    is_assignment,
    is_attribute,
    is_call,
    is_class,
    is_constant,
    is_floor_division,
    is_function,
    is_item,
    is_name,
    is_return,
    is_sequence,
    pieces_of,
)
from nbdiag.syntax.values import given, row_shape, things, variable_named

_STREAMS = ("generator", "tf.data", "PyDataset")
_PARTS = 4  # what train_test_split gives for inputs and labels
_SIZES = re.compile(r"not enough values to unpack \(expected (\d+), got (\d+)\)")


def entered(run: TrainingRun, crash: Crash) -> Shape | None:
    """Return the inputs as they met a model in ``fit``, batch included; None when not known."""
    if not crash.in_fit or run.fit.input_kind not in _STREAMS:
        return None
    if crash.entered is not None and crash.caller in ("Sequential", "Functional", "Model"):
        return crash.entered
    whole = "of layer 'functional" in crash.line or "of layer 'sequential" in crash.line
    return shape_after(crash.line, "found shape=") if whole else None


def row_of(run: TrainingRun, crash: Crash) -> Shape | None:
    """Return the shape of one row that ``fit`` is given, of streams as it met the model."""
    row = row_shape(run)
    if row is not None:
        return row
    met, told, found = entered(run, crash), expected_shape(run), given(run, "x")
    batch = found[1].shape if found is not None and found[1].kind == "dataset" else None
    if batch is not None and told is not None and same(batch[1:], told):
        return batch[1:]  # what met the model are the rows of the validation
    return None if met is None else met[1:] or None


def expected_shape(run: TrainingRun) -> Shape | None:
    """Return the shape of a sample that a model takes, as the text declares it or as built."""
    told = next(iter(declared(run)), None)
    if told is not None or isinstance(run.model, Missing) or not run.model.layers:
        return told
    first = run.model.layers[0]
    shape = first.output_shape if first.class_name == "InputLayer" else first.input_shape
    return None if isinstance(shape, Missing) else shape


def batched_twice(run: TrainingRun, crash: Crash) -> Shape | None:
    """Return what a data set that was batched twice passed to the model, None for all others."""
    met, told = entered(run, crash), expected_shape(run)
    if met is None or told is None or len(met) != len(told) + 2:
        return None
    # The last batch is smaller, so of both batches the size is open.
    return met if same(met[2:], told) and met[1] is None else None


@dataclass(frozen=True)
class Lacking:
    """An array that has fewer axes than the text takes for granted.

    Attributes
    ----------
    asked
        What the text says of it, ``X.shape[2]`` or ``n, steps, features = X.shape``.
    axes
        How many axes it would need.
    """

    name: str
    shape: Shape
    asked: str
    axes: int


@per_run
def lacking_axis(run: TrainingRun) -> Lacking | None:
    """Return the array whose shape lacks an axis that the code reads."""
    error = run.error
    if error is None or error.during == "fit" or not steps_of(run):
        return None
    if error.type == "IndexError" and "tuple index out of range" in error.message:
        return next(_indexed(run), None)
    told = _SIZES.search(error.message) if error.type == "ValueError" else None
    if told is None:
        return None
    return next(_unpacked(run, int(told[1]), int(told[2])), None)


def _indexed(run: TrainingRun) -> Iterator[Lacking]:
    for node in _failed_nodes(run):
        whole = node.value if is_item(node) else None
        if not is_item(node) or not _is_shape(whole):
            continue
        place = node.slice.value if is_constant(node.slice) else None
        found = _array(run, whole)
        if found is not None and isinstance(place, int) and place >= len(found[1]):
            yield Lacking(*found, code_of(node), place + 1)


def _unpacked(run: TrainingRun, wanted: int, got: int) -> Iterator[Lacking]:
    for node in _failed_nodes(run):
        if not is_assignment(node) or not _is_shape(node.value):
            continue
        target, found = node.targets[0], _array(run, node.value)
        listed = target.elts if is_sequence(target) else []
        if found is not None and len(found[1]) == got and len(listed) == wanted:
            yield Lacking(*found, code_of(node), wanted)


def _is_shape(node: Expression | None) -> bool:
    return is_attribute(node) and node.attr == "shape"


def _array(run: TrainingRun, node: Expression | None) -> tuple[str, Shape] | None:
    owner = node.value if is_attribute(node) else None
    thing = variable_named(run, owner)
    if owner is None or thing is None or thing.kind != "array" or not thing.shape:
        return None
    return code_of(owner), thing.shape


def _failed_nodes(run: TrainingRun) -> Iterator[Node]:
    """Yield the nodes of the failing lines, and of functions in earlier cells that they call."""
    called = {item.name for item in calls_of(run)}
    lines = set(run.error.lines) if run.error is not None else set()
    for cell in (run.cell, *reversed(run.earlier)):
        for top in statements(cell):
            if cell is not run.cell and getattr(top, "name", None) in called:
                yield from pieces_of(top)
            for node in pieces_of(top) if cell is run.cell else ():
                first = getattr(node, "lineno", None)
                last = getattr(node, "end_lineno", None)
                if first and last and (not lines or lines & set(range(first, last + 1))):
                    yield node


@dataclass(frozen=True)
class Split:
    """Parts of ``train_test_split`` that were given names in another order than it returns them.

    Attributes
    ----------
    names, right
        As they are written, and as they would be right.
    """

    cell: Cell
    target: Expression
    names: tuple[str, ...]
    right: tuple[str, ...]


@per_run
def wrong_order(run: TrainingRun) -> Split | None:
    """Return the split whose parts are mixed up: ``fit`` is given two parts of its inputs."""
    found = _fit_names(run)
    for cell in (run.cell, *reversed(run.earlier)) if found else ():
        for top in reversed(statements(cell)):
            split = _split(top)
            if split is None or found is None:
                continue
            target, names = split
            if not set(found) <= set(names):
                continue
            # It gives both parts of the inputs first, then both parts of the labels.
            orders = {(0, 1): (0, 2, 1, 3), (1, 0): (1, 3, 0, 2)}
            order = orders.get((names.index(found[0]), names.index(found[1])))
            return Split(cell, target, names, tuple(names[i] for i in order)) if order else None
    return None


def _fit_names(run: TrainingRun) -> tuple[str, str] | None:
    for item in calls_in(run):
        if item.name == "fit":
            x, y = item.argument(0, "x"), item.argument(1, "y")
            if is_name(x) and is_name(y):
                return x.id, y.id
    return None


def _split(top: Statement) -> tuple[Expression, tuple[str, ...]] | None:
    """Return the four names that parts of a split of two arrays are given."""
    if not is_assignment(top) or not is_call(top.value):
        return None
    call = top.value
    if last_name(call) != "train_test_split":
        return None
    target = top.targets[0]
    names = target.elts if is_sequence(target) else []
    if len(call.args) != 2 or len(names) != _PARTS:  # noqa: PLR2004 - x and y
        return None
    plain = tuple(item.id for item in names if is_name(item))
    return (target, plain) if len(set(plain)) == _PARTS else None


@dataclass(frozen=True)
class Batches:
    """A custom class that returns batches, and the statement in it that fails.

    Attributes
    ----------
    node
        The expression that is not what it must be.
    """

    cell: Cell
    owner: Class
    node: Expression


_BASES = {"Sequence", "PyDataset"}


def _of_batches(run: TrainingRun) -> Iterator[tuple[Cell, Class]]:
    for cell in (run.cell, *reversed(run.earlier)):
        for top in statements(cell):
            if is_class(top) and {meaning_of(run, base) for base in top.bases} & _BASES:
                yield cell, top


@per_run
def float_length(run: TrainingRun) -> Batches | None:
    """Find what ``__len__`` of a sequence of batches returns, if that is not a whole number."""
    error = run.error
    if error is None or error.type != "TypeError":
        return None
    if re.search(r"float\d*' object cannot be interpreted as an integer", error.message) is None:
        return None
    call = failed_call(run)
    if call is not None and call.name not in ("fit", "evaluate", "predict", "fit_generator"):
        return None
    for cell, owner in _of_batches(run):
        for item in owner.body:
            if not is_function(item) or item.name != "__len__":
                continue
            given_back = [n for n in pieces_of(item) if is_return(n)]
            if len(given_back) == 1 and (node := given_back[0].value) is not None:
                whole = is_call(node) and last_name(node) in ("int", "len")
                floors = is_floor_division(node)
                if not whole and not floors:
                    return Batches(cell, owner, node)
    return None


@per_run
def by_place(run: TrainingRun) -> Batches | None:
    """Find where a sequence of batches looks a row of a pandas Series up by its place."""
    error = run.error
    if error is None or error.type != "KeyError":
        return None
    number = re.search(
        r"^(?:np\.int\d+\()?(\d+)\)?$|are in the \[index\]|not in index", error.message
    )
    if number is None:
        return None
    site = error.scene.places[-1] if error.scene.places else None
    for cell, owner in _of_batches(run):
        for node in pieces_of(owner):
            if is_item(node) and site_of(cell, node) == site:
                found, thing = Batches(cell, owner, node), things(run).get(root_name(node.value))
                table = thing is not None and thing.type in ("Series", "DataFrame")
                return found if table or series_given(run, found) else None
    return None


def series_given(run: TrainingRun, batches: Batches) -> list[tuple[CellCall, Expression]]:
    """Return the columns of tables that are handed to a sequence of batches."""
    found = []
    for item in calls_in(run):
        if item.name != batches.owner.name:
            continue
        listed = [*item.node.args, *(keyword.value for keyword in item.node.keywords)]
        found += [(item, node) for node in listed if _is_series(run, node)]
    return found


def _is_series(run: TrainingRun, node: Expression) -> bool:
    if is_name(node):
        thing = things(run).get(node.id)
        return thing is not None and thing.type == "Series"
    if is_attribute(node):
        thing = things(run).get(root_name(node)) if is_name(node.value) else None
        return thing is not None and thing.type == "DataFrame" and node.attr not in _OF_TABLES
    key = node.slice.value if _has_key(node) else None  # type: ignore[attr-defined]
    thing = things(run).get(root_name(node))
    return isinstance(key, str) and thing is not None and thing.type == "DataFrame"


_OF_TABLES = ("values", "T", "index", "columns")


def _has_key(node: Expression) -> bool:
    return is_item(node) and is_name(node.value) and is_constant(node.slice)


_LOADERS = (
    "image_dataset_from_directory", "text_dataset_from_directory", "timeseries_dataset_from_array",
    "audio_dataset_from_directory", "batch",
)  # fmt: skip
_SINGLE = ("from_tensor_slices", "from_generator", "list_files", "TextLineDataset", "range", "load")


def second_batches(run: TrainingRun) -> list[CellCall]:
    """Return the calls of ``batch`` on data sets that come in batches already."""
    calls = [
        item for item in calls_of(run) if item.name == "batch" and is_attribute(item.node.func)
    ]
    made = _data_sets(run)
    again = [item for item in calls if _in_batches(item.node.func.value, made)]  # type: ignore[attr-defined]
    if again:
        return again
    single = any(item.name in _SINGLE for item in calls_of(run))
    return [] if single else calls


def _data_sets(run: TrainingRun) -> dict[str, list[Expression]]:
    """Return what is assigned to each name of the watched cell."""
    found: dict[str, list[Expression]] = {}
    for top in statements(run.cell):
        if is_assignment(top) and is_name(top.targets[0]):
            found.setdefault(top.targets[0].id, []).append(top.value)
    return found


def _in_batches(node: Expression, made: dict[str, list[Expression]]) -> bool:
    """Whether an expression gives batches: one of its calls makes them, or its name held some."""
    while is_call(node) or is_attribute(node):
        if is_attribute(node):
            node = node.value
        elif last_name(node) in _LOADERS:
            return True
        elif is_call(node):
            node = node.func
    values = made.get(node.id, []) if is_name(node) else []
    above = [value for value in values if value.lineno < node.lineno]
    return any(
        is_call(part) and last_name(part) in _LOADERS
        for value in above
        for part in pieces_of(value)
    )
