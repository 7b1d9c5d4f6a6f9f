"""NBD214: the learning rate is swept upwards, as a range test does."""

from collections.abc import Iterator

from nbdiag.facts.optimization.swept_rate import sweep_of
from nbdiag.language import say
from nbdiag.rules.base import Rule
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun


class RateSweptUpwards(Rule):
    """The learning rate is swept upwards, as a range test does.

    What it finds
    -------------
    A callback that raises the learning rate from the first step to the last, through two powers of
    ten and more, to ten times the usual rate of the optimizer and beyond.

    Why it hurts
    ------------
    It does not, where the run is a range test: the loss is meant to leave in the end, and tells
    which rates are too high. Such a run trains nothing, so how it ended is not judged. Where it was
    meant as a training, the callback multiplies where it should divide.

    Example
    -------
    ::

        callbacks.LearningRateScheduler(lambda epoch: 1e-5 * 10 ** (epoch / 5))

    Use instead
    -----------
    ::

        callbacks.LearningRateScheduler(lambda epoch: 1e-3 * 10 ** (-epoch / 5))

    or make the model again after the test, and train it with the rate that it has shown.

    Fix safety
    ----------
    None: what the run is for is not known.

    Thresholds and their source
    ---------------------------
    A hundredfold rise that never falls, to ten times the usual rate. Range tests go through three
    to eight powers of ten; warm-ups end at a usual rate, and cycles come down again.

    References
    ----------
    Smith (2017), Cyclical learning rates for training neural networks, section 3.3.
    """

    code = "NBD214"
    name = "rate-swept-upwards"
    aspect = "learning_rate"
    role = "cause"
    severity = "info"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the first rate with the last."""
        sweep = sweep_of(run)
        if sweep is None:
            return
        message = say(
            "A callback raises the learning rate from {first:.3g} to {last:.3g} during this run, "
            "as a range test does. How it ended says nothing about the model and is not judged: "
            "make the model again before you train it. If this was meant as a training, the "
            "callback raises it where it should lower it.",
            first=sweep.first,
            last=sweep.last,
        )
        evidence = Evidence(
            "learning rate",
            f"{sweep.first:.3g} → {sweep.last:.3g}",
            say("steady or falling in a training"),
            "history",
        )
        yield self.finding(message, (evidence,))
