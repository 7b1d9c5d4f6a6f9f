"""NBD504: fresh weights that shrink or blow up the signal, layer by layer."""

import math
from collections.abc import Iterator

from nbdiag.facts.model.graph import NORMALIZING, hidden_layers
from nbdiag.facts.model.initializers import BURST, LOST, gain, initializer_of
from nbdiag.facts.training.verdict import Ending, ending_of, is_deaf
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import SetLayerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer
from nbdiag.schema.run import TrainingRun

SHRUNK, BLOWN_UP = 0.05, 20.0  # times the signal: worth knowing


class InitializerUnfitForActivation(Rule):
    """Fresh weights shrink or blow up the signal, layer by layer.

    What it finds
    -------------
    Hidden layers whose weights are drawn with a fixed deviation (``random_normal``,
    ``random_uniform``, ``RandomNormal(stddev=1)``) instead of one that follows the layer's size,
    and the product of what they do to a signal.

    Why it hurts
    ------------
    With a deviation of 0.05 a layer of eight inputs hands on a tenth of its signal; three such
    layers a thousandth, and as little of the gradient comes back. With a deviation of 1 bounded
    layers start saturated and ReLU layers with huge outputs.

    Example
    -------
    ::

        layers.Dense(8, activation="relu", kernel_initializer="random_normal")

    Use instead
    -----------
    ::

        layers.Dense(8, activation="relu", kernel_initializer="he_normal")

    Fix safety
    ----------
    review: the same layer from other random weights.

    Thresholds and their source
    ---------------------------
    A layer keeps the size of its signal when fan-in times the weights' variance is 1, before a
    rectifier 2 (He et al. 2015, equation 10). A product of the layers' gains under 0.001 or above
    1,000 is a warning on a training that learnt nothing although some gradient arrived; under 0.05
    or above 20 it is information, and not mentioned when the training works.

    References
    ----------
    He, Zhang, Ren, Sun (2015), Delving deep into rectifiers; Glorot, Bengio (2010).
    """

    code = "NBD504"
    name = "initializer-unfit-for-activation"
    aspect = "initializer"
    confidence = "suspected"
    explains = (
        "NBD301", "NBD302", "NBD303", "NBD304", "NBD305", "NBD306", "NBD309", "NBD312", "NBD601",
        "NBD602", "NBD603", "NBD604",
    )  # fmt: skip

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Multiply the gains of the hidden layers."""
        model = known(run.model)
        ending = ending_of(run)
        normalized = any(layer.class_name in NORMALIZING for layer in model.layers)
        if ending.verdict not in ("failed", "fair") or run.started_trained or normalized:
            return
        gains: list[tuple[Layer, float]] = []
        for layer in known(hidden_layers(model)):
            found = gain(layer, model)
            if not isinstance(found, Missing) and found > 0:
                gains.append((layer, found))
        if not gains:
            return
        product = math.prod(value for _, value in gains)
        if SHRUNK <= product <= BLOWN_UP:
            return
        yield self._found(gains, product, ending, _severity(run, product, ending))

    def _found(
        self,
        gains: list[tuple[Layer, float]],
        product: float,
        ending: Ending,
        severity: Severity,
    ) -> Finding:
        layer = gains[0][0]
        kind = initializer_of(layer).kind
        does = say("shrinks") if product < 1 else say("blows up")
        message = say(
            "{kind} gives the weights of '{layer}' and {others} other hidden layers a size that "
            "{does} the signal to {product:.2g} of what it was.",
            kind=kind,
            layer=layer.name,
            others=len(gains) - 1,
            does=does,
            product=product,
        )
        if len(gains) == 1:
            message = say(
                "{kind} gives the weights of '{layer}' a size that {does} the signal to "
                "{product:.2g} of what it was.",
                kind=kind,
                layer=layer.name,
                does=does,
                product=product,
            )
        evidence = Evidence(
            "signal after the hidden layers",
            say("{product:.2g} times", product=product),
            "0.05 … 20 times",
            "model",
        )
        changes = tuple(
            SetLayerArgument(item.name, "kernel_initializer", _fitting(item)) for item, _ in gains
        )
        fix = Fix("Draw weights by the layer's size", "review", changes)
        return self.finding(message, (evidence, *ending.evidence()), (fix,), severity=severity)


def _severity(run: TrainingRun, product: float, ending: Ending) -> Severity:
    lost = not LOST <= product <= BURST
    return "warning" if lost and ending.verdict == "failed" and not is_deaf(run) else "info"


def _fitting(layer: Layer) -> str:
    return "he_uniform" if layer.activation == "relu" else "glorot_uniform"
