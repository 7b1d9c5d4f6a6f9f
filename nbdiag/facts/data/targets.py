"""The scale of regression targets against what fresh weights answer."""

import math
from dataclasses import dataclass

from nbdiag.facts.data.arrays import rms
from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.outputs import Output, outputs_of
from nbdiag.facts.training.verdict import first_probe, last_probe
from nbdiag.keras_api.activations import RANGES
from nbdiag.keras_api.losses import scale_free
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import OutputProbe, Probe
from nbdiag.schema.run import TrainingRun

SCALE_FREE = scale_free()
"""Losses that mean the same for standardized targets; counts and logarithms do not."""

AWAY = 0.5
"""Distance between the mean answer and the mean target, in standard deviations of the targets,
from which the answers have plainly not arrived: the mean alone costs a quarter of the variance."""


@dataclass(frozen=True)
class TargetScale:
    """Targets of one regression output.

    Attributes
    ----------
    size
        Typical target: root mean square.
    ratio
        Typical target over the typical first answer, or over 1 for smaller answers.
    away
        Distance of the mean prediction from the mean target at the end, in standard deviations of
        the targets; None without a probe after training, or where its predictions are NaN or
        infinite.
    floor
        Whether the head cannot return values below 0.
    reconstruction
        Whether the target is the input itself.
    """

    output: Output
    labels: ArrayStats
    size: float
    ratio: float
    away: float | None
    floor: bool
    reconstruction: bool


def target_scales(run: TrainingRun) -> tuple[TargetScale, ...] | Missing:
    """Scale of the targets of every regression whose head could reach any number.

    Returns
    -------
    tuple[TargetScale, ...] | Missing
        Empty when nothing is regressed, or the heads are bounded (then the bound is the matter).
    """
    outputs = outputs_of(run)
    if isinstance(outputs, Missing):
        return outputs
    return tuple(
        found
        for place, output in enumerate(outputs)
        if (found := _scale(run, output, place)) is not None
    )


def _scale(run: TrainingRun, output: Output, place: int) -> TargetScale | None:
    task, labels = task_of_output(run, output), output.labels
    if task.kind != "regression" or isinstance(labels, Missing):
        return None
    if output.loss_name not in SCALE_FREE:
        return None
    low, high = RANGES.get(str(output.head.activation), (-math.inf, math.inf))
    if math.isfinite(high):
        return None
    start, last = _seen(first_probe(run), place), last_probe(run)
    # A look at an earlier epoch says nothing of where the training ended.
    end = _seen(last, place) if last and last.epoch >= run.history.completed else None
    size = rms(labels)
    answer = 1.0 if start is None else max(1.0, math.hypot(start.mean, start.std))
    away = None
    if end is not None and labels.std > 0 and math.isfinite(end.mean):
        away = abs(end.mean - labels.mean) / labels.std
    return TargetScale(
        output, labels, size, size / answer, away, low > -math.inf, task.reconstruction
    )


def _seen(probe: Probe | None, place: int) -> OutputProbe | None:
    return probe.outputs[place] if probe is not None and place < len(probe.outputs) else None
