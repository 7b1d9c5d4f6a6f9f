"""NBD105: categorical cross-entropy is computed from units that do not share one certainty."""

from collections.abc import Iterator

from nbdiag.facts.data.task import Task, task_of_output
from nbdiag.facts.model.losses import CATEGORICAL, SPARSE, title
from nbdiag.facts.model.outputs import Output, is_configured, seen_range
from nbdiag.facts.training.verdict import ending_of
from nbdiag.fixes.output_head import Wanted, repair_fix, wanted_for
from nbdiag.language import say
from nbdiag.rules.head.outputs import HeadRule, certainty, label_evidence, loss_name, returns
from nbdiag.schema.finding import Evidence, Finding, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun


class SigmoidWithCategoricalCrossentropy(HeadRule):
    """Categorical cross-entropy is computed from units that do not share one certainty.

    What it finds
    -------------
    Two or more units whose values lie in [0, 1] but do not sum to 1 (a sigmoid), under
    categorical cross-entropy, with one-hot labels or class numbers. Or the same, or a softmax,
    with several ones per row: then the loss is the wrong one.

    Why it hurts
    ------------
    The loss only looks at the unit of the right class; without a softmax nothing pulls the
    others down. Keras divides by the sum (or, on TensorFlow, goes back to the values before the
    sigmoid), so it often trains, but what the model returns are not the probabilities that were
    trained, and they do not sum to 1.

    Example
    -------
    ::

        model.add(layers.Dense(3, activation="sigmoid"))
        model.compile(loss="categorical_crossentropy")

    Use instead
    -----------
    ::

        model.add(layers.Dense(3, activation="softmax"))

    For several ones per row: sigmoid and ``binary_crossentropy``.

    Fix safety
    ----------
    safe: output and loss contradict each other. The labels say which of the two is meant.

    Thresholds and their source
    ---------------------------
    Rows sum to 1 within 0.01, the rounding of a float16 softmax. Information only when the training
    has removed half of the loss or errors of always predicting the same value all the same, and for
    an output whose activation is not in the configuration: it may be divided by its sum later.

    References
    ----------
    ``keras/src/backend/tensorflow/nn.py``, ``categorical_crossentropy`` and ``_get_logits``.
    """

    code = "NBD105"
    name = "sigmoid-with-categorical-crossentropy"
    aspect = "output_activation"
    severity = "warning"
    explains = ("NBD117", "NBD301", "NBD302", "NBD304", "NBD306", "NBD309", "NBD310", "NBD312")

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Compare activation, loss and labels."""
        loss = loss_name(output)
        if loss not in CATEGORICAL | SPARSE or output.from_logits:
            return
        if output.head.units == 1:
            return
        given = returns(run, output)
        task = task_of_output(run, output)
        several = task.kind == "multilabel" and loss in CATEGORICAL and _above_one(output)
        if given == "scores" or (given == "distribution" and not several):
            return
        if task.kind == "regression":
            return
        severity: Severity = "error" if several else "warning"
        if ending_of(run).works or not is_configured(output):
            severity = "info"
        wanted = wanted_for(output, task) or Wanted("softmax", output.head.units, loss, task.form)
        yield self.finding(
            _message(output, loss, several=several),
            _evidence(run, output, task),
            repair_fix(
                run,
                output,
                wanted,
                "Use sigmoid and binary cross-entropy"
                if several
                else "Use softmax in the last layer",
            ),
            aspect="loss" if several else "output_activation",
            severity=severity,
            confidence=certainty(output),
        )


def _above_one(output: Output) -> bool:
    sums = None if isinstance(output.labels, Missing) else output.labels.row_sums
    return sums is not None and sums[1] > 1


def _message(output: Output, loss: str, *, several: bool) -> str:
    if several:
        return say(
            "Some of your labels contain several ones, but {loss} expects one class per sample: "
            "each unit needs a separate yes or no.",
            loss=title(loss),
        )
    return say(
        "{loss} needs class probabilities that sum to 1 (softmax). The {units} units of {output} "
        "are independent sigmoids: their sum is not 1.",
        loss=title(loss).capitalize(),
        units=output.head.units or say("several"),
        output=output.label,
    )


def _evidence(run: TrainingRun, output: Output, task: Task) -> tuple[Evidence, ...]:
    lines = []
    if isinstance(output.head.activation, str):
        lines.append(Evidence("last activation", output.head.activation, "softmax", "model"))
    seen = seen_range(run, output)
    if not isinstance(seen, Missing):
        sums = f"{seen.row_sums[0]:.3g} … {seen.row_sums[1]:.3g}"
        lines.append(Evidence("sum of the outputs of a sample", sums, "1", "probes"))
    if not isinstance(output.labels, Missing):
        lines.append(label_evidence(output.labels, task, "one class per sample for a softmax"))
    return tuple(lines)
