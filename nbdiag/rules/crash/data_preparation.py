"""The fixes of data that were prepared in another form than the model takes."""

from collections.abc import Iterator

from nbdiag.facts.crash.data import Lacking
from nbdiag.facts.crash.exception import shapes_in, written
from nbdiag.language import say
from nbdiag.rules.crash.failure import fix_of
from nbdiag.schema.cell import CallSite, Cell, Shape
from nbdiag.schema.changes import Change, ConvertData, MakeAgain, SetCallArgument, WriteInPlace
from nbdiag.schema.finding import Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import innermost, line_start, site_of, text_at
from nbdiag.syntax.calls import CellCall, calls_in, root_name, statements
from nbdiag.syntax.queries.batches import Batches, second_batches, series_given
from nbdiag.syntax.text.nodes import (
    Expression,
    Statement,
    code_of,
    is_assignment,
    is_attribute,
    is_bound,
    is_call,
    is_constant,
    is_name,
    is_sequence,
    is_tuple,
    pieces_of,
)
from nbdiag.syntax.values import row_shape, things, value_of

_PICTURE = 3
_SIZES = {
    "image_dataset_from_directory": "image_size",
    "flow_from_directory": "target_size",
    "flow_from_dataframe": "target_size",
}
_COLOURS = {1: "grayscale", 3: "rgb", 4: "rgba"}


def loaders(run: TrainingRun) -> list[CellCall]:
    """Return the calls of the watched cell that read images from folders."""
    return [item for item in calls_in(run) if item.name in _SIZES]


def size_argument(loader: CellCall) -> str:
    """Return the name of the argument that sets a loader's image size."""
    return _SIZES[loader.name]


def read_as_declared(run: TrainingRun, told: Shape, data: Shape) -> Fix | None:
    """Read pictures from folders in the size and the colours that the model is declared for."""
    found = loaders(run)
    if not found or len(told) != _PICTURE or len(data) != _PICTURE or None in told:
        return None
    sides = _written_sides(run, told) or written(told[:2])
    changes = []
    for item in found:
        if told[:2] != data[:2]:
            changes.append(SetCallArgument(item.call, size_argument(item), sides))
        if told[2] != data[2]:
            kind = _COLOURS.get(told[2] or 0)
            if kind is None:
                return None
            changes.append(SetCallArgument(item.call, "color_mode", f'"{kind}"'))
    title = say("Read the images as {shape}", shape=written(told))
    return fix_of(title, *changes) if changes else None


def _written_sides(run: TrainingRun, told: Shape) -> str | None:
    """Write height and width with the names that the declared shape is written with."""
    for item in calls_in(run):
        node = item.argument(0 if item.name == "Input" else -1, "shape", "input_shape")
        if is_tuple(node) and value_of(run, node) == told:
            sides = node.elts[:2]
            if all((is_constant(part) or is_name(part)) for part in sides):
                return f"({', '.join(map(code_of, sides))})"
    return None


def batched_once(run: TrainingRun) -> Fix | None:
    """Take the second ``batch`` of data sets out."""
    changes: list[Change] = []
    cells = {cell.number: cell for cell in (run.cell, *run.earlier)}
    for item in second_batches(run):
        cell, node = cells[item.call.cell], item.node
        owner = node.func.value if is_attribute(node.func) else None
        if owner is None:
            return None
        whole, kept = site_of(cell, node), site_of(cell, owner)
        rest = CallSite(
            cell.number, kept.end_line, kept.end_column, whole.end_line, whole.end_column
        )
        old = text_at(cell, rest)
        if not old.lstrip().startswith("."):
            return None  # brackets around the data set
        changes.append(WriteInPlace(rest, old, ""))
    if any(map(_made_from_itself, statements(run.cell))):
        changes.append(MakeAgain("data"))  # what the kernel holds under that name is batched
    return fix_of(say("Batch the data set once"), *changes)


def _made_from_itself(top: Statement) -> bool:
    """Whether a statement gives a name what is made from that name, ``ds = ds.batch(8)``."""
    target = top.targets[0] if is_assignment(top) else None
    if not is_assignment(top) or not is_name(target):
        return False
    return is_call(top.value) and root_name(top.value) == target.id


def with_last_axis(run: TrainingRun, lacking: Lacking) -> Fix | None:
    """Add a last axis to every array that the model takes, above the failing line."""
    arrays = list(dict.fromkeys(_given_to_model(run)))
    names = [item.id for item in arrays if is_name(item)]
    top = _failing(run)
    found = [things(run).get(name) for name in names]
    if top is None or len(names) != len(arrays) or not names:
        return None
    if not line_start(run.cell, top)[1]:
        return None
    if lacking.axes != len(lacking.shape) + 1 or lacking.shape != getattr(found[0], "shape", None):
        return None
    shapes = {thing.shape[1:] if thing and thing.shape else None for thing in found}
    if len(shapes) != 1 or set(names) & set(_made_below(run.cell, top)):
        return None
    lines = []
    for name, thing in dict(zip(names, found, strict=True)).items():
        if thing is None or thing.type != "ndarray":
            return None
        # Written out, as it leaves rows as they are when the cell runs again.
        sizes = ", ".join(f"{name}.shape[{place}]" for place in range(len(lacking.shape)))
        lines.append(f"{name} = {name}.reshape(({sizes}, 1))\n")
    site = CallSite(run.cell.number, top.lineno, 0, top.lineno, 0)
    row = (*lacking.shape[1:], 1)
    title = say("Reshape the samples to {shape}", shape=written(row))
    return fix_of(title, WriteInPlace(site, "", "".join(lines)))


def _given_to_model(run: TrainingRun) -> Iterator[Expression]:
    for item in calls_in(run):
        if item.name in ("fit", "evaluate", "predict"):
            node = item.argument(0, "x")
            pair = item.argument(7, "validation_data") if item.name == "fit" else None
            if node is not None and (root_name(node) in things(run)):
                yield node
            if is_sequence(pair) and pair.elts:
                yield pair.elts[0]


def _failing(run: TrainingRun) -> Statement | None:
    """Return the statement at the top of the watched cell that failed."""
    line = run.error.lines[0] if run.error is not None and run.error.lines else 0
    found = [n for n in statements(run.cell) if n.lineno <= line <= (n.end_lineno or n.lineno)]
    return found[0] if len(found) == 1 else None


def _made_below(cell: Cell, top: Statement) -> Iterator[str]:
    """Return the names that the failing statement and those below it should define."""
    for item in statements(cell):
        if item.lineno >= top.lineno:
            for node in pieces_of(item):
                if is_bound(node):
                    yield node.id


def as_arrays(run: TrainingRun, batches: Batches) -> Fix | None:
    """Pass a sequence of batches arrays instead of columns of a table."""
    given = series_given(run, batches)
    body = code_of(batches.owner)
    if any(f".{word}" in body for word in ("iloc", "loc", "index[", "values", "to_numpy", "map(")):
        return None
    changes = []
    for _, node in given:
        site = site_of(run.cell, node)
        old = text_at(run.cell, site)
        changes.append(WriteInPlace(site, old, f"{old}.to_numpy()"))
    return fix_of(say("Give {name} arrays", name=batches.owner.name), *changes)


def enlarged(run: TrainingRun, named: dict[str, str]) -> Fix | None:
    """Enlarge pictures to the least size that a pretrained network takes."""
    least, shape = int(named["least"]), shapes_in(named["shape"])
    call = innermost(run)
    own = call.argument(-1, "input_shape") if call is not None else None
    if call is None or own is None or not shape or len(shape[0]) != _PICTURE:
        return None
    height, width, channels = (size or 0 for size in shape[0])
    if max(height, width) > least or row_shape(run) != shape[0]:
        return None
    weights = call.argument(-1, "weights")
    bare = is_constant(weights) and weights.value is None
    grey = channels == 1 and not bare
    colour = [ConvertData("inputs", "colour")] if grey else []
    title = say("Enlarge the images to {size}", size=f"{least} x {least}")
    size = f"({least}, {least}, {3 if grey else channels})"
    return fix_of(
        title,
        SetCallArgument(call.call, "input_shape", size),
        *colour,
        ConvertData("inputs", "resize", least),
    )


def coloured(run: TrainingRun, named: dict[str, str]) -> Fix | None:
    """Repeat the one channel of grey pictures three times."""
    shape, call = shapes_in(named["grey"]), innermost(run)
    own = call.argument(-1, "input_shape") if call is not None else None
    if call is None or own is None or not shape or shape[0][-1:] != (1,) or named["count"] != "3":
        return None
    if row_shape(run) != shape[0]:
        return None
    return fix_of(
        say("Repeat the grey channel three times"),
        SetCallArgument(call.call, "input_shape", written((*shape[0][:-1], 3))),
        ConvertData("inputs", "colour"),
    )


def named_metrics(run: TrainingRun, _: dict[str, str]) -> Fix | None:
    """Name the metrics that ``compile`` is given in the place of the weights of the losses."""
    calls = [item for item in calls_in(run) if item.name == "compile"]
    given = calls[0].node.args if len(calls) == 1 else []
    named = {keyword.arg for item in calls for keyword in item.node.keywords}
    if len(given) != _LOSS_WEIGHTS or "metrics" in named:
        return None
    site = site_of(run.cell, given[-1])
    old = text_at(run.cell, site)
    change = WriteInPlace(site, old, f"metrics={old}")
    return fix_of(say("Name the argument: metrics={metrics}", metrics=old), change)


_LOSS_WEIGHTS = 3  # place of the argument
