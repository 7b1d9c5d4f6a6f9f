"""NBD403: NaN or infinite numbers among the inputs or labels."""

from collections.abc import Iterator

from nbdiag.facts.training.verdict import ending_of, last_probe
from nbdiag.language import say, say_count
from nbdiag.rules.base import Rule, Skipped
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Aspect, Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.data.finite_lines import finite_lines


class NanInData(Rule):
    """Some inputs or labels are NaN or infinite.

    What it finds
    -------------
    Numbers that are not finite among inputs or labels, of training or validation.

    Why it hurts
    ------------
    One of them makes the gradient of its whole batch NaN, and with it every weight. The curves
    need not show it: TensorFlow's fused Dense and ReLU turn NaN into 0 on a CPU, and the loss
    stays at a plausible number while the first kernel is lost; ``TerminateOnNaN`` sees nothing.

    Example
    -------
    ::

        x = pd.read_csv("table.csv").to_numpy()     # empty cells are NaN
        model.fit(x, y)

    Use instead
    -----------
    ::

        x = np.where(np.isnan(x), np.nanmedian(x, axis=0), x)

    Fix safety
    ----------
    review: inputs are filled with the middle value of their column, samples without a label are
    dropped. Only you know whether to look for the mistake that made them instead. Where a whole
    column is not finite, or fit is not given arrays by their names, this is only shown.

    Thresholds and their source
    ---------------------------
    One such number is enough; measured with Keras 3.15: one NaN cell in 512 loses the kernel. When
    a custom layer comes first, all weights stay finite and the training works, it is information:
    the model handles them.

    References
    ----------
    None beyond the measurement.
    """

    code = "NBD403"
    name = "nan-in-data"
    aspect = "inputs"
    explains = tuple(f"NBD{number}" for number in (301, 302, 303, 304, 305, 306, 603, 604))

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Count numbers that are not finite on each side."""
        data = run.data
        if not data.inputs and not data.labels:
            raise Skipped("neither inputs nor labels were seen")
        sides: tuple[tuple[str, Aspect, tuple[ArrayStats, ...]], ...] = (
            (say("inputs"), "inputs", data.inputs),
            (say("labels"), "labels", data.labels),
            (say("validation inputs"), "inputs", data.validation_inputs),
            (say("validation labels"), "labels", data.validation_labels),
        )
        for words, aspect, arrays in sides:
            for stats in arrays:
                if stats.nans or stats.infinities:
                    yield self._found(run, words, aspect, stats)

    def _found(self, run: TrainingRun, words: str, aspect: Aspect, stats: ArrayStats) -> Finding:
        label = f" '{stats.name}'" if stats.name else ""
        parts = ((stats.nans, "NaN"), (stats.infinities, say("infinite")))
        counts = say(" and ").join(f"{count} {kind}" for count, kind in parts if count)
        message = say_count(
            "Your {kind}{label} contain {counts} number. It makes the gradient of its batch, and "
            "then the weights, NaN. Fill or drop it before fit.",
            "Your {kind}{label} contain {counts} numbers. One of them makes the gradient of its "
            "batch, and then the weights, NaN. Fill or drop them before fit.",
            stats.nans + stats.infinities,
            kind=words,
            label=label,
            counts=counts,
        )
        evidence = Evidence(f"{words}{label}", counts, "finite numbers only", "the arrays")
        fix = _fix(run)
        severity: Severity = "info" if _survived(run) else "error"
        return self.finding(message, (evidence,), (fix,), aspect=aspect, severity=severity)


def _fix(run: TrainingRun) -> Fix:
    """Write the lines that fill or drop, or show them."""
    change = finite_lines(run)
    if change is None:
        drop = "keep = np.isfinite(x).all(axis=1); x, y = x[keep], y[keep]"
        note = say("For a table: {command}", command=drop)
        return Fix("Fill or drop the samples that are not finite", "display", (), note=note)
    drops = any(item.nans or item.infinities for item in run.data.labels)
    title = (
        say("Drop the samples whose label is not a number")
        if drops
        else say("Fill what is missing with the middle value of its column")
    )
    return Fix(title, "review", (change,))


def _survived(run: TrainingRun) -> bool:
    """Whether all weights are finite after epochs that learnt: the model masks such numbers."""
    probe = last_probe(run)
    if probe is None or isinstance(probe.variables, Missing) or not probe.variables:
        return False
    finite = not any(item.nans for item in probe.variables + probe.outputs)
    return finite and ending_of(run).verdict in ("learnt", "fair", "unknown")
