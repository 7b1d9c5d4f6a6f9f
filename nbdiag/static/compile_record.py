"""What ``compile`` was given, as far as the text shows it."""

from collections.abc import Sequence
from typing import Any

from nbdiag.keras_api.class_words import snake_case
from nbdiag.keras_api.layers import layer_class
from nbdiag.keras_api.losses import LOSSES, full_name
from nbdiag.keras_api.metrics import METRICS
from nbdiag.keras_api.optimizers import CLASSES, OPTIMIZERS, RATES
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Head
from nbdiag.schema.setup import CompileSetup, Loss, Metric, Optimizer
from nbdiag.static.call_settings import all_known, known_number, named_arguments, plain_settings
from nbdiag.static.keras_library import all_layers
from nbdiag.static.keras_objects import Compilation, KerasModel, Setting
from nbdiag.syntax.imports import keras_name
from nbdiag.syntax.program.domain import (
    DictValue,
    FunctionValue,
    Given,
    Imported,
    ListValue,
    Unknown,
    Value,
    items_of,
)

_BY_CLASS = {row.name: word for word, row in LOSSES.items()}
_METRIC_CLASSES = {row.name: word for word, row in METRICS.items()}
_ACCURACY = ("accuracy", "acc")
_ENTROPY = ("crossentropy", "ce")
_CUSTOM = "custom"


def compile_setup(model: KerasModel, heads: Sequence[Head]) -> CompileSetup | Missing:
    """Describe the newest call of compile."""
    call = model.compilation
    if call is None:
        return Missing("the text does not show that the model is compiled")
    if not call.given.complete:
        return Missing("the arguments of compile are not all in the text")
    loss, kept = _in_use(call, 1, "loss")
    metrics, kept_metrics = _in_use(call, -1, "metrics")
    names = tuple(head.output for head in heads) if len(heads) > 1 else ("",)
    losses = _losses(loss, call.given, names)
    return CompileSetup(
        losses=losses,
        metrics=tuple(_metrics(metrics, names, losses, heads)),
        optimizer=optimizer_of(call.given),
        jit_compile=call.given.named.get("jit_compile") is True,
        run_eagerly=call.given.named.get("run_eagerly") is True,
        site=call.given.site,
        kept=(*kept, *kept_metrics),
        unread=("loss_weights",) if kept and call.given.has(-1, "loss_weights") else (),
        stale=_stale(model),
    )


def _in_use(call: Compilation, place: int, name: str) -> tuple[Value, tuple[str, ...]]:
    """Return an argument of the newest compile, or that of the call before where it lacks one."""
    now: Compilation | None = call
    kept: tuple[str, ...] = ()
    while now is not None:
        value = now.given.get(place, name)
        if value is not None:
            return value, kept
        now, kept = now.earlier, (name,)
    return None, ()


def _stale(model: KerasModel) -> tuple[str, ...]:
    """Name the layers that were frozen or unfrozen after the training step had been built."""
    if not model.steps or model.spoiled:
        return ()
    return tuple(
        layer.name
        for layer in all_layers(model)
        if {layer.trainable, model.built.get(id(layer), layer.trainable)} == {True, False}
        and _has_weights(layer.class_name)
    )


def _has_weights(name: str) -> bool:
    row = layer_class(name)
    return row is not None and row.role in ("convolution", "dense", "embedding", "recurrent")


def _per_output(value: Value, names: Sequence[str]) -> list[Value]:
    """Spread an argument of compile over the outputs: one for all, a list, or a dictionary."""
    if isinstance(value, DictValue):
        unknown = Unknown() if value.spoiled else None
        return [value.items.get(name, unknown) for name in names]
    items = items_of(value) if isinstance(value, ListValue | tuple) else None
    if items is not None and len(items) == len(names):
        return items
    if items is not None:
        return [items[0] if len(items) == 1 else Unknown()] * len(names)
    return [value] * len(names)


def _losses(value: Value, given: Given, names: Sequence[str]) -> tuple[Loss, ...]:
    if value is None:
        return ()
    weights = given.get(-1, "loss_weights")
    shares: list[Value] = [None] * len(names) if weights is None else _per_output(weights, names)
    return tuple(
        _loss(item, name, known_number(share, 1.0) or 1.0)
        for item, name, share in zip(_per_output(value, names), names, shares, strict=True)
        if item is not None
    )


def _loss(value: Value, output: str, weight: float) -> Loss:
    unknown = Loss(output, _CUSTOM, custom=True, weight=weight)
    if isinstance(value, str):
        word = full_name(value)
        word = _BY_CLASS.get(word, word)
        return Loss(output, word, weight=weight, written="string") if word in LOSSES else unknown
    if isinstance(value, Imported):
        return _loss_of_path(value, output, weight) or unknown
    if isinstance(value, FunctionValue):
        return Loss(output, value.name or _CUSTOM, True, weight=weight, written="function")
    if not isinstance(value, Setting) or not value.path.startswith("losses."):
        return unknown
    word = _BY_CLASS.get(value.class_name, "")
    if not word or value.spoiled or not value.given.complete:
        return unknown
    named = named_arguments(value.given, LOSSES[word].parameters)
    read = {key: item for key, item in named.items() if key in _READ}
    if not all_known(read):
        return unknown
    return Loss(
        output,
        word,
        from_logits=bool(read.get("from_logits", False)),
        label_smoothing=known_number(read.get("label_smoothing"), 0.0) or 0.0,
        weight=weight,
        written="object",
        reduction=str(read.get("reduction") or "sum_over_batch_size"),
    )


_READ = ("from_logits", "label_smoothing", "reduction")


def _loss_of_path(value: Imported, output: str, weight: float) -> Loss | None:
    name = keras_name(value.path) or ""
    home, _, last = name.rpartition(".")
    word = full_name(last)
    if home not in ("losses", "metrics") or word not in LOSSES:
        return None
    return Loss(output, word, weight=weight, written="function")


def _metrics(
    value: Value, names: Sequence[str], losses: Sequence[Loss], heads: Sequence[Head]
) -> list[Metric]:
    found: list[Metric] = []
    taken: dict[str, int] = {}
    single = len(names) == 1
    spread = [value] if single else _per_output(value, names)
    for place, items in enumerate(spread):
        loss = next((item for item in losses if item.output == names[place]), None)
        units = heads[place].units if place < len(heads) else None
        for item in _flat(items):
            metric = _metric(item, names[place], loss, units)
            if metric is not None:
                count = taken.get(metric.label, 0)
                taken[metric.label] = count + 1
                label = f"{metric.label}_{count}" if count else metric.label
                found.append(_labelled(metric, label))
    return found


def _labelled(metric: Metric, label: str) -> Metric:
    from dataclasses import replace

    return replace(metric, label=label)


def _flat(value: Value) -> list[Value]:
    if value is None or isinstance(value, Unknown):
        return []
    if isinstance(value, DictValue):
        return [inner for item in value.items.values() for inner in _flat(item)]
    if isinstance(value, ListValue | tuple):
        return [inner for item in items_of(value) or () for inner in _flat(item)]
    return [value]


def _metric(value: Value, output: str, loss: Loss | None, units: int | None) -> Metric | None:
    """Describe one metric; None for one whose meaning the text does not show."""
    prefix = f"{output}_" if output else ""
    if isinstance(value, str):
        name = _resolved(value, loss, units)
        if name is None:
            return None
        cut = 0.5 if name == "binary_accuracy" else None
        return Metric(output, name, value, prefix + value, threshold=cut, written_as="string")
    if isinstance(value, FunctionValue):
        name = value.name or _CUSTOM
        return Metric(output, name, name, prefix + name, custom=True, written_as="function")
    if isinstance(value, Imported):
        name = snake_case((keras_name(value.path) or "").rpartition(".")[2])
        known = name in METRICS
        return Metric(output, name, name, prefix + name, written_as="function") if known else None
    if not isinstance(value, Setting) or value.class_name not in _METRIC_CLASSES:
        return None
    return _metric_object(value, output, prefix)


def _metric_object(value: Setting, output: str, prefix: str) -> Metric | None:
    word = _METRIC_CLASSES[value.class_name]
    named = named_arguments(value.given, METRICS[word].parameters)
    read = {key: item for key, item in named.items() if key in ("threshold", "from_logits", "name")}
    if not value.given.complete or value.spoiled or not all_known(read):
        return None
    threshold = read.get("threshold", 0.5 if word == "binary_accuracy" else None)
    return Metric(
        output,
        word,
        value.class_name,
        prefix + str(read.get("name") or word),
        threshold=known_number(threshold),
        from_logits=read.get("from_logits") is True,
        written_as="object",
    )


def _resolved(word: str, loss: Loss | None, units: int | None) -> str | None:
    """Find what a word for a metric means; None where the shape of the labels decides it."""
    low = word.lower()
    if low in _ACCURACY or low in _ENTROPY:
        ending = "accuracy" if low in _ACCURACY else "crossentropy"
        if units is None:
            return None
        if units == 1:
            return f"binary_{ending}"
        sparse = loss is not None and loss.name.startswith("sparse_")
        return f"{'sparse_' if sparse else ''}categorical_{ending}"
    name = snake_case(_METRIC_CLASSES.get(word, full_name(word)))
    return name if name in METRICS or name in LOSSES else None


def optimizer_of(given: Given) -> Optimizer:
    """Describe the optimizer that compile is given."""
    value = given.get(0, "optimizer")
    if value is None:
        name = "rmsprop"
        return Optimizer(name, RATES[CLASSES[name]], written="omitted")
    if isinstance(value, str):
        kind = CLASSES.get(value.lower())
        if kind is not None:
            rate = RATES.get(kind, Missing("the text does not show it"))
            return Optimizer(kind.lower(), rate, written="string")
    if isinstance(value, Imported) and (keras_name(value.path) or "").startswith("optimizers."):
        value = Setting(keras_name(value.path) or "", Given((), {}, True, given.site))
    if isinstance(value, Setting) and value.class_name in OPTIMIZERS:
        return _optimizer_object(value)
    return _unknown_optimizer()


def _unknown_optimizer() -> Optimizer:
    lack = Missing("the text does not show the optimizer")
    return Optimizer("unknown", lack, custom=True)


def _optimizer_object(value: Setting) -> Optimizer:
    kind = value.class_name
    named = named_arguments(value.given, OPTIMIZERS[kind])
    rate: Any = named.pop("learning_rate", named.pop("lr", None))
    if value.spoiled or not value.given.complete or not all_known(named):
        return _unknown_optimizer()
    config = plain_settings(value.given, OPTIMIZERS[kind])
    schedule = rate.class_name if isinstance(rate, Setting) else None
    if rate is None and not value.given.has(0, "learning_rate", "lr"):
        rate = RATES.get(kind)
    number = known_number(rate)
    known: float | Missing = Missing("the text does not show the learning rate")
    if schedule is not None:
        known = Missing("a schedule sets the learning rate")
    elif number is not None:
        known = float(number)
    config = {key: item for key, item in config.items() if key not in ("lr", "learning_rate")}
    return Optimizer(kind.lower(), known, schedule, config, written="object")
