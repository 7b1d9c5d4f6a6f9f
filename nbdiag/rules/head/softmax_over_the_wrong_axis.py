"""NBD115: the softmax shares its certainty among rows or steps, not among classes."""

from collections.abc import Iterator

from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.losses import CATEGORICAL, SPARSE, title
from nbdiag.facts.model.outputs import Output
from nbdiag.language import say
from nbdiag.rules.head.outputs import HeadRule, loss_name
from nbdiag.schema.changes import SetLayerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import Loss


class SoftmaxOverTheWrongAxis(HeadRule):
    """The softmax shares its certainty among rows or steps, not among classes.

    What it finds
    -------------
    A ``Softmax`` layer at the end whose axis is not the last, under a categorical cross-entropy
    whose classes lie along the last axis.

    Why it hurts
    ------------
    Values sum to 1 over the steps or pixels instead of over the classes: one step's certainty is
    taken from another's. The loss compares classes at each step and divides the values again, or,
    on TensorFlow, goes back to the values before the softmax: so it may fall while what the model
    returns is not what was trained.

    Example
    -------
    ::

        model.add(layers.Dense(5))            # output (steps, 5)
        model.add(layers.Softmax(axis=1))     # over the steps

    Use instead
    -----------
    ::

        model.add(layers.Softmax(axis=-1))

    Fix safety
    ----------
    safe: the axis of the softmax and that of the classes contradict each other.

    Thresholds and their source
    ---------------------------
    None: the labels say along which axis the classes lie, by rows that sum to 1.

    References
    ----------
    ``keras.layers.Softmax``, argument ``axis``.
    """

    code = "NBD115"
    name = "softmax-over-the-wrong-axis"
    aspect = "output_activation"
    explains = ("NBD117", "NBD301", "NBD302", "NBD304", "NBD309", "NBD310", "NBD312")

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Compare the axis of the softmax with that of the classes."""
        loss, head = loss_name(output), output.head
        if head.activation != "softmax" or isinstance(head.shape, Missing):
            return
        rank, axis = len(head.shape), head.softmax_axis
        if axis in (None, -1, rank) or head.units == 1:
            return
        if not _classes_last(run, output, loss):
            return
        fixes: tuple[Fix, ...] = ()
        if head.activation_layer:
            change = SetLayerArgument(head.activation_layer, "axis", -1)
            fixes = (Fix("Let the softmax run over the last axis", "safe", (change,)),)
        yield self.finding(
            say(
                "The softmax of {output} runs over axis {axis} of {shape}, but the {units} "
                "classes lie along the last axis.",
                output=output.label,
                axis=axis,
                shape=(None, *head.shape),
                units=head.units,
            ),
            (
                Evidence("axis of the softmax", str(axis), "-1", "model"),
                Evidence(
                    "axis of the classes",
                    say("last ({loss})", loss=title(loss)),
                    "that of the softmax",
                    "labels",
                ),
            ),
            fixes,
        )


def _classes_last(run: TrainingRun, output: Output, loss: str) -> bool:
    task = task_of_output(run, output)
    if loss in CATEGORICAL:
        return task.form in ("one_hot", "distribution")
    # A sparse loss given as an object may be set to another axis.
    written = output.loss.written if isinstance(output.loss, Loss) else "unknown"
    return loss in SPARSE and written == "string"
