"""Levels to compare a curve with: what a model reaches that has learnt nothing."""

import math
from dataclasses import dataclass

from nbdiag.facts.model.outputs import Output, outputs_of
from nbdiag.facts.training.baseline import (
    chance_accuracy,
    expected_initial_loss,
    total_constant_loss,
)
from nbdiag.language import say
from nbdiag.render.phrases import number
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

# Two lines closer than this, relative to the larger, are drawn as one.
_CLOSE = 0.02


@dataclass(frozen=True)
class Level:
    """A horizontal line with its words."""

    value: float
    label: str


def loss_levels(run: TrainingRun) -> tuple[Level, ...]:
    """Return the loss of always predicting the same value, and that of sound fresh weights."""
    constant, start = guessing_loss(run), _expected_start(run)
    if constant is not None and start is not None and _near(constant, start):
        return (Level(constant, _at(say("guessing (expected at the start)"), constant)),)
    levels = []
    if constant is not None:
        levels.append(Level(constant, _at(say("guessing"), constant)))
    if start is not None:
        levels.append(Level(start, _at(say("expected at the start"), start)))
    return tuple(levels)


def accuracy_levels(run: TrainingRun, labels: list[str]) -> tuple[Level, ...]:
    """Return the accuracy of always predicting the commonest class, for plain accuracies only."""
    output = _only_output(run)
    if output is None or not labels or "acc" not in labels[0] or "top_" in labels[0]:
        return ()
    chance = chance_accuracy(run, output)
    if isinstance(chance, Missing) or chance == 1:
        return ()
    shares = () if isinstance(output.labels, Missing) else output.labels.shares or ()
    words = (
        say("chance level")
        if shares and _near(chance, 1 / len(shares))
        else say("always the commonest class")
    )
    return (Level(chance, _at(words, round(chance, 3))),)


def _at(words: str, value: float) -> str:
    return f"{words}: {number(value)}"


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= _CLOSE * max(abs(one), abs(other))


def guessing_loss(run: TrainingRun) -> float | None:
    """Compute the loss of always predicting the same value.

    Returns
    -------
    float or None
        From the statistics of all labels, else as measured on the probe batch.
    """
    known = [total_constant_loss(run)]
    known += [probe.constant_loss for probe in run.probes] if isinstance(run.probes, tuple) else []
    return next(
        (item for item in known if not isinstance(item, Missing) and math.isfinite(item)), None
    )


def _expected_start(run: TrainingRun) -> float | None:
    output = _only_output(run)
    if output is None:
        return None
    start = expected_initial_loss(run, output)
    return None if isinstance(start, Missing) else start


def _only_output(run: TrainingRun) -> Output | None:
    outputs = outputs_of(run)
    return outputs[0] if isinstance(outputs, tuple) and len(outputs) == 1 else None
