"""NBD313: the validation loss falls while the training loss hardly does."""

from collections.abc import Iterator

from nbdiag.facts.training.curves import curve, trend
from nbdiag.facts.training.verdict import last_probe
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

FALLS = -0.01
SLOW = -0.03
TIMES = 1.8
LIGHTER = 0.8


class ValidationFallsAlone(Rule):
    """The validation loss falls while the training loss hardly does.

    What it finds
    -------------
    Over the last half of at least ten epochs a validation loss that falls by 1 % per epoch and
    more, at nearly twice the pace of a training loss that falls by less than 3 %.

    Why it hurts
    ------------
    Often it does not. Dropout, noise layers and augmentation make the training rows harder than
    the validation rows; wrong labels among the training rows do the same. The reading that the data
    set must then be broken is a habit, and mostly wrong.

    Example
    -------
    ::

        layers.Dropout(0.9)     # loss 1.61, 1.60, 1.58 … · val_loss 1.20, 1.17, 1.14 …

    Use instead
    -----------
    Compare like with like: ``model.evaluate(x_train, y_train)`` after the training measures both
    sides without dropout. If that is low, all is well, and less dropout will train faster.

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    Theil-Sen slopes of the logarithm. Measured, training against validation, in per cent per epoch:
    dropout of 0.9: -0.9 / -1.7; noise of 0.9: -2.3 / -6.7; six of ten labels wrong: -0.7 / -2.6;
    sound: -12 / -10.5; random labels: -0.3 / +0.2. Information only.

    References
    ----------
    Srivastava et al., "Dropout", JMLR 15, 2014.
    """

    code = "NBD313"
    name = "validation-falls-alone"
    aspect = "curves"
    role = "symptom"
    severity = "info"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the two slopes."""
        training = known(trend(known(curve(run))))
        validation = known(trend(known(curve(run, "val_loss"))))
        if validation > FALLS or training < SLOW or validation > TIMES * training:
            return
        last, probe = known(curve(run))[-1], last_probe(run)
        seen = Missing("there was no probe") if probe is None else probe.loss
        evidence = [
            Evidence(
                "change per epoch, training / validation",
                f"{training:+.1%} / {validation:+.1%}",
                "about the same",
                "history",
            )
        ]
        reason = say("dropout, noise or augmentation, or wrong labels among the training samples")
        if not isinstance(seen, Missing):
            evidence.append(
                Evidence(
                    "training loss without dropout and noise",
                    f"{seen:.3g}",
                    say("about {last:.3g}, as reported", last=last),
                    "probe at the end",
                )
            )
            if seen < LIGHTER * last:
                reason = say("layers that act in training only, such as dropout")
        yield self.finding(
            say(
                "Your validation loss falls by {validation:.1%} per epoch, the training loss by "
                "{training:.1%}: mostly a sign of {reason}, not of a broken data set.",
                validation=-validation,
                training=max(-training, 0),
                reason=reason,
            ),
            evidence,
        )
