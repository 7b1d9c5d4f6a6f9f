"""NBD103: a softmax over a single unit always returns 1."""

from collections.abc import Iterator

from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.losses import BINARY
from nbdiag.facts.model.outputs import Output, seen_range
from nbdiag.fixes.output_head import repair_fix, wanted_for
from nbdiag.language import say
from nbdiag.rules.head.outputs import OF_THE_CURVES, HeadRule, curve_evidence, output_evidence
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

FALLEN = 0.99  # epoch means of the same weights differ by less


class SoftmaxOnOneUnit(HeadRule):
    """A softmax over a single unit always returns 1.

    What it finds
    -------------
    A softmax over an axis of length one at the end of the model, whatever the loss. Where the
    activation cannot be read: an output of one unit that was exactly 1 for every row of the probe
    batch before the first step.

    Why it hurts
    ------------
    Softmax divides each value by the sum of all; one value divided by itself is 1. The output
    does not depend on the inputs, its gradient is exactly 0, and no weight ever moves. On
    TensorFlow binary cross-entropy goes back to the value before the softmax, so that the loss may
    even fall: what the model returns is 1 for every row all the same.

    Example
    -------
    ::

        model.add(layers.Dense(1, activation="softmax"))

    Use instead
    -----------
    ::

        model.add(layers.Dense(1, activation="sigmoid"))    # yes or no
        model.add(layers.Dense(1))                          # a quantity
        model.add(layers.Dense(10, activation="softmax"))   # one class of ten

    Fix safety
    ----------
    safe: the model can do nothing as it is. Activation, units and loss are changed together, by
    what the labels are.

    Thresholds and their source
    ---------------------------
    None: it follows from the definition of softmax.

    References
    ----------
    ``keras.activations.softmax``; ``keras/src/backend/tensorflow/nn.py``, ``_get_logits``.
    """

    code = "NBD103"
    name = "softmax-on-one-unit"
    aspect = "output_activation"
    explains = (
        "NBD301", "NBD302", "NBD304", "NBD309", "NBD310", "NBD311", "NBD601", "NBD604",
    )  # fmt: skip
    supersedes = OF_THE_CURVES

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Look for a constant by definition, or for one that was measured."""
        head = output.head
        configured = head.activation == "softmax" and head.units == 1 and _last(output)
        if not configured and not _measured_constant(run, output):
            return
        task = task_of_output(run, output)
        wanted = wanted_for(output, task)
        if wanted is None:
            title = ""
        elif wanted.activation == "softmax":
            title = say("Give it {units} units, one per class", units=wanted.units)
        elif wanted.activation == "linear":
            title = say("Leave the last layer without activation")
        else:
            title = say("Use {activation} instead of softmax", activation=wanted.activation)
        yield self.finding(
            say(
                "{output} is a softmax over one unit: it is 1 for every sample, whatever the "
                "inputs, {consequence}.",
                output=output.opening,
                consequence=_consequence(run, output),
            ),
            (
                *output_evidence(run, output, "sigmoid", say("0 … 1, by the inputs")),
                Evidence("units under the softmax", "1", "one per class, 2 or more", "model"),
                *_still(run),
            ),
            repair_fix(run, output, wanted, title),
            confidence="proven" if configured else "measured",
        )


def _consequence(run: TrainingRun, output: Output) -> str:
    shortcut = run.environment.backend == "tensorflow" and output.head.keeps_logits
    if shortcut and output.loss_name in BINARY:
        return say(
            "even while TensorFlow's loss falls, which looks at the value before the softmax"
        )
    return say("and no weight ever gets a gradient")


def _still(run: TrainingRun) -> tuple[Evidence, ...]:
    """Return the loss as evidence where it does not fall: a falling loss proves nothing here."""
    losses = run.history.epochs.get("loss", ())
    falls = len(losses) > 1 and losses[-1] < FALLEN * losses[0]
    return () if falls else curve_evidence(run, "loss", "falling")


def _last(output: Output) -> bool:
    rank = 0 if isinstance(output.head.shape, Missing) else len(output.head.shape)
    return output.head.softmax_axis in (None, -1, rank)


def _measured_constant(run: TrainingRun, output: Output) -> bool:
    seen = seen_range(run, output)
    unknown = isinstance(output.head.activation, Missing) and output.head.units == 1
    return unknown and not isinstance(seen, Missing) and seen.low == seen.high == 1.0
