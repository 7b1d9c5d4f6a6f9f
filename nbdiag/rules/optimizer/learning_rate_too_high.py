"""NBD201: the first steps changed the weights so much that something broke."""

from collections.abc import Iterator

from nbdiag.facts.data.arrays import sorted_batches
from nbdiag.facts.optimization.step_size import (
    distance_on_classes,
    far_beyond_scale,
    harm,
    head_contradicts,
    other_suspect,
    rounded,
    throw,
)
from nbdiag.facts.optimization.updates import USUAL_RATES, momentum_gain, optimizer_of, peak_rate
from nbdiag.facts.training.gain import loss_gain
from nbdiag.facts.training.oscillation import WIDE, swing_of
from nbdiag.facts.training.verdict import Ending, ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import AddCallback, SetOptimizer, SetOptimizerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import Optimizer

SMALL = 3.0  # times below the usual rate: then the rate is not what is wrong
MARGIN = 0.02
NEAR = 5.0  # times the usual rate: what a loss that fits the predictions recovers from
MODEST = 10.0  # times the usual rate: less than what inputs or targets of a hundred do
LONG = 10.0  # times the usual rate, which is what the usual momentum of 0.9 makes of it
SAME = 1.01  # a rate of 0.001 comes back from float32 a little larger


class LearningRateTooHigh(Rule):
    """The first steps changed the weights so much that something broke.

    What it finds
    -------------
    Three things together. The steps went too far: within the first epoch the weights changed by
    more than their own size, or the first step promised a fall of several times the whole loss.
    They broke something: batch losses shot up, the loss after the epoch was higher than before
    it, units died, gradients fell silent, numbers overflowed. And the training did not recover.
    As information, a momentum above 0.9 under which a training learns and goes on swinging.

    Why it hurts
    ------------
    Each step lands beyond the minimum it aimed for. ReLU units that are pushed below zero for every
    sample, and bounded ones that are pushed to their ends, get no gradient that could bring them
    back.

    Example
    -------
    ::

        model.compile(keras.optimizers.Adam(0.5), "sparse_categorical_crossentropy")
        # second batch: loss 178 after 1.2

    Use instead
    -----------
    ::

        model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy")

    Fix safety
    ----------
    review: the rate that is proposed is the usual one of your optimizer, or a tenth of yours; the
    best one for your data may be some way off. ``%traindiag rate`` looks for it on a copy with a
    range test, and a proof tries what that finds as well.

    Thresholds and their source
    ---------------------------
    A change of 1 in epoch 1 (0.1 to 0.6 at rates that train), a reach of 5 (below 1.4), a batch
    loss of 5 times the first, 90 % dead units where at most 60 % were: measured with Keras 3.15
    over four tasks, four optimizers and rates from 1e-6 to 5. No rate is high by itself: one that
    trains is never named, one at or below the usual is not blamed for unscaled inputs, targets or
    first weights, and none for an output that cannot give what its loss expects. Up to ten times
    the usual rate it is ranked after inputs or targets of more than a hundred times unit scale,
    which move the weights further than that. Below five times the usual rate none is blamed for
    squared error on probabilities, which nothing brings back from its ends: the same rate trains
    once the loss is cross-entropy (field report 000). Momentum m makes steps 1 / (1 - m) as long,
    ten times at the usual 0.9; swings as in oscillating-loss.

    References
    ----------
    LeCun, Bottou, Orr, Müller, "Efficient BackProp", 1998, 4.7. Polyak, "Introduction to
    Optimization", 1987 (the length of a step).
    """

    code = "NBD201"
    name = "learning-rate-too-high"
    aspect = "learning_rate"
    severity = "error"
    confidence = "measured"
    explains = (
        "NBD301",
        "NBD302",
        "NBD303",
        "NBD304",
        "NBD305",
        "NBD306",
        "NBD601",
        "NBD602",
        "NBD603",
        "NBD604",
        "NBD605",
    )
    supersedes = ("NBD210",)

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Ask for the throw, the harm and the outcome."""
        optimizer, rate, ending = known(optimizer_of(run)), known(peak_rate(run)), ending_of(run)
        usual = USUAL_RATES.get(optimizer.name, 1e-3)
        severity = _severity(run, ending)
        if severity is None:
            yield from self._swinging(run, optimizer, rate)
        if severity is None or rate * SMALL < usual:
            return
        if rate <= usual * MODEST and far_beyond_scale(run):
            severity = "warning"  # it adds to what the scale does
        if head_contradicts(run) or (rate < usual * SAME and other_suspect(run)):
            return
        if rate < usual * NEAR and distance_on_classes(run):
            return
        thrown, broken = throw(run), harm(run)
        overflow = ending.gain is not None and ending.gain == float("-inf")
        if not broken or (thrown is None and not overflow):
            return
        # Batches of one class each are far from the one before them whatever the rate.
        if sorted_batches(run.data.passed) and not overflow:
            return
        better = usual if usual < rate / 2 else rounded(rate / 10)
        yield self.finding(
            say(
                "Your learning rate of {rate:g} is too high: {what}: {observed}.",
                rate=rate,
                what=say(broken[0].name),
                observed=say(broken[0].observed),
            ),
            (
                Evidence(
                    "learning rate", f"{rate:g}", say("about {rate:g}", rate=better), "compile"
                ),
                *((thrown,) if thrown else ()),
                *broken,
                *ending.evidence(),
            ),
            _fixes(run, better, optimizer.name),
            severity=severity,
        )

    def _swinging(self, run: TrainingRun, optimizer: Optimizer, rate: float) -> Iterator[Finding]:
        """Name the momentum of a training that works and does not come to rest."""
        usual = USUAL_RATES.get(optimizer.name, 1e-3)
        far, found = rate * momentum_gain(optimizer), swing_of(run)
        heavy = momentum_gain(optimizer) > LONG * SAME
        if isinstance(found, Missing) or found is None or not heavy or far <= usual * LONG * SAME:
            return
        momentum = optimizer.config.get("momentum")
        yield self.finding(
            say(
                "Your model learns, but its steps are too large to converge: with momentum "
                "{momentum:g} a learning rate of {rate:g} acts like one of {far:.3g}, and the "
                "loss swings by {share:.0%} of the loss of always predicting the same value.",
                momentum=momentum,
                rate=rate,
                far=far,
                share=found.share,
            ),
            (
                Evidence("momentum", f"{momentum:g}", "0.9", "compile"),
                Evidence(
                    "typical swing",
                    f"{found.size:.3g}",
                    say("below {limit:.2g}", limit=WIDE * found.size / found.share),
                    "history",
                ),
                *ending_of(run).evidence(),
            ),
            (Fix("Lower the momentum to 0.9", "review", (SetOptimizerArgument("momentum", 0.9),)),),
            severity="info",
        )


def _severity(run: TrainingRun, ending: Ending) -> Severity | None:
    """Nothing for a training that works, unless its loss says otherwise than its accuracy."""
    reached = loss_gain(run)
    if ending.works:
        shaky = not isinstance(reached, Missing) and reached < -MARGIN
        return "warning" if shaky else None
    return "error" if ending.verdict == "failed" else "warning"


def _fixes(run: TrainingRun, rate: float, name: str) -> Iterator[Fix]:
    lower = SetOptimizerArgument("learning_rate", rate)
    plain = Fix(say("Lower the learning rate to {rate:g}", rate=rate), "review", (lower,))
    adam = SetOptimizer("adam", {"learning_rate": USUAL_RATES["adam"]})
    scaling = Fix("Use Adam, which scales its own steps", "review", (adam,))
    if name != "sgd":
        yield plain
    elif other_suspect(run):
        # A plain step is as long as the gradient, which grows with inputs and targets.
        yield from (scaling, plain)
    else:
        yield from (plain, scaling)
    plateau = AddCallback("ReduceLROnPlateau", {"monitor": "loss", "factor": 0.2, "patience": 3})
    title = say("Start at {rate:g} and lower the learning rate on every plateau", rate=rate)
    yield Fix(title, "review", (lower, plateau))
