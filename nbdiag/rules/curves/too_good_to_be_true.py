"""NBD311: perfect on validation from the first epoch on."""

from collections.abc import Iterator

from nbdiag.facts.training.baseline import total_constant_loss
from nbdiag.facts.training.curves import curve
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.finding import Evidence, Finding, Mark
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

PERFECT = 1e-3
SHARED = 0.01


class TooGoodToBeTrue(Rule):
    """Perfect on validation from the first epoch on.

    What it finds
    -------------
    A validation loss of exactly 0, or a thousandth of that of always predicting the same value,
    after the very first epoch.

    Why it hurts
    ------------
    Real data are rarely that easy. More often validation rows stand in the training data too, the
    label is among the inputs, or inputs are so large that the network is sure of everything. The
    score then says nothing about new rows.

    Example
    -------
    ::

        # epoch 1: loss 386298720 - accuracy 0.976 - val_loss 0.0 - val_accuracy 1.0

    Use instead
    -----------
    Look at the cause above this symptom, and at the rows: shared between the two sides of the
    split, sorted before they were split, carrying their label along.

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    A thousandth: 0.0007 nats for two classes, a prediction that is 99.9 % certain for every sample.
    The curves alone cannot tell an easy problem from a leak, so it is a warning only where the rows
    of both sides were compared and 1 % of the validation rows are shared; else information.

    References
    ----------
    Kaufman, Rosset, Perlich, Stitelman, "Leakage in data mining", TKDD 6(4), 2012.
    """

    code = "NBD311"
    name = "too-good-to-be-true"
    aspect = "curves"
    role = "symptom"
    severity = "warning"
    confidence = "suspected"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look at the first epoch's validation loss, then at the rows."""
        validation = known(curve(run, "val_loss"))
        constant = known(total_constant_loss(run))
        if run.started_trained:
            raise Skipped("the weights were trained before")
        if constant <= 0 or not 0 <= validation[0] <= PERFECT * constant:
            return
        share = _shared(run)
        rows = (
            say("were not compared")
            if isinstance(share, Missing)
            else say("{share:.0%} are shared", share=share)
        )
        first = known(curve(run))[0]
        yield self.finding(
            say(
                "Your validation loss is {validation:.2g} after one epoch (training: "
                "{training:.3g}): too good to be true, unless the problem is that easy.",
                validation=validation[0],
                training=first,
            ),
            (
                Evidence(
                    "validation loss after epoch 1",
                    f"{validation[0]:.2g}",
                    say(
                        "clearly above 0 (always predicting the same value: {constant:.3g})",
                        constant=constant,
                    ),
                    "history",
                ),
                Evidence("samples of both sides", rows, "none shared", "data"),
            ),
            severity="warning" if not isinstance(share, Missing) and share >= SHARED else "info",
            confidence="suspected" if isinstance(share, Missing) else "measured",
            marks=(Mark(1, "perfect at once", "val_loss"),),
        )


def _shared(run: TrainingRun) -> float | Missing:
    split = run.data.split
    if isinstance(split, Missing):
        return split
    if isinstance(split.shared_rows, Missing):
        return split.shared_rows
    return split.shared_rows / split.validation_rows if split.validation_rows else 0.0
