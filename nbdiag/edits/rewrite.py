"""Changes to text: the user's cell with everything that the changes name, and nothing else."""

from collections.abc import Sequence

from nbdiag.edits.changes import kind_of, live_part
from nbdiag.edits.compose import Composed, compose
from nbdiag.edits.context import EditContext
from nbdiag.edits.location.calls import Located
from nbdiag.schema.cell import CallSite
from nbdiag.schema.changes import Call, CallOfKeras, Change, MakeAgain, WriteInPlace, in_order
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.parsed_cell import parse_cell
from nbdiag.syntax.text.parsing import UnreadableError, check_compiles


def rewrite(run: TrainingRun, changes: Sequence[Change]) -> tuple[str, str]:
    """Return the new text and a note.

    Parameters
    ----------
    run
        The run whose cell is to change.
    changes
        What is to change; their order does not matter.

    Returns
    -------
    tuple of str
        The complete cell, and what its user should know ("" for nothing).

    Raises
    ------
    Refused
        When the text cannot be edited with certainty.
    """
    sites = [change.site for change in changes if isinstance(change, WriteInPlace)]
    sites += [_place(change.call) for change in changes if isinstance(change, CallOfKeras)]
    composed = compose(run, data=MakeAgain("data") in changes, sites=sites)
    return rewrite_text(run, composed, changes)


def _place(call: Call) -> CallSite:
    return CallSite(call.cell, call.line, call.column, call.line, call.column)


def rewrite_text(
    run: TrainingRun, composed: Composed, changes: Sequence[Change]
) -> tuple[str, str]:
    """Return the new text of a cell that is complete already, and a note."""
    ordered = in_order(changes)
    shop = EditContext(Located(run, composed, ordered, live_part(ordered)))
    for change in ordered:
        kind_of(change).text(shop, change)
    text = shop.finish()
    _check(text)
    return text, " ".join(shop.notes)


def _check(text: str) -> None:
    """Refuse a text that Python would not accept."""
    page = parse_cell(text)
    try:
        check_compiles(page.masked)
    except UnreadableError as problem:
        raise Refused("the edited cell would not be Python") from problem
