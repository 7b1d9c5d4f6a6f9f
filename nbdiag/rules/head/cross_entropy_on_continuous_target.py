"""NBD111: a quantity is learnt as if it were a class."""

from collections.abc import Iterator
from dataclasses import replace

from nbdiag.facts.data.task import Task, task_of_output
from nbdiag.facts.model.losses import BINARY, CROSS_ENTROPY, SPARSE, title
from nbdiag.facts.model.outputs import Output
from nbdiag.fixes.output_head import repair_fix, wanted_for
from nbdiag.language import say
from nbdiag.rules.head.outputs import (
    OF_THE_CURVES,
    HeadRule,
    curve_evidence,
    label_evidence,
    labels_of,
    loss_name,
)
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun

BYTE = 255


class CrossEntropyOnContinuousTarget(HeadRule):
    """A quantity is learnt as if it were a class.

    What it finds
    -------------
    A cross-entropy whose targets are neither classes nor fractions between 0 and 1: a price, a
    temperature, standardised values, counts.

    Why it hurts
    ------------
    Cross-entropy reads a target as the probability of a yes. A target of 180 asks for 18,000 %; the
    loss falls below 0 without end, pushes the output to its bound and says nothing about how far
    the prediction is from the target.

    Example
    -------
    ::

        model.add(layers.Dense(1))
        model.compile(loss="binary_crossentropy")    # y is a price

    Use instead
    -----------
    ::

        model.add(layers.Dense(1))
        model.compile(loss="mse", metrics=["mae"])

    Targets between 0 and 1, such as grey values, are fine with binary cross-entropy and a sigmoid.

    Fix safety
    ----------
    safe: targets and loss contradict each other. Activation, loss and metrics change together.

    Thresholds and their source
    ---------------------------
    None beyond the range of a probability. Whole numbers that look like classes are judged by
    NBD107 and NBD108.

    References
    ----------
    Bishop, Pattern Recognition and Machine Learning (2006), 5.2: the error that fits an output.
    """

    code = "NBD111"
    name = "cross-entropy-on-continuous-target"
    aspect = "loss"
    explains = (
        "NBD301", "NBD302", "NBD303", "NBD304", "NBD305", "NBD306", "NBD309", "NBD310", "NBD312",
        "NBD601", "NBD602", "NBD603", "NBD604",
    )  # fmt: skip
    supersedes = OF_THE_CURVES

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Compare the targets' values with what the loss compares."""
        loss = loss_name(output)
        if loss not in CROSS_ENTROPY:
            return
        labels, task = labels_of(output), task_of_output(run, output)
        if not _is_quantity(labels, task, loss):
            return
        # An autoencoder's bits are bits again after the repair, a quantity is one now.
        wanted = wanted_for(output, replace(task, kind="regression"))
        yield self.finding(
            say(
                "{loss} compares classes, but your targets are a quantity: {low:.4g} to "
                "{high:.4g}, {mean:.4g} on average.",
                loss=title(loss).capitalize(),
                low=labels.minimum,
                high=labels.maximum,
                mean=labels.mean,
            ),
            (
                label_evidence(labels, task, "0 to 1 for a cross-entropy"),
                Evidence("loss", title(loss), "mean squared error", "compile"),
                *curve_evidence(run, "loss", "above 0, falling"),
            ),
            repair_fix(run, output, wanted, "Use mean squared error on a linear output"),
        )


def _is_quantity(labels: ArrayStats, task: Task, loss: str) -> bool:
    if loss in SPARSE and labels.whole == 1.0:
        return False  # class numbers, perhaps beyond the units (NBD107) or negative (NBD108)
    if task.form == "continuous":
        return True
    if task.form != "count":
        return False
    # Bytes of an image only want to be divided (NBD108).
    return not (loss in BINARY and labels.columns > 1 and labels.maximum <= BYTE)
