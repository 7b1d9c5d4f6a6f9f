"""NBD312: the loss before the first step is far above that of a fresh model."""

from collections.abc import Iterator
from math import isfinite

from nbdiag.facts.model.losses import DISTANCE
from nbdiag.facts.model.outputs import Output, outputs_of
from nbdiag.facts.optimization.updates import loss_in_training
from nbdiag.facts.training.baseline import expected_initial_loss
from nbdiag.facts.training.verdict import ending_of, first_probe
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.finding import Evidence, Finding, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

HIGH = 3.0
SEVERE = 8.0


class HugeInitialLoss(Rule):
    """The loss before the first step is far above that of a fresh model.

    What it finds
    -------------
    A first loss, before any step, several times that of a model whose small fresh weights know
    nothing: ln K for K classes, ln 2 for a binary output, the mean square of the targets for a
    regression.

    Why it hurts
    ------------
    Fresh weights that are this certain of wrong predictions have been given inputs, or were drawn,
    on a scale that is too large. The first steps are spent on undoing it, and often overshoot so
    far that units die or saturate for good.

    Example
    -------
    ::

        x = images                      # 0 … 255, into convolutions without activation
        # loss before step 1: 141.8; two classes should start at ln 2 = 0.693

    Use instead
    -----------
    Look at the cause above this symptom: unscaled inputs most of all, then initializers. The first
    epoch's mean says less than the loss before step 1: it mixes both.

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    Sound models start below 1.3 times the expected loss, faulty ones between 8 and 50,000 (measured
    with Keras 3.15); 3 is reported, 8 is severe. A training that ended well nevertheless gets
    information only. With batch normalization the loss of the first batch counts, because the
    averages of a fresh layer normalize nothing in inference mode. For a regression 1 is added to
    the expected loss: predictions of unit size are sound however small the targets are. Targets
    that are all the same, such as the zeros of an equation's residual, have no scale: nothing is
    reported.

    References
    ----------
    Karpathy, "A Recipe for Training Neural Networks", 2019 (verify the loss at init).
    """

    code = "NBD312"
    name = "huge-initial-loss"
    aspect = "curves"
    role = "symptom"
    severity = "warning"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the first probe with what its losses should start from."""
        if run.started_trained:
            raise Skipped("the weights were trained before")
        if run.fit.class_weight or run.fit.sample_weight:
            raise Skipped("class or sample weights change the loss")
        expected = 0.0
        for output in known(outputs_of(run)):
            weight = known(output.loss).weight
            expected += weight * _start(run, output)
        if expected <= 0:
            raise Skipped("no loss is expected before the first step")
        seen = _first_loss(run)
        ratio = seen / expected
        if not ratio > HIGH:
            return
        yield self.finding(
            say(
                "The loss is {seen:.4g} before training, {ratio:.3g} times the {expected:.3g} "
                "that an untrained model should start near.",
                seen=seen,
                ratio=ratio,
                expected=expected,
            ),
            (
                Evidence(
                    "loss before the first step",
                    f"{seen:.4g}",
                    say("about {expected:.3g}", expected=expected),
                    "probe before step 1",
                ),
            ),
            severity=_severity(run, ratio),
        )


def _start(run: TrainingRun, output: Output) -> float:
    start = known(expected_initial_loss(run, output))
    if output.loss_name not in DISTANCE:
        return start
    if not isinstance(output.labels, Missing) and output.labels.minimum == output.labels.maximum:
        # The residual of an equation, or a distance: what should vanish has another scale.
        raise Skipped(
            "all targets are the same: their scale says nothing about that of the predictions"
        )
    return start + 1.0


def _first_loss(run: TrainingRun) -> float:
    probe = first_probe(run)
    if probe is None:
        raise Skipped("there was no probe before the first step")
    loss = known(loss_in_training(run, probe))
    if not isfinite(loss):
        raise Skipped("the loss before the first step is not a number")
    return loss - probe.penalty


def _severity(run: TrainingRun, ratio: float) -> Severity:
    ending = ending_of(run)
    if ending.works or (ending.verdict == "open" and ratio <= SEVERE):
        return "info"
    return "error" if ratio > SEVERE and ending.verdict == "failed" else "warning"
