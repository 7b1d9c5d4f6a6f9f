"""NBD521: a recurrent layer reads a long padding after the content of its sequences."""

from collections.abc import Iterator

from nbdiag.facts.model.graph import RECURRENT, roots
from nbdiag.facts.training.verdict import ending_of
from nbdiag.keras_api.layers import LAYERS
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.changes import InsertLayer, SetLayerArgument
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.run import TrainingRun

PADDED = 0.5  # share of the steps after the content
STEPS = 20  # empty steps after which little is left of what a state held
LOSES_MASK = frozenset({"convolution", "pooling", "reshape"})


class PaddingReadAsContent(Rule):
    """A recurrent layer reads a long padding after the content, and keeps its last state alone.

    What it finds
    -------------
    Sequences that are filled up with zeros at the end, half of their steps and more, in front of an
    ``LSTM``, ``GRU`` or ``SimpleRNN`` that returns its last state, without a mask: no
    ``mask_zero=True``, no ``Masking`` layer, or a layer between that loses the mask.

    Why it hurts
    ------------
    After the content the layer goes through all the empty steps, and its state forgets at each of
    them what it has read. What the next layer sees is nearly the same for every sample, and so is
    its prediction: the loss stays at that of guessing for many epochs.

    Example
    -------
    ::

        x = keras.utils.pad_sequences(texts, maxlen=200, padding="post")
        layers.Embedding(5000, 32), layers.LSTM(32)

    Use instead
    -----------
    ::

        layers.Embedding(5000, 32, mask_zero=True), layers.LSTM(32)

    or ``padding="pre"``, which is the default, and a ``maxlen`` near the length of the texts.

    Fix safety
    ----------
    review: with a mask a sample that is all zeros gives the initial state. Where layers between
    lose the mask, padding in front is only shown.

    Thresholds and their source
    ---------------------------
    Half of the steps empty, and at least 20 of them (an LSTM with Keras' initial weights forgets
    about a quarter to a half of its state at each empty step: after 20 less than 1 % is left). An
    error when nothing was learnt, a warning when little was or before the first epoch; not
    mentioned when the training works. A ``Bidirectional`` layer reads the content last in one of
    its directions and is left out.

    References
    ----------
    Keras guide, "Understanding masking and padding".
    """

    code = "NBD521"
    name = "padding-read-as-content"
    aspect = "inputs"
    confidence = "measured"
    explains = ("NBD301", "NBD302", "NBD303", "NBD304", "NBD309", "NBD310", "NBD601")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Follow each padded input to the recurrent layers that read it."""
        model = known(run.model)
        starts = known(roots(model))
        if len(starts) != len(run.data.inputs):
            raise Skipped("which layer takes which input is not clear")
        ending = ending_of(run)
        if ending.works:
            return
        severity: Severity = "error" if ending.verdict == "failed" else "warning"
        for start, given in zip(starts, run.data.inputs, strict=True):
            padding, steps = given.padding, given.shape[0] if given.shape else None
            if padding is None or steps is None or len(given.shape) > 2:  # noqa: PLR2004 - features
                continue
            way = _way_to_state(model, start)
            if way and padding[1] >= PADDED and padding[1] * steps >= STEPS and not _masked(way):
                yield self._found(given, padding[1], way, severity)

    def _found(
        self, given: ArrayStats, share: float, way: tuple[Layer, ...], severity: Severity
    ) -> Finding:
        steps = given.shape[0] or 0
        message = say(
            "On average {empty:.0f} of the {steps} steps of your sequences are padding after the "
            "content, and '{layer}' reads them all: its last state has forgotten the content by "
            "then.",
            empty=share * steps,
            steps=steps,
            layer=way[-1].name,
        )
        evidence = (
            Evidence(
                "padding after the content",
                f"{share:.0%}",
                say("a mask, or padding in front"),
                "the arrays",
            ),
        )
        return self.finding(message, evidence, (_fix(way),), severity=severity)


def _way_to_state(model: Model, start: Layer) -> tuple[Layer, ...]:
    """Return the layers from an input to a recurrent layer that returns its last state alone.

    Empty where the way parts, or leads elsewhere.
    """
    way = [start]
    while True:
        layer = way[-1]
        if layer.class_name in RECURRENT and not layer.config.get("return_sequences"):
            return () if layer.config.get("go_backwards") else tuple(way)
        taken = [item for item in model.layers if layer.name in item.inbound]
        if len(taken) != 1 or taken[0] in way:
            return ()
        way.append(taken[0])


def _marks(layer: Layer) -> bool:
    return layer.class_name == "Masking" or layer.config.get("mask_zero") is True


def _role(layer: Layer) -> str:
    known_class = LAYERS.get(layer.class_name)
    return known_class.role if known_class is not None else "other"


def _masked(way: tuple[Layer, ...]) -> bool:
    """Whether a mask reaches the last layer of a way."""
    masked = False
    for layer in way[:-1]:
        masked = _marks(layer) or (masked and _role(layer) not in LOSES_MASK)
    return masked or any(not layer.builtin for layer in way)


def _fix(way: tuple[Layer, ...]) -> Fix:
    """Mask the padding where the way keeps a mask, or show how to pad in front."""
    embedding = next((layer for layer in way if layer.class_name == "Embedding"), None)
    first = next((layer for layer in way if layer.class_name in RECURRENT), way[-1])
    between = way[way.index(embedding) + 1 if embedding else 0 : way.index(first)]
    if any(_role(layer) in LOSES_MASK for layer in between):
        note = 'x = keras.utils.pad_sequences(sequences, padding="pre")'
        return Fix("Pad in front of the content", "display", (), note=note)
    if embedding is not None:
        change = SetLayerArgument(embedding.name, "mask_zero", value=True)
        return Fix("Mask the padding", "review", (change,))
    masking = InsertLayer("Masking", first.name, before=True)
    return Fix("Mask the padding", "review", (masking,))
