"""NBD818: a custom loss through which no gradient can flow."""

from collections.abc import Iterator

from nbdiag.facts.crash.exception import Crash
from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.outputs import Output, output_of
from nbdiag.fixes.candidates.function_edits import operation_edits
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.changes import SetLoss
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun


class LossWithoutAGradient(CrashRule):
    """No gradient can flow through a custom loss.

    What it finds
    -------------
    "No gradients provided for any variable" from a loss that counts, rounds or takes the greatest
    (argmax, round, sign, a comparison), and a loss that calls NumPy on what Keras hands it.

    Why it hurts
    ------------
    A training follows the slope of the loss. The number of mistakes has none: it does not change
    when a prediction changes a little. And NumPy computes numbers where Keras needs operations that
    it can differentiate.

    Example
    -------
    ::

        def mistakes(y_true, y_pred):
            return ops.mean(ops.argmax(y_true, -1) != ops.argmax(y_pred, -1))

    Use instead
    -----------
    ::

        model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])

    What counts mistakes is a metric: ``metrics=[mistakes]``.

    Fix safety
    ----------
    review: one of Keras' own losses that fits output and labels; yours may have meant more.

    Thresholds and their source
    ---------------------------
    None: the exception is Keras' own.

    References
    ----------
    Keras documentation of losses: custom losses are written with ``keras.ops``.
    """

    code = "NBD818"
    name = "loss-without-a-gradient"
    aspect = "loss"
    kind = "no gradient"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Name the loss, and one that can be followed."""
        output = output_of(run)
        name = (
            ""
            if isinstance(output, Missing) or isinstance(output.loss, Missing)
            else (output.loss.name)
        )
        message = say(
            "No gradient flows through your loss {name}: counting, rounding and comparing have "
            "no slope.",
            name=name,
        )
        if "numpy" in crash.line:
            message = say(
                "Your loss {name} calls NumPy on what Keras hands it: write it with keras.ops, "
                "which Keras can differentiate.",
                name=name,
            )
        yield self.explain(
            crash,
            message,
            (Evidence("loss", name or say("unknown"), "operations with a slope", "compile"),),
            first_of(
                None if isinstance(output, Missing) else _fix(run, output, crash),
                otherwise="Write the loss with keras.ops that have a slope",
            ),
        )


def _fix(run: TrainingRun, output: Output, crash: Crash) -> Fix | None:
    if "numpy" in crash.line:
        # What it measures is right: only the functions that compute it are not.
        same = next(operation_edits(run), None)
        return fix_of(same.title, *same.changes) if same is not None else None
    ends, task = output.head.activation, task_of_output(run, output)
    loss = {"sigmoid": "binary_crossentropy", "linear": "mean_squared_error"}.get(str(ends))
    if ends == "softmax":
        rows = task.form in ("one_hot", "distribution")
        loss = "categorical_crossentropy" if rows else "sparse_categorical_crossentropy"
    if loss is None:
        return None
    return fix_of(say("Use {loss}", loss=loss), SetLoss(loss, output=output.key))
