"""Learning rates that are swept upwards, and those that only warm up."""

import pytest

from nbdiag.engine import judge
from nbdiag.facts.optimization.swept_rate import sweep_of
from nbdiag.schema.history import History
from nbdiag.schema.setup import FitCall
from tests.factory import make_probe, make_run

BLOWN = (0.7, 0.6, 5e8)


def swept(*rates, first=None, callbacks=("RangeTest",), loss=BLOWN, **fields):
    losses = (*loss, *loss[-1:] * len(rates))[: len(rates)]
    history = History(
        epochs={"loss": losses}, completed=len(rates), learning_rates=rates, first_rate=first
    )
    fit = FitCall(epochs=len(rates), callbacks=callbacks)
    return make_run(history=history, fit=fit, **fields)


@pytest.mark.parametrize(
    ("rates", "first"),
    [((1e-5, 1e-3, 0.1), None), ((1.0,), 1e-6), ((1e-4, 1e-2, 10.0), 1e-6)],
)
def test_a_range_test_is_found(rates, first):
    assert sweep_of(swept(*rates, first=first)) is not None


@pytest.mark.parametrize(
    "run",
    [
        swept(1e-4, 1e-3, 1e-3, first=1e-7),  # a warm-up ends at the usual rate
        swept(1e-5, 1.0, 1e-3),  # a cycle comes down again
        swept(0.01, 0.1, 0.5),  # a rate that is only high
        swept(1.0, 1.0, 1.0),
        swept(1e-5, 1e-3, 0.1, callbacks=()),
        swept(1.0),
    ],
    ids=["warm-up", "cycle", "narrow", "steady", "no callback", "one rate"],
)
def test_other_rates_are_not(run):
    assert sweep_of(run) is None


def test_how_a_range_test_ended_is_not_judged():
    run = swept(1e-5, 1e-3, 10.0, probes=[make_probe(), make_probe("end", 3, loss=5e8)])
    report = judge(run)
    assert {item.code for item in report.findings} >= {"NBD214"}
    assert all(item.severity == "info" for item in report.findings)
    assert report.run.history == run.history
    high = swept(10.0, 10.0, 10.0, probes=[make_probe(), make_probe("end", 3, loss=5e8)])
    assert any(item.severity == "error" for item in judge(high).findings)
