"""NBD121: the model predicts at every step, and each sample has one target."""

import math
from collections.abc import Iterator

from nbdiag.facts.crash.exception import written
from nbdiag.facts.model.graph import RECURRENT, consumers
from nbdiag.facts.model.losses import COUNTING, DISTANCE
from nbdiag.facts.model.outputs import Output
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.head.outputs import OF_THE_CURVES, HeadRule, labels_of, loss_name
from nbdiag.schema.changes import Change, InsertLayer, SetLayerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.run import TrainingRun


class OneTargetForEveryStep(HeadRule):
    """The model predicts at every step, and each sample has one target.

    What it finds
    -------------
    An output with an axis of steps (or rows, or pixels) under squared or absolute error, whose
    targets are one number per row.

    Why it hurts
    ------------
    Cross-entropies refuse such shapes; squared error stretches the targets over the missing axis
    without a word. Targets of shape (rows, 1) are compared with the prediction of every step;
    targets of shape (rows,) even meet the predictions for all other samples of the batch, and the
    best the model can do is to predict their mean.

    Example
    -------
    ::

        layers.LSTM(32, return_sequences=True),
        layers.Dense(1),                            # output (steps, 1), y of shape (rows,)

    Use instead
    -----------
    ::

        layers.LSTM(32),
        layers.Dense(1),                            # output (1,)

    Fix safety
    ----------
    review: the last step alone is what is usually meant; with a mean over the steps the model
    would be another one.

    Thresholds and their source
    ---------------------------
    None: shapes are compared. Measured with Keras 3.15: an LSTM that returns its sequence ends at
    the variance of the targets. An error when nothing was learnt, information for a training that
    works, a warning otherwise.

    References
    ----------
    ``keras/src/losses/losses.py``, ``squeeze_or_expand_to_same_rank``; NumPy's broadcasting rules.
    """

    code = "NBD121"
    name = "one-target-for-every-step"
    aspect = "architecture"
    explains = ("NBD301", "NBD302", "NBD304", "NBD309", "NBD310", "NBD312")
    supersedes = OF_THE_CURVES

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Compare the axes of one prediction with those of one target."""
        if loss_name(output) not in DISTANCE | COUNTING or isinstance(output.head.shape, Missing):
            return
        shape, target = output.head.shape, labels_of(output).shape
        steps = math.prod(size or 1 for size in shape[:-1])
        if len(shape) < 2 or steps == 1 or target not in ((), (1,)):  # noqa: PLR2004 - steps and units
            return
        ending = ending_of(run)
        severity: Severity = "error" if ending.verdict == "failed" else "warning"
        if ending.works:
            severity = "info"
        fixes = () if isinstance(run.model, Missing) else tuple(_fixes(run.model, output))
        yield self.finding(
            say(
                "{output} makes one prediction for each of {steps} places {shape}, but every "
                "sample has one target: the loss stretches it over all of them.",
                output=output.opening,
                steps=steps,
                shape=written(shape),
            ),
            (
                Evidence("shape of one prediction", written(shape), written((1,)), "model"),
                Evidence("shape of one target", written(target), written(shape), "labels"),
                *ending.evidence(),
            ),
            fixes,
            severity=severity,
        )


def _fixes(model: Model, output: Output) -> Iterator[Fix]:
    by_name = {layer.name: layer for layer in model.layers}
    head = by_name.get(output.head.weights_layer or "")
    if head is None:
        return
    before = _only(head, by_name)
    change: Change = InsertLayer("Flatten", head.name, before=True)
    title = say("Flatten the steps before the last layer")
    alone = before is not None and len(consumers(model).get(before.name, ())) == 1
    if before is not None and alone and before.class_name in RECURRENT:
        change = SetLayerArgument(before.name, "return_sequences", value=False)
        title = say("Return only the last step from the last recurrent layer")
    yield Fix(title, "review", (change,))


def _only(layer: Layer, by_name: dict[str, Layer]) -> Layer | None:
    """Return the layer before, skipping dropout."""
    while len(layer.inbound) == 1 and layer.inbound[0] in by_name:
        layer = by_name[layer.inbound[0]]
        if layer.class_name != "Dropout":
            return layer
    return None
