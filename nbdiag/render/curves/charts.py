"""What the curves show, as data: one place for the drawing, its alt text and its table."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nbdiag.facts.session.previous_run import former
from nbdiag.language import say
from nbdiag.render.curves.levels import Level, accuracy_levels, loss_levels
from nbdiag.render.document import title
from nbdiag.render.phrases import one_line
from nbdiag.render.summary.soundness import SHARES, best_epoch
from nbdiag.schema.finding import Finding, Mark
from nbdiag.schema.missing import Missing
from nbdiag.schema.report import ReportData
from nbdiag.schema.run import PastRun, TrainingRun

_MOST_METRICS = 5
_LABEL = 40
# Above this many times the median, one value flattens the rest of the curve to a line.
_TOWERS = 100.0
_FEW_EPOCHS = 3
_FEW_VALUES = 3
_RATES = ("learning_rate", "lr")  # callbacks report it among the metrics


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
    cut
        Whether its last value is that of an epoch that was ended before its last step.
    """

    label: str
    side: Literal["training", "validation", "steps", "probe"]
    x: tuple[float, ...]
    y: tuple[float, ...]
    past: bool = False
    cut: bool = False


@dataclass(frozen=True)
class Chart:
    """Curves on one scale, the levels to compare them with, and places to point at.

    Attributes
    ----------
    notes
        Codes and names of symptoms that the whole chart shows.
    share
        Whether all values are shares, to be drawn from 0 to 1.
    best
        Epoch and value of the best one, of validation where there is one; None where it is not
        known which is better, or all are alike.
    """

    title: str
    curves: tuple[Curve, ...]
    levels: tuple[Level, ...]
    marks: tuple[Mark, ...]
    notes: tuple[str, ...]
    scale: Literal["linear", "log", "symlog"] = "linear"
    share: bool = False
    best: tuple[float, float] | None = None


def charts(report: ReportData) -> tuple[Chart, ...]:
    """Find what there is to draw: the loss, then every metric; nothing for an empty history."""
    run = report.run
    loss = _loss(run, report.findings)
    metrics = (_metric(run, report.findings, name) for name in _metrics(run.history.epochs))
    return (*((loss,) if loss else ()), *metrics)


def _metrics(epochs: dict[str, tuple[float, ...]]) -> list[str]:
    """Order the metrics: each output's loss before its others, shares of right ones first."""
    names = [name for name in epochs if not name.startswith("val_") and name != "loss"]
    outputs = [name.removesuffix("loss") for name in names if name.endswith("_loss")]

    def place(name: str) -> tuple[bool, int, bool, bool]:
        at = next((at for at, output in enumerate(outputs) if name.startswith(output)), -1)
        return name in _RATES, at, not name.endswith("_loss"), not SHARES.search(name)

    return sorted((name for name in names if epochs[name]), key=place)[:_MOST_METRICS]


def first_bad(values: tuple[float, ...]) -> int | None:
    """Epoch of the first value that is NaN or infinite, counted from 1."""
    return next((at for at, value in enumerate(values, 1) if not math.isfinite(value)), None)


def _loss(run: TrainingRun, findings: tuple[Finding, ...]) -> Chart | None:
    curves = [*_steps(run), *_pair(run.history.epochs, "loss", end=_end(run))]
    if not curves:
        return None
    start = _start(run)
    past = former(run)
    before = _pair(past.epochs, "loss", past=True) if past and _same_losses(run, past) else []
    every = (*start, *curves, *before)
    levels = loss_levels(run)
    seen = [value for curve in every for value in curve.y]
    return Chart(
        title=say("loss"),
        curves=every,
        levels=levels,
        marks=_marks(findings, ("loss", "val_loss")),
        notes=tuple(
            f"{item.code} {title(item)}"
            for item in findings
            if item.aspect == "curves" and not item.marks and item.severity != "info"
        ),
        scale=_scale(seen, [level.value for level in levels]),
        best=_best(curves, share=False),
    )


def _metric(run: TrainingRun, findings: tuple[Finding, ...], name: str) -> Chart:
    curves = _pair(run.history.epochs, name, end=_end(run))
    past = former(run)
    every = (*curves, *(_pair(past.epochs, name, past=True) if past else ()))
    share = bool(SHARES.search(name))
    within = all(0 <= value <= 1 for curve in curves for value in curve.y if math.isfinite(value))
    return Chart(
        title=one_line(say(name), _LABEL),
        curves=every,
        levels=accuracy_levels(run, [name]) if share else (),
        marks=_marks(findings, (name, f"val_{name}")),
        notes=(),
        scale="linear" if share else _scale([value for curve in every for value in curve.y]),
        share=share and within,
        best=_best(curves, share=share) if share or name.endswith("_loss") else None,
    )


def _best(curves: list[Curve], *, share: bool) -> tuple[float, float] | None:
    """Find the best value of validation, else of training; None where all are alike."""
    sides = [curve for curve in curves if curve.side in ("training", "validation")]
    finite = {value for curve in sides[-1:] for value in curve.y if math.isfinite(value)}
    if len(finite) < _FEW_VALUES:
        return None
    at = best_epoch(sides[-1].y, share=share) - 1
    return sides[-1].x[at], sides[-1].y[at]


def _end(run: TrainingRun) -> float | None:
    """Return the share of its last epoch that a training has run; None for the whole of it."""
    steps = run.history.steps
    if run.stopped is None or not steps:
        return None
    whole = max(steps[:-1], default=run.fit.steps or 0)
    return steps[-1] / whole if 0 < steps[-1] < whole else None


def _pair(
    epochs: dict[str, tuple[float, ...]],
    name: str,
    *,
    past: bool = False,
    end: float | None = None,
) -> list[Curve]:
    """Make the training and the validation curve of one metric, as far as they exist."""
    sides: tuple[tuple[str, Literal["training", "validation"]], ...] = (
        (name, "training"),
        (f"val_{name}", "validation"),
    )
    words = {"training": say("training"), "validation": say("validation")}
    return [
        Curve(
            label=f"{words[side]}{say(' before') if past else ''}",
            side=side,
            x=_places(len(epochs[key]), end),
            y=epochs[key],
            past=past,
            cut=end is not None,
        )
        for key, side in sides
        if epochs.get(key)
    ]


def _places(number: int, end: float | None) -> tuple[float, ...]:
    whole = tuple(float(place) for place in range(1, number + 1))
    return whole if end is None else (*whole[:-1], number - 1 + end)


def _steps(run: TrainingRun) -> list[Curve]:
    """Losses of single batches, where the epochs are too few to show how it went."""
    steps = run.history.step_losses
    lost = first_bad(run.history.epochs.get("loss", ())) == 1  # the epochs show nothing
    few = run.history.completed <= _FEW_EPOCHS
    if len(steps.steps) < 2 or not (few or lost):  # noqa: PLR2004 - a line
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


def _scale(values: list[float], levels: Sequence[float] = ()) -> Literal["linear", "log", "symlog"]:
    finite = sorted(value for value in values if math.isfinite(value))
    if not finite:
        return "linear"
    middle = abs(finite[len(finite) // 2])
    greatest = max(abs(finite[0]), abs(finite[-1]))
    if greatest <= _TOWERS * max(middle, 1e-2):
        return "linear"
    return "log" if min([finite[0], *levels]) > 0 else "symlog"
