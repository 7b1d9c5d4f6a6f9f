"""NBD514: an activation takes what another activation has bent already."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from nbdiag.facts.model.graph import changeable_layers, consumers
from nbdiag.facts.training.verdict import ending_of
from nbdiag.keras_api.activations import RANGES, with_trait
from nbdiag.keras_api.layers import with_role
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import Change, RemoveLayer, SetLayerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.run import TrainingRun

BENDING = with_role("activation")
PASSING = with_role("reshape", "noise")  # between the two; a normalization starts afresh
RECTIFIERS = with_trait("rectifier_like")
SQUASHING = with_trait("saturates") | {"softmax"}
OF_THE_CURVES = ("NBD203", "NBD210")


@dataclass(frozen=True)
class Pair:
    """Two activations in a row.

    Attributes
    ----------
    first, second
        The layers that carry them.
    last
        Whether the second one ends the model.
    """

    first: Layer
    second: Layer
    last: bool

    @property
    def names(self) -> tuple[str, str]:
        """Names of the two activations."""
        return str(self.first.activation), str(self.second.activation)


class StackedActivations(Rule):
    """An activation takes what another activation has bent already.

    What it finds
    -------------
    A layer with an activation whose output goes straight into a layer that is an activation itself
    (``Activation``, ``ReLU``, ``LeakyReLU``, ``Softmax`` …), where the second one changes what the
    first made. A ReLU after a ReLU, a sigmoid or a softmax changes nothing and is not reported.

    Why it hurts
    ------------
    The second function gets a part of its range only. A softmax of numbers between 0 and 1 can give
    one class of three at most 58 %; a sigmoid of a sigmoid returns between 0.5 and 0.73, one after
    a relu never less than 0.5. The loss stops there, whatever the learning rate and the number of
    epochs.

    Example
    -------
    ::

        model.add(layers.Dense(3, activation="softmax"))
        model.add(layers.Activation("softmax"))

    Use instead
    -----------
    ::

        model.add(layers.Dense(3, activation="softmax"))

    Fix safety
    ----------
    review: which of the two was meant follows from the place, but the training is another one.

    Thresholds and their source
    ---------------------------
    The highest probability follows from the ranges: exp(1) / (exp(1) + K - 1) for a softmax of K
    shares. At the end of the model it is an error when nothing was learnt, otherwise a warning;
    among the hidden layers a warning when nothing was learnt, otherwise information. A training
    that works is reported as information.

    References
    ----------
    The ranges of ``keras.activations``; the pattern is one of NeuraLint's (Nikanjam et al., 2021).
    """

    code = "NBD514"
    name = "stacked-activations"
    aspect = "hidden_activation"
    explains = ("NBD301", "NBD302", "NBD304", "NBD309", "NBD310", "NBD601", "NBD604")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Name the pair that limits most: the one at the end before hidden ones."""
        model = known(run.model)
        pairs = sorted(_pairs(model), key=lambda pair: not pair.last)
        if not pairs:
            return
        pair, ending = pairs[0], ending_of(run)
        low, high = _reach(pair)
        first, second = pair.names
        message = say(
            "'{first_layer}' ends with {first}, and '{second_layer}' applies {second} to that: "
            "what comes out lies between {low:.3g} and {high:.3g}. Keep one of the two.",
            first_layer=pair.first.name,
            first=first,
            second_layer=pair.second.name,
            second=second,
            low=low,
            high=high,
        )
        if second == "softmax" and high == 1:
            message = say(
                "'{first_layer}' ends with {first}, and '{second_layer}' applies {second} to that: "
                "what {first} cuts off is lost. Keep one of the two.",
                first_layer=pair.first.name,
                first=first,
                second_layer=pair.second.name,
                second=second,
            )
        full = RANGES.get(second, (-math.inf, math.inf))
        found = self.finding(
            message,
            (
                Evidence("activations in a row", f"{first}, {second}", "one", "model"),
                Evidence(
                    "values that can come out",
                    f"{low:.3g} … {high:.3g}",
                    f"{full[0]:.3g} … {full[1]:.3g}",
                    "formula",
                ),
                *ending.evidence(),
            ),
            _fixes(pair),
            aspect="output_activation" if pair.last else "hidden_activation",
            severity=_severity(pair, ending.verdict),
        )
        # What the curves say about the steps means little while the predictions are limited.
        yield replace(found, supersedes=OF_THE_CURVES) if pair.last else found


def _severity(pair: Pair, verdict: str) -> Severity:
    if verdict == "learnt":
        return "info"
    if pair.last:
        return "error" if verdict == "failed" else "warning"
    return "warning" if verdict == "failed" else "info"


def _pairs(model: Model) -> Iterator[Pair]:
    taken = consumers(model)
    for layer in changeable_layers(model):
        if layer.activation in (None, "linear", "custom") or not layer.builtin:
            continue
        follower = _follower(layer, taken)
        if follower is None or follower.class_name not in BENDING or not follower.builtin:
            continue
        pair = Pair(layer, follower, not taken.get(follower.name))
        if _matters(pair):
            yield pair


def _follower(layer: Layer, taken: dict[str, tuple[Layer, ...]]) -> Layer | None:
    """Return the only layer that reads a layer, skipping those that pass values on unchanged."""
    for _ in taken:
        takers = taken.get(layer.name, ())
        if len(takers) != 1 or takers[0].operations:
            return None
        (layer,) = takers
        if layer.class_name not in PASSING:
            return layer
    return None


def _matters(pair: Pair) -> bool:
    first, second = pair.names
    if second in ("None", "linear", "custom"):
        return False
    low, _ = RANGES.get(first, (-math.inf, math.inf))
    if second in RECTIFIERS and low >= 0:
        return False
    # An unbounded bend before a squashing one (leaky_relu, then tanh) keeps the whole range.
    return second in SQUASHING or (second in RECTIFIERS and first in SQUASHING)


def _reach(pair: Pair) -> tuple[float, float]:
    """Return the least and greatest value that both together can return."""
    first, second = pair.names
    low, high = RANGES.get(first, (-math.inf, math.inf))
    if second == "softmax":
        others = max((pair.second.units or pair.first.units or 2) - 1, 1)
        most = 1 / (1 + others * math.exp(low - high))
        return (1 / (1 + others * math.exp(high - low)) if high - low < _MOST else 0.0), most
    if second in RECTIFIERS:
        return (max(low, 0.0) if second in with_trait("rectifies") else low), high
    bend = _CURVES.get(second, math.tanh)
    return bend(max(low, -_MOST)), bend(min(high, _MOST))


_MOST = 500.0  # exp of more overflows
_CURVES: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "hard_sigmoid": lambda x: min(max(x / 6 + 0.5, 0.0), 1.0),
    "tanh": math.tanh,
    "softsign": lambda x: x / (1 + abs(x)),
}


def _fixes(pair: Pair) -> Iterator[Fix]:
    first, second = pair.names
    drop: Change = RemoveLayer(pair.second.name)
    if pair.last and first != second:
        bare = pair.first.class_name in BENDING
        drop = (
            RemoveLayer(pair.first.name)
            if bare
            else SetLayerArgument(pair.first.name, "activation", "linear")
        )
    kept = second if pair.last else first
    yield Fix(say("Keep {activation} alone", activation=kept), "review", (drop,))
