"""Several fixes in one cell."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from nbdiag.diagnosis import with_cell
from nbdiag.fixes.conflicts import contradiction, merged
from nbdiag.language import say
from nbdiag.schema.changes import TextChange
from nbdiag.schema.finding import Finding, Fix
from nbdiag.schema.run import TrainingRun

Pick = tuple[Finding, Fix]

# Fixes of one finding about how the model ends are different ends, never parts of one.
_OF_THE_END = ("loss", "output_activation", "output_units", "metrics", "labels")


class CannotJoin(ValueError):  # noqa: N818 - not a fault: the answer to fixes that contradict
    """Raised for fixes that do not go into one cell; its text is a sentence for the user."""


def apart(run: TrainingRun, one: Pick, other: Pick) -> str:
    """Explain in a sentence why two fixes cannot be made in one cell; "" when they can."""
    what = contradiction(run, one[1].changes, other[1].changes)
    titles = {"one": one[1].title, "other": other[1].title}
    if what:
        return say(
            "“{one}” and “{other}” contradict each other, because each sets {what} in its own way: "
            "take one of them.",
            what=what,
            **titles,
        )
    if _alternatives(one, other):
        return say(
            "“{one}” and “{other}” contradict each other, because each repairs {code} in its own "
            "way: take one of them.",
            code=one[0].code,
            **titles,
        )
    return ""


def _alternatives(one: Pick, other: Pick) -> bool:
    """Whether two fixes are two ways to repair one contradiction, or one failure."""
    if one[0] is not other[0] or _holds(one, other):
        return False
    changes = (*one[1].changes, *other[1].changes)
    return one[0].aspect in _OF_THE_END or any(isinstance(item, TextChange) for item in changes)


def _holds(one: Pick, other: Pick) -> bool:
    """Whether one of two fixes makes all that the other makes."""
    both = merged([one[1].changes, other[1].changes])
    return len(both) == max(len(fix.changes) for _, fix in (one, other))


def useful_together(run: TrainingRun, one: Pick, other: Pick) -> bool:
    """Whether a cell with both fixes is possible, and more than one of them alone."""
    return not _holds(one, other) and not apart(run, one, other)


def joined(run: TrainingRun, picks: Sequence[Pick]) -> Fix:
    """Write one cell that makes several fixes.

    Parameters
    ----------
    run
        The run whose cell is repaired.
    picks
        Findings with a fix of each; one alone is given back as it is.

    Returns
    -------
    Fix
        One fix with all changes, its cell and the diff from the user's text.

    Raises
    ------
    CannotJoin
        When two of them contradict each other, or no cell can hold them all.
    """
    fixes = [fix for _, fix in picks]
    if len(fixes) == 1:
        return fixes[0]
    for pair in combinations(picks, 2):
        why = apart(run, *pair)
        if why:
            raise CannotJoin(why)
    whole = with_cell(
        run,
        Fix(
            title=" + ".join(fix.title for fix in fixes),
            safety="review" if any(fix.safety == "review" for fix in fixes) else "safe",
            changes=merged(fix.changes for fix in fixes),
        ),
    )
    if not whole.source:
        raise CannotJoin(
            say("No cell can hold these fixes: take one after the other. {note}", note=whole.note)
        )
    notes = dict.fromkeys(item.note for item in (*fixes, whole) if item.note)
    return replace(whole, note=" ".join(notes))
