"""NBD425: a generator or data set had no more batches, and Keras went on without them."""

from collections.abc import Iterator
from dataclasses import dataclass

from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.run import TrainingRun

STREAMS = ("tf.data", "generator", "PyDataset", "unknown")
HALF = 0.5  # of the steps that were meant


class ExhaustedGenerator(Rule):
    """A generator or data set ran out of batches, and Keras trained on without them.

    What it finds
    -------------
    Epochs with fewer steps than ``steps_per_epoch`` asks for, and a Python generator whose later
    epochs have fewer steps than its first.

    Why it hurts
    ------------
    A Python generator can be read once. When it has ended, Keras 3 goes on over the two batches
    that it kept from the start, and reports a loss for them as if they were an epoch: the training
    ends on 64 rows instead of all. A data set begins again, so nothing is lost but the steps that
    were asked for. Keras reports both in one warning, which is easily missed among others.

    Example
    -------
    ::

        def batches():
            for start in range(0, len(x), 32):
                yield x[start : start + 32], y[start : start + 32]

        model.fit(batches(), epochs=10)          # steps per epoch: 20, 2, 2, 2 …

    Use instead
    -----------
    ::

        def batches():
            while True:
                for start in range(0, len(x), 32):
                    yield x[start : start + 32], y[start : start + 32]

        model.fit(batches(), steps_per_epoch=len(x) // 32, epochs=10)

    Fix safety
    ----------
    display: where the batches start again is in the code of the generator.

    Thresholds and their source
    ---------------------------
    Steps are counted, none is estimated; an epoch in which the training was stopped does not
    count. A warning where a generator gave less than half of the batches that were asked for: the
    loss is that of the few that Keras kept, and says nothing of the others. Information otherwise.
    Measured with Keras 3.15: a generator of ten batches runs
    10, 2, 2, 2 steps in four epochs; a data set of ten under steps_per_epoch=15 runs
    10, 10, 10, 10, under steps_per_epoch=6 it runs 6, 4, 6, 4.

    References
    ----------
    Keras documentation of ``fit``, ``steps_per_epoch``: with an infinitely repeating data set it
    must be given.
    """

    code = "NBD425"
    name = "exhausted-generator"
    former_names = ("input-that-ran-dry",)
    aspect = "inputs"
    severity = "warning"
    confidence = "measured"
    explains = (
        "NBD302", "NBD304", "NBD306", "NBD307", "NBD308", "NBD309", "NBD310", "NBD311",
    )  # fmt: skip
    supersedes = ("NBD202", "NBD203", "NBD210", "NBD211")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the steps of every epoch with those that were meant."""
        if run.fit.input_kind not in STREAMS:
            return
        found = _shortage(run)
        if found is None:
            return
        once = run.fit.input_kind == "generator"
        message = (
            say(
                "Your generator ended after {seen} batches, but {meant} were asked for: a Python "
                "generator can be read once, and Keras trained on over the first batches alone.",
                seen=found.first_pass,
                meant=found.meant,
            )
            if once
            else say(
                "Your data set has fewer batches than steps_per_epoch={asked} asks for: epochs "
                "were cut to {least} steps.",
                asked=found.asked,
                least=found.least,
            )
        )
        # A low loss proves nothing: it is the loss of the few batches that were left.
        short = once and found.run < HALF * found.meant
        severity: Severity = "warning" if short else "info"
        fix = (
            Fix(
                "Restart the generator in every epoch",
                "display",
                (),
                note=say(
                    "while True: around the loop of the generator, and steps_per_epoch={steps} "
                    "in fit",
                    steps=found.asked,
                ),
            )
            if once
            else Fix(
                "Repeat the data set",
                "display",
                (),
                note=say(
                    "dataset.repeat() keeps steps_per_epoch={steps}; without that argument an "
                    "epoch is one pass",
                    steps=found.asked,
                ),
            )
        )
        yield self.finding(
            message,
            (
                Evidence("steps in each epoch", found.shown, str(found.asked), "history"),
                Evidence("steps in all", str(found.run), str(found.meant), "history"),
            ),
            (fix,),
            severity=severity,
        )


@dataclass(frozen=True)
class _Shortage:
    """Steps that were meant for each epoch, whether by a number given, and those that were run."""

    asked: int
    given: bool
    steps: tuple[int, ...]

    @property
    def meant(self) -> int:
        return self.asked * len(self.steps)

    @property
    def run(self) -> int:
        return sum(self.steps)

    @property
    def least(self) -> int:
        return min(self.steps)

    @property
    def first_pass(self) -> int:
        """Batches up to the end of the first epoch that was cut short."""
        end = next(at for at, steps in enumerate(self.steps) if steps < self.asked)
        # Where no number was given, the first epoch is the whole pass, and the next is not.
        return sum(self.steps[: end + self.given])

    @property
    def shown(self) -> str:
        """The first epochs' steps."""
        most = 6
        told = ", ".join(map(str, self.steps[:most]))
        return f"{told} …" if len(self.steps) > most else told


def _shortage(run: TrainingRun) -> _Shortage | None:
    """Find epochs with fewer steps than were meant."""
    steps = run.history.steps
    if not steps:
        raise Skipped("the steps of each epoch were not counted")
    if run.interrupted or len(steps) < run.fit.epochs - run.fit.initial_epoch:
        steps = steps[:-1]  # the training was stopped in it
    if not steps:
        return None
    asked = run.fit.steps_asked
    if asked is None:
        if run.fit.input_kind != "generator":
            return None  # a data set may be filtered by chance
        asked = steps[0]
    given = run.fit.steps_asked is not None
    return _Shortage(asked, given, steps) if min(steps) < asked else None
