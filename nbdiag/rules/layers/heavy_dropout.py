"""NBD506: dropout that leaves too little of the signal, or of the output."""

import math
from collections.abc import Iterator

from nbdiag.facts.model.graph import changeable_layers, consumers
from nbdiag.facts.training.verdict import Ending, ending_of, is_deaf
from nbdiag.keras_api.layers import with_role, with_trait
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import RemoveLayer, SetLayerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.run import TrainingRun

KINDS = with_trait("drops")
HIGH = 0.6  # Srivastava et al. find 0.5 to 0.8 kept best; above 0.5 dropped the noise dominates
LITTLE = 0.2  # of the paths through the model survives a step: three layers at 0.5 leave 0.125
MILD = 0.3
EMPTY = 0.01  # of the rows: six units at 0.5, three at 0.3


class HeavyDropout(Rule):
    """Dropout leaves too little of the signal, or of the output.

    What it finds
    -------------
    A dropout layer after the output; dropout of more than 60 % in one layer; several dropout
    layers one after the other that leave less than a fifth of the paths in place; and dropout
    among so few units that it hides all of them in one row of a hundred.

    Why it hurts
    ------------
    Dropout fights overfitting by hiding units. A model that has not even learnt its training
    samples needs the opposite. After the output it hides the predictions themselves: a probability
    that is sometimes 0 costs an infinite cross-entropy.

    Example
    -------
    ::

        layers.Dense(100, activation="relu"),
        layers.Dropout(0.7),

    Use instead
    -----------
    ::

        layers.Dense(100, activation="relu"),
        layers.Dropout(0.3),

    Fix safety
    ----------
    review: less dropout can mean more overfitting.

    Thresholds and their source
    ---------------------------
    Rates of 0.2 to 0.5 are what Srivastava et al. recommend. A higher one is a warning on a
    training that learnt little, and information otherwise: strong dropout with a wide layer can be
    right. After the output it is an error unless the training works. That the units of a narrow
    layer vanish together is arithmetic: the rate to the power of their number.

    References
    ----------
    Srivastava et al. (2014), Dropout, JMLR 15, section 7.3; UMLAUT (Schoop et al., CHI 2021)
    warns above 0.5 whatever the training does.
    """

    code = "NBD506"
    name = "heavy-dropout"
    aspect = "regularization"
    confidence = "suspected"
    explains = ("NBD301", "NBD304", "NBD307", "NBD309", "NBD312")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look at each dropout layer, then at all of them together."""
        model = known(run.model)
        layers = [
            layer
            for layer in changeable_layers(model)
            if layer.class_name in KINDS and _rate(layer) > 0
        ]
        ending = ending_of(run)
        taken = consumers(model)
        last = next((layer for layer in layers if not taken.get(layer.name)), None)
        if last is not None and any(item.inbound for item in model.layers):
            yield self._after_output(last, ending)
            layers = [layer for layer in layers if layer is not last]
        empty = [layer for layer in layers if _rate(layer) <= HIGH and _emptied(layer) >= EMPTY]
        if empty:
            yield self._empties(empty, run, ending)
            layers = [layer for layer in layers if layer not in empty]
        high = [layer for layer in layers if _rate(layer) > HIGH]
        kept = math.prod(1 - _rate(layer) for layer in _in_a_row(layers, model))
        if high:
            yield self._high(high, ending)
        elif kept < LITTLE:
            yield self._together(layers, kept, ending)

    def _after_output(self, layer: Layer, ending: Ending) -> Finding:
        message = say(
            "'{layer}' sets {rate:.0%} of the predictions to zero while the model trains: dropout "
            "belongs between hidden layers.",
            layer=layer.name,
            rate=_rate(layer),
        )
        evidence = Evidence(
            "last layer", say("dropout {rate:g}", rate=_rate(layer)), "the output", "model"
        )
        fix = Fix("Remove it", "review", (RemoveLayer(layer.name),))
        severity: Severity = "info" if ending.works else "error"
        return self.finding(message, (evidence,), (fix,), severity=severity, confidence="proven")

    def _empties(self, layers: list[Layer], run: TrainingRun, ending: Ending) -> Finding:
        worst = max(layers, key=_emptied)
        message = say(
            "'{layer}' drops each of {count} values with a probability of {rate:g}: at each step "
            "{emptied:.0%} of your samples lose all of them. With so few values, every one is "
            "needed.",
            layer=worst.name,
            count=_width(worst),
            rate=_rate(worst),
            emptied=_emptied(worst),
        )
        evidence = Evidence(
            say("samples emptied by '{layer}'", layer=worst.name),
            f"{_emptied(worst):.1%}",
            say("under {share:.0%}", share=EMPTY),
            "model",
        )
        changes = tuple(RemoveLayer(layer.name) for layer in layers)
        fix = Fix("Remove the dropout between so few units", "review", changes)
        # Where no gradient arrived at all, dropout is not why.
        quiet = ending.verdict not in ("fair", "failed") or is_deaf(run)
        return self.finding(
            message,
            (evidence, *ending.evidence()),
            (fix,),
            severity="info" if quiet else "warning",
            confidence="proven",
        )

    def _high(self, layers: list[Layer], ending: Ending) -> Finding:
        worst = max(layers, key=_rate)
        message = say(
            "'{layer}' drops {rate:.0%} of its inputs at each step; 20 to 50 % are usual. Try "
            "less.",
            layer=worst.name,
            rate=_rate(worst),
        )
        evidence = Evidence(
            say("rate of '{layer}'", layer=worst.name), f"{_rate(worst):g}", "0.2 … 0.5", "model"
        )
        severity: Severity = "warning" if ending.verdict in ("fair", "failed") else "info"
        evidences = (evidence, *ending.evidence())
        return self.finding(message, evidences, (_milder(layers),), severity=severity)

    def _together(self, layers: list[Layer], kept: float, ending: Ending) -> Finding:
        message = say(
            "Your {count} dropout layers together leave {kept:.0%} of the paths through the model "
            "at each step. Keep one or two, with lower rates.",
            count=len(layers),
            kept=kept,
        )
        evidence = Evidence("paths left by dropout", f"{kept:.0%}", "a fifth and more", "model")
        # On a training that learnt nothing at all something stronger than noise is at work.
        severity: Severity = "warning" if ending.verdict == "fair" else "info"
        evidences = (evidence, *ending.evidence())
        return self.finding(message, evidences, (_milder(layers),), severity=severity)


def _width(layer: Layer) -> int:
    """Values of one row that are hidden one by one; 0 when they are not known."""
    shape = layer.input_shape
    if layer.class_name != "Dropout" or isinstance(shape, Missing) or None in shape:
        return 0
    return math.prod(axis or 0 for axis in shape)


def _emptied(layer: Layer) -> float:
    """Share of the rows of which nothing is left."""
    width = _width(layer)
    return _rate(layer) ** width if width else 0.0


def _rate(layer: Layer) -> float:
    rate = layer.config.get("rate", 0.0)
    return float(rate) if isinstance(rate, int | float) and 0 <= rate <= 1 else 0.0


def _in_a_row(layers: list[Layer], model: Model) -> list[Layer]:
    """Dropout layers on one path; side branches of a residual block do not add up."""
    joined = any(item.class_name in with_role("merge") for item in model.layers)
    return layers[:1] if joined else layers


def _milder(layers: list[Layer]) -> Fix:
    changes = tuple(SetLayerArgument(layer.name, "rate", MILD) for layer in layers)
    return Fix(say("Lower the dropout to {rate:g}", rate=MILD), "review", changes)
