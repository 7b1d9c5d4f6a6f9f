"""What the probes say about gradients: their size, where it is lost, which units are dead.

Norms are made comparable between losses, targets and layers before they are judged: a
gradient is small or large only against the loss it comes from and the weights it is to change.
"""

import math
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from nbdiag.keras_api.activations import with_trait
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import ActivationProbe, Probe, VariableProbe
from nbdiag.schema.run import TrainingRun

RECTIFIERS = with_trait("rectifies")
SQUASHERS = with_trait("saturates")


@dataclass(frozen=True)
class LayerGradient:
    """The gradient of one layer's weights.

    Attributes
    ----------
    layer
        Name of the layer.
    norm
        Euclidean norm over the layer's variables.
    relative
        The same over the norm of the weights.
    """

    layer: str
    norm: float
    relative: float


def probes_of(run: TrainingRun) -> tuple[Probe, ...] | Missing:
    """All probes of a run that had at least one, oldest first."""
    if isinstance(run.probes, Missing):
        return run.probes
    return run.probes or Missing("no probe was taken")


def measured(run: TrainingRun) -> tuple[Probe, ...] | Missing:
    """Probes whose gradients were measured, oldest first."""
    probes = probes_of(run)
    if isinstance(probes, Missing):
        return probes
    with_gradients = tuple(probe for probe in probes if gradients(probe))
    return with_gradients or Missing("gradients were not measured")


def gradients(probe: Probe) -> tuple[tuple[VariableProbe, float], ...]:
    """Every variable with its gradient norm, where it is known."""
    if isinstance(probe.variables, Missing):
        return ()
    return tuple(
        (item, item.gradient_norm)
        for item in probe.variables
        if not isinstance(item.gradient_norm, Missing)
    )


def global_norm(probe: Probe) -> float | Missing:
    """Euclidean norm of the whole gradient."""
    norms = [norm for _, norm in gradients(probe)]
    return math.hypot(*norms) if norms else Missing("gradients were not measured")


def leverage(
    probe: Probe, *, least: float = 0.0, without: AbstractSet[str] = frozenset()
) -> float | Missing:
    """How far the weights can still move the loss.

    The sum over variables of gradient norm times weight norm, over the loss: by the
    Cauchy-Schwarz inequality the greatest relative change of the loss, to first order, per relative
    change of the weights. It does not depend on the unit of the loss, nor on how a positive
    factor is spread over the layers of a rectifier network.

    Parameters
    ----------
    probe
        A look at the gradient.
    least
        A smaller loss counts as this one: beside a loss that has come near 0 every gradient is
        large.
    without
        Names of layers that are left out.

    Returns
    -------
    float or Missing
        Around 1 for a network that can learn; 0 where no gradient arrives.
    """
    pairs = gradients(probe)
    if not pairs:
        return Missing("gradients were not measured")
    if isinstance(probe.loss, Missing):
        return probe.loss
    reach = sum(item.weight_norm * norm for item, norm in pairs if item.layer not in without)
    if reach == 0:
        return 0.0
    if not math.isfinite(reach) or not math.isfinite(probe.loss) or probe.loss == 0:
        return Missing("the loss or its gradient is not a finite number above 0")
    return reach / max(abs(probe.loss), least)


def least_loss(run: TrainingRun) -> float:
    """Return the loss below which none counts beside its gradient, for `leverage`.

    That of the first probe: without a measure of success, a loss that came near 0 is one. Infinite
    where the loss goes below 0, which is just a number among others then.
    """
    probes = probes_of(run)
    seen = [] if isinstance(probes, Missing) else [probe.loss for probe in probes]
    known = [loss for loss in seen if not isinstance(loss, Missing) and math.isfinite(loss)]
    if any(loss < 0 for loss in (*known, *run.history.epochs.get("loss", ()))):
        return math.inf
    return known[0] if known else 0.0


def silent_share(probe: Probe) -> float | Missing:
    """Share of the variables whose gradient is exactly zero."""
    norms = [norm for _, norm in gradients(probe)]
    if not norms:
        return Missing("gradients were not measured")
    return sum(norm == 0 for norm in norms) / len(norms)


def by_layer(probe: Probe) -> tuple[LayerGradient, ...]:
    """Gradients per layer, in the order of the variables (that of the layers)."""
    grouped: dict[str, list[tuple[VariableProbe, float]]] = {}
    for item, norm in gradients(probe):
        grouped.setdefault(item.layer, []).append((item, norm))
    return tuple(
        LayerGradient(
            layer,
            norm := math.hypot(*(value for _, value in pairs)),
            norm / max(math.hypot(*(item.weight_norm for item, _ in pairs)), 1e-12),
        )
        for layer, pairs in grouped.items()
    )


def depth_loss(probe: Probe) -> float | Missing:
    """Relative gradient of the first layer over the greatest of the later ones.

    Around 1 where the gradient arrives whole; each squashing layer divides it by four or more.
    """
    layers = by_layer(probe)
    if len(layers) < 2:  # noqa: PLR2004 - first and later
        return Missing("there is only one layer with weights")
    later = max(item.relative for item in layers[1:])
    return layers[0].relative / later if later > 0 else Missing("no gradient arrives anywhere")


def activations(probe: Probe) -> tuple[ActivationProbe, ...]:
    """Layer outputs of a probe; empty where they were not measured."""
    return () if isinstance(probe.activations, Missing) else probe.activations


def dead_layers(probe: Probe, share: float) -> tuple[ActivationProbe, ...]:
    """Find layers with at least that share of ReLU units that are zero for every sample."""
    return tuple(
        item for item in activations(probe) if item.dead is not None and item.dead >= share
    )


def saturated_layers(probe: Probe, share: float) -> tuple[ActivationProbe, ...]:
    """Layers of which at least that share of the values lies at a bound of sigmoid or tanh."""
    return tuple(
        item
        for item in activations(probe)
        if item.saturated is not None and item.saturated >= share and item.activation in SQUASHERS
    )


def spread(probe: Probe) -> float | Missing:
    """Return the largest deviation of an output over samples: 0 if all predictions are alike."""
    spreads = [item.spread for item in probe.outputs]
    return max(spreads) if spreads else Missing("the outputs were not measured")
