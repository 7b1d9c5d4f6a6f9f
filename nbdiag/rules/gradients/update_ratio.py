"""NBD605: the weights change far too much, or hardly at all."""

from collections.abc import Iterator

from nbdiag.facts.optimization.gradients import probes_of
from nbdiag.facts.optimization.step_size import harm
from nbdiag.facts.optimization.updates import moved_kernels, steps_per_epoch
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

THROWN = 1.0
STILL = 0.01


class UpdateRatio(Rule):
    """The weights change far too much, or hardly at all.

    What it finds
    -------------
    In a training that has not succeeded: weight matrices that changed by more than their own size
    within the first epoch, or by less than a hundredth in the whole training.

    Why it hurts
    ------------
    A change of more than its own size forgets how a layer was initialised; under a hundredth, the
    network is still the random one that it began as.

    Example
    -------
    ::

        model.compile(keras.optimizers.Adam(1e-6))
        # ten epochs change the weights by 0.07 %

    Use instead
    -----------
    Look at the cause above this symptom. About a thousandth per step is a good measure.

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    Median over the weight matrices; biases start at zero, where a ratio says nothing. Over 80
    trainings (four tasks, four optimizers) those that learnt changed by 0.04 to 2.5 in the first
    epoch or two; a good training is never named, whatever it did. Weights that were drawn tiny
    must grow: a throw that broke nothing is information. DeepChecker asks for 1e-4 to 1e-1 per
    step.

    References
    ----------
    Bottou, "Stochastic gradient descent tricks", 2012. Ben Braiek and Khomh, "TheDeepChecker",
    2022.
    """

    code = "NBD605"
    name = "update-ratio"
    aspect = "curves"
    role = "symptom"
    severity = "warning"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the probes one with the next."""
        probes = known(probes_of(run))
        changes = [
            (max(probe.epoch, 1), ratio)
            for probe in probes
            if not isinstance(ratio := moved_kernels(probe), Missing)
        ]
        if not changes:
            known(Missing("the weights were seen once only"))
        ending, steps = ending_of(run), steps_per_epoch(run)
        if ending.verdict not in ("failed", "fair"):
            return
        epochs, first = changes[0]
        each = (
            ""
            if isinstance(steps, Missing)
            else say(" ({change:.1g} per step)", change=first / (epochs * steps))
        )
        if first >= THROWN:
            seen, wanted = (
                say("{change:.3g} times their size{each}", change=first, each=each),
                say("0.05 to 0.6 times"),
            )
            message = say(
                "Your first steps changed the weights too much: by {seen} up to epoch {epochs}.",
                seen=seen,
                epochs=epochs,
            )
        elif sum(ratio for _, ratio in changes) < STILL:
            total = sum(ratio for _, ratio in changes)
            seen, wanted = (
                say("{change:.2%} of their size in all", change=total),
                say("10 % and more"),
            )
            message = say(
                "Your weights hardly changed: {seen}. The model is as random as before.",
                seen=seen,
            )
        else:
            return
        harmless = first >= THROWN and not harm(run)
        yield self.finding(
            message,
            (Evidence("change of the weight matrices", seen, wanted, "probes"),),
            severity="info" if harmless else "warning",
        )
