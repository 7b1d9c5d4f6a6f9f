"""The budget of live work, and the wish to stop, by a clock of paper."""

import pytest

from nbdiag.capture.budget import TimeBudget
from nbdiag.capture.stop import Stop


class Clock:
    """Seconds as told."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def spend(pace, clock, seconds, what="epoch"):
    with pace.spending(what):
        clock.now += seconds


def test_the_first_time_is_free_and_then_it_must_be_earned(clock):
    pace = TimeBudget(0.02, clock=clock)
    assert pace.affords("epoch")
    spend(pace, clock, 0.1)
    assert pace.spent == pytest.approx(0.1)
    assert not pace.affords("epoch")
    clock.now = 100 + 9.9  # 0.1 spent and 0.1 to come are two hundredths of ten seconds
    assert not pace.affords("epoch")
    clock.now = 100 + 10.1
    assert pace.affords("epoch")


@pytest.mark.parametrize("epoch", [0.02, 0.1, 1.0, 60.0])
@pytest.mark.parametrize("cost", [0.001, 0.01, 0.2])
def test_the_share_is_kept_whatever_an_epoch_takes(clock, epoch, cost):
    pace = TimeBudget(0.02, clock=clock)
    for _ in range(300):
        clock.now += epoch
        if pace.affords("epoch"):
            spend(pace, clock, cost)
    assert pace.spent <= max(0.02 * (clock.now - 100), cost) * 1.0001
    # And it is used: short of it by no more than one time's cost and one epoch's allowance.
    assert (
        pace.spent >= 0.02 * (clock.now - 100) - cost - 0.02 * epoch or pace.spent >= 299.9 * cost
    )


def test_what_was_dear_once_does_not_hold_up_what_is_cheap(clock):
    pace = TimeBudget(0.1, clock=clock)
    spend(pace, clock, 0.5, "beginning")
    clock.now += 6
    assert pace.affords("step")


def test_a_failure_counts_as_time_spent(clock):
    pace = TimeBudget(0.02, clock=clock)
    with pytest.raises(ValueError, match="broken"), pace.spending("epoch"):
        fail_after_a_second(clock)
    assert pace.spent == pytest.approx(1)


def fail_after_a_second(clock):
    clock.now += 1
    raise ValueError("broken")


def test_steps_rest_between(clock):
    pace = TimeBudget(0.02, rest=0.5, clock=clock)
    assert not pace.rested()
    clock.now += 0.5
    assert pace.rested()
    spend(pace, clock, 0.001)
    assert not pace.rested()


def test_the_first_wish_to_stop_counts(clock):
    stop = Stop(clock)
    stop.ask("error", "NBD101")
    stop.ask("user")
    assert (stop.by, stop.code) == ("error", "NBD101")
    stop.clear()
    assert not stop.is_set()
    assert (stop.by, stop.code) == ("user", "")


def test_a_wish_presses_after_a_second(clock):
    stop = Stop(clock)
    assert not stop.pressing
    stop.ask("user")
    assert not stop.pressing
    clock.now += 1
    assert stop.pressing
