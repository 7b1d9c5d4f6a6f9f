"""NBD119: each class is asked for by itself, though exactly one of them is right."""

from collections.abc import Iterator

from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.losses import BINARY, title
from nbdiag.facts.model.outputs import Output, is_configured
from nbdiag.facts.training.gain import POOR
from nbdiag.facts.training.verdict import ending_of
from nbdiag.fixes.output_head import repair_fix, wanted_for
from nbdiag.language import say
from nbdiag.rules.head.outputs import HeadRule, label_evidence, labels_of, loss_name, returns
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun

FEWEST_CLASSES = 3


class IndependentUnitsForExclusiveClasses(HeadRule):
    """Each class is asked for by itself, though exactly one of them is right.

    What it finds
    -------------
    Three or more sigmoid units under binary cross-entropy whose labels have exactly one 1 in every
    row.

    Why it hurts
    ------------
    The units do not know that one of them must be right, so the predictions do not sum to 1, and
    most of each row's loss is spent on the zeros: with ten classes, nine units in ten are pulled
    towards "no". It is a legitimate design, and it often trains; softmax states what the labels
    say.

    Example
    -------
    ::

        model.add(layers.Dense(10, activation="sigmoid"))    # one-hot labels
        model.compile(loss="binary_crossentropy")

    Use instead
    -----------
    ::

        model.add(layers.Dense(10, activation="softmax"))
        model.compile(loss="categorical_crossentropy")

    Fix safety
    ----------
    review: right when exactly one class is always meant, and wrong when the next batch of data has
    rows with none or with two.

    Thresholds and their source
    ---------------------------
    Information; a warning when less than 30 % of the loss or errors of always predicting the same
    value were removed (`nbdiag.facts.training.gain`). Two one-hot columns are the same question
    asked twice, and are left alone.

    References
    ----------
    Bishop, Pattern Recognition and Machine Learning (2006), 4.3.4, multiclass logistic regression.
    """

    code = "NBD119"
    name = "independent-units-for-exclusive-classes"
    aspect = "output_activation"
    severity = "info"
    confidence = "suspected"
    explains = ("NBD302", "NBD304", "NBD309", "NBD310")

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Compare the activation with labels that exclude each other."""
        if loss_name(output) not in BINARY or output.from_logits or not is_configured(output):
            return
        task = task_of_output(run, output)
        exclusive = task.form == "one_hot" and task.kind == "multiclass"
        if not exclusive or (task.classes or 0) < FEWEST_CLASSES:
            return
        if returns(run, output) != "probabilities":
            return
        ending, wanted = ending_of(run), wanted_for(output, task)
        poor = ending.gain is not None and ending.gain < POOR
        yield self.finding(
            say(
                "Exactly one of your {classes} classes is right for each sample, but the units "
                "of {output} are sigmoids that judge each class by itself.",
                classes=task.classes,
                output=output.label,
            ),
            (
                label_evidence(labels_of(output), task, "several ones per sample for sigmoids"),
                Evidence("loss", title(output.loss_name), "categorical cross-entropy", "compile"),
                *ending.evidence(),
            ),
            repair_fix(run, output, wanted, "Use softmax and categorical cross-entropy", "review"),
            severity="warning" if poor else "info",
        )
