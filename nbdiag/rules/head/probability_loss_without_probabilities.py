"""NBD101: a cross-entropy is computed from numbers that are not probabilities."""

from collections.abc import Iterator
from dataclasses import replace

from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.losses import BINARY, CROSS_ENTROPY, title
from nbdiag.facts.model.outputs import Output, seen_range
from nbdiag.facts.training.baseline import expected_initial_loss
from nbdiag.fixes.output_head import Wanted, repair_fix, wanted_for
from nbdiag.language import say
from nbdiag.rules.head.outputs import (
    OF_THE_CURVES,
    HeadRule,
    certainty,
    curve_evidence,
    loss_name,
    output_evidence,
    range_text,
    returns,
)
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

# Focal losses have more settings, which a rewritten loss object would lose.
_PLAIN = {loss for loss in CROSS_ENTROPY if "focal" not in loss}


class ProbabilityLossWithoutProbabilities(HeadRule):
    """A cross-entropy is computed from numbers that are not probabilities.

    What it finds
    -------------
    An output that returns any number (no activation, relu, tanh, a Lambda …) under a
    cross-entropy that expects probabilities, because ``from_logits`` is False. An output whose
    activation cannot be read is judged by the values it returned on a probe batch.

    Why it hurts
    ------------
    Keras clips what lies outside (0, 1) to 1e-7 from the border. A clipped value has no gradient:
    a row on the wrong side costs -log(1e-7) = 16.1 and teaches nothing. With unlucky first
    weights all rows are clipped and no weight ever moves; with lucky ones it trains after all,
    so the same program works one day and not the next.

    Example
    -------
    ::

        model.add(layers.Dense(1))
        model.compile(loss="binary_crossentropy", metrics=["acc"])

    Use instead
    -----------
    ::

        model.add(layers.Dense(1, activation="sigmoid"))    # softmax for several classes

    Or keep raw scores, tell the loss, and cut the accuracy at 0 instead of 0.5::

        model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True),
                      metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)])

    Fix safety
    ----------
    safe: output and loss contradict each other, and either fix resolves it. ``from_logits`` without
    the metric would leave an accuracy that does not move while the model learns.

    Thresholds and their source
    ---------------------------
    None for a known activation: its range follows from its definition. Otherwise one value outside
    [0, 1] on any probe is enough, because a probability never leaves that range.

    References
    ----------
    ``keras.losses.BinaryCrossentropy``, argument ``from_logits``; clipping at
    ``keras.config.epsilon()``.
    """

    code = "NBD101"
    name = "probability-loss-without-probabilities"
    aspect = "output_activation"
    explains = (
        "NBD301", "NBD302", "NBD303", "NBD304", "NBD305", "NBD306", "NBD309", "NBD310", "NBD312",
        "NBD601", "NBD602", "NBD603",
    )  # fmt: skip
    supersedes = OF_THE_CURVES

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Compare what the output returns with what its loss expects."""
        loss = loss_name(output)
        if loss not in CROSS_ENTROPY or output.from_logits:
            return
        task = task_of_output(run, output)
        several = task.kind == "multiclass" or loss not in BINARY
        if several and output.head.units == 1:
            return  # too few units for the classes (NBD106, NBD107)
        if task.kind == "regression" and task.form != "probability":
            return  # not a matter of probabilities at all (NBD111)
        if returns(run, output) != "scores":
            return
        wanted = wanted_for(output, task) or _by_loss(output)
        seen = range_text(seen_range(run, output))
        measured = say(" (it returned {seen})", seen=seen) if seen else ""
        yield self.finding(
            say(
                "{loss} needs values between 0 and 1, but {ending}{measured}. Values outside are "
                "clipped and give no gradient.",
                loss=title(loss).capitalize(),
                measured=measured,
                ending=_ending(output, wanted),
            ),
            (
                *output_evidence(
                    run,
                    output,
                    say("{activation}, or from_logits=True", activation=wanted.activation),
                    "0 … 1",
                ),
                *_loss_evidence(run, output),
            ),
            _fixes(run, output, wanted),
            confidence=certainty(output),
        )


def _fixes(run: TrainingRun, output: Output, wanted: Wanted) -> tuple[Fix, ...]:
    first = (
        say("Add {activation} to the last layer", activation=wanted.activation)
        if output.head.activation == "linear"
        else say("Use {activation} in the last layer", activation=wanted.activation)
    )
    if wanted.loss != output.loss_name:
        first += say(" and use {loss}", loss=title(wanted.loss))
    if wanted.encode:
        first += say(", with labels to match")
    fixes = repair_fix(run, output, wanted, first)
    if output.head.activation != "linear" or wanted.loss not in _PLAIN:
        return fixes
    binary = say(", accuracy threshold 0") if wanted.loss in BINARY else ""
    scores = replace(wanted, activation="linear", from_logits=True)
    return fixes + repair_fix(
        run, output, scores, say("Keep raw outputs: from_logits=True{binary}", binary=binary)
    )


def _by_loss(output: Output) -> Wanted:
    activation = "sigmoid" if output.loss_name in BINARY else "softmax"
    return Wanted(activation, output.head.units, output.loss_name, "unknown")


def _ending(output: Output, wanted: Wanted) -> str:
    activation = output.head.activation
    if isinstance(activation, Missing) or activation == "custom":
        return say("the values of {output} are not", output=output.label)
    return (
        say("{output} has no {activation}", output=output.label, activation=wanted.activation)
        if activation == "linear"
        else say("{output} ends with {activation}", output=output.label, activation=activation)
    )


def _loss_evidence(run: TrainingRun, output: Output) -> tuple[Evidence, ...]:
    first = expected_initial_loss(run, output)
    if isinstance(first, Missing) or output.key:
        return ()
    return curve_evidence(run, "loss", say("{first:.3g} at first, then falling", first=first))
