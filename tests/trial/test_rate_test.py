"""The learning-rate range test."""

import math

import numpy as np
import pytest

from nbdiag.schema.changes import SetLayerArgument
from nbdiag.trial.setup.training import Setup
from tests.trial.conftest import model_state, session_state

pytestmark = pytest.mark.training

RATES = tuple(np.geomspace(1e-6, 1.0, 60))


def test_one_tenth_of_the_turning_point_is_proposed() -> None:
    from nbdiag.trial.rate_test import summarise

    losses = [1 - 0.8 * math.exp(-((math.log10(rate) + 1.3) ** 2)) for rate in RATES]
    result = summarise(RATES, losses)
    assert result.proposed == 0.005
    assert result.summary.endswith("turned up near a learning rate of 0.048: try 0.005.")


def test_no_rate_is_proposed_where_none_helps() -> None:
    from nbdiag.trial.rate_test import summarise

    rng = np.random.default_rng(0)
    assert summarise(RATES, tuple(8.3 + 0.01 * rng.normal(size=60))).proposed is None
    assert summarise((), ()).proposed is None


def test_a_sweep_ends_where_the_loss_blows_up() -> None:
    from nbdiag.trial.rate_test import smoothed

    assert smoothed([2.0] * 5) == pytest.approx((2.0,) * 5)
    assert len(smoothed([1.0] * 9 + [math.nan, 1.0])) == 9
    assert len(smoothed([1.0] * 9 + [1e6] * 9)) == 10


def test_the_proposal_trains_a_network_that_the_users_rate_does_not(
    sequential: Setup,
) -> None:
    from nbdiag.trial.rate_test import find_rate
    from nbdiag.trial.setup.rebuild import rebuild

    sequential.model.optimizer.learning_rate = 1e-6
    sequential.model.fit(**sequential.fit_arguments)
    before = model_state(sequential), session_state()
    result = find_rate(sequential, steps=80)
    assert (model_state(sequential), session_state()) == before
    assert result.proposed is not None
    assert 1e-3 <= result.proposed <= 0.2
    assert result == find_rate(sequential, steps=80)

    losses = {}
    for rate in (1e-6, result.proposed):
        copy = rebuild(Setup(sequential.model, sequential.fit_arguments, rate), seed=1)
        losses[rate] = copy.model.fit(**{**copy.fit_arguments, "epochs": 6}).history["loss"][-1]
    assert losses[result.proposed] < 0.8 * losses[1e-6]


def test_a_fix_comes_first(sequential: Setup) -> None:
    from nbdiag.trial.rate_test import find_rate

    constant = SetLayerArgument("head", "trainable", False)
    stuck = [constant, SetLayerArgument("first", "trainable", False)]
    assert find_rate(sequential, stuck, steps=40).proposed is None


def test_what_cannot_be_swept_is_refused(sequential: Setup) -> None:
    import keras

    from nbdiag.edits.live.edits import CannotRebuild
    from nbdiag.trial.rate_test import find_rate

    with pytest.raises(ValueError, match="lowest"):
        find_rate(sequential, lowest=1.0, highest=0.1)
    with pytest.raises(CannotRebuild, match="none was seen in passing"):
        find_rate(Setup(sequential.model, {"x": iter(())}))
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
    sequential.model.compile(keras.optimizers.Adam(schedule), "mse")
    with pytest.raises(CannotRebuild, match="schedule"):
        find_rate(sequential)
