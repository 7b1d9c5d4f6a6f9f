"""NBD203: plain SGD follows a gradient that is too small for it."""

import re
from collections.abc import Iterator

from nbdiag.facts.optimization.step_size import (
    harm,
    head_contradicts,
    other_suspect,
    rate_for,
    short,
)
from nbdiag.facts.optimization.updates import USUAL_RATES, optimizer_of, peak_rate, total_steps
from nbdiag.facts.training.gain import start_gain
from nbdiag.facts.training.lost_numbers import breaks_before_a_step
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.changes import SetOptimizer, SetOptimizerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

SMALL = 3.0
HEAVY = 0.5
TRAINED = 0.3


class SgdOnVanishingGradient(Rule):
    """Plain SGD follows a gradient that is too small for it.

    What it finds
    -------------
    ``SGD`` at a usual rate, on a network whose gradient is alive but small, so that as many steps
    again, momentum included, would not lower the loss by half; and a training that has not got
    anywhere.

    Why it hurts
    ------------
    A plain step is as long as the gradient. Through sigmoid layers, near saddle points and with
    mean absolute errors the gradient is small where most has to be learnt, and the steps with it.
    Adam and RMSprop divide the gradient by its own size, and walk on.

    Example
    -------
    ::

        model.compile(keras.optimizers.SGD(0.05), "mse")      # XOR through sigmoid units
        # loss 0.25, 0.25, 0.25 …

    Use instead
    -----------
    ::

        model.compile(keras.optimizers.Adam(0.05), "mse")

    Fix safety
    ----------
    review: another optimizer is another training; the rate is chosen so that so many steps
    reach as far as those of a sound training.

    Thresholds and their source
    ---------------------------
    As for learning-rate-too-low: a reach of the whole training below 0.5, here from the end, and
    leverage of 0.01 and more. Labels that cannot be learnt look the same, so the finding is a
    suspicion: try it before you believe it.

    References
    ----------
    Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015.
    """

    code = "NBD203"
    name = "sgd-on-vanishing-gradient"
    former_names = ("plain-descent-on-a-faint-gradient",)
    aspect = "optimizer"
    residual = True
    severity = "warning"
    confidence = "suspected"
    explains = ("NBD302", "NBD304", "NBD309", "NBD310", "NBD605")
    supersedes = ("NBD210",)

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Ask how far as many steps again could go."""
        optimizer, rate, ending = known(optimizer_of(run)), known(peak_rate(run)), ending_of(run)
        if optimizer.name != "sgd" or rate * SMALL < USUAL_RATES["sgd"]:
            return
        if ending.works or ending.verdict == "open" or breaks_before_a_step(run):
            return
        before = start_gain(run)
        if not isinstance(before, Missing) and before > TRAINED:
            raise Skipped("the model was good before it was trained")
        if head_contradicts(run) or other_suspect(run) or harm(run):
            return
        most = known(short(run, late=True))
        if most is None:
            return
        adam = rate_for(run, "adam")
        steps = known(total_steps(run))
        yield self.finding(
            say(
                "SGD with a learning rate of {rate:g} follows a gradient that is too small for "
                "it: {steps} more steps would lower the loss by {share} at most.",
                rate=rate,
                steps=steps,
                share=_number_in(most.observed),
            ),
            (
                most,
                Evidence(
                    "optimizer",
                    f"SGD({rate:g})",
                    "one that scales its steps",
                    "compile",
                ),
                *ending.evidence(),
            ),
            _fixes(adam, momentum=optimizer.config.get("momentum") or 0.0),
        )


def _number_in(text: str) -> str:
    """Return the number of an evidence, whatever its language."""
    found = re.search(r"\d[\d.e+-]*%?", text)
    return found[0] if found else text


def _fixes(rate: float, momentum: float) -> Iterator[Fix]:
    change = SetOptimizer("adam", {"learning_rate": rate})
    yield Fix(say("Use Adam at {rate:g}", rate=rate), "review", (change,))
    if momentum < HEAVY:
        heavier = SetOptimizerArgument("momentum", 0.9)
        yield Fix("Add momentum 0.9: ten times as far on a steady slope", "review", (heavier,))
