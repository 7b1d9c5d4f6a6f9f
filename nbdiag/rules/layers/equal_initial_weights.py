"""NBD503: a hidden layer whose units all start as the same one."""

from collections.abc import Iterator

from nbdiag.facts.ending import ending_of
from nbdiag.facts.initializers import initializer_of
from nbdiag.facts.layers import consumers, hidden_layers
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.change import SetLayerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.run import TrainingRun

CONSTANT = ("Zeros", "Ones", "Constant")


class EqualInitialWeights(Rule):
    """All units of a hidden layer start as the same one.

    What it finds
    -------------
    Hidden layers whose ``kernel_initializer`` gives every weight one value: zeros, ones, a
    constant. The last layer of an output, and the last before a sum (a residual branch that
    starts closed), may start at zero and are left out.

    Why it hurts
    ------------
    Equal weights compute equal answers and receive equal gradients: a layer of 64 units stays a
    layer of one. Zeros between rectified layers pass no gradient at all.

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
    None: the symmetry is exact. A training that works all the same (dropout breaks the symmetry)
    gets information only; one that learnt nothing an error.

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
    kind = initializer_of(layer).kind
    if kind not in CONSTANT or (layer.units or 0) < 2:  # noqa: PLR2004 - one unit has no copies
        return False
    followers = consumers(model).get(layer.name, ())
    return not any(item.class_name in ("Add", "Multiply") for item in followers)
