"""Data sets in batches, and models that know their inputs before they are given weights."""

import re
from collections.abc import Iterator

from nbdiag.facts.crash.snippet import line_before, rewritten
from nbdiag.fixes.candidates.possible_edit import Candidate, text_of_error
from nbdiag.language import say
from nbdiag.schema.cell import Cell
from nbdiag.schema.failure import Variable
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import failed_call, text_of
from nbdiag.syntax.calls import calls_in, last_name, statements
from nbdiag.syntax.layer_chain import declared
from nbdiag.syntax.text.nodes import (
    CallNode,
    Expression,
    Statement,
    code_of,
    is_attribute,
    is_call,
    is_constant,
    is_name,
    pieces_of,
)
from nbdiag.syntax.values import variable_named

_DEFAULT = "32"
_NOT_BUILT = re.compile(
    r"expecting 0 weights|has not (?:yet )?been built|not yet been built|never been called|"
    r"is not built|hasn't been built|unbuilt"
)
_NEEDS_WEIGHTS = ("set_weights", "load_weights", "summary", "count_params", "get_layer")
_SEES_DATA = ("fit", "predict", "evaluate", "train_on_batch", "predict_on_batch")


def stream_edits(run: TrainingRun) -> Iterator[Candidate]:
    """Yield data sets in batches, and models built on their data."""
    yield from _batches(run)
    yield from _built(run)


def _batches(run: TrainingRun) -> Iterator[Candidate]:
    """Yield a data set in batches where what it is beside shows that it has none."""
    call = failed_call(run)
    if call is None or call.name not in ("fit", "evaluate", "predict"):
        return
    nodes = [call.argument(0, "x"), call.argument(-1, "validation_data")]
    things = [_stream(run, node) for node in nodes]
    told = next((len(shape) + 1 for shape in declared(run) if shape is not None), None)
    for place, (node, thing) in enumerate(zip(nodes, things, strict=True)):
        other = things[1 - place]
        axes = told if other is None or other.shape is None else len(other.shape)
        if node is None or thing is None or thing.shape is None or axes != len(thing.shape) + 1:
            continue
        size = _size(run) or _DEFAULT
        name = code_of(node)
        yield Candidate(
            1.2,
            say("Give {name} in batches", name=name),
            say(
                "{name} yields one sample after the other, and a model takes batches: it lacks "
                ".batch({size}).",
                name=name,
                size=size,
            ),
            "inputs",
            (rewritten(run.cell, node, f"{text_of(run.cell, node)}.batch({size})"),),
        )


def _stream(run: TrainingRun, node: Expression | None) -> Variable | None:
    thing = variable_named(run, node) if is_name(node) else None
    return thing if thing is not None and thing.kind == "dataset" else None


def _size(run: TrainingRun) -> str:
    """Return the size of the batches of another data set, as it is written."""
    for cell in (run.cell, *reversed(run.earlier)):
        for found in calls_in(run, cell):
            if found.name == "batch" and len(found.node.args) == 1:
                size = found.node.args[0]
                if is_constant(size) or is_name(size):
                    return code_of(size)
    return ""


def _built(run: TrainingRun) -> Iterator[Candidate]:
    """Yield a call on one sample before a model is given weights or is shown."""
    if not _NOT_BUILT.search(text_of_error(run)):
        return
    for top in statements(run.cell):
        for node in pieces_of(top):
            if not is_call(node) or not is_attribute(node.func):
                continue
            owner = node.func.value
            if node.func.attr not in _NEEDS_WEIGHTS or not is_name(owner):
                continue
            for order, data in enumerate(_data(run, owner.id, node)):
                yield _called(run.cell, top, owner.id, data, order)


def _called(cell: Cell, top: Statement, name: str, data: str, order: int) -> Candidate:
    return Candidate(
        1.3 + 0.1 * order,
        say("Build {name} on one sample first", name=name),
        say(
            "{name} has no weights yet: a model of a custom class makes them when it is called for "
            "the first time.",
            name=name,
        ),
        "architecture",
        (line_before(cell, top, f"{name}({data}[:1])"),),
    )


def _data(run: TrainingRun, name: str, node: CallNode) -> list[str]:
    """Return the names of what the model, or the one whose weights it takes, is given."""
    givers = [
        item.func.value.id
        for part in node.args
        for item in pieces_of(part)
        if is_call(item) and is_attribute(item.func) and is_name(item.func.value)
    ]
    found: list[str] = []
    for wanted in (name, *givers):
        for cell in (run.cell, *reversed(run.earlier)):
            for call in calls_in(run, cell):
                data = call.argument(0, "x")
                by_method = call.name in _SEES_DATA and call.owner is not None
                owner = code_of(call.owner) if by_method and call.owner else last_name(call.node)
                if owner == wanted and is_name(data) and (by_method or call.owner is None):
                    found.append(data.id)
    return list(dict.fromkeys(found))
