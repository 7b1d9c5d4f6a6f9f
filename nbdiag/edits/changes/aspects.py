"""A kind of change: all that nbdiag knows of it, in one place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from nbdiag.edits.changes.claims import Claims, Ends
from nbdiag.edits.context import EditContext
from nbdiag.edits.live.edits import CannotRebuild, LiveEdits
from nbdiag.facts.crash.plan import Plan
from nbdiag.language import say
from nbdiag.schema.cell import Scalar
from nbdiag.schema.run import TrainingRun

C = TypeVar("C")


def unknown(plan: Plan, change: Any) -> Plan | None:  # noqa: ARG001 - as all of its kind
    """Return None, where nobody knows what a failed model becomes."""
    return None


@dataclass(frozen=True)
class Kind(Generic[C]):
    """What a kind of change does.

    Attributes
    ----------
    of
        Its class in `nbdiag.schema.changes`.
    text
        Edits the user's text.
    live
        Says what should differ in the live training; `of_text` where none can have it.
    describe
        Names the change to somebody who is to make it by hand: "set epochs of fit to 30".
    conflicts
        What it sets and relies on, given which layers end the model.
    predict
        The run as it would be before its first step; `as_it_is` for what a fix for such a run is
        still to be found for, and for what no rule reads.
    follow
        A chain of layers that failed, with the change made: what would be the next exception.
    """

    of: type[C]
    text: Callable[[EditContext, C], None]
    live: Callable[[LiveEdits, C], None]
    describe: Callable[[C], str]
    conflicts: Callable[[C, Ends], Claims]
    predict: Callable[[TrainingRun, C], TrainingRun]
    follow: Callable[[Plan, C], Plan | None] = unknown


def of_text(edits: LiveEdits, change: Any) -> None:  # noqa: ARG001 - as all of its kind
    """Refuse a change that no live training can have.

    Raises
    ------
    CannotRebuild
        Always.
    """
    raise CannotRebuild("such a change can be made in the text alone")


def as_it_is(run: TrainingRun, change: Any) -> TrainingRun:  # noqa: ARG001 - as all of its kind
    """Return the run: no rule would see the change in it before the first step."""
    return run


def made(name: str, arguments: Mapping[str, Scalar]) -> str:
    """Write a call that makes an object of Keras, for a description."""
    return f"{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})"


def at_output(words: str, output: str) -> str:
    """Add the output to a description, "" for the only one."""
    if not output:
        return words
    return say("{change} for the output {output!r}", change=words, output=output)


def beside(new: str, layer: str, *, before: bool) -> str:
    """Describe a layer that is inserted beside another."""
    if before:
        return say("insert {new} before the layer {layer!r}", new=new, layer=layer)
    return say("insert {new} after the layer {layer!r}", new=new, layer=layer)
