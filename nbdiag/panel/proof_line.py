"""A proof in a few words, to stand beside a button."""

import math
from collections.abc import Sequence
from statistics import median

from nbdiag.language import say, say_count
from nbdiag.schema.finding import Proof


def proof_line(proof: Proof) -> str:
    """Return what was tried, and the verdict: "tried on 5 seeds: 0.51 → 0.97, better"."""
    verdict = say(proof.verdict)
    trial = next(iter(proof.trials), None)
    if trial is None:
        return say("tried: {verdict}", verdict=verdict)
    return say_count(
        "tried on {number} seed: {before} → {after}, {verdict}",
        "tried on {number} seeds: {before} → {after}, {verdict}",
        len(trial.seeds),
        before=_middle(trial.before),
        after=_middle(trial.after),
        verdict=verdict,
    )


def _middle(values: Sequence[float]) -> str:
    known = [value for value in values if not math.isnan(value)]
    return f"{median(known):.2f}" if known else say("none")
