"""NBD517: a BatchNormalization whose moving averages forget too soon."""

from collections.abc import Iterator

from nbdiag.facts.model.graph import changeable_layers
from nbdiag.facts.training.gain import GOOD, POOR, gain_at, loss_gain
from nbdiag.facts.training.verdict import last_probe
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import SetLayerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.run import TrainingRun

FEWEST = 64  # samples: the noise of a mean is then an eighth of a deviation
MOMENTUMS = (0.9, 0.99)  # usual values of Keras programs; the second is Keras' default


class AveragesOfFewSamples(Rule):
    """The moving averages of a BatchNormalization hold only the last few samples.

    What it finds
    -------------
    A ``BatchNormalization`` whose batch size over 1 - ``momentum`` is below 64 samples, in a
    training that is good on its own batches and poor in inference mode.

    Why it hurts
    ------------
    In use, each feature is normalized with the moving averages. Where these hold few samples they
    jump from batch to batch: validation swings, and the model that is kept depends on which samples
    came last. PyTorch's ``momentum=0.1`` is Keras' ``momentum=0.9``.

    Example
    -------
    ::

        layers.BatchNormalization(momentum=0.1),
        ...
        model.fit(x, y, batch_size=4, epochs=8)      # the last five samples

    Use instead
    -----------
    ::

        layers.BatchNormalization(momentum=0.99),
        ...
        model.fit(x, y, batch_size=4, epochs=8)      # the last four hundred

    Fix safety
    ----------
    review: the averages follow more slowly, and a training of few steps may be too short for them.

    Thresholds and their source
    ---------------------------
    The averages forget as momentum ** steps, so they hold about batch size / (1 - momentum)
    samples. A mean of 64 is off by an eighth of a deviation. That alone is never named: large maps
    and easy tasks bear it. The finding needs a training that explains 70 % on its own batches and
    30 % at most in inference mode (`nbdiag.facts.training.gain`). Batches of one sample are NBD505.

    References
    ----------
    Ioffe, Szegedy (2015), Batch normalization; Keras documentation of ``BatchNormalization``;
    PyTorch documentation of ``BatchNorm1d``, whose momentum is the weight of the new batch.
    """

    code = "NBD517"
    name = "averages-of-few-samples"
    aspect = "normalization"
    role = "cause"
    severity = "error"
    confidence = "measured"
    explains = ("NBD301", "NBD302", "NBD304", "NBD306", "NBD308", "NBD309")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the samples that the averages hold, then training and inference mode."""
        layers = _averaging(known(run.model))
        if not layers:
            return
        batch = known(run.fit.batch_size)
        short = [layer for layer in layers if batch < FEWEST * (1 - _momentum(layer))]
        probe = last_probe(run)
        if batch <= 1 or not short or probe is None:
            return
        used, trained = known(gain_at(run, probe)), known(loss_gain(run))
        if not (used <= POOR and trained >= GOOD):
            return
        momentum = min(_momentum(layer) for layer in short)
        held = batch / (1 - momentum)
        message = say(
            "Momentum {momentum:g} on batches of {batch} samples: the moving averages of your "
            "BatchNormalization layers hold about {held:.0f} samples, and should hold {fewest} or "
            "more. The model works on its training batches and not in use.",
            momentum=momentum,
            batch=batch,
            held=held,
            fewest=FEWEST,
        )
        evidence = (
            Evidence(
                "samples in the moving averages",
                f"{held:.0f}",
                say("{fewest} and more", fewest=FEWEST),
                "model and fit",
            ),
            Evidence("explained on training batches", f"{trained:.0%}", "the same", "history"),
            Evidence("explained in inference mode", f"{used:.0%}", "the same", "probe at the end"),
        )
        longer = next((m for m in MOMENTUMS if batch >= FEWEST * (1 - m)), MOMENTUMS[-1])
        changes = tuple(SetLayerArgument(layer.name, "momentum", longer) for layer in short)
        fix = Fix("Let the moving averages hold more samples", "review", changes)
        yield self.finding(message, evidence, (fix,))


def _averaging(model: Model) -> list[Layer]:
    """Find the user's layers that keep averages and still move them."""
    return [
        layer
        for layer in changeable_layers(model)
        if layer.class_name == "BatchNormalization" and layer.builtin and layer.trainable
    ]


def _momentum(layer: Layer) -> float:
    value = layer.config.get("momentum", 0.99)
    return float(value) if isinstance(value, int | float) and 0 <= value < 1 else 0.99
