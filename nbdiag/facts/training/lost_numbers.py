"""Where values stop being numbers although data and weights are."""

import math
from dataclasses import dataclass

from nbdiag.facts.cache import per_run
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Break, Probe
from nbdiag.schema.run import TrainingRun


@dataclass(frozen=True)
class LostNumbers:
    """A look at a model whose results are not numbers.

    Attributes
    ----------
    probe
        The first such look.
    place
        The operation, Missing where it was not found.
    """

    probe: Probe
    place: Break | Missing


@per_run
def lost_numbers(run: TrainingRun) -> LostNumbers | None:
    """Find the first look whose loss or gradient is not finite, on weights and data that are.

    None as well where an earlier look found weights that are not numbers.
    """
    data = (*run.data.inputs, *run.data.labels)
    if any(item.nans or item.infinities for item in data):
        return None
    for probe in () if isinstance(run.probes, Missing) else run.probes:
        if not are_numbers(probe):
            return None
        if not results_are_numbers(probe):
            place = probe.first_break
            known = isinstance(place, Break) or probe.moment == "start"
            return LostNumbers(probe, place) if known else None
    return None


def breaks_before_a_step(run: TrainingRun) -> bool:
    """Whether the first look, before any step, has a loss or a gradient that is not finite.

    What comes after that is not the steps' doing.
    """
    probes = () if isinstance(run.probes, Missing) else run.probes
    return any(item.moment == "start" and not results_are_numbers(item) for item in probes)


def are_numbers(probe: Probe) -> bool:
    """Whether the weights of a look are finite."""
    variables = () if isinstance(probe.variables, Missing) else probe.variables
    return not any(item.nans or not math.isfinite(item.weight_norm) for item in variables)


def results_are_numbers(probe: Probe) -> bool:
    """Whether loss, outputs and gradients of a look are finite, as far as they are known."""
    variables = () if isinstance(probe.variables, Missing) else probe.variables
    results = (probe.loss, *(item.gradient_norm for item in variables))
    return not any(item.nans for item in probe.outputs) and all(
        isinstance(item, Missing) or math.isfinite(item) for item in results
    )
