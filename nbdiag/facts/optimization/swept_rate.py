"""Whether the learning rate was swept upwards on purpose, as a range test does."""

from dataclasses import dataclass, replace

from nbdiag.facts.cache import per_run
from nbdiag.facts.optimization.updates import USUAL_RATES, optimizer_of
from nbdiag.schema.history import History
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

WIDE = 100.0
"""Quotient of the last and the first rate: a range test goes through several powers of ten."""

BEYOND = 10.0
"""Times the usual rate of the optimizer at the end: a warm-up stops at a usual one."""


@dataclass(frozen=True)
class Sweep:
    """A learning rate that a callback raised from beginning to end."""

    first: float
    last: float


@per_run
def sweep_of(run: TrainingRun) -> Sweep | None:
    """Find a learning rate that rises all the time, and far beyond what is usual."""
    optimizer = optimizer_of(run)
    if isinstance(optimizer, Missing) or optimizer.schedule or not run.fit.callbacks:
        return None
    first = run.history.first_rate
    rates = (*(() if first is None else (first,)), *run.history.learning_rates)
    if len(rates) <= 1 or rates[0] <= 0 or list(rates) != sorted(rates):
        return None
    beyond = rates[-1] >= BEYOND * USUAL_RATES.get(optimizer.name, 1e-3)
    return Sweep(rates[0], rates[-1]) if beyond and rates[-1] >= WIDE * rates[0] else None


def without_outcome(run: TrainingRun) -> TrainingRun:
    """Take away what a sweep made of the training; the rates stay."""
    kept = History(learning_rates=run.history.learning_rates, first_rate=run.history.first_rate)
    probes = run.probes
    if not isinstance(probes, Missing):
        probes = tuple(probe for probe in probes if probe.moment == "start")
    return replace(run, history=kept, probes=probes)
