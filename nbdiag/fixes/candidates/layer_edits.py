"""Layers put in, taken out or set otherwise, where shapes do not fit."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nbdiag.facts.crash.layer_chain import RECURRENT, Step, steps_of
from nbdiag.facts.crash.output import Labels, labels_of, loss_of
from nbdiag.fixes.candidates.possible_edit import (
    UNLIKELY,
    Candidate,
    crash_in,
    speaks_of_shapes,
    text_of_error,
)
from nbdiag.keras_api.layers import with_role, with_trait
from nbdiag.language import say
from nbdiag.schema.cell import CallSite
from nbdiag.schema.changes import (
    Change,
    InsertBesideCall,
    InsertFirst,
    SetCallArgument,
    SetInputShape,
    WriteInPlace,
)
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import site_of
from nbdiag.syntax.calls import calls_in, statements
from nbdiag.syntax.layer_chain import declared
from nbdiag.syntax.text.nodes import Expression, code_of, is_attribute, is_list, pieces_of
from nbdiag.syntax.values import row_shape

_MAPS = with_role("convolution", "pooling")
_VECTORS = frozenset(["Flatten"]) | with_role("global_pooling")
_WINDOWS = with_role("convolution", "pooling")
_CONVOLUTIONS = with_role("convolution")
_UNEQUAL = re.compile(
    r"matching shapes|incompatible shapes|same shape|[Dd]imensions must be equal|"
    r"[Cc]annot (?:add|multiply) tensors|could not be broadcast"
)
_NO_SHAPE = with_trait("keeps_shape")
_PICTURE, _SEQUENCE = 3, 2


def layer_edits(run: TrainingRun) -> Iterator[Candidate]:
    """Yield edits of the layers; they cost more where the exception speaks of no shapes."""
    steps = steps_of(run)
    more = 0.0 if speaks_of_shapes(run) else UNLIKELY
    for edits in (
        _flat(run, steps),
        _stacks(steps),
        _returned(steps),
        _padding(run, steps),
        _joined(run),
        _declared(run, steps),
        _head(run, steps),
    ):
        yield from (replace(edit, cost=edit.cost + more) for edit in edits)


def _flat(run: TrainingRun, steps: Sequence[Step]) -> Iterator[Candidate]:
    """Yield layers that make one vector of maps or sequences, before a dense layer."""
    wide = [place for place, step in enumerate(steps) if step.name in _MAPS | {"Embedding"}]
    loops = [place for place, step in enumerate(steps) if step.name in RECURRENT]
    if not wide and not loops:
        return
    last = max([*wide, *loops])
    dense = [
        place
        for place, step in enumerate(steps)
        if step.name == "Dense" and place > last
    ]  # fmt: skip
    if not dense or any(step.name in _VECTORS for step in steps[last:]):
        return
    crash = crash_in(run)
    pictures = any("2D" in step.name for step in steps)
    kinds = ["Flatten", "GlobalAveragePooling2D" if pictures else "GlobalAveragePooling1D"]
    if loops and not wide:
        kinds = kinds[1:]
    for order, place in enumerate(dict.fromkeys([dense[0], dense[-1]])):
        for number, kind in enumerate(kinds):
            change = _before(run, steps[place], kind)
            if change is not None:
                yield Candidate(
                    2.0 + 0.3 * order + 0.5 * number + (0.0 if crash and crash.in_fit else 0.1),
                    say("Insert {layer} before {other}", layer=f"{kind}()", other="Dense"),
                    say(
                        "Dense acts on the last axis alone: nothing between {layer} and Dense "
                        "makes one vector of each sample.",
                        layer=steps[last].name,
                    ),
                    "architecture",
                    (change,),
                )


def _before(run: TrainingRun, step: Step, kind: str) -> Change | None:
    """Return the change that puts a layer without arguments in front of a layer."""
    call = step.call
    cell = next(
        (
            item
            for item in (run.cell, *run.earlier)
            if call is not None and item.number == call.cell
        ),
        None,
    )
    found = (
        next((item for item in calls_in(run, cell) if item.call == call), None) if cell else None
    )
    if found is None or cell is None:
        return step.put_before(kind)
    listed = any(
        found.node in node.elts
        for top in statements(cell)
        for node in pieces_of(top)
        if is_list(node)
    )  # fmt: skip
    if not listed or not is_attribute(found.node.func):
        return InsertBesideCall(kind, found.call)
    site = site_of(cell, found.node)
    start = CallSite(cell.number, site.line, site.column, site.line, site.column)
    return WriteInPlace(start, "", f"{code_of(found.node.func.value)}.{kind}(), ")


def _stacks(steps: Sequence[Step]) -> Iterator[Candidate]:
    """Yield stacks of recurrent layers of which all but the last return every step."""
    stack = [step for step in steps if step.name in RECURRENT]
    between = [step for step in steps[_first(steps) : _last(steps)] if step.name not in RECURRENT]
    if not stack or any(step.name not in _NO_SHAPE for step in between):
        return
    message = say(
        "A recurrent layer reads one value after the other: every one before it must return all "
        "steps, and Dense reads one vector."
    )
    title = say("Return all steps of every recurrent layer but the last")
    for number, last in enumerate((False, True)):
        changes: list[Change] = []
        for step in stack:
            wanted = step is not stack[-1] or last
            if bool(step.config.get("return_sequences", False)) != wanted:
                change = step.set("return_sequences", value=wanted)
                if change is None:
                    return
                changes.append(change)
        if changes:
            shown = say("Return all steps of every recurrent layer") if last else title
            cost = 1.8 + 1.0 * number
            yield Candidate(cost, shown, message, "architecture", tuple(changes))


def _returned(steps: Sequence[Step]) -> Iterator[Candidate]:
    """Yield one recurrent layer that returns all its steps, or its last one alone."""
    for place, step in enumerate(steps):
        if step.name not in RECURRENT:
            continue
        returns = bool(step.config.get("return_sequences", False))
        change = step.set("return_sequences", value=not returns)
        after = next((item for item in steps[place + 1 :] if not item.transparent), None)
        needs = 1 if after is not None and after.name == "RepeatVector" else None
        needs = after.needs if after is not None and needs is None else needs
        fits = needs is None or needs == (_SEQUENCE if returns else 1)
        if change is not None:
            yield Candidate(
                2.1 if fits else 1.7,
                say("Return the last step of {layer} alone", layer=step.name)
                if returns
                else say("Return all steps of {layer}", layer=step.name),
                say(
                    "{layer} returns {what}, and the layer after it takes the other.",
                    layer=step.name,
                    what=say("all steps") if returns else say("its last step"),
                ),
                "architecture",
                (change,),
            )


def _first(steps: Sequence[Step]) -> int:
    return next((n for n, step in enumerate(steps) if step.name in RECURRENT), 0)


def _last(steps: Sequence[Step]) -> int:
    return max((n for n, step in enumerate(steps) if step.name in RECURRENT), default=0)


def _padding(run: TrainingRun, steps: Sequence[Step]) -> Iterator[Candidate]:
    """Yield windows that keep the size."""
    crash = crash_in(run)
    line = crash.line if crash is not None else ""
    if "egative dimension" not in line and "zero or negative" not in line:
        return
    windows = [step for step in steps if step.name in _WINDOWS and "Transpose" not in step.name]
    open_ones = [step for step in windows if step.config.get("padding", "valid") != "same"]
    for chosen in (open_ones[-1:], open_ones):
        changes = [step.set("padding", "same") for step in chosen]
        if chosen and None not in changes:
            yield Candidate(
                2.2 + 0.1 * len(chosen),
                say('Set padding="same"'),
                say(
                    "A window is larger than what reaches it: without padding each one shrinks it."
                ),
                "architecture",
                tuple(change for change in changes if change is not None),
            )


def _joined(run: TrainingRun) -> Iterator[Candidate]:
    """Yield the one window without padding among others with it, where sizes meet that differ."""
    if not _UNEQUAL.search(text_of_error(run)):
        return
    windows = [
        item
        for cell in (run.cell, *run.earlier)
        for item in calls_in(run, cell)
        if item.name in _CONVOLUTIONS
    ]
    said = {id(item): item.argument(-1, "padding") for item in windows}
    padded = [item for item in windows if _is_same(said[id(item)])]
    open_ones = [item for item in windows if not _is_same(said[id(item)])]
    if len(padded) < len(open_ones) or not padded:
        return
    for chosen in dict.fromkeys([*((item,) for item in open_ones), tuple(open_ones)]):
        if chosen:
            yield Candidate(
                1.4 + 0.1 * len(chosen),
                say('Set padding="same"'),
                say(
                    "Without padding a convolution makes a map smaller: here {count} of {all} "
                    "have none, so that sizes which should be equal are not.",
                    count=len(open_ones),
                    all=len(windows),
                ),
                "architecture",
                tuple(SetCallArgument(item.call, "padding", '"same"') for item in chosen),
            )


def _is_same(node: Expression | None) -> bool:
    return node is not None and code_of(node) in ("'same'", "'SAME'")


def _declared(run: TrainingRun, steps: Sequence[Step]) -> Iterator[Candidate]:
    """Yield declarations that are those of the data, and axes that the first layer needs."""
    row = row_shape(run)
    if row is None or None in row:
        return
    sizes = tuple(size or 0 for size in row)
    shapes = [shape for shape in declared(run) if shape is not None]
    if any(shape != row for shape in shapes):
        yield Candidate(
            1.6,
            say("Declare the shape {shape}", shape=row),
            say(
                "The model is declared for samples of the shape {shape}, and the data have {row}.",
                shape=shapes[0],
                row=row,
            ),
            "inputs",
            (SetInputShape(row),),
        )
    needs = next((step.needs for step in steps if step.needs is not None), None)
    if needs is None or needs == len(row):
        return
    wanted: tuple[int, ...] | None = None
    if needs == len(row) + 1:
        wanted = (*sizes, 1)
    elif needs == len(row) - 1 and sizes[-1] == 1:
        wanted = sizes[:-1]
    if wanted is not None:
        yield Candidate(
            2.2,
            say("Reshape the samples to {shape}", shape=wanted),
            say(
                "The first layer takes samples of {needs} axes, and one sample has the "
                "shape {row}.",
                needs=needs,
                row=row,
            ),
            "inputs",
            (InsertFirst("Reshape", wanted),),
        )


def _head(run: TrainingRun, steps: Sequence[Step]) -> Iterator[Candidate]:
    """Yield another number of units of the last layer."""
    labels, loss = labels_of(run), loss_of(run)
    dense = next((step for step in reversed(steps) if step.name == "Dense"), None)
    units = dense.config.get("units") if dense is not None else None
    needed = _units(labels, loss)
    if dense is None or needed is None or needed == units:
        return
    change = dense.set("units", needed)
    if change is not None:
        yield Candidate(
            2.0,
            say("Give the last layer {units} units", units=needed),
            say(
                "The labels need {needed} values for each sample, and the last layer has {units} "
                "units.",
                needed=needed,
                units=units if isinstance(units, int) else "?",
            ),
            "output_units",
            (change,),
        )


def _units(labels: Labels | None, loss: str) -> int | None:
    if labels is None:
        return None
    if loss.startswith("sparse"):
        return labels.classes
    if labels.form == "whole" and len(labels.shape) == 0 and "crossentropy" not in loss:
        return 1
    last = labels.shape[-1] if labels.shape else 1
    return last if isinstance(last, int) and last > 0 else None
