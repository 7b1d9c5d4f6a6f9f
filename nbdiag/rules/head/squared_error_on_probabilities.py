"""NBD102: a class is learnt through squared or absolute error on a probability."""

from collections.abc import Iterator

from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.losses import DISTANCE, title
from nbdiag.facts.model.outputs import Output
from nbdiag.facts.optimization.gradients import global_norm
from nbdiag.facts.training.verdict import Ending, ending_of, last_probe
from nbdiag.fixes.output_head import repair_fix, wanted_for
from nbdiag.language import say
from nbdiag.rules.head.outputs import (
    HeadRule,
    certainty,
    curve_evidence,
    label_evidence,
    labels_of,
    loss_name,
    returns,
)
from nbdiag.schema.finding import Confidence, Evidence, Finding, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

NO_GRADIENT = 1e-6
SATURATED = 0.98
SURE = 0.8


class SquaredErrorOnProbabilities(HeadRule):
    """A class is learnt through squared or absolute error on a probability.

    What it finds
    -------------
    Labels that are classes, an output of probabilities (sigmoid, softmax, or values that were
    measured in [0, 1]) and squared or absolute error between the two. What is said depends on what
    happened: an error when nothing was learnt and the output is saturated or without gradient, a
    warning when nothing was learnt, and information otherwise, because it often works. Information
    also where nothing was learnt but no prediction was ever certain: there was a gradient then, and
    something else is the reason. Fractions, images and reconstructed inputs are not classes: there
    the loss is a usual one.

    Why it hurts
    ------------
    The gradient of squared error carries the slope of the sigmoid, p (1 - p). A confident wrong
    prediction has a slope near 0: p = 0.9999 for a 0 gives a gradient of 0.0002 instead of 1. One
    large first step is enough to saturate the output, and no gradient brings it back. It looks like
    a bad architecture, because a smaller network or another seed happens to avoid that step.

    Example
    -------
    ::

        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(loss="mean_squared_error", metrics=["accuracy"])

    Use instead
    -----------
    ::

        model.compile(loss="binary_crossentropy", metrics=["accuracy"])

    ``categorical_crossentropy`` for softmax. Its gradient is p - y: largest where the prediction is
    most wrong.

    Fix safety
    ----------
    safe where nothing was learnt; review where the training works as it is.

    Thresholds and their source
    ---------------------------
    Nothing learnt: under 5 % of the loss or errors of always predicting the same value removed
    (`nbdiag.facts.training.verdict`). No gradient: its norm is below 1e-6, or 98 % of the values
    lie within 0.01 of 0 or 1. Measured on a 1-D convolutional network: 1e-11 … 9e-7 in six of six
    stuck runs, 58 … 90 for cross-entropy from the same saturated state, which recovers. No
    prediction certain: all values of one sigmoid unit between 0.2 and 0.8 on every look. Squared
    error has 2 p (1 - p) of the gradient of cross-entropy, there a third to a half: as much as a
    rate that is a third.

    References
    ----------
    Nielsen, Neural Networks and Deep Learning (2015), chapter 3, the cross-entropy cost function.
    """

    code = "NBD102"
    name = "squared-error-on-probabilities"
    aspect = "loss"
    confidence = "measured"
    explains = (
        "NBD301", "NBD302", "NBD304", "NBD306", "NBD309", "NBD310", "NBD601", "NBD603", "NBD604",
    )  # fmt: skip

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Find the pattern, then let the outcome say how much it matters."""
        loss = loss_name(output)
        task = task_of_output(run, output)
        if loss not in DISTANCE or not task.classifies:
            return
        if task.form not in ("binary", "one_hot", "multi_hot"):
            return
        if returns(run, output) == "scores" or _is_constant(output):
            return
        ending, stuck = ending_of(run), _no_gradient(run)
        unsure = _never_sure(run, output)
        severity, confidence = _weigh(ending, stuck, certainty(output), unsure=unsure)
        wanted = wanted_for(output, task)
        target = title(wanted.loss) if wanted else say("cross-entropy")
        yield self.finding(
            say(
                "Your labels are classes and {output} is a probability, but the loss is {loss}. "
                "It loses its gradient where the prediction is confident and wrong{outcome}; "
                "{target} does not.",
                output=output.label,
                loss=title(loss),
                outcome=_outcome(ending, stuck, unsure=unsure),
                target=target,
            ),
            (
                Evidence("loss", title(loss), target, "compile"),
                label_evidence(labels_of(output), task, "classes call for cross-entropy"),
                *stuck,
                *ending.evidence(),
                *curve_evidence(run, "loss", "falling"),
            ),
            repair_fix(
                run,
                output,
                wanted,
                say("Use {target}", target=target),
                "review" if severity == "info" else "safe",
            ),
            severity=severity,
            confidence=confidence,
        )


def _is_constant(output: Output) -> bool:
    """Whether a softmax has one unit, which NBD103 reports."""
    return output.head.activation == "softmax" and output.head.units == 1


def _never_sure(run: TrainingRun, output: Output) -> bool:
    """Whether no measurement found a prediction of the one unit near 0 or 1.

    Of several units, those that rightly say 0 are near it in a sound model, too.
    """
    probes = () if isinstance(run.probes, Missing) else run.probes
    looks = [
        item
        for probe in probes
        for item in probe.outputs
        if output.key == item.output or len(probe.outputs) == 1
    ]
    after = last_probe(run)
    return (
        output.head.units == 1
        and after is not None
        and bool(after.outputs)
        and all(item.minimum >= 1 - SURE and item.maximum <= SURE for item in looks)
    )


def _weigh(
    ending: Ending, stuck: tuple[Evidence, ...], known: Confidence, *, unsure: bool
) -> tuple[Severity, Confidence]:
    """Weigh by the outcome; that the loss does not fit is known from the configuration.

    A smaller learning rate may avoid the saturation as well, but the loss is what makes it final.
    """
    if ending.verdict != "failed" or (unsure and not stuck):
        return "info", "suspected"
    return ("error", known) if stuck else ("warning", "suspected")


def _outcome(ending: Ending, stuck: tuple[Evidence, ...], *, unsure: bool) -> str:
    if ending.verdict != "failed":
        return ""
    if unsure and not stuck:
        return say(
            ", though no prediction was certain here, and something else stopped the training"
        )
    return (
        say(", and here it has: nothing is learnt any more")
        if stuck
        else say(", and nothing was learnt")
    )


def _no_gradient(run: TrainingRun) -> tuple[Evidence, ...]:
    """Evidence that the output is saturated, or that no gradient is left, after an epoch."""
    probe = last_probe(run)
    if probe is None:
        return ()
    found = []
    norm = global_norm(probe)
    if not isinstance(norm, Missing) and norm < NO_GRADIENT:
        found.append(Evidence("norm of the gradient", f"{norm:.1e}", "above 1e-6", "last probe"))
    found += [
        Evidence(
            "values within 0.01 of 0 or 1", f"{item.saturated:.0%}", "below 98 %", "last probe"
        )
        for item in probe.outputs
        if item.saturated >= SATURATED
    ]
    return tuple(found)
