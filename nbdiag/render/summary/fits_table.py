"""All fits of one cell in a table: what each came to."""

from collections.abc import Sequence
from dataclasses import dataclass

from nbdiag.language import say
from nbdiag.render.document import outline, title
from nbdiag.render.phrases import duration, number
from nbdiag.render.summary.soundness import best_epoch, leading_metric, metric_name
from nbdiag.schema.report import ReportData


@dataclass(frozen=True)
class FitRow:
    """One fit.

    Attributes
    ----------
    fit
        Its number in the cell.
    verdict
        Code and name of its cause, or that it is sound.
    metric
        Name of the metric that tells most, "" for a fit without an epoch, and of its values: the
        last, and the best with its epoch.
    last, best
        These values.
    time
        How long it took.
    opened
        Whether its report is the one that is shown in full.
    """

    fit: int
    verdict: str
    metric: str
    last: str
    best: str
    time: str
    opened: bool


def fit_rows(report: ReportData, others: Sequence[ReportData]) -> tuple[FitRow, ...]:
    """Draw up the fits of a cell in their order; nothing for a single one."""
    if not others:
        return ()
    every = sorted((report, *others), key=lambda one: one.run.fit_number)
    return tuple(_row(one, opened=one is report) for one in every)


def _row(report: ReportData, *, opened: bool) -> FitRow:
    run = report.run
    label, last, best = leading_metric(run), "", ""
    if label is not None:
        values = run.history.epochs[label]
        share = label.removeprefix("val_") != "loss"
        at = best_epoch(values, share=share)
        last, best = number(values[-1]), f"{number(values[at - 1])} ({at})"
    seconds = sum(run.history.seconds)
    return FitRow(
        fit=run.fit_number,
        verdict=_verdict(report),
        metric="" if label is None else metric_name(label),
        last=last,
        best=best,
        time=duration(seconds) if seconds else "",
        opened=opened,
    )


def _verdict(report: ReportData) -> str:
    order = outline(report)
    first = next((item.cause for item in order.sections), next(iter(order.alone), None))
    if first is not None:
        return f"{first.code} {title(first)}"
    return say("failed") if order.tone == "failed" else say("no fault found")
