"""What is certain of a training that is not over: what stands however it goes on."""

import math
from collections.abc import Iterator
from dataclasses import replace

from nbdiag.engine import Settings, judge, rank
from nbdiag.facts.model.outputs import outputs_of
from nbdiag.facts.optimization.gradients import silent_share
from nbdiag.facts.training.curves import repeats
from nbdiag.facts.training.gain import ACCURACIES
from nbdiag.facts.training.verdict import FROZEN, first_probe, last_probe
from nbdiag.schema.finding import Finding
from nbdiag.schema.missing import Missing
from nbdiag.schema.report import ReportData
from nbdiag.schema.run import TrainingRun

# The imagined rest falls to this share of the least loss seen: no rule calls that a failure.
_LOW = 1e-3
# Epochs that are imagined at least, so that the turn for the better lasts.
_FEWEST = 5


def judge_so_far(run: TrainingRun, settings: Settings | None = None) -> ReportData:
    """Judge a training that goes on; give the errors and warnings that are certain by now.

    A rule looks at a run as if it were over. Here a finding counts when it is there now and would
    still be there if the epochs that are left went as well as epochs can go (`at_best`).

    Parameters
    ----------
    run
        The run so far.
    settings
        Which rules are heard; all by default.

    Returns
    -------
    ReportData
        Without what is only worth knowing, and without what may yet turn out well.
    """
    report = judge(run, settings)
    return report.with_findings(rank(_certain(report, settings)))


def judge_stopped(run: TrainingRun, settings: Settings | None = None) -> ReportData:
    """Judge a training that was ended before its time.

    What the missing epochs could have mended is reported as information, not as a fault.
    """
    report = judge(run, settings)
    certain = {finding.code for finding in _certain(report, settings)}
    return report.with_findings(
        rank(
            finding
            if finding.code in certain
            else replace(finding, severity="info", confidence="suspected")
            for finding in report.findings
        )
    )


def epochs_left(run: TrainingRun) -> int:
    """Count the epochs that were asked for and not begun or not completed."""
    return max(run.fit.epochs - run.fit.initial_epoch - run.history.completed, 0)


def at_best(run: TrainingRun) -> TrainingRun:
    """Go on with a run as well as can be: losses towards 0, accuracies at 1.

    A run that is over is left alone, and so is one that is beyond help: its numbers are NaN, or no
    gradient moves it.
    """
    if not epochs_left(run) or _beyond_help(run):
        return run
    more = max(epochs_left(run), _FEWEST)
    history, accuracies = run.history, _accuracies(run)
    epochs = history.epochs or dict.fromkeys(("loss", *_output_losses(run), *accuracies), ())
    rates = history.learning_rates
    return replace(
        run,
        history=replace(
            history,
            epochs={
                label: (*values, *_well(label, values, more, accuracies, run))
                for label, values in epochs.items()
            },
            completed=history.completed + more,
            learning_rates=(*rates, *rates[-1:] * more),
        ),
    )


def _certain(report: ReportData, settings: Settings | None) -> tuple[Finding, ...]:
    grave = _grave(report)
    if not grave:
        return ()
    best = at_best(report.run)
    # The rules that found something come first: mostly none of them would in the end. What one says
    # there may yet be superseded, by any rule.
    only = replace(settings or Settings(), select=tuple(item.code for item in grave))
    if not _grave(judge(best, only)):
        return ()
    stand = {item.code for item in _grave(judge(best, settings))}
    return tuple(item for item in grave if item.code in stand)


def _grave(report: ReportData) -> tuple[Finding, ...]:
    return tuple(item for item in report.findings if item.severity != "info")


def _well(
    label: str, values: tuple[float, ...], more: int, accuracies: tuple[str, ...], run: TrainingRun
) -> Iterator[float]:
    """Go on with one curve."""
    base = label.removeprefix("val_")
    if base in accuracies:
        yield from (1.0,) * more
    elif base == "loss" or base.endswith("_loss"):
        yield from _falling(values, more, run)
    else:
        yield from values[-1:] * more


def _falling(values: tuple[float, ...], more: int, run: TrainingRun) -> Iterator[float]:
    start = first_probe(run)
    before = () if start is None or isinstance(start.loss, Missing) else (start.loss,)
    finite = [value for value in (*before, *values) if math.isfinite(value)] or [1.0]
    last, least = finite[-1], min(finite)
    # A loss that may be negative has no known lower end.
    low = least * _LOW if least > 0 else least - abs(least) - 1.0
    for step in range(1, more + 1):
        share = step / more
        yield last * (low / last) ** share if least > 0 else last + (low - last) * share


def _output_losses(run: TrainingRun) -> tuple[str, ...]:
    """Return the curves that Keras reports of several outputs besides their sum."""
    outputs = outputs_of(run)
    if isinstance(outputs, Missing) or len(outputs) < 2:  # noqa: PLR2004 - one output is the sum
        return ()
    return tuple(f"{item.key}_loss" for item in outputs)


def _accuracies(run: TrainingRun) -> tuple[str, ...]:
    metrics = () if isinstance(run.compile, Missing) else run.compile.metrics
    return tuple(item.label for item in metrics if item.name in ACCURACIES)


def _beyond_help(run: TrainingRun) -> bool:
    """Whether no further step can change anything for the better."""
    losses = run.history.epochs.get("loss", ())
    probe = last_probe(run)
    if losses and math.isnan(losses[-1]):
        # A NaN in one epoch may be one bad batch's; in two, or in the weights, it stays.
        variables = () if probe is None or isinstance(probe.variables, Missing) else probe.variables
        return any(item.nans for item in variables) or all(map(math.isnan, losses[-2:-1] or (0.0,)))
    return repeats(losses) >= FROZEN and probe is not None and silent_share(probe) == 1.0
