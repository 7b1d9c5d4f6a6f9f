"""How well a training did, measured against the best answer that ignores the inputs.

A loss means nothing by itself: 0.3 is poor for a rare class and splendid for a thousand classes.
Everything here is a *gain*: the share of the loss of always predicting the same value, or of its
errors, that the model has removed. 1 is perfect, 0 no better than a constant, below 0 worse.
"""

import math
from dataclasses import dataclass

import numpy as np

from nbdiag.facts.cache import per_run
from nbdiag.facts.data.task import Task, task_of_output
from nbdiag.facts.model.losses import CROSS_ENTROPY
from nbdiag.facts.model.outputs import Output, outputs_of
from nbdiag.facts.optimization.gradients import probes_of
from nbdiag.facts.training.baseline import (
    chance_accuracy,
    constant_loss,
    total_constant_loss,
)
from nbdiag.keras_api.metrics import with_trait
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Probe
from nbdiag.schema.run import TrainingRun

ACCURACIES = with_trait("accuracy")
POOR = 0.3
"""Gain below which a training has not done what it is meant to."""
GOOD = 0.7
"""Gain from which on a training has worked, whatever its curves look like."""
SURE = 4.0
"""Standard errors of a share of rows beyond which luck does not explain it: 1 in 30,000."""
HELD_OUT = 0.1
"""Share of the errors avoided on held-out rows, and a fiftieth of the loss: more than a plane
through fresh weights gets."""


def gain_at(run: TrainingRun, probe: Probe) -> float | Missing:
    """Gain of the loss re-evaluated on a probe's rows, its penalties taken off."""
    if isinstance(probe.loss, Missing):
        return probe.loss
    weighted = _weighted(run)
    if isinstance(weighted, Missing):
        return weighted
    constant = probe.constant_loss
    if isinstance(constant, Missing):
        constant = total_constant_loss(run)
    return _gain(probe.loss - probe.penalty, constant)


def gain_after(run: TrainingRun, epoch: int) -> float | Missing:
    """Gain after so many epochs: the better one of the re-evaluated loss and the epoch's mean.

    The mean is late by half an epoch and suffers from dropout; a re-evaluation suffers from
    moving averages that lag. A model is as good as the better of the two says.
    """
    found = [
        gain_at(run, probe)
        for probe in _probes(run)
        if probe.epoch == epoch and probe.moment != "start"
    ]
    losses = run.history.epochs.get("loss", ())
    if 0 < epoch <= len(losses):
        penalty = _penalty_at(run, epoch)
        weighted = _weighted(run)
        constant = weighted if isinstance(weighted, Missing) else total_constant_loss(run)
        found.append(_gain(losses[epoch - 1] - penalty, constant))
    known = [value for value in found if not isinstance(value, Missing)]
    return max(known) if known else next(iter(found), Missing("no epoch was completed"))


@per_run
def loss_gain(run: TrainingRun) -> float | Missing:
    """Gain of the training loss at the end."""
    return gain_after(run, run.history.completed)


@per_run
def start_gain(run: TrainingRun) -> float | Missing:
    """Gain before the first step: about 0 with fresh weights, high with trained ones."""
    start = next((probe for probe in _probes(run) if probe.moment == "start"), None)
    return gain_at(run, start) if start else Missing("no probe was taken before the first step")


@dataclass(frozen=True)
class Shares:
    """Shares of rows that are named right after the last epoch.

    Attributes
    ----------
    training, validation
        Of the rows trained on (as they were answered on the way), and of those held out.
    chance
        What naming the most frequent class gets right.
    error
        Standard error of the share on the held-out rows.
    """

    training: float
    validation: float
    chance: float
    error: float


@per_run
def shares_named_right(run: TrainingRun) -> Shares | Missing:
    """Compare the accuracy on training and held-out rows; Missing without either."""
    outputs, split = outputs_of(run), run.data.split
    if isinstance(outputs, Missing) or isinstance(split, Missing) or len(outputs) != 1:
        return Missing("there is no single output with held-out samples")
    chance = chance_accuracy(run, outputs[0])
    epochs = run.history.epochs
    seen = [
        (epochs[label][-1], epochs[f"val_{label}"][-1])
        for label in _counting(run, outputs[0])
        if epochs.get(label) and epochs.get(f"val_{label}")
    ]
    if isinstance(chance, Missing) or chance >= 1 or not seen or not split.validation_rows:
        return Missing("no accuracy was reported on held-out samples")
    training, validation = max(seen)
    if not (0 <= training <= 1 and 0 <= validation <= 1):
        return Missing("what was reported as accuracy is not between 0 and 1")
    error = math.sqrt(validation * (1 - validation) / split.validation_rows)
    return Shares(training, validation, chance, error)


@per_run
def beats_chance(run: TrainingRun) -> bool:
    """Whether held-out samples are classified right far more often than luck explains.

    Where predictions are nearly coin flips, a loss near that of a constant is all there is.
    """
    outputs, split, by_loss = outputs_of(run), run.data.split, loss_gain(run)
    if isinstance(outputs, Missing) or isinstance(split, Missing) or len(outputs) != 1:
        return False
    if isinstance(by_loss, Missing) or by_loss < HELD_OUT / 5 or not split.validation_rows:
        return False
    chance = chance_accuracy(run, outputs[0])
    seen = [
        value
        for label in _counting(run, outputs[0])
        if (value := _last(run, f"val_{label}")) is not None
    ]
    if isinstance(chance, Missing) or chance >= 1 or not seen:
        return False
    above = max(seen) - chance
    error = math.sqrt(chance * (1 - chance) / split.validation_rows)
    return above >= HELD_OUT * (1 - chance) and above >= SURE * error


def _last(run: TrainingRun, label: str) -> float | None:
    """Return the last value of a curve, None without one and where it is not a share."""
    values = run.history.epochs.get(label, ())
    return values[-1] if values and 0 <= values[-1] <= 1 else None


def _counting(run: TrainingRun, output: Output) -> list[str]:
    """Labels of the metrics that count the rows of an output that are named right."""
    return [
        item.label
        for item in output.metrics
        if item.name in ACCURACIES
        and not item.custom
        and _counts(item.name, output.head.units, task_of_output(run, output))
    ]


@per_run
def accuracy_gain(run: TrainingRun) -> float | Missing:
    """Share of the most frequent class's errors that the last epoch avoids, over all outputs.

    Returns
    -------
    float or Missing
        The least of all outputs; Missing without an accuracy that counts classes.
    """
    outputs = outputs_of(run)
    if isinstance(outputs, Missing):
        return outputs
    gains: list[float] = []
    for output in outputs:
        chance = chance_accuracy(run, output)
        counts = _counting(run, output)
        seen = [value for label in counts if (value := _last(run, label)) is not None]
        if isinstance(chance, Missing) or chance >= 1 or not seen:
            return Missing("no accuracy was reported that counts classes")
        gains.append((max(seen) - chance) / (1 - chance))
    return min(gains) if gains else Missing("no accuracy was reported that counts classes")


@per_run
def gain(run: TrainingRun) -> float | Missing:
    """How well the training did in the end, by loss or by accuracy, whichever is kinder.

    An accuracy below three tenths of the way does not speak against the loss: fresh networks get
    that far by luck.

    Returns
    -------
    float or Missing
        Minus infinity for a loss that is not a number. Missing for a custom loss without
        accuracy, and for a cross-entropy on soft labels, whose least value is not 0 but unknown.
    """
    losses = run.history.epochs.get("loss", ())
    if losses and not math.isfinite(losses[-1]):
        return -math.inf
    by_loss, by_accuracy = loss_gain(run), accuracy_gain(run)
    if isinstance(by_accuracy, Missing):
        return Missing("the least loss of soft labels is not known") if _soft(run) else by_loss
    if isinstance(by_loss, Missing):
        return by_accuracy
    # A random network classifies a little by luck, where a plane through the rows would do.
    return by_loss if by_accuracy < POOR else max(by_loss, by_accuracy)


def output_gain(run: TrainingRun, output: Output) -> float | Missing:
    """Find what one of several outputs has learnt: the better of its loss and its accuracies.

    Returns
    -------
    float or Missing
        Missing where its loss was not reported, or where the loss of a constant is not known.
    """
    losses = run.history.epochs.get(f"{output.key}_loss", ())
    constant = constant_loss(run, output)
    if not losses:
        return Missing("the loss of this output was not reported")
    if isinstance(constant, Missing):
        return constant
    if constant <= 0:
        return Missing("a constant prediction has no loss")
    gains = [1 - losses[-1] / constant]
    chance = chance_accuracy(run, output)
    for metric in output.metrics:
        seen = run.history.epochs.get(metric.label, ())
        if metric.name in ACCURACIES and seen and not isinstance(chance, Missing) and chance < 1:
            gains.append((seen[-1] - chance) / (1 - chance))
    return max(gains)


def _penalty_at(run: TrainingRun, epoch: int) -> float:
    """Penalty on the weights after an epoch, on the straight line between the probes around it."""
    seen = sorted({probe.epoch: probe.penalty for probe in _probes(run)}.items())
    if not seen:
        return 0.0
    return float(np.interp(epoch, [at for at, _ in seen], [value for _, value in seen]))


def _counts(name: str, units: int | None, task: Task) -> bool:
    several = (units or 1) > 1
    if name == "accuracy":
        return True
    if name == "binary_accuracy":
        # Of ten one-hot columns nine are rightly 0 in every row: 0.9 that says nothing.
        return not several or task.form == "multi_hot"
    # The greatest of one column is always that column: accuracy 1.0 that says nothing.
    return several and task.form != "multi_hot"


def _soft(run: TrainingRun) -> bool:
    outputs = outputs_of(run)
    return not isinstance(outputs, Missing) and any(
        item.loss_name in CROSS_ENTROPY
        and task_of_output(run, item).form in ("probability", "distribution")
        for item in outputs
    )


def _weighted(run: TrainingRun) -> Missing | None:
    """Weights move the best constant: what is minimised is not what a plain loss measures."""
    if run.fit.class_weight or run.fit.sample_weight:
        return Missing("class or sample weights change what is minimised")
    return None


def _gain(loss: float, constant: float | Missing) -> float | Missing:
    if isinstance(constant, Missing):
        return constant
    if constant <= 0:
        return Missing("always predicting the same value is right already")
    return 1.0 - loss / constant if math.isfinite(loss) else -math.inf


def _probes(run: TrainingRun) -> tuple[Probe, ...]:
    probes = probes_of(run)
    return () if isinstance(probes, Missing) else probes
