"""Classes and data sets of the cells that give batches."""

from collections.abc import Iterator
from dataclasses import dataclass

from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import site_of
from nbdiag.syntax.calls import (
    CellCall,
    calls_in,
    calls_of,
    last_name,
    meaning_of,
    root_name,
    statements,
)
from nbdiag.syntax.text.nodes import (
    Class,
    Expression,
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
    pieces_of,
)
from nbdiag.syntax.values import things


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

    @property
    def name(self) -> str:
        """The name at the bottom of an item, "" for another expression."""
        return root_name(self.node.value) if is_item(self.node) else ""


_BASES = {"Sequence", "PyDataset"}


def _of_batches(run: TrainingRun) -> Iterator[tuple[Cell, Class]]:
    for cell in (run.cell, *reversed(run.earlier)):
        for top in statements(cell):
            if is_class(top) and {meaning_of(run, base) for base in top.bases} & _BASES:
                yield cell, top


def fractional_lengths(run: TrainingRun) -> Iterator[Batches]:
    """Find what the ``__len__`` of a sequence of batches returns and may be a fraction."""
    for cell, owner in _of_batches(run):
        for item in owner.body:
            if not is_function(item) or item.name != "__len__":
                continue
            given_back = [n for n in pieces_of(item) if is_return(n)]
            if len(given_back) == 1 and (node := given_back[0].value) is not None:
                whole = is_call(node) and last_name(node) in ("int", "len")
                if not whole and not is_floor_division(node):
                    yield Batches(cell, owner, node)


def item_at(run: TrainingRun, site: CallSite) -> Batches | None:
    """Find the item, ``y[i]``, that a sequence of batches reads at a place."""
    for cell, owner in _of_batches(run):
        for node in pieces_of(owner):
            if is_item(node) and site_of(cell, node) == site:
                return Batches(cell, owner, node)
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
