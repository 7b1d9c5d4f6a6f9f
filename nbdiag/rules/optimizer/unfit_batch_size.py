"""NBD209: batches of a single row, or one batch for the whole set."""

from collections.abc import Iterator

from nbdiag.facts.optimization.step_size import head_contradicts, other_suspect, short
from nbdiag.facts.optimization.updates import steps_per_epoch, total_steps
from nbdiag.facts.training.curves import pace
from nbdiag.facts.training.gain import loss_gain
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import SetFitArgument
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

MANY_ROWS = 128
FEW_STEPS = 200
USUAL = 32
LARGE = 2 * USUAL
FEW_BATCHES = 4
FLAT = 0.005
MARGIN = 0.02


class UnfitBatchSize(Rule):
    """Batches of a single row, or one batch for the whole set.

    What it finds
    -------------
    A training that has not succeeded, with a batch size of 1 on more than a hundred rows whose loss
    ended above that of always predicting the same value; or with batches so large that an epoch
    makes four steps at most and the whole training under two hundred, while more of them would
    help.

    Why it hurts
    ------------
    The gradient of one row is noise around the direction: at a usual rate the weights wander. With
    everything in one batch the direction is exact, but each epoch makes a single step, and a
    training needs hundreds.

    Example
    -------
    ::

        model.fit(x, y, batch_size=len(x), epochs=20)      # twenty steps in all

    Use instead
    -----------
    ::

        model.fit(x, y, batch_size=32, epochs=20)

    Fix safety
    ----------
    review: the rate that suits one batch size may not suit another; 32 with the usual rates is
    where most networks train.

    Thresholds and their source
    ---------------------------
    A training that works is never named, whatever its batches. 128 rows are four batches of 32; two
    hundred steps are less than most of our sound trainings of a thousand rows needed. More would
    help where the loss still falls by 0.5 % per epoch, or all steps together were too short.

    References
    ----------
    Masters and Luschi, "Revisiting small batch training for deep neural networks", 2018.
    """

    code = "NBD209"
    name = "unfit-batch-size"
    aspect = "batch_size"
    severity = "warning"
    confidence = "suspected"
    explains = ("NBD302", "NBD306", "NBD310", "NBD605")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare batch, rows and steps."""
        size, each, steps = known(run.fit.batch_size), known(steps_per_epoch(run)), total_steps(run)
        rows = next((item.rows for item in run.data.inputs if item.rows), None)
        ending = ending_of(run)
        if rows is None or isinstance(steps, Missing) or head_contradicts(run):
            return
        if ending.verdict not in ("failed", "fair"):
            return
        if size == 1 and rows > MANY_ROWS and _wanders(run):
            message = say(
                "Your batches hold one sample each: {each:,} noisy steps per epoch.", each=each
            )
        elif (
            min(size, rows) >= LARGE and each <= FEW_BATCHES and steps < FEW_STEPS and _creeps(run)
        ):
            made = say("a single step") if each == 1 else say("{each} steps", each=each)
            message = say(
                "Your batches hold {size:,} of {rows:,} samples, so each epoch makes {made}: "
                "{steps} in all.",
                size=size,
                rows=rows,
                made=made,
                steps=steps,
            )
        else:
            return
        yield self.finding(
            message,
            (
                Evidence(
                    "batch size",
                    f"{size}",
                    say("{usual} to {most}", usual=USUAL, most=4 * USUAL),
                    "fit",
                ),
                Evidence("steps", f"{steps:,}", "hundreds to thousands", "history"),
                *ending.evidence(),
            ),
            (
                Fix(
                    say("Use batches of {usual} samples", usual=USUAL),
                    "review",
                    (SetFitArgument("batch_size", USUAL),),
                ),
            ),
        )


def _creeps(run: TrainingRun) -> bool:
    """Whether more steps would help: the loss still falls, or all steps together were too short."""
    slope, reach = pace(run.history.epochs.get("loss", ())), short(run)
    falls = not isinstance(slope, Missing) and slope <= -FLAT
    return (falls or isinstance(reach, Evidence)) and other_suspect(run) is None


def _wanders(run: TrainingRun) -> bool:
    """Noise throws weights about; a loss that rests at the constant's has another cause."""
    reached = loss_gain(run)
    return not isinstance(reached, Missing) and reached < -MARGIN
