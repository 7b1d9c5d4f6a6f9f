"""The arguments of the call that failed, given in another way."""

import re
from collections.abc import Iterator

from nbdiag.fixes.candidates.possible_edit import (
    UNLIKELY,
    Candidate,
    speaks_of_shapes,
    text_of_error,
)
from nbdiag.keras_api.layers import is_layer
from nbdiag.language import say
from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.changes import SetCallArgument, WriteInPlace
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import applied_at, innermost, site_of, text_at
from nbdiag.syntax.calls import calls_of
from nbdiag.syntax.text.nodes import CallNode, code_of, is_list

_MISSING = re.compile(r"missing (\d) required positional arguments?: (?P<names>'\w+'[^.]*)")
_SEVERAL = re.compile(r"positional arguments? but|on a list|list of|got multiple values|takes from")


def call_edits(run: TrainingRun) -> Iterator[Candidate]:
    """Yield other ways to give a call its arguments."""
    found = _failed(run)
    if found is not None:
        yield from _repeated(run, *found)
        yield from _listed(run, *found)
    yield from _last_axis(run)


def _failed(run: TrainingRun) -> tuple[Cell, CallNode] | None:
    """Return the innermost call of the cells that failed, a layer that is applied too."""
    places = run.error.scene.places if run.error is not None else ()
    cells = {cell.number: cell for cell in (*run.earlier, run.cell)}
    cell = cells.get(places[-1].cell) if places else None
    if cell is None:
        return None
    applied = applied_at(cell, places[-1])
    if applied is not None:
        return cell, applied[1]
    call = innermost(run)
    return (cell, call.node) if call is not None else None


def _repeated(run: TrainingRun, cell: Cell, node: CallNode) -> Iterator[Candidate]:
    """Yield the only input in the place of inputs that are missing: attention to itself."""
    found = _MISSING.search(text_of_error(run))
    if found is None or len(node.args) != 1 or ".call()" not in text_of_error(run):
        return
    site = site_of(cell, node.args[0])
    was = text_at(cell, site)
    code = ", ".join([was] * (1 + int(found[1])))
    names = found["names"].replace("'", "").strip()
    yield Candidate(
        1.5,
        say("Give the layer its input as {names}, too", names=names),
        say("The layer takes {names} beside its first input, and is given one.", names=names),
        "architecture",
        (WriteInPlace(site, was, code),),
    )


def _listed(run: TrainingRun, cell: Cell, node: CallNode) -> Iterator[Candidate]:
    """Yield several inputs as one list, and a list as several inputs."""
    if not _SEVERAL.search(text_of_error(run)):
        return
    given = node.args
    if len(given) > 1:
        first, last = site_of(cell, given[0]), site_of(cell, given[-1])
        site = CallSite(cell.number, first.line, first.column, last.end_line, last.end_column)
        was = text_at(cell, site)
        code, title = f"[{was}]", say("Give the inputs as one list")
        message = say(
            "{call} takes its inputs in one list, and is given them one by one.",
            call=code_of(node.func),
        )
    elif len(given) == 1 and is_list(given[0]):
        site = site_of(cell, given[0])
        was = text_at(cell, site)
        code, title = was.strip()[1:-1], say("Give the inputs one by one")
        message = say(
            "{call} takes its inputs one by one, and is given a list.", call=code_of(node.func)
        )
    else:
        return
    yield Candidate(1.6, title, message, "architecture", (WriteInPlace(site, was, code),))


def _last_axis(run: TrainingRun) -> Iterator[Candidate]:
    """Yield -1 in the place of an axis that is not there."""
    likely = speaks_of_shapes(run) or "index out of range" in text_of_error(run)
    for call in calls_of(run):
        node = call.named.get("axis")
        if node is not None and is_layer(call.name) and code_of(node) != "-1":
            yield Candidate(
                1.9 + (0.0 if likely else UNLIKELY),
                say("Set axis=-1 in {layer}", layer=call.name),
                say(
                    "{layer} acts on axis {axis}, which its input does not have.",
                    layer=call.name,
                    axis=code_of(node),
                ),
                "architecture",
                (SetCallArgument(call.call, "axis", "-1"),),
            )
