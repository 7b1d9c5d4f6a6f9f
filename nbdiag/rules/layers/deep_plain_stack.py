"""NBD510: many plain layers in a row, with nothing that keeps the signal alive."""

from collections.abc import Iterator

from nbdiag.facts.model.graph import NORMALIZING, hidden_layers
from nbdiag.facts.training.verdict import ending_of
from nbdiag.keras_api.layers import with_role
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import RemoveLayer
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.model import Model
from nbdiag.schema.run import TrainingRun

DEEP = 6  # hidden Dense layers; the plain networks of Glorot and Bengio have up to 5
KEPT = 2


class DeepPlainStack(Rule):
    """Many plain Dense layers stand in a row.

    What it finds
    -------------
    Six or more hidden Dense layers without normalization and without shortcuts, on a training
    that learnt little.

    Why it hurts
    ------------
    Each layer multiplies the signal on its way up and the gradient on its way down. Narrow ReLU
    layers lose a part of it for good: a stack of ten layers of ten units starts with the same
    prediction for every sample in most draws.

    Example
    -------
    ::

        for _ in range(10):
            model.add(layers.Dense(10, activation="relu"))

    Use instead
    -----------
    ::

        model.add(layers.Dense(32, activation="relu"))
        model.add(layers.Dense(32, activation="relu"))

    Fix safety
    ----------
    review: the model becomes smaller. Where depth is meant, normalization or shortcuts carry it.

    Thresholds and their source
    ---------------------------
    Six layers, one more than the deepest plain networks of Glorot and Bengio (2010). A warning
    when nothing was learnt, information when little was, silence when the training works.

    References
    ----------
    Glorot, Bengio (2010); Lu et al. (2020), Dying ReLU and initialization, theorem 3.3.
    """

    code = "NBD510"
    name = "deep-plain-stack"
    aspect = "architecture"
    confidence = "suspected"
    explains = ("NBD301", "NBD302", "NBD304", "NBD309", "NBD601", "NBD603")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Count hidden Dense layers that nothing helps."""
        model = known(run.model)
        ending = ending_of(run)
        stack = [layer for layer in known(hidden_layers(model)) if layer.class_name == "Dense"]
        if ending.verdict not in ("fair", "failed") or len(stack) < DEEP or _is_helped(model):
            return
        message = say(
            "{count} hidden layers in a row carry the signal without normalization or shortcuts. "
            "Begin with {kept}, and add layers when they help.",
            count=len(stack),
            kept=KEPT,
        )
        evidence = Evidence(
            "hidden Dense layers", str(len(stack)), say("under {limit}", limit=DEEP), "model"
        )
        changes = tuple(RemoveLayer(layer.name) for layer in stack[KEPT:])
        fix = Fix(say("Keep the first {kept} hidden layers", kept=KEPT), "review", changes)
        severity: Severity = "warning" if ending.verdict == "failed" else "info"
        yield self.finding(message, (evidence, *ending.evidence()), (fix,), severity=severity)


def _is_helped(model: Model) -> bool:
    helpers = NORMALIZING | with_role("merge")
    return any(layer.class_name in helpers or layer.operations for layer in model.layers)
