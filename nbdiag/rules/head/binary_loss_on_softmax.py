"""NBD104: binary cross-entropy judges each softmax unit as a separate question."""

from collections.abc import Iterator

from nbdiag.facts.data.task import Task, task_of_output
from nbdiag.facts.model.losses import BINARY, DISTANCE, title
from nbdiag.facts.model.outputs import Output
from nbdiag.facts.training.verdict import ending_of
from nbdiag.fixes.output_head import Wanted, repair_fix, wanted_for
from nbdiag.language import say
from nbdiag.rules.head.outputs import HeadRule, certainty, label_evidence, loss_name, returns
from nbdiag.schema.finding import Evidence, Finding, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun


class BinaryLossOnSoftmax(HeadRule):
    """Binary cross-entropy judges each softmax unit as a separate question.

    What it finds
    -------------
    A softmax over two or more units, or values that were measured to sum to 1, under binary
    cross-entropy. Also under squared or absolute error, where rows of the labels hold several ones.

    Why it hurts
    ------------
    Softmax returns probabilities that sum to 1; binary cross-entropy asks each unit yes or no.
    On TensorFlow Keras goes back to the values before the activation and applies a *sigmoid* to
    them: what is minimised and reported is not the loss of the probabilities that the
    model returns (measured: 0.9469 reported, 0.7472 by the returned probabilities), and nothing
    warns. With labels of several ones per row a softmax cannot say yes twice at all.

    Example
    -------
    ::

        model.add(layers.Dense(2, activation="softmax"))
        model.compile(loss="binary_crossentropy")

    Use instead
    -----------
    ::

        model.compile(loss="categorical_crossentropy")      # one class per row

    For several ones per row keep the loss and end with ``activation="sigmoid"``.

    Fix safety
    ----------
    safe: output and loss contradict each other. The labels say which of the two is meant.

    Thresholds and their source
    ---------------------------
    Rows sum to 1 within 0.01, the rounding of a float16 softmax. Information only when the training
    has removed half of the loss or errors of always predicting the same value all the same.

    References
    ----------
    ``keras/src/backend/tensorflow/nn.py``, ``binary_crossentropy`` and ``_get_logits``.
    """

    code = "NBD104"
    name = "binary-loss-on-softmax"
    aspect = "loss"
    severity = "warning"
    explains = (
        "NBD117", "NBD301", "NBD302", "NBD304", "NBD306", "NBD307", "NBD309", "NBD310",
    )  # fmt: skip
    supersedes = ("NBD102",)

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Compare the activation with the loss, and let the labels choose the fix."""
        loss = loss_name(output)
        if loss not in BINARY | DISTANCE or output.from_logits or (output.head.units or 2) == 1:
            return
        if returns(run, output) != "distribution":
            return
        task = task_of_output(run, output)
        # That samples have several classes only their labels can show.
        several = task.kind == "multilabel" and not isinstance(output.labels, Missing)
        if loss in DISTANCE and not several:
            return
        severity: Severity = "error" if several else "warning"
        if ending_of(run).works:
            severity = "info"
        because = (
            say("some of your labels contain several ones, which a softmax cannot predict")
            if several
            else say("it asks each unit yes or no, while the probabilities of a softmax sum to 1")
        )
        yield self.finding(
            say(
                "{output} is a softmax over {units} units, but the loss is {loss}: {because}.",
                output=output.opening,
                units=_units(output),
                loss=title(loss),
                because=because,
            ),
            _evidence(output, task, loss, several=several),
            repair_fix(run, output, _wanted(output, task), _title(several=several)),
            aspect="output_activation" if several else "loss",
            severity=severity,
            confidence=certainty(output),
        )


def _wanted(output: Output, task: Task) -> Wanted | None:
    if task.form == "unknown":
        return Wanted("softmax", output.head.units, "categorical_crossentropy", task.form)
    return wanted_for(output, task)


def _title(*, several: bool) -> str:
    return say("Use sigmoid in the last layer") if several else say("Use categorical cross-entropy")


def _units(output: Output) -> str:
    return say("several") if output.head.units is None else str(output.head.units)


def _evidence(output: Output, task: Task, loss: str, *, several: bool) -> tuple[Evidence, ...]:
    given = Evidence("loss", title(loss), "categorical cross-entropy", "compile")
    if several:
        given = Evidence("last activation", "softmax", "sigmoid", "model")
    if isinstance(output.labels, Missing):
        return (given,)
    return (given, label_evidence(output.labels, task, "one-hot for a softmax"))
