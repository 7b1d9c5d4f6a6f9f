"""NBD508: a hidden layer too narrow for what has to pass it."""

from collections.abc import Iterator

from nbdiag.facts.data.task import task_of
from nbdiag.facts.model.graph import FEW_RECTIFIED, activation_after, fan_in, hidden_layers
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say, say_count
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import SetLayerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.model import Layer
from nbdiag.schema.run import TrainingRun

CLASSES_PER_UNIT = 4


class NarrowLayer(Rule):
    """A hidden layer is too narrow for what has to pass it.

    What it finds
    -------------
    Hidden layers with fewer than a quarter as many units as there are classes, or ReLU layers of at
    most three units after a wider input, on a training that learnt little.

    Why it hurts
    ------------
    Everything the output knows has passed the narrowest layer. Two ReLU units distinguish ten
    classes only by their angle, and when one of them dies, half of the model is gone.

    Example
    -------
    ::

        layers.Dense(2, activation="relu"),
        layers.Dense(10, activation="softmax"),

    Use instead
    -----------
    ::

        layers.Dense(32, activation="relu"),
        layers.Dense(10, activation="softmax"),

    Fix safety
    ----------
    review: a wider layer has more weights to fit.

    Thresholds and their source
    ---------------------------
    A quarter of the classes; three ReLU units, which start all dead in one of eight draws (each
    with probability 1/2). A warning where there are too few for the classes, or nothing was learnt.
    Ten classes through two units, trained five times as long, were still right for two samples of
    three only. Silent when the training works, or when the layer is the code of an autoencoder.

    References
    ----------
    Lu, Shin, Su, Karniadakis (2020), Dying ReLU and initialization.
    """

    code = "NBD508"
    name = "narrow-layer"
    aspect = "architecture"
    confidence = "suspected"
    explains = ("NBD301", "NBD302", "NBD304", "NBD309", "NBD603")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare hidden widths with the classes and with the input."""
        model = known(run.model)
        task, ending = task_of(run), ending_of(run)
        if ending.verdict not in ("fair", "failed") or task.reconstruction:
            return
        classes = task.classes or 0
        narrow = [
            layer
            for layer in known(hidden_layers(model))
            if layer.units
            and (
                layer.units * CLASSES_PER_UNIT < classes
                or (layer.units <= FEW_RECTIFIED < (fan_in(layer) or 0) and _rectified(run, layer))
            )
        ]
        if not narrow:
            return
        layer = min(narrow, key=lambda item: item.units or 0)
        message = say_count(
            "Everything has to pass the {number} unit of '{layer}': too few for {purpose}. Give "
            "it some dozens.",
            "Everything has to pass the {number} units of '{layer}': too few for {purpose}. Give "
            "it some dozens.",
            layer.units or 0,
            layer=layer.name,
            purpose=say_count("{number} class", "{number} classes", classes)
            if classes
            else say("the task"),
        )
        wide = max(32, 2 * classes)
        evidence = Evidence(
            say("units of '{layer}'", layer=layer.name), str(layer.units), "16 and more", "model"
        )
        changes = tuple(SetLayerArgument(item.name, "units", wide) for item in narrow)
        dense = all(item.class_name == "Dense" for item in narrow)
        fix = Fix(
            say("Give it {wide} units", wide=wide),
            "review" if dense else "display",
            changes if dense else (),
        )
        # A quarter of the classes is too few by counting; that ReLU units die is chance.
        certain = any((item.units or 0) * CLASSES_PER_UNIT < classes for item in narrow)
        severity: Severity = "warning" if certain or ending.verdict == "failed" else "info"
        yield self.finding(message, (evidence, *ending.evidence()), (fix,), severity=severity)


def _rectified(run: TrainingRun, layer: Layer) -> bool:
    return activation_after(layer, known(run.model)) == "relu"
