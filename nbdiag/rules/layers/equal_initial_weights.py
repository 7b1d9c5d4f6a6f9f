"""NBD503: a hidden layer whose units all start as the same one."""

from collections.abc import Iterator, Mapping

from nbdiag.facts.ending import ending_of
from nbdiag.facts.initializers import initializer_of
from nbdiag.facts.layers import (
    WEIGHING,
    activation_after,
    consumers,
    hidden_layers,
    weighing_layers,
)
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.change import SetLayerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.run import TrainingRun

CONSTANT = ("Zeros", "Ones", "Constant")
RECTIFIERS = ("relu", "relu6")  # their slope at 0 is 0


class EqualInitialWeights(Rule):
    """All units of a hidden layer start as the same one.

    What it finds
    -------------
    Hidden layers whose ``kernel_initializer`` gives every weight one value: zeros, ones, a
    constant. The last layer of an output, and the last before a sum (a residual branch that
    starts closed), may start at zero and are left out; so are zeros that a rectifier does not
    stop, when random weights come next: those tell the units apart at the first step.

    Why it hurts
    ------------
    Equal weights compute equal answers, and receive equal gradients unless the next layer's
    weights tell them apart: a layer of 64 units stays a layer of one. Zeros in front of a
    rectifier pass no gradient at all.

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
    None: the symmetry is exact. Where it is not known what comes next, as inside a model class,
    every layer has to start this way. A training that works all the same (dropout breaks the
    symmetry) gets information only; one that learnt nothing an error.

    References
    ----------
    Goodfellow, Bengio, Courville (2016), Deep Learning, section 8.4.
    """

    code = "NBD503"
    name = "equal-initial-weights"
    aspect = "initializer"
    explains = ("NBD301", "NBD302", "NBD304", "NBD309", "NBD601", "NBD603")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look at the initializers of hidden layers."""
        if run.started_trained:
            return
        model = known(run.model)
        found = [layer for layer in hidden_layers(model) if _is_equal(layer, model)]
        if not found:
            return
        ending = ending_of(run)
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


def _is_equal(layer: Layer, model: Model) -> bool:
    if not _is_constant(layer) or (layer.units or 0) < 2:  # noqa: PLR2004 - one unit has no copies
        return False
    taken = consumers(model)
    if any(item.class_name in ("Add", "Multiply") for item in taken.get(layer.name, ())):
        return False
    after = _next_weighing(layer, taken)
    if after and not _is_zero(layer, "kernel"):
        return True
    silent = _is_zero(layer, "kernel") and _is_zero(layer, "bias")
    if silent and activation_after(layer, model) in RECTIFIERS:
        return True
    return all(map(_is_constant, after or weighing_layers(model)))


def _is_constant(layer: Layer) -> bool:
    return initializer_of(layer).kind in CONSTANT


def _is_zero(layer: Layer, part: str) -> bool:
    drawn = initializer_of(layer, part)
    return drawn.kind in ("", "Zeros") or (
        drawn.kind == "Constant" and drawn.config.get("value", 0.0) == 0
    )


def _next_weighing(layer: Layer, taken: Mapping[str, tuple[Layer, ...]]) -> list[Layer]:
    waiting, seen = list(taken.get(layer.name, ())), set()
    found: list[Layer] = []
    while waiting:
        follower = waiting.pop(0)
        if follower.name in seen:
            continue
        seen.add(follower.name)
        if follower.class_name in WEIGHING:
            found.append(follower)
        else:
            waiting += taken.get(follower.name, ())
    return found
