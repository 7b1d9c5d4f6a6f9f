"""Where a training stands: before it began, or how it ended, in three words for rules."""

import math
from dataclasses import dataclass
from typing import Literal

from nbdiag.facts.cache import per_run
from nbdiag.facts.optimization.gradients import silent_share
from nbdiag.facts.training.curves import repeats
from nbdiag.facts.training.gain import GOOD, POOR, accuracy_gain, beats_chance, gain, start_gain
from nbdiag.language import say
from nbdiag.schema.finding import Evidence
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Probe
from nbdiag.schema.run import TrainingRun

FAILED = 0.05
"""Gain over always predicting the same value below which nothing was learnt. Probe batches of 64 to
256 rows put about 0.03 of chance into a gain."""

FROZEN = 3
"""Equal losses in a row after which a training stands still, whatever the loss means."""

HALF = 0.5
"""Gain from which on a training plainly works: half of the entropy or variance is explained."""


@dataclass(frozen=True)
class Ending:
    """Where a training stands.

    Attributes
    ----------
    verdict
        "learnt" (half of the loss of always predicting the same value is gone), "fair", "failed"
        (not better than a constant, or the same loss for epochs), "open" (no epoch has ended), or
        "unknown" (nothing to compare the loss with).
    gain
        Share of the loss, or errors, of always predicting the same value that is gone; None when
        not known.
    misnamed
        Whether the loss is low while the rows are named wrong: what is minimised is not what is
        predicted, and no more of the same training will change that.
    """

    verdict: Literal["learnt", "fair", "failed", "open", "unknown"]
    gain: float | None = None
    misnamed: bool = False

    @property
    def works(self) -> bool:
        """Whether the training did what it is meant to."""
        return self.verdict == "learnt"

    def evidence(self) -> tuple[Evidence, ...]:
        """Return the ending as evidence; nothing when it is not known."""
        if self.gain is None:
            return ()
        observed = say(
            "{share:.0%} of the loss or errors of always predicting the same value removed",
            share=self.gain,
        )
        if self.gain < 0:
            worse = say(
                "nothing: the loss is {times:.3g} times that of always predicting the same value",
                times=1 - self.gain,
            )
            observed = worse if math.isfinite(self.gain) else say("the loss is not a number")
        return (
            Evidence(
                "what was learnt", observed, say("at least {share:.0%}", share=GOOD), "history"
            ),
        )


@per_run
def ending_of(run: TrainingRun) -> Ending:
    """Judge how a training ended."""
    if run.history.completed == 0 and not run.history.epochs.get("loss"):
        return Ending("open")
    reached = gain(run)
    if isinstance(reached, Missing):
        frozen = repeats(run.history.epochs.get("loss", ())) >= FROZEN
        return Ending("failed" if frozen else "unknown")
    if reached < FAILED:
        return Ending("fair" if beats_chance(run) else "failed", reached)
    named = accuracy_gain(run)
    if reached >= HALF and not isinstance(named, Missing) and named < POOR:
        # A loss near 0 with rows named wrong: the loss measures something else than the answer.
        return Ending("fair", named, misnamed=True)
    return Ending("learnt" if reached >= HALF else "fair", reached)


def is_deaf(run: TrainingRun) -> bool:
    """Whether no gradient reached any weight from the start.

    What the hidden layers would have made of a gradient is not known then.
    """
    probe = first_probe(run)
    return probe is not None and silent_share(probe) == 1.0


def first_probe(run: TrainingRun) -> Probe | None:
    """Look at the model before the first step, None when there was none."""
    probes = () if isinstance(run.probes, Missing) else run.probes
    return next((probe for probe in probes if probe.moment == "start"), None)


def last_probe(run: TrainingRun) -> Probe | None:
    """Return the last probe after an epoch, None when there was none."""
    probes = () if isinstance(run.probes, Missing) else run.probes
    return next((probe for probe in reversed(probes) if probe.moment != "start"), None)


def start_loss_share(run: TrainingRun) -> float | Missing:
    """Loss before the first step over the best constant's: about 1 for fresh small weights."""
    found = start_gain(run)
    return found if isinstance(found, Missing) else 1.0 - found
