"""NBD503: a hidden layer whose units all start as the same one."""

from collections.abc import Iterator

from nbdiag.facts.model.graph import (
    WITH_WEIGHTS,
    activation_after,
    consumers,
    downstream,
    hidden_layers,
    layers_with_weights,
)
from nbdiag.facts.model.initializers import initializer_of, unit_correlation
from nbdiag.facts.training.verdict import Ending, ending_of
from nbdiag.keras_api import activations, initializers
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import SetLayerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.run import TrainingRun

CONSTANT = initializers.with_trait("constant")
_ALIKE = 0.5  # two units have more in common than they differ by
_FEWEST_LAYERS = 2  # one such layer still hands on what its units differ by
RECTIFIERS = activations.with_trait("rectifies")  # their slope at 0 is 0


class EqualInitialWeights(Rule):
    """All units of a hidden layer start as the same one, or nearly so.

    What it finds
    -------------
    Hidden layers whose ``kernel_initializer`` gives every weight one value: zeros, ones, a
    constant. The last layer of an output, and the last before a sum (a residual branch that
    starts closed), may start at zero and are left out; so are zeros that a rectifier does not
    stop, when random weights come next: those tell the units apart at the first step.
    And two or more hidden layers whose weights are drawn from one side of zero,
    ``RandomUniform(minval=0, maxval=1)``.

    Why it hurts
    ------------
    Equal weights compute equal outputs, and receive equal gradients unless the next layer's
    weights tell them apart: a layer of 64 units stays a layer of one. Zeros in front of a
    rectifier pass no gradient at all. Weights of one sign give all units of a layer nearly one
    output, the sum of their inputs, and the next layer adds up what is alike already: a few layers
    on every unit says the same, and bounded ones are at their end.

    Example
    -------
    ::

        layers.Dense(64, activation="relu", kernel_initializer="zeros")

    Use instead
    -----------
    ::

        layers.Dense(64, activation="relu")        # Glorot's uniform weights

    Fix safety
    ----------
    review: the layer starts from random weights, as all others do.

    Thresholds and their source
    ---------------------------
    None for equal weights: the symmetry is exact. Where it is not known what comes next, as inside
    a model class, every layer has to start this way. Weights count as one-sided when what two units
    have in common is more than what they differ by (`unit_correlation` of
    `nbdiag.facts.model.initializers` above 0.5), in two layers and more: rings of points, three
    layers of 16 tanh units, plain descent, 40 epochs, accuracy 0.52 and 0.61 from weights of 0 to
    1, 0.95 and 0.96 from Glorot's. Layers that are kept above zero on purpose (a constraint) are
    left out. A training that works all the same (dropout breaks the symmetry) gets information only
    from equal weights, and nothing from one-sided ones; one that learnt nothing an error.

    References
    ----------
    Goodfellow, Bengio, Courville (2016), Deep Learning, section 8.4.
    """

    code = "NBD503"
    name = "equal-initial-weights"
    aspect = "initializer"
    explains = ("NBD301", "NBD302", "NBD304", "NBD309", "NBD310", "NBD601", "NBD603")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look at the initializers of hidden layers."""
        if run.started_trained:
            return
        model = known(run.model)
        found = [layer for layer in _candidates(model) if _is_equal(layer, model)]
        ending = ending_of(run)
        if not found:
            yield from self._one_sided(model, ending)
            return
        verdicts: dict[str, Severity] = {"failed": "error", "learnt": "info"}
        names = ", ".join(f"'{layer.name}'" for layer in found)
        kind = initializer_of(found[0]).kind
        message = say(
            "All weights of {names} start at one value ({kind}): its units stay copies of each "
            "other, as if the layer had a single one.",
            names=names,
            kind=kind,
        )
        evidence = Evidence(say("initializer of {names}", names=names), kind, "random", "model")
        changes = tuple(
            SetLayerArgument(layer.name, "kernel_initializer", "glorot_uniform") for layer in found
        )
        fix = Fix("Start from random weights", "review", changes)
        severity = verdicts.get(ending.verdict, "warning")
        yield self.finding(message, (evidence, *ending.evidence()), (fix,), severity=severity)

    def _one_sided(self, model: Model, ending: Ending) -> Iterator[Finding]:
        """Look for layers whose weights are drawn from one side of zero."""
        found = [layer for layer in _candidates(model) if _is_one_sided(layer)]
        if len(found) < _FEWEST_LAYERS or ending.verdict not in ("fair", "failed"):
            return
        names = ", ".join(f"'{layer.name}'" for layer in found)
        alike = min(known(unit_correlation(layer)) for layer in found)
        message = say(
            "The weights of {names} are drawn from one side of zero ({kind}): their units start "
            "nearly as copies of each other, more so from layer to layer.",
            names=names,
            kind=initializer_of(found[0]).kind,
        )
        evidence = Evidence(
            say("what the outputs of two units have in common"),
            f"{alike:.0%}",
            say("0%, from weights around 0"),
            "model",
        )
        changes = tuple(
            SetLayerArgument(layer.name, "kernel_initializer", "glorot_uniform") for layer in found
        )
        fix = Fix("Start from weights of both signs", "review", changes)
        severity: Severity = "error" if ending.verdict == "failed" else "warning"
        yield self.finding(message, (evidence, *ending.evidence()), (fix,), severity=severity)


def _candidates(model: Model) -> tuple[Layer, ...]:
    """Return the hidden layers; all where it is not known which are outputs."""
    hidden = hidden_layers(model)
    return layers_with_weights(model) if isinstance(hidden, Missing) else hidden


def _is_equal(layer: Layer, model: Model) -> bool:
    if not _is_constant(layer) or (layer.units or 0) < 2:  # noqa: PLR2004 - one unit has no copies
        return False
    taken = consumers(model)
    if any(item.class_name in ("Add", "Multiply") for item in taken.get(layer.name, ())):
        return False
    behind = downstream(layer, taken, lambda item: item.class_name not in WITH_WEIGHTS)
    after = [item for item in behind if item.class_name in WITH_WEIGHTS]
    if after and not _is_zero(layer, "kernel"):
        return True
    silent = _is_zero(layer, "kernel") and _is_zero(layer, "bias")
    if silent and activation_after(layer, model) in RECTIFIERS:
        return True
    return all(map(_is_constant, after or layers_with_weights(model)))


def _is_constant(layer: Layer) -> bool:
    return initializer_of(layer).kind in CONSTANT


def _is_zero(layer: Layer, part: str) -> bool:
    drawn = initializer_of(layer, part)
    return drawn.kind in ("", "Zeros") or (
        drawn.kind == "Constant" and drawn.config.get("value", 0.0) == 0
    )


def _is_one_sided(layer: Layer) -> bool:
    alike = unit_correlation(layer)
    several = (layer.units or 0) >= 2  # noqa: PLR2004 - one unit has no copies
    free = layer.config.get("kernel_constraint") is None
    return several and free and not isinstance(alike, Missing) and alike > _ALIKE
