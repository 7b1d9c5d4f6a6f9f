"""Where nothing can be written: the user's cell, with the changes named in a comment."""

from collections.abc import Sequence

from nbdiag.edits.changes import kind_of
from nbdiag.language import Reason, say
from nbdiag.schema.changes import Change
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.ipython import magic_lines

_MARK = "# nbdiag could not edit this cell"


def write_words(
    source: str, changes: Sequence[Change], reason: Refused, second: Reason
) -> tuple[str, str]:
    """Return the user's text with a comment that says what to change, and a note.

    Parameters
    ----------
    source
        The user's text.
    changes
        What is to change.
    reason, second
        Why the text cannot be edited, and why the live model cannot be rebuilt.
    """
    named = [kind_of(change).describe(change) for change in changes]
    reasons = say("; ").join(dict.fromkeys((reason.said(), second.said())))
    note = say(
        "Nothing is written, because {reasons}. To be changed by hand: {changes}.",
        reasons=reasons,
        changes="; ".join(named),
    )
    if _MARK in source:
        return source, note
    lines = source.split("\n")
    top = magic_lines(source)
    comment = [f"{_MARK}: {reason}.", "# To be changed by hand:"]
    comment += [f"#   {item}" for item in named]
    return "\n".join([*lines[:top], *comment, *lines[top:]]), note
