"""The new cell: the rewritten text, or live objects where the text cannot be edited."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nbdiag.edits.comment_fallback import write_words
from nbdiag.edits.live.cell import write_live
from nbdiag.edits.live.edits import CannotRebuild
from nbdiag.edits.rewrite import rewrite
from nbdiag.schema.changes import Change
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.lines import run_with_plain_ends, split_lines, with_ends_of


@dataclass(frozen=True)
class NewCell:
    """A cell that is ready to be inserted.

    Attributes
    ----------
    source
        The complete text.
    diff
        Unified diff from the watched cell's text to the new one.
    note
        What its user should know, one sentence or two; "" for nothing.
    live
        Whether it works on the live objects because the text could not be edited.
    edited
        False when neither could be done: the source is the user's text, with a comment.
    """

    source: str
    diff: str
    note: str = ""
    live: bool = False
    edited: bool = True


def write_cell(run: TrainingRun, changes: Sequence[Change]) -> NewCell:
    """Write the cell that makes a run with some changes.

    Parameters
    ----------
    run
        The run whose cell should be repaired.
    changes
        What to change; their order does not matter.

    Returns
    -------
    NewCell
        The user's text with the changes. Where the text cannot be edited with certainty,
        a cell that rebuilds the live model, and a note that says why.
    """
    own = run.cell.source
    cell = _write(run_with_plain_ends(run), changes)
    return replace(cell, source=with_ends_of(cell.source, own)) if "\r" in own else cell


def _write(run: TrainingRun, changes: Sequence[Change]) -> NewCell:
    try:
        text, note = rewrite(run, changes)
    except Refused as reason:
        return _live(run, changes, reason)
    except Exception as problem:  # noqa: BLE001 - what a cell can hold is the user's, not ours
        return _live(
            run, changes, Refused("reading it failed ({problem})", problem=_named(problem))
        )
    return NewCell(text, diff(run.cell.source, text), note)


def _live(run: TrainingRun, changes: Sequence[Change], reason: Refused) -> NewCell:
    own = run.cell.source
    try:
        text, note = write_live(run, changes, reason)
    except (Refused, CannotRebuild) as second:
        text, note = write_words(own, changes, reason, second)
        return NewCell(text, diff(own, text), note, edited=False)
    except Exception as problem:  # noqa: BLE001 - as above: the report must be shown whatever happens
        failed = Refused("rebuilding it failed ({problem})", problem=_named(problem))
        text, note = write_words(own, changes, reason, failed)
        return NewCell(text, diff(own, text), note, edited=False)
    return NewCell(text, diff(own, text), note, live=True)


def _named(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"


def diff(old: str, new: str) -> str:
    """Return the unified diff between two texts, "" when they are the same."""
    lines = difflib.unified_diff(_shown(old), _shown(new), "your cell", "new cell", lineterm="")
    return "\n".join(lines)


def _shown(text: str) -> list[str]:
    """Split a text into the lines that a reader sees; a last end does not begin another one."""
    *lines, last = split_lines(text)
    return [*lines, last] if last else lines
