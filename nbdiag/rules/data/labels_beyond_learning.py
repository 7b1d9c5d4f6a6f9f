"""NBD415: a part of the labels seems to contradict the inputs."""

from collections.abc import Iterator

from nbdiag.facts.curves import curve, trend
from nbdiag.facts.outcome import accuracy_gain
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

LEARNT, LIMIT = 0.15, 0.6  # of the commonest class's errors: plainly something, plainly not all
FLAT = 0.01  # relative change of the loss per epoch
ALIKE = 0.1  # relative difference of training and validation loss
FEWEST_EPOCHS = 10


class LabelsBeyondLearning(Rule):
    """A part of the labels may contradict the inputs.

    What it finds
    -------------
    A classifier that learns a good part of its task and then stands still, equally far from the
    goal on training and validation rows.

    Why it hurts
    ------------
    A ceiling that both sides share is no overfitting and no beginning. It is set by the
    model's capacity or by the labels: where equal inputs carry different labels, no model can
    be right about both.

    Example
    -------
    ::

        labels = pd.read_csv("clicked_in_a_hurry.csv")

    Use instead
    -----------
    ::

        chances = model.predict(x).max(axis=1)
        wrong_and_sure = …                       # look at rows that the model is sure about

    Fix safety
    ----------
    No fix is offered. The curves cannot tell noise from a model that is too small: look at rows.

    Thresholds and their source
    ---------------------------
    15 to 60 % of the constant answer's errors removed, a loss that changes by less than 1 % per
    epoch over the last half of at least 10 epochs, and a validation loss within 10 % of the
    training loss. Never a warning: dropout and noise layers give the same picture (measured).

    References
    ----------
    Northcutt, Jiang, Chuang (2021), Confident learning, JAIR 70.
    """

    code = "NBD415"
    name = "labels-beyond-learning"
    aspect = "labels"
    role = "advice"
    severity = "info"
    confidence = "suspected"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare where the two curves stand still."""
        losses, others = known(curve(run)), known(curve(run, "val_loss"))
        lift = known(accuracy_gain(run))
        if len(losses) < FEWEST_EPOCHS:
            raise Skipped(
                say("fewer than {fewest} epochs say nothing about a ceiling", fewest=FEWEST_EPOCHS)
            )
        slope = known(trend(losses))
        gap = abs(others[-1] - losses[-1]) / max(losses[-1], 1e-12)
        if not LEARNT < lift < LIMIT or abs(slope) > FLAT or gap > ALIKE:
            return
        if not isinstance(run.data.split, Missing) and run.data.split.shared_rows:
            return
        message = say(
            "Training and validation stand still together with {lift:.0%} of the errors of always "
            "naming one class removed. If a larger model stands there too, look at the labels.",
            lift=lift,
        )
        evidence = (
            Evidence("change of the loss per epoch", f"{slope:+.2%}", "falling", "history"),
            Evidence("validation loss over training loss", f"{1 + gap:.2f}", "above 1", "history"),
        )
        yield self.finding(message, evidence)
