"""NBD415: the labels seem to contradict the inputs, or a part of them does."""

from collections.abc import Iterator

from nbdiag.facts.model.graph import is_nonlinear, layers_with_weights
from nbdiag.facts.optimization.step_size import harm, head_contradicts, other_suspect, short, throw
from nbdiag.facts.training.curves import curve, trend
from nbdiag.facts.training.gain import accuracy_gain
from nbdiag.facts.training.verdict import ending_of, is_deaf, last_probe
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

LEARNT, LIMIT = 0.15, 0.6  # of the commonest class's errors: plainly something, plainly not all
FLAT = 0.01  # relative change of the loss per epoch
ALIKE = 0.1  # relative difference of training and validation loss
FEWEST_EPOCHS = 10
FALLS, SLOW, TIMES = -0.01, -0.03, 1.8  # as in validation-falls-alone


class LabelsBeyondLearning(Rule):
    """Labels, or a part of them, may contradict the inputs.

    What it finds
    -------------
    Three pictures of a classifier. It learns a good part of its task and then stands still,
    equally far from the goal on training and validation rows. It learns nothing on either side,
    with bent layers, steps that were long enough, a gradient that arrives, inputs of a usual size
    and an output that fits its loss. Or its validation loss falls while the training loss hardly
    does, and the training rows are the harder ones without dropout and noise, too.

    Why it hurts
    ------------
    A ceiling that training and validation share is neither overfitting nor an early stage. It is
    set by the model's capacity or by the labels: where equal inputs carry different labels, no
    model can be right about both. Where rows and labels lost each other, in a shuffle, a sort or a
    join, there is nothing to learn at all, and no setting will help.

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
    15 to 60 % of the errors of always predicting the same value removed, a loss that changes by
    less than 1 % per epoch over the last half of at least 10 epochs, and a validation loss within
    10 % of the training loss. Nothing learnt: under 5 % of the loss of always predicting the same
    value and 15 % of its errors removed on both sides, after a `whole_reach` of half the loss and
    more (as for learning-rate-too-low). Harder rows: a loss of the training rows at the end,
    measured without dropout, 10 % above that of the validation rows, under the slopes of
    validation-falls-alone. Never a warning: dropout and noise layers give the first picture, inputs
    that say nothing of the labels the second, easier validation rows the third.

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
        """Compare where the two curves stand, and how the training rows are without dropout."""
        losses, others = known(curve(run)), known(curve(run, "val_loss"))
        lift = known(accuracy_gain(run))
        if len(losses) < FEWEST_EPOCHS:
            raise Skipped(
                say("fewer than {fewest} epochs say nothing about a ceiling", fewest=FEWEST_EPOCHS)
            )
        if not isinstance(run.data.split, Missing) and run.data.split.shared_rows:
            return
        slope = known(trend(losses))
        gap = abs(others[-1] - losses[-1]) / max(losses[-1], 1e-12)
        flat, alike = abs(slope) <= FLAT, gap <= ALIKE
        if LEARNT < lift < LIMIT and flat and alike:
            yield self._ceiling(slope, gap, lift)
        elif lift <= LEARNT and flat and alike and _nothing_else(run):
            yield self._nothing(run, losses[-1], others[-1])
        else:
            yield from self._harder(run, slope, known(trend(others)), others[-1])

    def _ceiling(self, slope: float, gap: float, lift: float) -> Finding:
        message = say(
            "Training and validation both stopped improving with {lift:.0%} of the errors of "
            "always predicting one class removed. If a larger model stops there too, check the "
            "labels.",
            lift=lift,
        )
        evidence = (
            Evidence("change of the loss per epoch", f"{slope:+.2%}", "falling", "history"),
            Evidence("validation loss over training loss", f"{1 + gap:.2f}", "above 1", "history"),
        )
        return self.finding(message, evidence)

    def _nothing(self, run: TrainingRun, loss: float, other: float) -> Finding:
        message = say(
            "The model learns neither the training nor the validation samples, and neither "
            "layers nor steps explain it. Check some samples: does each still have its label, "
            "and can the inputs determine it at all?"
        )
        evidence = (
            Evidence(
                "training and validation loss",
                f"{loss:.4g} / {other:.4g}",
                say("below that of always predicting the same value"),
                "history",
            ),
            *ending_of(run).evidence(),
        )
        return self.finding(message, evidence)

    def _harder(
        self, run: TrainingRun, slope: float, falls: float, other: float
    ) -> Iterator[Finding]:
        probe = last_probe(run)
        seen = known(probe.loss) if probe is not None else None
        alone = falls <= FALLS and slope >= SLOW and falls <= TIMES * slope
        if not alone or seen is None or seen < (1 + ALIKE) * other:
            return
        message = say(
            "Your training samples are harder than your validation samples, and not because of "
            "dropout or noise: check whether some of their labels are wrong."
        )
        evidence = Evidence(
            "loss without dropout, training / validation",
            f"{seen:.3g} / {other:.3g}",
            "about the same",
            "probe at the end",
        )
        yield self.finding(message, (evidence,))


def _nothing_else(run: TrainingRun) -> bool:
    """Whether layers, steps, inputs and output are such that something could have been learnt."""
    if isinstance(run.model, Missing) or ending_of(run).verdict != "failed":
        return False
    hidden = layers_with_weights(run.model)[:-1]
    if not any(is_nonlinear(layer) for layer in run.model.layers[:-1]) or not hidden:
        return False
    # None where the steps were long enough; where nobody knows, nothing is claimed.
    if short(run) is not None or throw(run) is not None or harm(run) or is_deaf(run):
        return False
    return not head_contradicts(run) and other_suspect(run) is None
