"""NBD408: one class is so common that always naming it looks like success."""

from collections.abc import Iterator

from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.losses import CROSS_ENTROPY, MARGIN
from nbdiag.facts.model.outputs import Output, outputs_of
from nbdiag.facts.training.gain import accuracy_gain
from nbdiag.facts.training.verdict import last_probe
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

RARE = 0.2  # share of the rarest class over an equal share: under a tenth of two classes
WORSE = 2.0  # class weights that double the imbalance point the wrong way
SAME = 0.01  # spread of the predictions over samples: all get the same


class ClassImbalance(Rule):
    """One class is so common that always naming it looks like success.

    What it finds
    -------------
    Class shares of the training labels in which the rarest class has less than a fifth of an equal
    share (a tenth, of two classes), without class or sample weights, and whether the model ended
    by naming the commonest class for every row. Class weights that make a common class count even
    more are found as well.

    Why it hurts
    ------------
    With 95 % of one class, naming it always gives an accuracy of 0.95. The curves look good
    from the first epoch, and the class you care about is never found.

    Example
    -------
    ::

        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        model.fit(x, y)                                   # y.mean() is 0.04

    Use instead
    -----------
    ::

        model.compile("adam", "binary_crossentropy", metrics=["accuracy", keras.metrics.AUC()])
        model.fit(x, y, class_weight={0: 1.0, 1: (y == 0).sum() / (y == 1).sum()})

    Fix safety
    ----------
    display: how much more a rare class should count depends on what its errors cost you.

    Thresholds and their source
    ---------------------------
    A rarest class under 0.2 / K of K classes; the spread of the predictions over samples under 0.01
    together with an accuracy of exactly the commonest class makes it a warning. Imbalance that was
    learnt is information.

    References
    ----------
    He, Garcia (2009), Learning from imbalanced data, IEEE TKDE 21(9).
    """

    code = "NBD408"
    name = "class-imbalance"
    aspect = "labels"
    confidence = "measured"
    explains = ("NBD301", "NBD302", "NBD309", "NBD311")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look at the class shares of every output."""
        seen = [item for item in known(outputs_of(run)) if _has_classes(run, item)]
        if not seen:
            raise Skipped("the labels are not classes")
        for output in seen:
            shares = {} if isinstance(output.labels, Missing) else output.labels.shares or {}
            if len(shares) > 1:
                yield from self._judge(run, shares)

    def _judge(self, run: TrainingRun, shares: dict[int, float]) -> Iterator[Finding]:
        rarest = min(shares, key=shares.__getitem__)
        commonest = max(shares, key=shares.__getitem__)
        counted = say(
            "class {rarest}: {rarest_share:.1%}, class {commonest}: {commonest_share:.1%}",
            rarest=rarest,
            rarest_share=shares[rarest],
            commonest=commonest,
            commonest_share=shares[commonest],
        )
        evidence = Evidence(
            "class shares",
            counted,
            say("rarest {limit:.1%} and more", limit=RARE / len(shares)),
            "training labels",
        )
        ratio = shares[commonest] / shares[rarest]
        weights = run.fit.class_weight
        if weights:
            favoured = weights.get(commonest, 1.0) / max(weights.get(rarest, 1.0), 1e-12)
            if favoured >= WORSE and ratio >= WORSE:
                message = say(
                    "class_weight lets class {commonest} ({commonest_share:.0%} of your samples) "
                    "count {favoured:.3g} times as much as class {rarest} ({rarest_share:.0%}): "
                    "the weights seem to be swapped.",
                    commonest=commonest,
                    commonest_share=shares[commonest],
                    favoured=favoured,
                    rarest=rarest,
                    rarest_share=shares[rarest],
                )
                fix = Fix("Swap the weights of the classes", "display", ())
                yield self.finding(message, (evidence,), (fix,), severity="warning")
            return
        if run.fit.sample_weight or shares[rarest] * len(shares) >= RARE:
            return
        ignored = _ignores_rows(run)
        severity: Severity = "warning" if ignored else "info"
        tail = say(" The model predicts the commonest class for every sample.") if ignored else ""
        message = say(
            "Class {rarest} makes up {rarest_share:.1%} of your training samples: always "
            "predicting class {commonest} reaches an accuracy of {commonest_share:.3f}.{tail}",
            rarest=rarest,
            rarest_share=shares[rarest],
            commonest=commonest,
            commonest_share=shares[commonest],
            tail=tail,
        )
        note = say(
            "class_weight={{{commonest}: 1.0, {rarest}: {ratio:.3g}}}, and AUC as a metric",
            commonest=commonest,
            rarest=rarest,
            ratio=ratio,
        )
        fix = Fix("Let the rare class count more", "display", (), note=note)
        yield self.finding(message, (evidence,), (fix,), severity=severity)


def _has_classes(run: TrainingRun, output: Output) -> bool:
    # The counts of a Poisson loss are whole numbers, too.
    classifies = output.loss_name in CROSS_ENTROPY | MARGIN
    return classifies and task_of_output(run, output).kind in ("binary", "multiclass")


def _ignores_rows(run: TrainingRun) -> bool:
    """Whether every prediction is the same, and the accuracy is that of a constant."""
    probe, lift = last_probe(run), accuracy_gain(run)
    if probe is None or isinstance(lift, Missing):
        return False
    constant = all(item.spread < SAME for item in probe.outputs)
    return constant and abs(lift) < SAME
