"""Gradient facts against naive recomputation from arrays."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbdiag.facts.optimization import gradients
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import ActivationProbe, VariableProbe
from tests.factory import make_probe, make_run


def _probe_of(weights, slopes, loss):
    variables = tuple(
        VariableProbe(
            f"layer_{place}/kernel",
            f"layer_{place}",
            kernel.size,
            float(np.linalg.norm(kernel)),
            float(np.linalg.norm(slope)),
        )
        for place, (kernel, slope) in enumerate(zip(weights, slopes, strict=True))
    )
    return replace(make_probe(loss=loss), variables=variables)


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_norms_are_those_of_the_flattened_gradient(seed, count):
    rng = np.random.default_rng(seed)
    weights, slopes = ([rng.normal(size=(3, 2)) for _ in range(count)] for _ in range(2))
    probe = _probe_of(weights, slopes, 0.7)
    flat = np.concatenate([slope.ravel() for slope in slopes])
    assert gradients.global_norm(probe) == pytest.approx(np.linalg.norm(flat))
    expected = sum(
        np.linalg.norm(w) * np.linalg.norm(g) for w, g in zip(weights, slopes, strict=True)
    )
    assert gradients.leverage(probe) == pytest.approx(expected / 0.7)
    relative = [np.linalg.norm(g) / np.linalg.norm(w) for w, g in zip(weights, slopes, strict=True)]
    assert [item.relative for item in gradients.by_layer(probe)] == pytest.approx(relative)
    if count > 1:
        assert gradients.depth_loss(probe) == pytest.approx(relative[0] / max(relative[1:]))


@given(st.integers(0, 2**32 - 1), st.floats(1e-9, 1e9), st.floats(1e-3, 1e3))
def test_leverage_depends_neither_on_the_unit_nor_on_the_balance_of_layers(seed, unit, factor):
    # Two rectified layers: (c w1, w2 / c) is the same function, with gradients (g1 / c, c g2).
    rng = np.random.default_rng(seed)
    weights, slopes = ([rng.normal(size=4) for _ in range(2)] for _ in range(2))
    plain = gradients.leverage(_probe_of(weights, slopes, 0.5))
    moved = _probe_of(
        [weights[0] * factor, weights[1] / factor],
        [unit * slopes[0] / factor, unit * slopes[1] * factor],
        unit * 0.5,
    )
    assert gradients.leverage(moved) == pytest.approx(plain, rel=1e-6)


def test_a_dead_network_has_leverage_zero_even_at_loss_zero():
    assert gradients.leverage(make_probe(loss=0.0, gradients=0.0)) == 0.0
    assert isinstance(gradients.leverage(make_probe(loss=0.0, gradients=1.0)), Missing)
    assert isinstance(gradients.leverage(make_probe(loss=float("nan"))), Missing)


def test_silent_share_counts_exact_zeros():
    assert gradients.silent_share(make_probe(gradients={"a": 0.0, "b": 1e-30})) == 0.5


def test_what_was_not_measured_is_missing():
    bare = replace(make_probe(), variables=Missing("not measured"))
    unknown = make_probe()
    unknown = replace(
        unknown,
        variables=tuple(
            replace(item, gradient_norm=Missing("no gradient")) for item in unknown.variables
        ),
    )
    for probe in (bare, unknown):
        for fact in (gradients.global_norm, gradients.leverage, gradients.silent_share):
            assert isinstance(fact(probe), Missing)
        assert gradients.by_layer(probe) == ()
    assert gradients.measured(make_run(probes=[bare])) == Missing("gradients were not measured")
    assert gradients.probes_of(make_run()) == Missing("probes are off")
    assert gradients.probes_of(make_run(probes=[])) == Missing("no probe was taken")
    mixed = make_run(probes=[bare, make_probe("end")])
    assert [probe.moment for probe in gradients.measured(mixed)] == ["end"]


def test_layers_are_dead_or_saturated_by_share_and_by_what_they_compute():
    def layer(name, activation, **fields):
        return ActivationProbe(name, activation, 0.0, 1.0, 0.5, 0.1, **fields)

    probe = make_probe(
        activations=[
            layer("a", "relu", dead=0.99),
            layer("b", "relu", dead=0.5),
            layer("c", "tanh", saturated=0.99),
            layer("d", "softmax", saturated=0.99),
            layer("e", "tanh", saturated=0.2),
        ]
    )
    assert [item.layer for item in gradients.dead_layers(probe, 0.98)] == ["a"]
    assert [item.layer for item in gradients.saturated_layers(probe, 0.9)] == ["c"]


def test_spread_is_the_largest_of_all_outputs():
    assert gradients.spread(make_probe(spread=0.25)) == 0.25
    assert isinstance(gradients.spread(replace(make_probe(), outputs=())), Missing)
