"""NBD505: a BatchNormalization where it cannot do its work."""

import math
from collections.abc import Iterator
from dataclasses import replace

from nbdiag.facts.model.graph import changeable_layers, consumers
from nbdiag.facts.model.losses import CROSS_ENTROPY, canonical
from nbdiag.facts.optimization.updates import total_steps
from nbdiag.facts.training.gain import GOOD, POOR, gain_at, loss_gain
from nbdiag.facts.training.verdict import ending_of, last_probe
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import RemoveLayer, SetFitArgument, SetLayerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.run import TrainingRun

LEFT = 0.2  # share of the moving averages that is still their start: 160 steps at momentum 0.99
FOLLOWED = 0.01  # share of their start that is left where the averages have caught up
LEAST = 0.5  # momentum: the averages hold two batches
MOST = 0.9  # momentum: the averages hold ten batches


class MisplacedBatchNormalization(Rule):
    """A BatchNormalization stands where it cannot do its work.

    What it finds
    -------------
    A ``BatchNormalization`` after the output's activation; one that normalizes flat features over
    batches of a single row; and one whose moving averages have seen so few steps that the
    model is good while it trains and poor when it is used.

    Why it hurts
    ------------
    After the output it turns probabilities into numbers of mean 0. With one sample per batch, each
    feature minus its own mean is 0: nothing passes. And until the moving averages have caught up,
    validation measures another network than the one that was trained.

    Example
    -------
    ::

        layers.Dense(10, activation="softmax"),
        layers.BatchNormalization(),

    Use instead
    -----------
    ::

        layers.BatchNormalization(),
        layers.Dense(10, activation="softmax"),

    Fix safety
    ----------
    review: removing the layer, raising the batch size or lowering the momentum changes the
    training. The momentum is one at which the averages have forgotten their start after the steps
    of this training; layers that one call makes, as a published architecture, are only named.

    Thresholds and their source
    ---------------------------
    momentum ** steps above 0.2 leaves a fifth of the start in the averages; the finding needs a
    training that explains 70 % on its own batches and under 30 % in inference mode
    (`nbdiag.facts.training.gain`). After the output it is an error under a cross-entropy of
    probabilities, which it no longer gets; under another loss a warning if the training works. With
    one sample per batch it is information if the training works. Otherwise both are errors.

    References
    ----------
    Ioffe, Szegedy (2015), Batch normalization; Keras documentation of ``BatchNormalization``.
    """

    code = "NBD505"
    name = "misplaced-batch-normalization"
    aspect = "normalization"
    confidence = "measured"
    explains = tuple(f"NBD{number}" for number in (301, 302, 304, 306, 308, 309, 312))

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look at each BatchNormalization's place, batch and steps."""
        model = known(run.model)
        layers = [layer for layer in model.layers if layer.class_name == "BatchNormalization"]
        if not layers:
            return
        works = ending_of(run).works
        behind = next((layer for layer in layers if _is_last(layer, model)), None)
        if behind is not None:
            yield self._after_output(
                behind, "warning" if works and not _wants_shares(run) else "error"
            )
        flat = [layer for layer in layers if _is_flat(layer)]
        if flat and run.fit.batch_size == 1:
            yield self._alone(flat[0], "info" if works else "error")
        yield from self._lagging(run, layers)

    def _after_output(self, layer: Layer, severity: Severity) -> Finding:
        message = say(
            "'{layer}' normalizes the output itself: the model no longer returns the "
            "probabilities of its activation.",
            layer=layer.name,
        )
        evidence = Evidence("last layer", "BatchNormalization", "the output's activation", "model")
        fix = Fix("Remove it", "review", (RemoveLayer(layer.name),))
        found = self.finding(message, (evidence,), (fix,), severity=severity, confidence="proven")
        # Seen from the output, the probabilities are missing; an activation would not bring them.
        return replace(found, supersedes=("NBD101",))

    def _alone(self, layer: Layer, severity: Severity) -> Finding:
        message = say(
            "'{layer}' normalizes over a batch of one sample: each feature minus its own mean is "
            "0, and nothing passes.",
            layer=layer.name,
        )
        evidence = Evidence("batch size", "1", "16 and more with BatchNormalization", "fit")
        fix = Fix("Train on batches of 32", "review", (SetFitArgument("batch_size", 32),))
        return self.finding(message, (evidence,), (fix,), severity=severity)

    def _lagging(self, run: TrainingRun, layers: list[Layer]) -> Iterator[Finding]:
        steps, probe = total_steps(run), last_probe(run)
        if isinstance(steps, Missing) or probe is None:
            return
        momentum = max(_momentum(layer) for layer in layers)
        left = momentum**steps
        used, trained = gain_at(run, probe), loss_gain(run)
        if isinstance(used, Missing) or isinstance(trained, Missing) or left < LEFT:
            return
        if used > POOR or trained < GOOD:
            return
        message = say(
            "After {steps} steps the moving averages of your BatchNormalization layers are still "
            "{left:.0%} their start: the model works on its training batches and not in use. "
            "Train longer, or let the averages follow faster.",
            steps=steps,
            left=left,
        )
        evidence = (
            Evidence("explained on training batches", f"{trained:.0%}", "the same", "history"),
            Evidence("explained in inference mode", f"{used:.0%}", "the same", "probe at the end"),
        )
        enough = math.floor(100 * FOLLOWED ** (1 / max(steps, 1))) / 100
        faster = max(LEAST, min(enough, MOST))
        changes = tuple(
            SetLayerArgument(layer.name, "momentum", faster)
            for layer in changeable_layers(known(run.model))
            if layer in layers and _momentum(layer) > faster
        )
        title = say("Let the moving averages follow faster: momentum={momentum:g}", momentum=faster)
        fix = Fix(title, "review", changes)
        if not changes:  # the layers of a published architecture are made by one call
            note = (
                "for layer in base.layers: if isinstance(layer, BatchNormalization): "
                f"layer.momentum = {faster:g}"
            )
            fix = Fix(title, "display", (), note=note)
        yield self.finding(message, evidence, (fix,), severity="warning")


def _is_last(layer: Layer, model: Model) -> bool:
    by_name = {item.name: item for item in model.layers}
    bounded = any(
        by_name[name].activation in ("softmax", "sigmoid")
        for name in layer.inbound
        if name in by_name
    )
    return bounded and not consumers(model).get(layer.name)


def _wants_shares(run: TrainingRun) -> bool:
    losses = () if isinstance(run.compile, Missing) else run.compile.losses
    return any(canonical(item) in CROSS_ENTROPY and not item.from_logits for item in losses)


def _is_flat(layer: Layer) -> bool:
    return not isinstance(layer.input_shape, Missing) and len(layer.input_shape) == 1


def _momentum(layer: Layer) -> float:
    value = layer.config.get("momentum", 0.99)
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else 0.99
