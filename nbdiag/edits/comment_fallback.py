"""Where nothing can be written: the user's cell, with the changes named in a comment."""

import dataclasses
from collections.abc import Sequence

from nbdiag.language import later, say
from nbdiag.schema.changes import Change, MakeAgain
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.ipython import magic_lines

_MARK = "# nbdiag could not edit this cell"
_AGAIN = {
    "data": later("make the data again in this cell"),
    "model": later("build the model again in this cell"),
}


def write_words(
    source: str, changes: Sequence[Change], reason: Refused, second: Refused
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
    named = [describe(change) for change in changes]
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


def describe(change: Change) -> str:
    """Name a change in words, with its values."""
    if isinstance(change, MakeAgain):
        return say(_AGAIN[change.part])
    fields = {item.name: getattr(change, item.name) for item in dataclasses.fields(change)}
    given = ", ".join(
        f"{name} {value!r}" for name, value in fields.items() if value not in ("", {})
    )
    return f"{change.kind.replace('_', ' ')}: {given}"
