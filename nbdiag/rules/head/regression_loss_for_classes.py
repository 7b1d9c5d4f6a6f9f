"""NBD113: a class is learnt as if it were a quantity."""

from collections.abc import Iterator

from nbdiag.facts.data.task import Task, task_of_output
from nbdiag.facts.model.losses import DISTANCE, title
from nbdiag.facts.model.outputs import Output
from nbdiag.facts.training.gain import POOR
from nbdiag.facts.training.verdict import Ending, ending_of
from nbdiag.fixes.output_head import repair_fix, wanted_for
from nbdiag.language import say
from nbdiag.rules.head.outputs import (
    HeadRule,
    label_evidence,
    labels_of,
    loss_name,
    output_evidence,
    returns,
)
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun


class RegressionLossForClasses(HeadRule):
    """A class is learnt as if it were a quantity.

    What it finds
    -------------
    Labels that are classes, an output that returns any number and a loss that measures distance.
    Whether classes are meant is never certain: a rating can be a quantity. So it is a
    suspicion, and a warning only when an accuracy is asked for and the training did poorly.

    Why it hurts
    ------------
    Distance makes class 3 "closer" to 4 than to 9, and a prediction of 1.4 is neither class. A
    right and very certain raw output of 5 for a 1 costs more than a wrong one of 0.

    Example
    -------
    ::

        model.add(layers.Dense(1))                           # labels 0, 1, 2
        model.compile(loss="mse", metrics=["accuracy"])

    Use instead
    -----------
    ::

        model.add(layers.Dense(3, activation="softmax"))
        model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])

    Fix safety
    ----------
    review: the predictions become probabilities of classes. Do not use it for a rating or a count.

    Thresholds and their source
    ---------------------------
    Poor: less than 30 % of the loss or errors of always predicting the same value removed
    (`nbdiag.facts.training.gain`).

    References
    ----------
    Hastie, Tibshirani, Friedman, The Elements of Statistical Learning (2009), 4.2: regression of an
    indicator matrix, and which classes it masks.
    """

    code = "NBD113"
    name = "regression-loss-for-classes"
    aspect = "loss"
    severity = "info"
    confidence = "suspected"
    explains = ("NBD302", "NBD304", "NBD309", "NBD310")

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Compare the loss with labels that look like classes."""
        loss = loss_name(output)
        task = task_of_output(run, output)
        if loss not in DISTANCE or not task.classifies or task.form == "signed":
            return
        if returns(run, output) != "scores":
            return
        asked = any("accuracy" in item.name for item in output.metrics)
        ending = ending_of(run)
        wanted = wanted_for(output, task)
        target = title(wanted.loss) if wanted else say("cross-entropy")
        yield self.finding(
            say(
                "Your labels look like {classes}, but {loss} treats them as quantities, and "
                "{output} returns any number.",
                classes=_classes(task),
                loss=title(loss),
                output=output.label,
            ),
            (
                label_evidence(
                    labels_of(output), task, say("classes call for {target}", target=target)
                ),
                Evidence("loss", title(loss), target, "compile"),
                *output_evidence(
                    run, output, wanted.activation if wanted else "probabilities", "0 … 1"
                ),
                *ending.evidence(),
            ),
            repair_fix(
                run, output, wanted, say("Learn classes with {target}", target=target), "review"
            ),
            severity="warning" if asked and _poor(ending) else "info",
        )


def _poor(ending: Ending) -> bool:
    return ending.gain is not None and ending.gain < POOR


def _classes(task: Task) -> str:
    return say("{classes} classes", classes=task.classes) if task.classes else "classes"
