"""A sequential test with an error rate."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student

from nbdiag.trial.sequential import (
    ALPHA,
    LEAST_SEEDS,
    MARGIN,
    Pair,
    confidence_interval,
    decide,
    evidence,
    seeds_needed,
)

DRAWS = 20_000
MOST = 12
GAINS = {(True, True): 0.0, (False, False): 0.0, (False, True): 0.4, (True, False): -0.4}


def pair(before: bool, after: bool, gain: float | None = None) -> Pair:
    return Pair(before, after, GAINS[before, after] if gain is None else gain)


def simulate(before: float, after: float, shared: float = 0.0, seed: int = 0) -> Counter[str]:
    """Decide so many experiments, each read after every seed; what is decided depends on counts."""
    rng = np.random.default_rng(seed)
    luck = rng.random((DRAWS, MOST, 2))
    luck[..., 1] = np.where(rng.random((DRAWS, MOST)) < shared, luck[..., 0], luck[..., 1])
    trains = luck < (before, after)
    kinds = 2 * trains[..., 0] + trains[..., 1]
    counts = np.cumsum(np.eye(4, dtype=int)[kinds], axis=1).reshape(-1, 4)
    # One number for the four counts: to sort rows takes far longer.
    codes = counts @ (MOST + 1) ** np.arange(4)
    _, first_of, place = np.unique(codes, return_index=True, return_inverse=True)
    seen = counts[first_of].tolist()
    decisions = np.array([decided(*item) for item in seen])[place.reshape(DRAWS, MOST)]
    ends = np.isin(decisions, ("better", "worse"))
    first = np.where(ends.any(axis=1), ends.argmax(axis=1), MOST - 1)
    return Counter(decisions[np.arange(DRAWS), first].tolist())


def decided(neither: int, won: int, lost: int, both: int) -> str:
    kinds = ((False, False), (False, True), (True, False), (True, True))
    counts = (neither, won, lost, both)
    sides = [pair(*kind) for kind, count in zip(kinds, counts, strict=True) for _ in range(count)]
    return decide(sides).outcome


@pytest.mark.parametrize("chance", [0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.9, 1.0])
@pytest.mark.parametrize("shared", [0.0, 0.5])
def test_a_change_that_does_nothing_is_seldom_called_better(chance: float, shared: float) -> None:
    told = simulate(chance, chance, shared)
    assert told["better"] <= 0.02 * DRAWS
    assert told["worse"] <= 0.02 * DRAWS
    assert told["better"] + told["worse"] <= ALPHA * DRAWS


@pytest.mark.parametrize("before", [0.0, 0.1, 0.2, 0.3, 0.4])
def test_a_cure_is_decided_within_twelve_seeds(before: float) -> None:
    told = simulate(before, 1.0)
    assert told["better"] >= 0.94 * DRAWS
    assert told["worse"] == 0
    harm = simulate(1.0, before)
    assert harm["worse"] >= 0.94 * DRAWS
    assert harm["better"] == 0


def test_a_cure_that_sometimes_fails_is_decided_too() -> None:
    assert simulate(0.0, 0.9)["better"] >= 0.98 * DRAWS


def test_the_expected_evidence_of_a_null_is_one_after_every_seed() -> None:
    for chance, after in itertools.product((0.1, 0.5, 0.8), (1, 3)):
        total = 0.0
        for sides in itertools.product(itertools.product((False, True), repeat=2), repeat=after):
            trained = sum(map(sum, sides))
            weight = chance**trained * (1 - chance) ** (2 * after - trained)
            total += weight * evidence([pair(*item) for item in sides])
        assert total <= 1 + 1e-12


def test_gains_of_sides_that_agree_bet_on_a_coin() -> None:
    alike = evidence([pair(True, True, 0.0)])
    ahead, behind = (evidence([pair(True, True, gain)]) for gain in (MARGIN, -MARGIN))
    assert (ahead + behind) / 2 == pytest.approx(alike)
    assert evidence([pair(True, True, MARGIN - 1e-9)]) == alike


def test_the_level_is_met_on_either_side() -> None:
    wins = [pair(False, True)] * 4
    assert decide(wins[:3]).outcome == "undecided"
    assert decide(wins[:3]).better < 2 / ALPHA
    assert decide(wins).outcome == "better"
    assert decide(wins).better >= 2 / ALPHA
    assert decide([item.swapped for item in wins]).outcome == "worse"
    clear = [pair(True, True, 0.2)] * MOST
    lengths = [n for n in range(MOST + 1) if decide(clear[:n]).outcome == "better"]
    assert lengths
    assert lengths[0] >= 6


def test_equality_takes_an_interval_inside_the_margin() -> None:
    rng = np.random.default_rng(0)
    close = [pair(True, True, gain) for gain in 0.01 * rng.normal(size=MOST)]
    assert decide(close[: LEAST_SEEDS - 1]).outcome == "undecided"
    assert decide(close[:LEAST_SEEDS]).outcome == "no difference"
    shifted = [pair(True, True, item.gain + MARGIN) for item in close]
    assert decide(shifted).outcome != "no difference"
    wide = [pair(True, True, 20 * item.gain) for item in close]
    assert decide(wide[:LEAST_SEEDS]).outcome == "undecided"
    assert decide(close, margin=0.001).outcome == "undecided"


def test_a_confidence_sequence_covers_at_every_look() -> None:
    rng = np.random.default_rng(1)
    missed = 0
    for gains in rng.normal(0.3, 0.2, size=(2000, MOST)):
        looks = (confidence_interval(gains[:n]) for n in range(2, MOST + 1))
        missed += not all(low <= 0.3 <= high for low, high in looks)
    assert missed <= ALPHA * 2000


def test_a_confidence_sequence_is_wider_than_a_single_look_and_no_more_than_twice() -> None:
    gains = np.random.default_rng(2).normal(size=MOST)
    low, high = confidence_interval(gains)
    once = student.interval(1 - ALPHA, MOST - 1, gains.mean(), gains.std(ddof=1) / MOST**0.5)
    assert low < once[0] < once[1] < high
    assert high - low < 2 * (once[1] - once[0])
    assert confidence_interval([0.3]) == (-math.inf, math.inf)
    assert confidence_interval([0.3] * 5) == pytest.approx((0.3, 0.3))


PAIRS = st.lists(
    st.builds(Pair, st.booleans(), st.booleans(), st.floats(-1, 1, allow_subnormal=False)),
    max_size=MOST,
)


@given(PAIRS)
def test_swapped_sides_swap_the_verdict(pairs: list[Pair]) -> None:
    there, back = decide(pairs), decide([item.swapped for item in pairs])
    names = {"better": "worse", "worse": "better"}
    assert back.outcome == names.get(there.outcome, there.outcome)
    assert (back.better, back.worse) == (there.worse, there.better)
    assert back.interval == pytest.approx((-there.interval[1], -there.interval[0]))


@given(PAIRS, st.randoms())
def test_the_order_of_the_seeds_does_not_matter(pairs: list[Pair], random: object) -> None:
    mixed = list(pairs)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert evidence(mixed) == pytest.approx(evidence(pairs))


def test_how_many_seeds_it_would_take() -> None:
    assert seeds_needed([pair(False, True)]) is None
    assert seeds_needed([pair(False, True)] * 3) == 4
    half = [pair(False, True), pair(False, False)] * 3
    assert seeds_needed(half) in range(7, 40)
    assert seeds_needed([pair(True, True), pair(False, False)] * 2) == LEAST_SEEDS
    noisy = [pair(True, True, gain) for gain in (0.08, -0.08, 0.05, -0.06, 0.02)]
    assert seeds_needed(noisy) in range(6, 60)
    assert seeds_needed(noisy, margin=1e-4) is None
