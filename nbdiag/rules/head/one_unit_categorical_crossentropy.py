"""NBD106: categorical cross-entropy compares one class with nothing."""

from collections.abc import Iterator

from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.losses import CATEGORICAL, title
from nbdiag.facts.model.outputs import Output
from nbdiag.fixes.output_head import repair_fix, wanted_for
from nbdiag.language import say
from nbdiag.rules.head.outputs import (
    OF_THE_CURVES,
    HeadRule,
    curve_evidence,
    label_evidence,
    loss_name,
)
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun


class OneUnitCategoricalCrossentropy(HeadRule):
    """Categorical cross-entropy compares one class with nothing.

    What it finds
    -------------
    Categorical cross-entropy on an output of one unit.

    Why it hurts
    ------------
    The loss divides the units by their sum, and one unit divided by itself is 1: the loss is
    0.0 from the first epoch on, for any weights and any labels, and its gradient is 0. Keras says
    so in a ``SyntaxWarning`` only. A loss of 0 looks like success.

    Example
    -------
    ::

        model.add(layers.Dense(1))
        model.compile(loss="categorical_crossentropy")

    Use instead
    -----------
    ::

        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(loss="binary_crossentropy")

    Fix safety
    ----------
    safe: the model cannot learn as it is. The labels say whether two classes, several, or a
    quantity is meant; activation, units and loss are changed together.

    Thresholds and their source
    ---------------------------
    None: it follows from the formula of the loss. Measured: 0.0 from epoch 1.

    References
    ----------
    ``keras.losses.categorical_crossentropy``.
    """

    code = "NBD106"
    name = "one-unit-categorical-crossentropy"
    aspect = "loss"
    explains = ("NBD301", "NBD302", "NBD304", "NBD305", "NBD309", "NBD310", "NBD311", "NBD601")
    supersedes = OF_THE_CURVES

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Look for the loss on one unit; a softmax there is NBD103's."""
        loss = loss_name(output)
        one = output.head.units == 1 and output.head.activation != "softmax"
        if loss not in CATEGORICAL or not one:
            return
        task = task_of_output(run, output)
        wanted = wanted_for(output, task)
        target = title(wanted.loss) if wanted else say("a loss for one unit")
        ending = wanted.activation if wanted else ""
        units = say(" on {units} units", units=wanted.units) if wanted and wanted.units != 1 else ""
        labels = output.labels
        yield self.finding(
            say(
                "{loss} compares classes, but {output} has one unit: the loss is 0 whatever the "
                "model predicts, and no weight ever gets a gradient.",
                loss=title(loss).capitalize(),
                output=output.label,
            ),
            (
                Evidence("units of the output", "1", "one per class, 2 or more", "model"),
                Evidence("loss", title(loss), target, "compile"),
                *(
                    ()
                    if isinstance(labels, Missing)
                    else (label_evidence(labels, task, "one-hot"),)
                ),
                *curve_evidence(run, "loss", "above 0 at first, then falling"),
            ),
            repair_fix(
                run,
                output,
                wanted,
                say("Use {ending}{units} with {target}", ending=ending, units=units, target=target),
            ),
        )
