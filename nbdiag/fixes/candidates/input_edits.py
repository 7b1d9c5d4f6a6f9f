"""Inputs in the form that a model takes: arrays of numbers, with all their axes."""

import re
from collections.abc import Iterator
from typing import Literal

from nbdiag.facts.crash.data import reading_of_texts
from nbdiag.facts.crash.output import loss_of
from nbdiag.fixes.candidates.possible_edit import Candidate, speaks_of_shapes, text_of_error
from nbdiag.language import say
from nbdiag.schema.changes import Call, ConvertData
from nbdiag.schema.failure import Variable
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import failed_call
from nbdiag.syntax.calls import calls_in
from nbdiag.syntax.text.nodes import code_of, is_sequence
from nbdiag.syntax.values import given, row_shape, variable_named

_PICTURE_AXES = (2, 3)
_OF_TYPES = re.compile(
    r"dtype|object type|data type|array-like|to a Tensor|could not convert|Cast string|"
    r"has no attribute 'shape'|inhomogeneous"
)

_Form = Literal["float32", "stack", "pad", "row", "last_axis", "unlist", "stack_column", "dummies",
                "filled", "class_numbers"]  # fmt: skip


def input_edits(run: TrainingRun) -> Iterator[Candidate]:
    """Yield conversions of inputs and labels."""
    call = failed_call(run)
    if call is not None and call.name.startswith(("predict", "evaluate")):
        yield from _predicted(run)
        return
    for part, letter in (("inputs", "x"), ("labels", "y")):
        found = given(run, letter)
        if found is not None:
            for place, form in enumerate(_forms(found[1], part)):
                kind: Literal["inputs", "labels"] = "inputs" if part == "inputs" else "labels"
                yield _candidate(1.5 + 0.3 * place, kind, form, found[0])
    if _OF_TYPES.search(text_of_error(run)):
        yield from _unseen(run)
    row = row_shape(run)
    if row is not None and speaks_of_shapes(run) and len(row) in _PICTURE_AXES:
        yield _candidate(2.2, "inputs", "last_axis", "x")


def _unseen(run: TrainingRun) -> Iterator[Candidate]:
    """Yield conversions of data whose form is not known: the least ones first."""
    fit = next((item for item in calls_in(run) if item.name == "fit"), None)
    nodes = [
        None if fit is None or given(run, part) is not None else fit.argument(place, part)
        for place, part in enumerate("xy")
    ]
    if nodes[0] is not None:
        name = code_of(nodes[0])
        yield _candidate(1.8, "inputs", "float32", name)
        yield _candidate(2.1, "inputs", "stack", name)
        yield _candidate(2.6, "inputs", "pad", name)
    if nodes[1] is not None:
        name = code_of(nodes[1])
        yield _candidate(1.9, "labels", "float32", name)
        # A number that is written as a text is not the name of a class.
        if "crossentropy" in loss_of(run):
            yield _candidate(2.3, "labels", "class_numbers", name)


def _forms(thing: Variable, part: str) -> Iterator[_Form]:
    """Yield the conversions that make an array of numbers of a thing, and keep what it means."""
    reading = reading_of_texts(thing)
    if reading and part == "inputs":
        yield reading
    if thing.kind == "array" and thing.dtype == "object" and thing.item is not None:
        yield "stack"
    ragged = thing.lengths is not None and thing.lengths[0] != thing.lengths[1]
    # A label that is added at the end of a row would be one of a class.
    if ragged and part == "inputs" and (thing.kind == "list" or thing.dtype == "object"):
        yield "pad"
    if thing.kind == "list" and not ragged and "str" not in thing.dtype:
        yield "float32"
    if thing.kind == "array" and thing.dtype in ("object", "bool") and not thing.texts:
        yield "float32"


def _predicted(run: TrainingRun) -> Iterator[Candidate]:
    """Yield one sample as a batch of one, where ``predict`` is called."""
    call = failed_call(run)
    node = call.argument(0, "x") if call is not None else None
    if call is None or node is None:
        return
    listed = is_sequence(node) and len(node.elts) == 1
    thing = variable_named(run, node.elts[0] if is_sequence(node) and listed else node)
    name = call.call
    if listed:
        yield _candidate(1.6, "inputs", "unlist", "x", name)
        yield _candidate(1.8, "inputs", "float32", "x", name)
    if thing is None or thing.kind == "array":
        yield _candidate(1.7, "inputs", "row", "x", name)
        yield _candidate(2.2, "inputs", "last_axis", "x", name)
    if thing is not None and thing.kind == "list":
        yield _candidate(1.5, "inputs", "float32", "x", name)


def _candidate(
    cost: float,
    part: Literal["inputs", "labels"],
    form: _Form,
    name: str,
    at: Call | None = None,
) -> Candidate:
    titles = {
        "float32": say("Give the {part} as one array of numbers", part=_said(part)),
        "stack": say("Stack the {part} to one array", part=_said(part)),
        "stack_column": say("Stack the {part} to one array", part=_said(part)),
        "pad": say("Pad the {part} to one length", part=_said(part)),
        "row": say("Predict a batch of one sample"),
        "unlist": say("Predict a batch of one sample"),
        "last_axis": say("Add a last axis to the {part}", part=_said(part)),
        "dummies": say("Write texts as columns of 0 and 1"),
        "filled": say("Read the texts as numbers"),
        "class_numbers": say("Write the labels as class numbers"),
    }
    messages = {
        "pad": say("The items of {name} differ in length, and a model takes one array.", name=name),
        "row": say("A model takes batches: the first axis counts samples, and one is given."),
        "unlist": say("A model takes batches: the first axis counts samples, and one is given."),
        "last_axis": say("The {part} lack the axis that the model takes last.", part=_said(part)),
    }
    messages["class_numbers"] = say(
        "The labels {name} are names, and a model reads numbers: each class needs its own.",
        name=name,
    )
    plain = say("{name} is not an array of numbers, and a model takes nothing else.", name=name)
    return Candidate(
        cost,
        titles[form],
        messages.get(form, plain),
        "inputs" if part == "inputs" else "labels",
        (ConvertData(part, form, at=at),),
    )


def _said(part: str) -> str:
    return say("samples") if part == "inputs" else say("labels")
