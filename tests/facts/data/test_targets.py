"""Scale of regression targets against the first answers."""

import numpy as np
import pytest

from nbdiag.facts.data.targets import target_scales
from nbdiag.schema.missing import Missing
from tests.factory import binary, make_probe, make_run, normal

TARGETS = normal(400, 1, mean=50.0, std=20.0)


def scales(labels=TARGETS, **fields):
    return target_scales(
        make_run(
            **{"labels": labels, "activation": "linear", "loss": "mse", "metrics": ()} | fields
        )
    )


def test_size_and_ratio_are_those_of_targets_and_first_answers():
    (scale,) = scales(probes=(make_probe(output=(-8.0, 8.0)),))
    size = np.sqrt((TARGETS**2).mean())
    assert scale.size == pytest.approx(size)
    assert scale.ratio == pytest.approx(size / 4)


def test_small_answers_count_as_one():
    (scale,) = scales(probes=(make_probe(output=(-0.1, 0.1)),))
    assert scale.ratio == pytest.approx(scale.size)


def test_the_way_left_is_counted_in_deviations():
    (scale,) = scales(probes=(make_probe(), make_probe("end", 1, output=(10.0, 20.0))))
    assert scale.away == pytest.approx((TARGETS.mean() - 15) / TARGETS.std())
    (unmeasured,) = scales()
    assert unmeasured.away is None


def test_heads_with_a_floor_are_marked_and_bounded_ones_left_out():
    assert scales(activation="relu")[0].floor
    assert not scales()[0].floor
    assert scales(activation="tanh") == ()


def test_classes_and_other_losses_are_left_out():
    assert target_scales(make_run(labels=binary())) == ()
    assert scales(loss="mean_absolute_percentage_error") == ()
    assert isinstance(target_scales(make_run(model=Missing("no model was seen"))), Missing)


def test_a_reconstruction_is_marked():
    pixels = normal(100, 6, mean=120, std=40)
    (scale,) = scales(labels=pixels, inputs=pixels, units=6)
    assert scale.reconstruction
