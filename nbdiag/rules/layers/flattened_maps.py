"""NBD507: a Dense layer on thousands of flattened pixels holds nearly all weights."""

from collections.abc import Iterator

from nbdiag.facts.model.graph import DENSE, changeable_layers, fan_in
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import ReplaceLayer
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.run import TrainingRun

MOST = 2_000_000  # weights of the Dense layer alone
SHARE = 0.9  # of all weights of the model
PER_ROW = 1000  # weights per training row


class FlattenedMaps(Rule):
    """A Dense layer on flattened feature maps holds nearly all weights.

    What it finds
    -------------
    A ``Flatten`` of convolutional feature maps into a ``Dense`` layer of more than two million
    weights that are nine tenths of the model and a thousand times the training rows.

    Why it hurts
    ------------
    What the convolutions share over all positions, the Dense layer learns for each position
    separately: it is slow, it needs memory, and it memorises small data sets.

    Example
    -------
    ::

        layers.Conv2D(64, 3, activation="relu"),     # (220, 220, 64)
        layers.Flatten(),                            # 3,097,600 numbers
        layers.Dense(128, activation="relu"),

    Use instead
    -----------
    ::

        layers.Conv2D(64, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(128, activation="relu"),

    Fix safety
    ----------
    review: an average forgets positions, which matter for some tasks.

    Thresholds and their source
    ---------------------------
    Two million weights, 90 % of the model, 1,000 per row: VGG16 on ImageNet holds 90 % in its
    Dense layers as well, with 100 per row. Advice only.

    References
    ----------
    Lin, Chen, Yan (2014), Network in network, section 3.2.
    """

    code = "NBD507"
    name = "flattened-maps"
    aspect = "architecture"
    role = "advice"
    severity = "info"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Check the Dense layer after each Flatten."""
        model = known(run.model)
        rows = max((item.rows or 0 for item in run.data.inputs), default=0)
        total = max(model.parameters, 1)
        for layer, dense in _flattened(model):
            heavy = dense.parameters > MOST and dense.parameters > SHARE * total
            if not heavy or dense.parameters < PER_ROW * rows:
                continue
            message = say(
                "'{layer}' takes {inputs:,} flattened numbers and holds {weights:,} weights, "
                "{share:.0%} of the model. Pool before you flatten.",
                layer=dense.name,
                inputs=fan_in(dense),
                weights=dense.parameters,
                share=dense.parameters / total,
            )
            evidence = Evidence(
                say("weights of '{layer}'", layer=dense.name),
                f"{dense.parameters:,}",
                say("under {limit:,}", limit=MOST),
                "model",
            )
            change = ReplaceLayer(layer.name, "GlobalAveragePooling2D")
            fix = Fix("Average over positions instead", "review", (change,))
            yield self.finding(message, (evidence,), (fix,))


def _flattened(model: Model) -> Iterator[tuple[Layer, Layer]]:
    by_name = {layer.name: layer for layer in model.layers}
    for dense in changeable_layers(model):
        if dense.class_name not in DENSE or not fan_in(dense):
            continue
        for name in dense.inbound:
            layer = by_name.get(name)
            shape = layer.input_shape if layer is not None else None
            if layer is None or layer.class_name != "Flatten" or not isinstance(shape, tuple):
                continue
            if len(shape) == 3:  # noqa: PLR2004 - rows, columns, channels
                yield layer, dense
