"""Sequential tests of paired trainings: they may be read after every seed, and stopped at any.

A *pair* is one seed: the training as it is, and the training with a change, begun alike. Whether a
side trains is yes or no; how much a change gains is a number. Two questions are answered.

**Is one side better?** The null hypothesis is that the change does nothing: both sides train with
the same chance, whatever it is, and of two sides that both train (or both do not) either is as
likely to be clearly ahead. Against it runs an e-process: a number that starts at 1, that no such
null can be expected to raise, and that grows where one side wins. By Ville's inequality it ever
reaches :math:`1/a` with probability at most :math:`a`, so the verdict may be read after every seed.

**Is there no difference worth a word?** A confidence sequence for the mean gain answers: one
interval after each seed, all of which hold at once with the stated probability.

References
----------
A. Ramdas, P. Grünwald, V. Vovk, G. Shafer, "Game-theoretic statistics and safe anytime-valid
inference", Statistical Science 38 (2023), for e-processes and Ville's inequality.
R. J. Turner, A. Ly, P. Grünwald, "Generic E-variables for exact sequential k-sample tests that
allow for optional stopping", J. Statistical Planning and Inference 230 (2024), for the e-value of
two samples.
T. L. Lai, "On confidence sequences", Annals of Statistics 4 (1976), and H. Wang, A. Ramdas,
"Anytime-valid t-tests and confidence sequences for Gaussian means with unknown variance",
Sequential Analysis 44 (2025), for the mixture of t statistics.
"""

import math
import sys
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

Outcome = Literal["better", "worse", "no difference", "undecided"]

ALPHA = 0.05
"""Chance that a change that does nothing is ever called better or worse."""
MARGIN = 0.1
"""A gain of this much is clear; a mean gain surely below it makes no difference."""
LEAST_SEEDS = 5
"""Before so many seeds no equality is stated: a lucky one in three would be missed too often."""

# (chance to train before, after; weight): what the e-process bets on. A cure of a training that is
# stuck by bad luck, one of a training that always is, and half a cure. They were chosen by exact
# calculation for a level of 1 / 40 on each side: no null gives a false "better" within 12 seeds
# in more than 1.2 %, and 40 % to 100 % is decided in 94 %, 0 % to 90 % in 99.9 % (the sign test on
# discordant pairs alone: 2.5 % and 94 %, or 0.9 % and 84 %).
_BETS = ((0.5, 0.99, 0.75), (0.1, 0.9, 0.15), (0.02, 0.5, 0.1))
# Of two sides that agree, the one ahead: a bet of nearly all, as clear gains seldom are mixed.
_STAKE = 0.9
# Variance of the effect size in the mixture of t statistics, in squared standard deviations:
# large, because few seeds must do.
_SPREAD = 10.0
_LEAST_FOR_INTERVAL = 2
_LARGEST_EXPONENT = math.log(sys.float_info.max)


@dataclass(frozen=True)
class Pair:
    """Both sides of one seed.

    Attributes
    ----------
    before, after
        Whether the training as it is, and the changed one, train.
    gain
        Value of the changed side less that of the other.
    """

    before: bool
    after: bool
    gain: float

    @property
    def swapped(self) -> "Pair":
        """The same pair with the sides exchanged."""
        return Pair(self.after, self.before, -self.gain)


@dataclass(frozen=True)
class Decision:
    """What the pairs so far say.

    Attributes
    ----------
    outcome
        "undecided" as long as more seeds may tell.
    better, worse
        The e-processes for either side; each reaches ``2 / alpha`` where it is decided.
    interval
        Confidence interval of the mean gain, valid after every seed; infinite for too few.
    """

    outcome: Outcome
    better: float
    worse: float
    interval: tuple[float, float]


def decide(pairs: Sequence[Pair], alpha: float = ALPHA, margin: float = MARGIN) -> Decision:
    """Decide between two sides, or that they do not differ, or that nothing is known yet.

    Parameters
    ----------
    pairs
        One per seed, in the order of the seeds.
    alpha
        Chance that a change that does nothing is called better or worse, over all seeds together;
        one half of it for each.
    margin
        A gain of this much is clear, and a mean gain that is surely smaller no difference.

    Returns
    -------
    Decision
        Swapping the sides swaps it.

    Notes
    -----
    "No difference" rests on a mean of gains that are taken to be normal; "better" and "worse" do
    not. They rest on a change that does nothing being as likely to win a seed as to lose it, and
    on a shared seed making both sides no less alike than two different ones.
    """
    for_after = evidence(pairs, margin)
    for_before = evidence([pair.swapped for pair in pairs], margin)
    interval = confidence_interval([pair.gain for pair in pairs], alpha)
    level = 2 / alpha
    outcome: Outcome = "undecided"
    if for_after >= level or for_before >= level:
        outcome = "better" if for_after >= for_before else "worse"
    elif len(pairs) >= LEAST_SEEDS and -margin < interval[0] and interval[1] < margin:
        outcome = "no difference"
    return Decision(outcome, for_after, for_before, interval)


def evidence(pairs: Sequence[Pair], margin: float = MARGIN) -> float:
    r"""Compute the e-process against "the change does nothing" in favour of the changed side.

    Parameters
    ----------
    pairs
        One per seed.
    margin
        What counts as a clear gain, where both sides train or both do not.

    Returns
    -------
    float
        .. math::

            E_n = \sum_j w_j \prod_{i \le n}
                  \frac{p_j^{b_i} (1 - p_j)^{1 - b_i} \, q_j^{a_i} (1 - q_j)^{1 - a_i}}
                       {m_j^{a_i + b_i} (1 - m_j)^{2 - a_i - b_i}} \; (1 + \lambda s_i)

        with :math:`b_i, a_i` whether side "before" and "after" train, bets :math:`p_j < q_j` of
        weight :math:`w_j`, :math:`m_j = (p_j + q_j) / 2`, and :math:`s_i = \pm 1` for a clear gain
        or loss of two sides that agree, else 0.
    """
    return _mixed(_growth(pairs, margin))


def _growth(pairs: Sequence[Pair], margin: float) -> list[float]:
    """Return the logarithm of what each bet has made of 1."""
    return [
        math.fsum(_log_factor(pair, before, after, margin) for pair in pairs)
        for before, after, _ in _BETS
    ]


def _mixed(growth: Sequence[float]) -> float:
    """Return the weighted sum of what the bets made of 1; infinite beyond a float."""
    most = max(growth)
    shares = (
        weight * math.exp(item - most) for item, (*_, weight) in zip(growth, _BETS, strict=True)
    )
    exponent = most + math.log(math.fsum(shares))
    return math.exp(exponent) if exponent < _LARGEST_EXPONENT else math.inf


def _log_factor(pair: Pair, before: float, after: float, margin: float) -> float:
    ahead = 0.0
    if pair.before == pair.after and abs(pair.gain) >= margin:
        ahead = math.copysign(1.0, pair.gain)
    return _log_odds(pair.before, pair.after, before, after) + math.log1p(_STAKE * ahead)


@cache
def _log_odds(trains_before: bool, trains_after: bool, before: float, after: float) -> float:
    middle = (before + after) / 2
    ratio = _chance(trains_before, before) * _chance(trains_after, after)
    return math.log(ratio / (_chance(trains_before, middle) * _chance(trains_after, middle)))


def _chance(trains: bool, chance: float) -> float:
    return chance if trains else 1 - chance


def confidence_interval(values: Sequence[float], alpha: float = ALPHA) -> tuple[float, float]:
    r"""Compute the interval of a confidence sequence for the mean of normal values.

    Returns
    -------
    tuple of float
        All means :math:`\mu` for which the mixture of t statistics over effect sizes of variance
        :math:`g` stays below :math:`1 / \alpha`:

        .. math::

            \sqrt{\tfrac{1}{k}} \left( \frac{1 + t^2 / \nu}{1 + t^2 / (k \nu)} \right)^{n / 2}
            < \frac{1}{\alpha}, \qquad k = 1 + n g, \quad \nu = n - 1, \quad
            t = \frac{\bar x - \mu}{s / \sqrt n}

        It holds for all n at once with probability :math:`1 - \alpha`; infinite for fewer values
        than it takes.
    """
    count = len(values)
    deviations = _half_width(count, alpha) if count >= _LEAST_FOR_INTERVAL else math.inf
    if math.isinf(deviations):
        return -math.inf, math.inf
    mean, half = float(np.mean(values)), float(np.std(values, ddof=1)) * deviations
    return mean - half, mean + half


@cache
def _half_width(count: int, alpha: float) -> float:
    """Return the half width in standard deviations of the values."""
    widened = 1 + count * _SPREAD
    root = (widened / alpha**2) ** (1 / count)
    if root >= widened:
        return math.inf
    return math.sqrt((count - 1) / count * (root - 1) / (1 - root / widened))


def seeds_needed(
    pairs: Sequence[Pair],
    alpha: float = ALPHA,
    margin: float = MARGIN,
    most: int = 1000,
) -> int | None:
    """Estimate how many seeds in all would decide, if they go on as they have begun.

    Returns
    -------
    int or None
        None where more than ``most`` would not.
    """
    count = len(pairs)
    if count < _LEAST_FOR_INTERVAL:
        return None
    growths = [_growth(side, margin) for side in (pairs, [pair.swapped for pair in pairs])]
    gains = [pair.gain for pair in pairs]
    room = margin - abs(float(np.mean(gains)))
    spread = float(np.std(gains, ddof=1))
    # Evidence that grows so is a convex function of the seeds, 1 at none: once above, always above.
    ahead = bisect_left(
        range(most + 1),
        True,
        lo=count + 1,
        key=lambda seeds: any(
            _mixed([item * seeds / count for item in growth]) >= 2 / alpha for growth in growths
        ),
    )
    equal = (
        seeds
        for seeds in range(max(count + 1, LEAST_SEEDS), ahead)
        if spread * _half_width(seeds, alpha) < room
    )
    needed = next(equal, ahead)
    return needed if needed <= most else None
