"""What the curves show, as data: one place for the drawing, its alt text and its table."""

import math
import re
from dataclasses import dataclass
from typing import Literal

from nbdiag.facts.session.previous_run import former
from nbdiag.language import say
from nbdiag.render.curves.levels import Level, accuracy_levels, loss_levels
from nbdiag.render.document import title
from nbdiag.render.phrases import one_line
from nbdiag.schema.finding import Finding, Mark
from nbdiag.schema.missing import Missing
from nbdiag.schema.report import ReportData
from nbdiag.schema.run import PastRun, TrainingRun

# A share of right answers under its usual names; anything else has no common scale with it.
_ACCURACY = re.compile(r"(^|_)(acc|accuracy|auc|precision|recall|f1|f1_score|iou)($|_)")
_MOST_ACCURACIES = 2
_LABEL = 40
# Above this many times the median, one value flattens the rest of the curve to a line.
_TOWERS = 100.0
_FEW_EPOCHS = 3


@dataclass(frozen=True)
class Curve:
    """One line of a chart.

    Attributes
    ----------
    label
        What the legend says.
    side
        Which rows it is measured on; "steps" for losses of single batches.
    past
        Whether it belongs to the run before.
    x, y
        Epochs completed, and the values; NaN and infinities stay.
    rank
        0 for the first metric of the chart, 1 for the second.
    """

    label: str
    side: Literal["training", "validation", "steps", "probe"]
    x: tuple[float, ...]
    y: tuple[float, ...]
    past: bool = False
    rank: int = 0


@dataclass(frozen=True)
class Chart:
    """Curves on one scale, the levels to compare them with, and places to point at.

    Attributes
    ----------
    notes
        Codes and names of symptoms that the whole chart shows.
    share
        Whether all values are shares, to be drawn from 0 to 1.
    """

    title: str
    curves: tuple[Curve, ...]
    levels: tuple[Level, ...]
    marks: tuple[Mark, ...]
    notes: tuple[str, ...]
    scale: Literal["linear", "log", "symlog"] = "linear"
    share: bool = False


def charts(report: ReportData) -> tuple[Chart, ...]:
    """Find what there is to draw: the loss, then the accuracy; nothing for an empty history."""
    run = report.run
    drawn = (_loss(run, report.findings), _accuracy(run, report.findings))
    return tuple(chart for chart in drawn if chart is not None)


def first_bad(values: tuple[float, ...]) -> int | None:
    """Epoch of the first value that is NaN or infinite, counted from 1."""
    return next((at for at, value in enumerate(values, 1) if not math.isfinite(value)), None)


def _loss(run: TrainingRun, findings: tuple[Finding, ...]) -> Chart | None:
    curves = [*_steps(run), *_pair(run.history.epochs, "loss")]
    if not curves:
        return None
    start = _start(run)
    past = former(run)
    before = _pair(past.epochs, "loss", past=True) if past and _same_losses(run, past) else []
    every = (*start, *curves, *before)
    return Chart(
        title=say("loss"),
        curves=every,
        levels=loss_levels(run),
        marks=_marks(findings, ("loss", "val_loss")),
        notes=tuple(
            f"{item.code} {title(item)}"
            for item in findings
            if item.aspect == "curves" and not item.marks and item.severity != "info"
        ),
        scale=_scale([value for curve in every for value in curve.y]),
    )


def _accuracy(run: TrainingRun, findings: tuple[Finding, ...]) -> Chart | None:
    epochs = run.history.epochs
    labels = [name for name in epochs if not name.startswith("val_") and _ACCURACY.search(name)]
    chosen = labels[:_MOST_ACCURACIES]
    curves = [curve for rank, name in enumerate(chosen) for curve in _pair(epochs, name, rank=rank)]
    if not curves:
        return None
    past = former(run)
    before = _pair(past.epochs, chosen[0], past=True) if past else []
    return Chart(
        title=say(" and ").join(one_line(say(name), _LABEL) for name in chosen),
        curves=(*curves, *before),
        levels=accuracy_levels(run, chosen),
        marks=_marks(findings, tuple(f"{side}{name}" for name in chosen for side in ("", "val_"))),
        notes=(),
        share=all(0 <= value <= 1 for curve in curves for value in curve.y if math.isfinite(value)),
    )


def _pair(
    epochs: dict[str, tuple[float, ...]], name: str, *, past: bool = False, rank: int = 0
) -> list[Curve]:
    """Make the training and the validation curve of one metric, as far as they exist."""
    sides: tuple[tuple[str, Literal["training", "validation"]], ...] = (
        (name, "training"),
        (f"val_{name}", "validation"),
    )
    extra = f" {one_line(say(name), _LABEL)}" if rank else ""
    words = {"training": say("training"), "validation": say("validation")}
    return [
        Curve(
            label=f"{words[side]}{extra}{say(' before') if past else ''}",
            side=side,
            x=tuple(float(place) for place in range(1, len(epochs[key]) + 1)),
            y=epochs[key],
            past=past,
            rank=rank,
        )
        for key, side in sides
        if epochs.get(key)
    ]


def _steps(run: TrainingRun) -> list[Curve]:
    """Losses of single batches, where the epochs are too few to show how it went."""
    steps = run.history.step_losses
    if len(steps.steps) < 2 or run.history.completed > _FEW_EPOCHS:  # noqa: PLR2004 - a line
        return []
    last = steps.steps[-1] + 1
    in_epoch = run.fit.steps or (last / max(run.history.completed, 1))
    return [
        Curve(
            label=say("each step"),
            side="steps",
            x=tuple((step + 1) / in_epoch for step in steps.steps),
            y=steps.losses,
        )
    ]


def _start(run: TrainingRun) -> list[Curve]:
    probes = run.probes if isinstance(run.probes, tuple) else ()
    for probe in probes:
        if probe.moment == "start" and isinstance(probe.loss, float) and math.isfinite(probe.loss):
            return [Curve(say("before step 1"), "probe", (0.0,), (probe.loss,))]
    return []


def _same_losses(run: TrainingRun, past: PastRun) -> bool:
    """Whether both runs minimised the same thing: else their losses have no common scale."""
    if isinstance(run.compile, Missing):
        return False
    return past.losses == tuple(loss.name for loss in run.compile.losses)


def _marks(findings: tuple[Finding, ...], curves: tuple[str, ...]) -> tuple[Mark, ...]:
    return tuple(mark for item in findings for mark in item.marks if mark.curve in curves)


def _scale(values: list[float]) -> Literal["linear", "log", "symlog"]:
    finite = sorted(value for value in values if math.isfinite(value))
    if not finite:
        return "linear"
    middle = abs(finite[len(finite) // 2])
    greatest = max(abs(finite[0]), abs(finite[-1]))
    if greatest <= _TOWERS * max(middle, 1e-2):
        return "linear"
    return "log" if finite[0] > 0 else "symlog"
