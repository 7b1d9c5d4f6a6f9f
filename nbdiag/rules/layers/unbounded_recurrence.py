"""NBD515: a recurrent layer hands itself a state that nothing bounds."""

from collections.abc import Iterator
from dataclasses import replace
from math import isinf

from nbdiag.facts.model.graph import RECURRENT
from nbdiag.facts.optimization.step_size import harm
from nbdiag.facts.optimization.updates import USUAL_RATES, first_rate, optimizer_of
from nbdiag.facts.training.verdict import ending_of
from nbdiag.keras_api.activations import RANGES
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import SetLayerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer
from nbdiag.schema.run import TrainingRun

MODEST = 10.0  # times the usual rate: with tanh the same layers train at that


class UnboundedRecurrence(Rule):
    """A recurrent layer hands itself a state that nothing bounds.

    What it finds
    -------------
    An ``LSTM``, ``GRU`` or ``SimpleRNN`` with an activation that grows without bound (relu, linear,
    elu …), in a training that did not learn.

    Why it hurts
    ------------
    The state goes through the same weights at every step. tanh keeps it within 1; with relu it
    grows by a factor at each step, a hundred steps make it huge, and the loss jumps or becomes NaN.
    On a GPU the fast implementation is lost as well.

    Example
    -------
    ::

        layers.LSTM(64, activation="relu")

    Use instead
    -----------
    ::

        layers.LSTM(64)      # tanh

    Fix safety
    ----------
    review: short sequences with small weights may train with relu, and the training is another one.

    Thresholds and their source
    ---------------------------
    Where steps broke something (batch losses that shoot up, dead units, numbers that overflow:
    `nbdiag.facts.optimization.step_size.harm`) an error when nothing was learnt, a warning when
    little was; otherwise a warning and information. Not mentioned when the training works. A
    learning rate up to ten times the usual one is not blamed beside it: with tanh the same layers
    train at that (measured with Keras 3.15, 144 steps of three columns, Adam at 0.001 and 0.01).

    References
    ----------
    Le, Jaitly, Hinton (2015), A simple way to initialize recurrent networks of rectified linear
    units; Keras documentation of ``LSTM`` (requirements of the cuDNN implementation).
    """

    code = "NBD515"
    name = "unbounded-recurrence"
    aspect = "hidden_activation"
    confidence = "suspected"
    explains = (
        "NBD301", "NBD302", "NBD303", "NBD304", "NBD305", "NBD306", "NBD309", "NBD310", "NBD312",
        "NBD602", "NBD603",
    )  # fmt: skip

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Find unbounded activations, and weigh them by how the training ended."""
        layers = [layer for layer in known(run.model).layers if _grows(layer)]
        ending = ending_of(run)
        if not layers or ending.verdict in ("learnt", "unknown", "open"):
            return
        broken = harm(run)
        failed: Severity = "error" if broken else "warning"
        fair: Severity = "warning" if broken else "info"
        message = say(
            "'{layer}' uses {activation}, so that its state can grow at every step of the "
            "sequence. tanh keeps it within 1.",
            layer=layers[0].name,
            activation=layers[0].activation,
        )
        changes = tuple(SetLayerArgument(item.name, "activation", "tanh") for item in layers)
        found = self.finding(
            message,
            (
                Evidence("activation of the state", str(layers[0].activation), "tanh", "model"),
                *broken[:1],
                *ending.evidence(),
            ),
            (Fix("Use tanh in the recurrent layers", "review", changes),),
            severity=failed if ending.verdict == "failed" else fair,
            confidence="measured" if broken else "suspected",
        )
        yield replace(found, supersedes=("NBD201",)) if _usual(run) else found


def _grows(layer: Layer) -> bool:
    if not layer.builtin or layer.class_name not in RECURRENT or not layer.trainable:
        return False
    activation = layer.config.get("activation", layer.activation)
    if not isinstance(activation, str) or activation == "custom":
        return False
    return activation not in RANGES or isinf(RANGES[activation][1])


def _usual(run: TrainingRun) -> bool:
    optimizer, rate = optimizer_of(run), first_rate(run)
    if isinstance(optimizer, Missing) or isinstance(rate, Missing):
        return False
    return rate <= MODEST * USUAL_RATES.get(optimizer.name, 0.0)
