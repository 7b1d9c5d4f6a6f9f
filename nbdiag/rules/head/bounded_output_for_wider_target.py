"""NBD112: targets lie where the last activation can never go."""

import math
from collections.abc import Iterator

from nbdiag.facts.data.task import Task, task_of_output
from nbdiag.facts.model.losses import DISTANCE
from nbdiag.facts.model.outputs import Output
from nbdiag.fixes.output_head import Wanted, repair_fix, wanted_for
from nbdiag.keras_api.activations import RANGES
from nbdiag.language import say
from nbdiag.rules.head.outputs import (
    HeadRule,
    curve_evidence,
    labels_of,
    loss_name,
    output_evidence,
)
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

LEAST_LOST = 0.05


class BoundedOutputForWiderTarget(HeadRule):
    """Targets lie where the last activation can never go.

    What it finds
    -------------
    A last activation with a bound (sigmoid, tanh, relu …) on targets that go beyond it, under a
    loss that measures distance. A relu for a quantity that is never negative, or a sigmoid for
    one between 0 and 1, is a good choice and is left alone.

    Why it hurts
    ------------
    A sigmoid cannot return 50. The output is pressed against its bound, where its slope is 0, and
    the loss stops at what the bound leaves. A relu returns 0 for every negative target and gets
    no gradient from those rows.

    Example
    -------
    ::

        model.add(layers.Dense(1, activation="sigmoid"))    # y from 3 to 103
        model.compile(loss="mse")

    Use instead
    -----------
    ::

        model.add(layers.Dense(1))

    Or scale the targets into the range, and back after ``predict``.

    Fix safety
    ----------
    safe: the activation's range and the targets contradict each other.

    Thresholds and their source
    ---------------------------
    At least 5 % of the targets' variance lies out of reach: the mean square by which they pass the
    bound, so that noise around a bound is not taken for it. Counted where all distinct values
    are known; otherwise that of a normal distribution with their mean and deviation, and never
    more than their extent allows.

    References
    ----------
    The ranges of ``keras.activations``.
    """

    code = "NBD112"
    name = "bounded-output-for-wider-target"
    aspect = "output_activation"
    explains = (
        "NBD301", "NBD302", "NBD304", "NBD309", "NBD310", "NBD312", "NBD601", "NBD603", "NBD604",
    )  # fmt: skip

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Compare the range of the activation with that of the targets."""
        loss, activation = loss_name(output), output.head.activation
        if loss not in DISTANCE or isinstance(activation, Missing) or activation not in RANGES:
            return
        if activation == "softmax" and output.head.units == 1:
            return  # NBD103
        labels, task = labels_of(output), task_of_output(run, output)
        low, high = RANGES[activation]
        lost = _out_of_reach(labels, low, high)
        if not lost >= LEAST_LOST or _are_classes(task):
            return
        two = task.form in ("signed", "two_values")
        yield self.finding(
            say(
                "{output} ends with {activation}, which stays {bounds}, but your targets go from "
                "{low:.4g} to {high:.4g}: what lies outside can never be predicted.",
                output=output.opening,
                activation=activation,
                bounds=_bounds(low, high),
                low=labels.minimum,
                high=labels.maximum,
            ),
            (
                Evidence(
                    "targets",
                    f"{labels.minimum:.4g} … {labels.maximum:.4g}",
                    _bounds(low, high),
                    "labels",
                ),
                Evidence("variance out of reach", _percent(lost), "0%", "labels"),
                *output_evidence(
                    run,
                    output,
                    say("linear, or scaled targets"),
                    say("{low:.3g} … {high:.3g}", low=labels.minimum, high=labels.maximum),
                ),
                *curve_evidence(run, "loss", "towards 0"),
            ),
            _fixes(run, output, task),
            aspect="labels" if two else "output_activation",
        )


def _fixes(run: TrainingRun, output: Output, task: Task) -> tuple[Fix, ...]:
    if task.form in ("signed", "two_values"):
        title = say("Write the labels as 0 and 1, for a sigmoid and cross-entropy")
        return repair_fix(run, output, wanted_for(output, task), title)
    wanted = Wanted("linear", output.head.units, output.loss_name, task.form)
    return repair_fix(run, output, wanted, "Leave the last layer without activation")


def _are_classes(task: Task) -> bool:
    """Whether the labels are numbers of classes: then units and loss are wrong (NBD107)."""
    return task.kind == "multiclass" and task.form == "class_index"


def _out_of_reach(labels: ArrayStats, low: float, high: float) -> float:
    """Share of the targets' variance that the bounds leave, whatever the model predicts."""
    variance = labels.std**2
    if not variance > 0 or (labels.minimum >= low and labels.maximum <= high):
        return 0.0
    if labels.values:
        total = sum(count for _, count in labels.values)
        left = sum(count * _beyond(value, low, high) ** 2 for value, count in labels.values)
        return left / total / variance if total else 0.0
    below = _tail(low - labels.mean, labels.std, low - labels.minimum)
    above = _tail(labels.mean - high, labels.std, labels.maximum - high)
    return (below + above) / variance


def _beyond(value: float, low: float, high: float) -> float:
    return max(low - value, value - high, 0.0)


def _tail(distance: float, std: float, extent: float) -> float:
    """Mean square by which a normal variable passes a bound; no more than the extent seen."""
    if extent <= 0:
        return 0.0
    z = distance / std
    share = (1 + math.erf(z / math.sqrt(2))) / 2
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return min(std**2 * ((z * z + 1) * share + z * density), share * extent**2)


def _percent(share: float) -> str:
    return f"{share:.0%}" if share <= 1 else say("{share:.3g} times all of it", share=share)


def _bounds(low: float, high: float) -> str:
    if math.isinf(high):
        return say("above {low:g}", low=low)
    return (
        say("below {high:g}", high=high)
        if math.isinf(low)
        else say("between {low:g} and {high:g}", low=low, high=high)
    )
