"""What every head rule shares: each output is judged by itself."""

from abc import abstractmethod
from collections.abc import Iterable

from nbdiag.facts.data.labels import LabelForm
from nbdiag.facts.data.task import Task
from nbdiag.facts.model.outputs import Output, Seen, gives, is_configured, outputs_of, seen_range
from nbdiag.language import later, say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Confidence, Evidence, Finding
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

FORMS: dict[LabelForm, str] = {
    "constant": later("one value only"),
    "binary": later("0 or 1"),
    "signed": later("-1 or 1"),
    "class_index": later("class numbers"),
    "one_hot": later("one-hot labels"),
    "multi_hot": later("samples with several ones"),
    "distribution": later("vectors of shares that sum to 1"),
    "probability": later("fractions between 0 and 1"),
    "count": later("whole numbers"),
    "continuous": later("continuous numbers"),
}


# What curves say about the learning rate, the steps or the epochs means nothing while the loss
# measures something else than the task.
OF_THE_CURVES = ("NBD201", "NBD202", "NBD203", "NBD210")


class HeadRule(Rule):
    """A rule that judges every output with its own loss, labels and metrics."""

    def check(self, run: TrainingRun) -> Iterable[Finding]:
        """Judge every output; skip the run only when no output could be judged."""
        found: list[Finding] = []
        reasons: list[str] = []
        outputs = known(outputs_of(run))
        for output in outputs:
            try:
                found += self.judge(run, output)
            except Skipped as reason:
                reasons.append(str(reason))
        if len(reasons) == len(outputs):
            raise Skipped(reasons[0])
        return found

    @abstractmethod
    def judge(self, run: TrainingRun, output: Output) -> Iterable[Finding]:
        """Judge one output.

        Raises
        ------
        Skipped
            When a fact that the rule needs is missing for this output.
        """


def loss_name(output: Output) -> str:
    """Return Keras' name of the output's loss, or skip the rule for a custom loss."""
    if known(output.loss).custom:
        raise Skipped("the loss is your own function: what it expects is not known")
    return output.loss_name


def labels_of(output: Output) -> ArrayStats:
    """Return the statistics of the labels, or skip the rule."""
    return known(output.labels)


def certainty(output: Output) -> Confidence:
    """Return "proven" when the configuration shows the activation, else "measured"."""
    return "proven" if is_configured(output) else "measured"


def range_text(seen: Seen | Missing) -> str:
    """Write a measured range, "-3.2 … 5.1", or "" without a probe."""
    return "" if isinstance(seen, Missing) else f"{seen.low:.3g} … {seen.high:.3g}"


def output_evidence(
    run: TrainingRun, output: Output, expected: str, values: str
) -> tuple[Evidence, ...]:
    """Return how the output ends and, where a probe measured it, the range of its values.

    Parameters
    ----------
    run, output
        The output and its run.
    expected, values
        How it should end, and between which values the predictions should be.
    """
    activation, seen = output.head.activation, seen_range(run, output)
    lines = []
    if not isinstance(activation, Missing):
        lines.append(Evidence("last activation", activation, expected, "model"))
    if not isinstance(seen, Missing):
        lines.append(Evidence("values of the output", range_text(seen), values, "probes"))
    return tuple(lines)


def label_evidence(labels: ArrayStats, task: Task, expected: str) -> Evidence:
    """Return how the labels are encoded and their range."""
    form = say(FORMS.get(task.form, "")) or _values_text(labels)
    lies = say("{low:.3g} … {high:.3g}", low=labels.minimum, high=labels.maximum)
    return Evidence("labels", f"{form} ({lies})", expected, "labels")


def _values_text(labels: ArrayStats) -> str:
    values = [f"{value:g}" for value, _ in (labels.values or ())[:4]]
    return say(" or ").join(values) or say("unknown")


def returns(run: TrainingRun, output: Output) -> str:
    """Return what the output returns (see `nbdiag.facts.model.outputs.gives`), or skip the rule."""
    return known(gives(run, output))


def curve_evidence(run: TrainingRun, curve: str, expected: str) -> tuple[Evidence, ...]:
    """First and last value of a curve, if it was recorded."""
    values = run.history.epochs.get(curve, ())
    if not values:
        return ()
    observed = f"{values[0]:.4g}" if len(values) == 1 else f"{values[0]:.4g} → {values[-1]:.4g}"
    return (Evidence(curve, observed, expected, "history"),)
