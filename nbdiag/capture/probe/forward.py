"""One pass of the model that leaves no trace in it."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from nbdiag.capture.failure.reason import in_a_line
from nbdiag.capture.model.activations import activation_name
from nbdiag.capture.model.layers import acts_in_training, is_graph, walk
from nbdiag.capture.model.traced_graph import LayerCall
from nbdiag.capture.probe.moving_averages import Pair, averages_of, without_memory
from nbdiag.schema.missing import Missing

_MOST_LAYERS = 100
_MOST_CHANNELS = 4  # of a picture; more are features
_PICTURE_AXES = 4


@dataclass
class Pass:
    """What one pass gave.

    Attributes
    ----------
    outputs
        As the model returned them.
    loss
        Total loss, penalties included; Missing with the reason.
    penalty
        What regularizers and ``add_loss`` contribute, None without any.
    returned_loss
        The total loss again, from the values that the model returns; None where ``loss`` is that.
    seen
        Output tensor and activation name per layer.
    calls
        Calls of the layers of a model that keeps no graph, in their order.
    pictures
        In training mode: tensors before and after the layers without weights that act in training
        alone and take pictures, by their names.
    averages
        In training mode: mean and variance of the batch for each pair of moving averages.
    """

    outputs: Any
    loss: Any
    penalty: Any = None
    returned_loss: Any = None
    seen: dict[str, tuple[Any, str]] = field(default_factory=dict)
    averages: list[Pair] = field(default_factory=list)
    calls: list[LayerCall] = field(default_factory=list)
    pictures: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def run(
    model: Any,
    loss: Any,
    state: list[tuple[Any, Any]],
    batch: tuple[Any, Any, Any],
    *,
    training: bool,
    record: bool,
) -> Pass:
    """Run the model on a batch with given values of its variables.

    Parameters
    ----------
    model
        The Keras model, built.
    loss
        ``loss(y, outputs, weights)``, None when there is none, Missing when it cannot be taken.
    state
        Pairs of variable and value. Assignments stay inside: the variables keep their values.
    batch
        Inputs, labels and row weights.
    training
        Whether dropout and batch statistics act.
    record
        Whether outputs of the layers are kept.
    """
    import keras

    x, y, weights = batch
    known = {"training": training} if getattr(model, "_call_has_training_arg", False) else {}
    pairs = averages_of(model) if training else []
    with (
        keras.StatelessScope(state_mapping=state, collect_losses=True) as scope,
        _recorded(model, record=record) as (seen, calls),
        without_memory(model) if pairs else nullcontext(),
        _compared(model, compare=training) as pictures,
    ):
        outputs = model(x, **known)
        extra = list(model.losses)
    made = Pass(outputs, Missing("the model has no loss"), seen=seen, calls=calls)
    made.pictures = pictures
    made.averages = [
        (scope.get_current_value(mean), scope.get_current_value(variance))
        for mean, variance in pairs
    ]
    if extra:
        made.penalty = keras.ops.sum(
            keras.ops.stack([keras.ops.cast(keras.ops.sum(item), "float32") for item in extra])
        )
    if isinstance(loss, Missing):
        made.loss = loss
        return made
    if loss is None and made.penalty is None:
        return made
    try:
        total = 0.0 if loss is None else keras.ops.cast(loss(y, outputs, weights), "float32")
    except Exception as problem:  # noqa: BLE001 - labels that do not fit raise in the user's fit too
        made.loss = Missing(f"the loss cannot take these labels ({in_a_line(problem)})")
        return made
    made.loss = total if made.penalty is None else total + made.penalty
    if record and loss is not None and any(map(_has_scores, keras.tree.flatten(outputs))):
        # A copy is the same values without the scores that TensorFlow's losses would go back to.
        bare = keras.tree.map_structure(keras.ops.copy, outputs)
        again = keras.ops.cast(loss(y, bare, weights), "float32")
        made.returned_loss = again if made.penalty is None else again + made.penalty
    return made


def _has_scores(tensor: Any) -> bool:
    """Whether a tensor of probabilities remembers the scores before its activation."""
    return getattr(tensor, "_keras_logits", None) is not None


@contextmanager
def _recorded(
    model: Any, *, record: bool
) -> Iterator[tuple[dict[str, tuple[Any, str]], list[LayerCall]]]:
    """Keep the output of each layer with an activation while the block calls the model.

    Of a model without a graph, every call of a layer as well.
    """
    seen: dict[str, tuple[Any, str]] = {}
    calls: list[LayerCall] = []
    followed: list[Any] = []
    joins = None if is_graph(model) else calls
    try:
        if record:
            for layer, _ in list(walk(model))[:_MOST_LAYERS]:
                name = activation_name(layer)
                if (name is not None or joins is not None) and "call" not in vars(layer):
                    # On the instance and past Keras' __setattr__, which would track it.
                    vars(layer)["call"] = _following(layer, name, seen, joins)
                    followed.append(layer)
        yield seen, calls
    finally:
        for layer in followed:
            del vars(layer)["call"]


def _following(
    layer: Any,
    activation: str | None,
    seen: dict[str, tuple[Any, str]],
    calls: list[LayerCall] | None,
) -> Any:
    call = layer.call

    def follow(*arguments: Any, **keywords: Any) -> Any:
        result = call(*arguments, **keywords)
        if activation is not None and _is_tensor(result):
            seen[layer.name] = (result, activation)
        if calls is not None:
            taken, returned = _tensors((arguments, keywords)), _tensors(result)
            calls.append(LayerCall(layer, taken, returned))
        return result

    return follow


@contextmanager
def _compared(model: Any, *, compare: bool) -> Iterator[dict[str, tuple[Any, Any]]]:
    """Keep what layers that change pictures in training take and return in the block."""
    pictures: dict[str, tuple[Any, Any]] = {}
    before: dict[int, Any] = {}
    listed = list(walk(model))[:_MOST_LAYERS] if compare else []
    layers = [layer for layer, _ in listed if _may_augment(layer)]
    try:
        for layer in layers:
            before[id(layer)] = vars(layer).get("call")
            vars(layer)["call"] = _comparing(layer, pictures)
        yield pictures
    finally:
        for layer in layers:
            if before[id(layer)] is None:
                del vars(layer)["call"]
            else:
                vars(layer)["call"] = before[id(layer)]


def _may_augment(layer: Any) -> bool:
    return not layer.weights and acts_in_training(layer)


def _comparing(layer: Any, pictures: dict[str, tuple[Any, Any]]) -> Any:
    call = layer.call

    def compare(*arguments: Any, **keywords: Any) -> Any:
        result = call(*arguments, **keywords)
        taken = arguments[0] if arguments else None
        if _are_pictures(taken) and _are_pictures(result):
            pictures.setdefault(layer.name, (taken, result))
        return result

    return compare


def _are_pictures(thing: Any) -> bool:
    if not _is_tensor(thing) or len(thing.shape) != _PICTURE_AXES:
        return False
    sizes = tuple(thing.shape)[1:]
    if None in sizes:
        return False
    # Channels last or first; small maps of many features have short sides.
    return any(
        channels <= _MOST_CHANNELS < min(sides)
        for channels, sides in ((sizes[-1], sizes[:2]), (sizes[0], sizes[1:]))
    )


def _tensors(given: Any) -> tuple[Any, ...]:
    import keras

    return tuple(filter(_is_tensor, keras.tree.flatten(given)))


def _is_tensor(thing: Any) -> bool:
    return hasattr(thing, "shape") and hasattr(thing, "dtype")
