"""NBD202: all steps together are too short to get anywhere."""

from collections.abc import Iterator

from nbdiag.facts.optimization.step_size import WEIGHTS_MOVED, head_contradicts, rate_for, short
from nbdiag.facts.optimization.updates import USUAL_RATES, optimizer_of, peak_rate, total_steps
from nbdiag.facts.training.gain import start_gain
from nbdiag.facts.training.verdict import Ending, ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.changes import SetOptimizer, SetOptimizerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

SMALL = 3.0
TRAINED = 0.3


class LearningRateTooLow(Rule):
    """All steps together are too short to get anywhere.

    What it finds
    -------------
    A training whose gradient is alive, but whose rate times gradient times number of steps could
    not have lowered the loss by half even if every step had gained all that its gradient promised;
    and which has not got there. The rate is below the usual one of its optimizer.

    Why it hurts
    ------------
    The curves look stuck, and the usual advice for stuck curves (lower the rate) makes it worse.
    The network is all right; it has hardly been trained.

    Example
    -------
    ::

        model.compile(keras.optimizers.Adam(1e-6), "sparse_categorical_crossentropy")
        # loss 1.816, 1.815, 1.815 …: six epochs could lower it by 0.3 % at best

    Use instead
    -----------
    ::

        model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy")

    Fine-tuning is another matter: a network that starts well needs small steps, and is not named.

    Fix safety
    ----------
    review: the rate proposed is the usual one, or higher where even that would not get far
    enough in so many steps. ``%traindiag rate`` looks for the best one on a copy with a range test,
    and a proof tries what that finds as well.

    Thresholds and their source
    ---------------------------
    The reach of the whole training (`nbdiag.facts.optimization.updates.whole_reach`) below 0.5:
    over 80 trainings (four tasks, four optimizers, rates from 1e-6 to 5, Keras 3.15) the share of
    the loss that was removed follows it up to there and never exceeded 0.56. Before the first step
    0.02, as a suspicion. Leverage of 0.01 and more, or it is the gradient that is missing.

    References
    ----------
    Polyak, "Introduction to Optimization", 1987. Smith, "Cyclical learning rates", WACV 2017
    (finding the rate by a range test).
    """

    code = "NBD202"
    name = "learning-rate-too-low"
    aspect = "learning_rate"
    severity = "error"
    confidence = "measured"
    explains = ("NBD302", "NBD304", "NBD309", "NBD310", "NBD605")
    supersedes = ("NBD210",)

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare what the steps could reach with what was needed."""
        optimizer, rate = known(optimizer_of(run)), known(peak_rate(run))
        usual = USUAL_RATES.get(optimizer.name, 1e-3)
        ending, before = ending_of(run), start_gain(run)
        if ending.works:
            return
        if not isinstance(before, Missing) and before > TRAINED:
            raise Skipped("the model was good before it was trained")
        if rate * SMALL >= usual or head_contradicts(run):
            return
        most = known(short(run))
        if most is None:
            return
        better = rate_for(run, optimizer.name)
        steps = known(total_steps(run))
        yield self.finding(
            say(
                "Your learning rate ({rate:g}) is far too low: {steps} steps of that size "
                "{effect}. Try {better:g}.",
                rate=rate,
                better=better,
                steps=steps,
                effect=_effect(most),
            ),
            (
                Evidence(
                    "learning rate", f"{rate:g}", say("about {rate:g}", rate=better), "compile"
                ),
                most,
                *ending.evidence(),
            ),
            _fixes(better, optimizer.name),
            severity=_severity(ending),
            confidence="suspected" if ending.verdict == "open" else "measured",
        )


def _effect(most: Evidence) -> str:
    """Return what all steps can do, as the end of a sentence."""
    seen = say(most.observed)
    if most.name == WEIGHTS_MOVED:
        return say("change the weights by {seen} only", seen=seen)
    return say("can lower the loss by {seen} at most", seen=seen)


def _severity(ending: Ending) -> Severity:
    """Before training, and where something was learnt all the same, a warning."""
    fair = ending.gain is not None and ending.gain >= TRAINED
    return "warning" if fair or ending.verdict == "open" else "error"


def _fixes(rate: float, name: str) -> Iterator[Fix]:
    change = SetOptimizerArgument("learning_rate", rate)
    yield Fix(say("Raise the learning rate to {rate:g}", rate=rate), "review", (change,))
    if name == "sgd":
        adam = SetOptimizer("adam", {"learning_rate": 1e-3})
        yield Fix("Use Adam, which scales its own steps", "review", (adam,))
