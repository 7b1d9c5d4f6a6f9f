"""What is said of each step of an investigation, and of what it has found."""

from collections.abc import Sequence
from dataclasses import dataclass

from nbdiag.language import say
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.probe import Break
from nbdiag.trial.investigation.judgement import good_starts
from nbdiag.trial.investigation.variations import Variation

CODE, NAME = "NBD901", "trains-with-a-change"


@dataclass(frozen=True)
class Cure:
    """A change, or several that are needed together, that makes a training work.

    Attributes
    ----------
    parts
        What is changed.
    before, after
        Skills from the same starts.
    """

    parts: tuple[Variation, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]

    @property
    def words(self) -> str:
        """The changes, to stand after "with"."""
        return _listed([say(part.words) for part in self.parts])

    def fix(self) -> Fix:
        """Return the fix that makes the changes."""
        title = "; ".join(say(part.title) for part in self.parts)
        changes = tuple(change for part in self.parts for change in part.changes)
        return Fix(title, "review", changes)


def finding_of(
    cures: Sequence[Cure], best: float, simple: float | None, steps: int, seconds: float
) -> Finding:
    """Report what an investigation has found.

    Parameters
    ----------
    cures
        One, or two that do as much.
    best
        The best skill that is known to be possible.
    simple
        Skill of a simple learner, None where there is none.
    steps
        Length of each training.
    seconds
        Of CPU, for all of it.
    """
    first = cures[0]
    message = cure_sentence(first, best, simple)
    if len(first.parts) > 1:
        message = say(
            "{message} No single change helps; these {count} together do, and none can be left "
            "out.",
            message=message,
            count=len(first.parts),
        )
    for other in cures[1:]:
        message = say(
            "{message} Either of the two: {other}",
            message=message,
            other=cure_sentence(other, best, None),
        )
    return Finding(
        CODE,
        NAME,
        aspect=first.parts[0].aspect,
        role="cause",
        severity="warning",
        confidence="measured",
        message=message,
        evidence=tuple(_evidence(cures, steps, seconds)),
        fixes=tuple(cure.fix() for cure in cures),
    )


def cure_sentence(cure: Cure, best: float, simple: float | None) -> str:
    """Report what a cure does, from how many starts."""
    numbers = {
        "words": cure.words,
        "before": _mean(cure.before),
        "after": _mean(cure.after),
        "good": good_starts(cure.after, best),
        "now": good_starts(cure.before, best),
        "starts": len(cure.after),
    }
    if simple is None:
        return say(
            "With {words} it trains: {before:.2f} → {after:.2f} in {good} of {starts} starts (as "
            "it is {now} of {starts}).",
            **numbers,
        )
    return say(
        "With {words} it trains: {before:.2f} → {after:.2f} in {good} of {starts} starts (as it is "
        "{now} of {starts}; a simple learner on the same samples {simple:.2f}).",
        simple=simple,
        **numbers,
    )


def _evidence(cures: Sequence[Cure], steps: int, seconds: float) -> list[Evidence]:
    source = say("copies of the training, {steps} steps each", steps=steps)
    rows = [
        Evidence(
            say("skill as it is (0: ignores the inputs, 1: perfect)"),
            _row(cures[0].before),
            _row(cures[0].after),
            source,
        )
    ]
    rows += [
        Evidence(say("skill with {words}", words=cure.words), _row(cure.after), "", source)
        for cure in cures
    ]
    cost = say("{seconds:.0f} s of CPU", seconds=seconds)
    text = say("found by trying: a cure, not a proof of the cause")
    return [*rows, Evidence(say("how it was found"), text, "", cost)]


def broken_sentence(place: Break | None) -> str:
    """Report where values stop being numbers before the first step."""
    if place is None:
        return say(
            "Fresh weights and finite data give a loss or a slope that is not a number: that comes "
            "first, and no change of the settings is tried."
        )
    where = say("the loss") if place.in_loss else say("layer {name}", name=place.layer or "?")
    kind = say("value") if place.direction == "forward" else say("slope")
    return say(
        "With fresh weights and finite data the {kind} of {operation} in {where} is not a number: "
        "that comes first, and no change of the settings is tried.",
        kind=kind,
        operation=place.operation,
        where=where,
    )


def nothing_sentence(own: float, usual: float | None, simple: float | None) -> str:
    """Report what was ruled out where nothing helps."""
    if simple is not None and usual is not None:
        return say(
            "Neither the usual settings ({usual:.2f}) nor a simple learner ({simple:.2f}) find "
            "clearly more in these samples than your training ({own:.2f}).",
            usual=usual,
            simple=simple,
            own=own,
        )
    if usual is not None:
        return say(
            "The usual settings ({usual:.2f}) find nothing more than your training ({own:.2f}).",
            usual=usual,
            own=own,
        )
    return say("Nothing that was tried does better than your training ({own:.2f}).", own=own)


def _listed(words: Sequence[str]) -> str:
    if len(words) == 1:
        return words[0]
    return say("{some} and {last}", some=", ".join(words[:-1]), last=words[-1])


def _row(skills: Sequence[float]) -> str:
    return ", ".join(f"{item:.2f}" for item in skills)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
