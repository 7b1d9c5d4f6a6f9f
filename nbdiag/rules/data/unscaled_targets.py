"""NBD402: regression targets far from what fresh weights can predict."""

from collections.abc import Iterator

from nbdiag.facts.data.targets import AWAY, TargetScale, target_scales
from nbdiag.facts.training.curves import curve, trend
from nbdiag.facts.training.gain import output_gain
from nbdiag.facts.training.verdict import HALF, Ending, ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import ScaleTargets
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

LARGE = (
    10.0  # typical target over typical first prediction; up to 3 by a few hundred ordinary steps
)
HUGE = 100.0  # prices, populations, years
FALLING = -0.01  # relative change of the loss per epoch: a plateau of noise stays below


class UnscaledTargets(Rule):
    """Regression targets are far from what fresh weights can predict.

    What it finds
    -------------
    Targets of a regression (squared, absolute or Huber error on a head that can return any number)
    that are ten or more times as large as the first predictions.

    Why it hurts
    ------------
    Fresh weights predict numbers around 1. To predict 200,000 they must grow far beyond the
    size that initializers and learning rates are made for: Adam walks there with one learning
    rate a step, plain gradient descent is thrown by gradients as large as the targets.

    Example
    -------
    ::

        y = prices                            # 80,000 … 750,000
        model.compile("adam", "mse")
        model.fit(x, y, epochs=30)

    Use instead
    -----------
    ::

        mean, std = y.mean(), y.std()
        model.fit(x, (y - mean) / std, epochs=30)
        predicted = model.predict(x_new) * std + mean

    Fix safety
    ----------
    review: predictions come out in the new unit and have to be turned back.

    Thresholds and their source
    ---------------------------
    10 times the first predictions is large, 100 times huge. It is an error when nothing was learnt,
    a warning when the training works but the mean prediction is still half a standard deviation
    away, or the loss still falls by 1 % per epoch, and information otherwise: targets that were
    learnt need no scale, and noise is not its fault.

    References
    ----------
    Bishop (1995), Neural Networks for Pattern Recognition, section 8.2.
    """

    code = "NBD402"
    name = "unscaled-targets"
    aspect = "targets"
    confidence = "measured"
    explains = (
        *(f"NBD{number}" for number in (301, 302, 303, 304, 305, 307, 308, 310, 311, 312)),
        *(f"NBD{number}" for number in range(601, 606)),
    )

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Judge the targets of every regression."""
        ending = ending_of(run)
        for scale in known(target_scales(run)):
            severity = _severity(run, scale, ending)
            if severity is not None:
                yield self._found(run, scale, ending, severity)

    def _found(
        self, run: TrainingRun, scale: TargetScale, ending: Ending, severity: Severity
    ) -> Finding:
        labels = scale.labels
        message = say(
            "Your targets are large: they go from {low:.3g} to {high:.3g} (mean {mean:.3g}, "
            "deviation {std:.3g}), {ratio:.3g} times the first predictions of {output}. "
            "Standardize them before fit.",
            low=labels.minimum,
            high=labels.maximum,
            mean=labels.mean,
            std=labels.std,
            ratio=scale.ratio,
            output=scale.output.label,
        )
        evidence = [
            Evidence(
                "typical target",
                say(
                    "{size:.4g}, {ratio:.3g} times the first predictions",
                    size=scale.size,
                    ratio=scale.ratio,
                ),
                "of one size",
                "training data",
            )
        ]
        if scale.away is not None:
            observed = say(
                "{deviations:.2f} deviations from the mean target", deviations=scale.away
            )
            source = say("probe after training")
            evidence.append(
                Evidence("mean prediction", observed, say("under {limit}", limit=AWAY), source)
            )
        return self.finding(
            message, (*evidence, *ending.evidence()), _fixes(run, scale), severity=severity
        )


def _severity(run: TrainingRun, scale: TargetScale, ending: Ending) -> Severity | None:
    if scale.ratio < LARGE:
        return None
    huge = scale.ratio >= HUGE
    if ending.verdict == "learnt":
        return "info" if huge else None
    if ending.verdict == "failed":
        return "error"
    if ending.verdict == "open":
        return "warning" if huge else "info"
    own = output_gain(run, scale.output)
    if not isinstance(own, Missing) and own >= HALF:  # of several outputs, this one has learnt
        return "info" if huge else None
    slope = known(curve(run))
    change = trend(slope)
    falling = not isinstance(change, Missing) and change < FALLING
    return "warning" if (scale.away or 0.0) > AWAY or (huge and falling) else "info"


def _fixes(run: TrainingRun, scale: TargetScale) -> Iterator[Fix]:
    labels = scale.labels
    if scale.reconstruction or len(run.data.labels) != 1:
        note = say("Scale the arrays before fit, and turn predictions back.")
        yield Fix("Scale the targets", "display", (), note=note)
        return
    # A head that cannot return values below 0 needs targets that stay above it.
    mean, std = (0.0, scale.size) if scale.floor else (labels.mean, labels.std)
    title = (
        say("Divide the targets by their size") if scale.floor else say("Standardize the targets")
    )
    note = say(
        "Predictions are standardized: prediction * {std:.6g} + {mean:.6g} turns them back.",
        std=std,
        mean=mean,
    )
    yield Fix(title, "review", (ScaleTargets(mean=mean, std=std or 1.0),), note=note)
