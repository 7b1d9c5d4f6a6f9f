"""A cell that works on the live objects, for models whose text cannot be edited."""

import ast
from collections.abc import Sequence
from dataclasses import replace

from nbdiag.edits.changes import live_edits
from nbdiag.edits.compose import Composed
from nbdiag.edits.live.compile import OLD, write_setup
from nbdiag.edits.live.model import rebuild
from nbdiag.edits.location.calls import Located, receiver
from nbdiag.edits.rewrite import rewrite_text
from nbdiag.language import say
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import Change
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.imports import ROOTS, Names, read_names
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.ipython import magic_lines
from nbdiag.syntax.text.parsed_cell import parse_cell

_MARK = "# This cell works on the model itself: its text cannot be edited with certainty,"


def write_live(run: TrainingRun, changes: Sequence[Change], reason: Refused) -> tuple[str, str]:
    """Write a cell that rebuilds the live model, compiles it and trains it.

    Parameters
    ----------
    run
        The run whose model should be rebuilt.
    changes
        What is to change.
    reason
        Why the text cannot be edited, a clause.

    Returns
    -------
    tuple of str
        The cell and its note.

    Raises
    ------
    Refused
        When the live model is not in reach or cannot be rebuilt.
    CannotRebuild
        When a change can be made in the text alone.
    """
    edits = live_edits(changes)
    if isinstance(run.model, Missing) or isinstance(run.compile, Missing):
        raise Refused("there is no live model to rebuild")
    of_fit = [item for item in changes if live_edits([item]).concerns_fit]
    fit, variable, inputs, names = _fit(run, of_fit)
    setup = write_setup(run.compile, edits)
    code = rebuild(run.model, variable, edits, inputs, run.data.inputs)
    if any(OLD in item for item in setup):
        code.insert(0, f"{OLD} = {variable}")
    code += [f"{variable}.compile(", *(f"    {item}," for item in setup), ")"]
    lines = run.cell.source.split("\n")
    top = [line for line in lines[: magic_lines(run.cell.source)] if line.strip()]
    head = [_MARK, f"# because {reason}. It makes the same layers with", "# fresh weights."]
    imports = [] if _has_keras(names) else ["import keras", ""]
    text = "\n".join([*top, *head, *imports, *code, fit.rstrip("\n")]) + "\n"
    if _MARK in run.cell.source and _code(text) == _code(run.cell.source):
        text = run.cell.source
    return text, say("The cell works on the live model, because {reason}.", reason=reason.said())


def _code(text: str) -> list[str]:
    """Lines that matter: no comments, and no import that a second time may leave out."""
    lines = [line for line in text.split("\n") if line.strip() and line != "import keras"]
    return [line for line in lines if not line.startswith("#")]


def _has_keras(names: Names) -> bool:
    return names.known.get("keras") in ROOTS and "keras" not in names.taken


def _fit(run: TrainingRun, changes: Sequence[Change]) -> tuple[str, str, str | None, Names]:
    """Return fit's statement with its changes, the model's name, the inputs' text."""
    page = parse_cell(run.cell.source)
    earlier = []
    for cell in run.earlier:
        try:
            earlier.append(parse_cell(cell.source))
        except Refused:
            continue
    names = read_names(page, earlier)
    origins = {run.cell.number: page}
    whole = Composed(page, names, ((run.cell.number, 0, len(page.source), 0),), origins)
    located = Located(run, whole)
    statement = page.statement(located.fit)
    variable = receiver(located.fit)
    if variable is None:
        raise Refused("the model has no name")
    if located.tracer.scope(statement) is not page.tree:
        raise Refused("fit is called in a function, whose data are gone")
    start, end = page.statement_span(statement)
    text = page.source[start : page.line_end(end) if page.ends_line(end) else end]
    single = parse_cell(text)
    small = Composed(single, read_names(single, [*earlier, page]), (), {})
    bare = replace(
        run,
        cell=Cell(run.cell.number, text),
        fit=replace(run.fit, site=Missing("taken out of its cell")),
        fits=1,
        fit_number=1,
    )
    shown, _ = rewrite_text(bare, small, changes)
    inputs = located.fit.args[0] if located.fit.args else None
    plain = inputs is not None and isinstance(inputs, ast.Name | ast.Attribute | ast.Subscript)
    return shown, variable, page.text(inputs) if plain and inputs else None, names
