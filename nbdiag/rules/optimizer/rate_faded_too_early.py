"""NBD212: the learning rate fell to nothing long before the training was done."""

from collections.abc import Iterator

from nbdiag.facts.optimization.step_size import head_contradicts
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

FADED = 0.01
MOST_OF = 0.5
FEWEST = 4


class RateFadedTooEarly(Rule):
    """The learning rate fell to nothing long before the training was done.

    What it finds
    -------------
    A schedule, or a callback, that takes the learning rate below a hundredth of its highest value
    before half of the epochs are over, in a training that did not get far.

    Why it hurts
    ------------
    Steps of a hundredth of their size hardly move the weights: the epochs after that are run for
    nothing. A schedule whose ``decay_steps`` were meant as epochs counts batches, and is over
    within the first of them.

    Example
    -------
    ::

        rate = keras.optimizers.schedules.ExponentialDecay(1e-3, decay_steps=10, decay_rate=0.9)

    Use instead
    -----------
    ::

        rate = keras.optimizers.schedules.ExponentialDecay(
            1e-3, decay_steps=10 * steps_per_epoch, decay_rate=0.9
        )

    Fix safety
    ----------
    display: how fast the rate should fall depends on how long you want to train.

    Thresholds and their source
    ---------------------------
    A hundredth of the highest rate at half of at least four epochs. An error when nothing was
    learnt, a warning when little was. Information where ``ReduceLROnPlateau`` lowered the
    rate: there the plateau came first. A training that works is not named.

    References
    ----------
    ``keras.optimizers.schedules``: ``decay_steps`` counts steps, not epochs.
    """

    code = "NBD212"
    name = "rate-faded-too-early"
    aspect = "learning_rate"
    severity = "warning"
    confidence = "measured"
    explains = ("NBD302", "NBD304", "NBD309", "NBD310", "NBD605")
    supersedes = ("NBD202", "NBD203", "NBD210")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look at the rates of all epochs, and at what was learnt."""
        rates = run.history.learning_rates
        if len(rates) < FEWEST:
            raise Skipped("fewer than four epochs were run")
        peak = max((*rates, *_first(run)))
        faded = sum(rate < FADED * peak for rate in rates)
        ending = ending_of(run)
        if faded < MOST_OF * len(rates) or ending.verdict not in ("fair", "failed"):
            return
        if rates[-1] >= FADED * peak or ending.misnamed or head_contradicts(run):
            return
        severity: Severity = "error" if ending.verdict == "failed" else "warning"
        if "ReduceLROnPlateau" in run.fit.callbacks:
            severity = "info"
        begun = len(rates) - faded
        yield self.finding(
            say(
                "Your learning rate fell from {peak:g} to {last:.2g}: from epoch {epoch} on it was "
                "less than a hundredth of what it began with, and the model is far from done.",
                peak=peak,
                last=rates[-1],
                epoch=begun + 1,
            ),
            (
                Evidence(
                    "epochs with less than a hundredth of the highest rate",
                    f"{faded} / {len(rates)}",
                    say("less than half"),
                    "history",
                ),
                *ending.evidence(),
            ),
            (
                Fix(
                    "Let the learning rate fall more slowly",
                    "display",
                    (),
                    note=say(
                        "decay_steps counts batches: {steps} make an epoch here",
                        steps=run.fit.steps or "?",
                    ),
                ),
            ),
            severity=severity,
        )


def _first(run: TrainingRun) -> tuple[float, ...]:
    """Return the rate before the first step: a schedule may fall within the first epoch."""
    if isinstance(run.compile, Missing):
        return ()
    rate = run.compile.optimizer.learning_rate
    return () if isinstance(rate, Missing) else (rate,)
