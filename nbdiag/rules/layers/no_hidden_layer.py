"""NBD511: the output takes the inputs directly."""

from collections.abc import Iterator

from nbdiag.facts.data.task import task_of
from nbdiag.facts.model.graph import LINEAR, WITH_WEIGHTS
from nbdiag.facts.training.verdict import ending_of
from nbdiag.keras_api.layers import with_trait
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import InsertLayer
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

PLAIN = LINEAR | WITH_WEIGHTS | with_trait("affine") | {"Activation"}


class NoHiddenLayer(Rule):
    """The output takes the inputs directly.

    What it finds
    -------------
    Models with one layer of weights, on a training that learnt little.

    Why it hurts
    ------------
    One layer draws a straight boundary (logistic regression) or a plane (linear regression). If
    the task is curved, no rate and no number of epochs help.

    Example
    -------
    ::

        keras.Sequential([keras.Input((2,)), layers.Dense(1, activation="sigmoid")])   # for XOR

    Use instead
    -----------
    ::

        keras.Sequential([
            keras.Input((2,)),
            layers.Dense(16, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ])

    Fix safety
    ----------
    review: a linear model can be meant, and noisy data leave it nothing to gain.

    Thresholds and their source
    ---------------------------
    One layer with weights. Information only: a straight line through noise ends the same way.

    References
    ----------
    Minsky, Papert (1969), Perceptrons.
    """

    code = "NBD511"
    name = "no-hidden-layer"
    aspect = "architecture"
    severity = "info"
    confidence = "suspected"
    explains = ("NBD301", "NBD304", "NBD309")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Count layers with weights."""
        model = known(run.model)
        ending = ending_of(run)
        weighing = [layer for layer in model.layers if layer.class_name in WITH_WEIGHTS]
        plain = all(item.class_name in PLAIN and item.builtin for item in model.layers)
        if ending.verdict not in ("fair", "failed") or len(weighing) != 1 or not plain:
            return
        if task_of(run).reconstruction:
            return
        (head,) = weighing
        message = say(
            "'{layer}' takes the inputs directly, so the model draws one straight boundary. If "
            "the task is curved, it needs a hidden layer.",
            layer=head.name,
        )
        evidence = Evidence("layers with weights", "1", "2 and more for a curved task", "model")
        flat = not isinstance(head.input_shape, Missing) and len(head.input_shape) == 1
        if head.class_name != "Dense" or not flat:
            yield self.finding(message, (evidence, *ending.evidence()))
            return
        change = InsertLayer("Dense", head.name, True, {"units": 32, "activation": "relu"})
        fix = Fix("Add a hidden layer of 32 units", "review", (change,))
        yield self.finding(message, (evidence, *ending.evidence()), (fix,))
