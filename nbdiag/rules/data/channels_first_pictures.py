"""NBD407: pictures whose colour axis stands where the model looks for rows."""

from collections.abc import Iterator

from nbdiag.facts.model.graph import CONVOLUTIONS
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.run import TrainingRun

COLOURS = (1, 3, 4)
LEAST_SIDE = 16


class ChannelsFirstPictures(Rule):
    """Pictures come with the colours first, and the model reads them last.

    What it finds
    -------------
    Inputs of shape (1, 3 or 4, side, side) into two-dimensional convolutions or poolings that
    expect (rows, columns, colours).

    Why it hurts
    ------------
    The model takes the columns of the picture for its colours: a 3 x 3 window covers all
    colours of a strip, and neighbouring pixels are not neighbours.

    Example
    -------
    ::

        x.shape                        # (5000, 3, 32, 32), as PyTorch keeps pictures
        keras.Input((3, 32, 32))

    Use instead
    -----------
    ::

        x = np.moveaxis(x, 1, -1)      # (5000, 32, 32, 3)
        keras.Input((32, 32, 3))

    Fix safety
    ----------
    display: the arrays and the input shape have to change together, with everything that
    reads the arrays later.

    Thresholds and their source
    ---------------------------
    A first axis of 1, 3 or 4 before two equal axes of 16 or more; a warning when the training
    learnt little, information otherwise.

    References
    ----------
    https://keras.io/api/layers/convolution_layers/convolution2d/ (``data_format``)
    """

    code = "NBD407"
    name = "channels-first-pictures"
    aspect = "inputs"
    confidence = "suspected"
    explains = ("NBD301", "NBD302", "NBD304", "NBD309")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look at the shapes of pictures and at who reads them."""
        model = known(run.model)
        for stats in run.data.inputs:
            shape = tuple(size or 0 for size in stats.shape)
            if len(shape) != 3 or shape[0] not in COLOURS or shape[1] != shape[2]:  # noqa: PLR2004 - rows, columns, colours
                continue
            reader = _reader(model)
            if shape[1] < LEAST_SIDE or reader is None:
                continue
            little = ending_of(run).verdict in ("failed", "fair")
            severity: Severity = "warning" if little else "info"
            turned = (shape[1], shape[2], shape[0])
            message = say(
                "Your images have shape {shape}, colours first, but '{layer}' reads the last "
                "axis as colours. Give it {turned}.",
                shape=shape,
                layer=reader.name,
                turned=turned,
            )
            evidence = Evidence("shape of an image", str(shape), str(turned), "training data")
            note = say("x = np.moveaxis(x, 1, -1), and the same for validation and input shape")
            fix = Fix("Move the colour axis to the end", "display", (), note=note)
            yield self.finding(message, (evidence,), (fix,), severity=severity)


def _reader(model: Model) -> Layer | None:
    for layer in model.layers:
        flat = layer.class_name in CONVOLUTIONS and "2D" in layer.class_name
        if flat or layer.class_name in ("MaxPooling2D", "AveragePooling2D"):
            last = layer.config.get("data_format", "channels_last") == "channels_last"
            return layer if last else None
    return None
