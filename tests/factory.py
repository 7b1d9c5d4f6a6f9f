"""Training runs built by hand, for tests that need no Keras.

`make_run` gives the run of a small Sequential model with everything filled in plausibly; each
keyword changes one thing. `describe` turns an array into its statistics, `make_probe` a few
numbers into a probe.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nbdiag.schema.cell import CallSite, Cell, Shape
from nbdiag.schema.data import ArrayStats, Data, Split
from nbdiag.schema.history import History
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Head, Layer, Model
from nbdiag.schema.probe import ActivationProbe, OutputProbe, Probe, VariableProbe
from nbdiag.schema.run import Environment, TrainingRun
from nbdiag.schema.setup import CompileSetup, FitCall, Loss, Metric, Optimizer

SOURCE = """%%traindiag
model = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
"""
RATES = {"adam": 1e-3, "rmsprop": 1e-3, "sgd": 1e-2, "adadelta": 1e-3, "adagrad": 1e-3}
MOST_VALUES = 256
MOST_COLUMNS = 512


def describe(array: Any, name: str = "") -> ArrayStats:
    """Statistics of an array whose first axis is the samples."""
    values = np.asarray(array)
    numbers = values.astype("float64")
    finite = numbers[np.isfinite(numbers)]
    distinct, counts = np.unique(finite, return_counts=True)
    flat = numbers.reshape(len(numbers), -1) if numbers.ndim > 1 else numbers[:, None]
    last = numbers.sum(axis=-1) if numbers.ndim > 1 else None
    return ArrayStats(
        name=name,
        dtype=str(values.dtype),
        shape=tuple(values.shape[1:]),
        rows=len(values),
        sampled=len(values),
        minimum=float(finite.min()) if finite.size else 0.0,
        maximum=float(finite.max()) if finite.size else 0.0,
        mean=float(finite.mean()) if finite.size else 0.0,
        std=float(finite.std()) if finite.size else 0.0,
        whole=float((finite == np.round(finite)).mean()) if finite.size else 0.0,
        nans=int(np.isnan(numbers).sum()),
        infinities=int(np.isinf(numbers).sum()),
        values=tuple(zip(distinct.tolist(), counts.tolist(), strict=True))
        if len(distinct) <= MOST_VALUES
        else None,
        row_sums=None if last is None else (float(last.min()), float(last.max())),
        constant_columns=int((flat.min(axis=0) == flat.max(axis=0)).sum()),
        columns=flat.shape[1],
        column_means=tuple(flat.mean(axis=0).tolist()) if flat.shape[1] <= MOST_COLUMNS else None,
        column_stds=tuple(flat.std(axis=0).tolist()) if flat.shape[1] <= MOST_COLUMNS else None,
        shares=_shares(numbers),
        digest=f"{zlib.crc32(values.tobytes()):08x}",
    )


def _shares(numbers: np.ndarray) -> dict[int, float] | None:
    columns = numbers.ndim > 1 and numbers.shape[-1] > 1
    classes = numbers.argmax(axis=-1).ravel() if columns else numbers.ravel()
    if not np.all(np.isfinite(classes)) or not np.all(classes == np.round(classes)):
        return None
    found, counts = np.unique(classes.astype(int), return_counts=True)
    if len(found) > MOST_VALUES:
        return None
    return {int(k): float(c / counts.sum()) for k, c in zip(found, counts, strict=True)}


def binary(rows: int = 200, positive: float = 0.5, seed: int = 0) -> np.ndarray:
    """0/1 labels."""
    return (np.random.default_rng(seed).random(rows) < positive).astype("float32")


def classes(count: int, rows: int = 200, seed: int = 0) -> np.ndarray:
    """Labels 0 … count-1, each present."""
    drawn = np.random.default_rng(seed).integers(0, count, size=rows)
    drawn[:count] = np.arange(count)
    return drawn


def one_hot(count: int, rows: int = 200, seed: int = 0) -> np.ndarray:
    """Rows with a single 1 among ``count`` columns."""
    return np.eye(count, dtype="float32")[classes(count, rows, seed)]


def normal(*shape: int, seed: int = 0, mean: float = 0.0, std: float = 1.0) -> np.ndarray:
    """Normal numbers."""
    return np.random.default_rng(seed).normal(mean, std, size=shape)


def make_layer(class_name: str, name: str = "", **fields: Any) -> Layer:
    """Make a layer; ``config`` repeats activation and units as Keras does."""
    config = {key: fields[key] for key in ("activation", "units") if fields.get(key) is not None}
    config |= fields.pop("config", {})
    return Layer(name=name or class_name.lower(), class_name=class_name, config=config, **fields)


def make_probe(
    moment: str = "start",
    epoch: int = 0,
    *,
    loss: float | Missing = 0.7,
    output: tuple[float, float] = (0.3, 0.7),
    key: str = "dense_1",
    spread: float | None = None,
    in_unit: float | None = None,
    row_sums: tuple[float, float] | None = None,
    saturated: float = 0.0,
    gradients: Mapping[str, float] | float = 0.1,
    weights: float = 1.0,
    update_ratio: float | None = None,
    activations: Sequence[ActivationProbe] = (),
    constant_loss: float | Missing = Missing("not computed"),
    layers: Sequence[str] = ("dense", "dense_1"),
    **fields: Any,
) -> Probe:
    """Make a probe from the range of the outputs and the gradient norm per layer."""
    low, high = output
    if not isinstance(gradients, Mapping):
        gradients = dict.fromkeys(layers, gradients)
    inside = 1.0 if low >= 0 and high <= 1 else 0.5 if low < 1 and high > 0 else 0.0
    width = high - low
    return Probe(
        moment=moment,
        epoch=epoch,
        rows=64,
        loss=loss,
        outputs=(
            OutputProbe(
                output=key,
                minimum=low,
                maximum=high,
                mean=(low + high) / 2,
                std=width / 4,
                spread=width / 4 if spread is None else spread,
                in_unit=inside if in_unit is None else in_unit,
                row_sums=row_sums or (low, high),
                saturated=saturated,
            ),
        ),
        variables=tuple(
            VariableProbe(f"{name}/kernel", name, 128, weights, norm, 0.0, update_ratio)
            for name, norm in gradients.items()
        ),
        activations=tuple(activations),
        constant_loss=constant_loss,
        **fields,
    )


def make_loss(name: str, output: str = "", **fields: Any) -> Loss:
    """Make a loss, given as a string unless told otherwise."""
    written = "object" if fields.get("from_logits") else "string"
    return Loss(output=output, name=name, **{"written": written, **fields})


def make_metric(written: str, units: int | None, loss: str, output: str = "") -> Metric:
    """Resolve a metric word as Keras does: by the last axis, whatever the loss."""
    if written not in ("acc", "accuracy"):
        return Metric(output, written, written, written, written_as="string")
    if units == 1:
        return Metric(
            output, "binary_accuracy", written, written, threshold=0.5, written_as="string"
        )
    resolved = "sparse_categorical_accuracy" if "sparse" in loss else "categorical_accuracy"
    return Metric(output, resolved, written, written, written_as="string")


def make_history(**curves: Sequence[float]) -> History:
    """Make a history: one keyword per curve."""
    epochs = {name: tuple(float(value) for value in curve) for name, curve in curves.items()}
    completed = max((len(curve) for curve in epochs.values()), default=0)
    return History(epochs=epochs, completed=completed, seconds=(0.1,) * completed)


def make_run(
    *,
    activation: str | Missing | None = "sigmoid",
    units: int = 1,
    output_shape: Shape | None = None,
    hidden: Sequence[int] = (16,),
    hidden_activation: str = "relu",
    layers: Sequence[Layer] | None = None,
    heads: Sequence[Head] | None = None,
    loss: str | Loss | Sequence[Loss] = "binary_crossentropy",
    from_logits: bool = False,
    metrics: Sequence[str | Metric] = ("accuracy",),
    optimizer: str = "adam",
    learning_rate: float | Missing | None = None,
    optimizer_arguments: Mapping[str, Any] | None = None,
    inputs: Any = None,
    labels: Any = None,
    validation: bool = False,
    validation_inputs: Any = None,
    validation_labels: Any = None,
    split: Split | None = None,
    history: History | Mapping[str, Sequence[float]] | None = None,
    epochs: int | None = None,
    batch_size: int | Missing = 32,
    probes: Sequence[Probe] | Missing = Missing("probes are off"),
    source: str = SOURCE,
    backend: str = "tensorflow",
    **fields: Any,
) -> TrainingRun:
    """Make the run of a small Sequential classifier, or of whatever the keywords say.

    Arrays given as ``inputs`` and ``labels`` become statistics; with ``validation`` the same
    statistics stand for the validation side unless given. Other keywords replace fields of
    `TrainingRun`.
    """
    input_stats = _stats(normal(200, 8) if inputs is None else inputs)
    label_stats = _stats(binary() if labels is None else labels)
    shape = output_shape or (units,)
    if layers is None:
        layers = _dense_layers(input_stats[0].shape, hidden, hidden_activation, activation, shape)
    if heads is None:
        heads = (_head_of(layers[-1], activation, shape),)
    losses = _losses(loss, from_logits)
    resolved = tuple(
        make_metric(item, heads[0].units, losses[0].name) if isinstance(item, str) else item
        for item in metrics
    )
    if not isinstance(history, History):
        history = make_history(**(history or {}))
    sites = tuple(CallSite(1, line, 0, line, 20) for line in (2, 3, 4))
    has_validation = validation or validation_inputs is not None or split is not None
    run = TrainingRun(
        cell=Cell(1, source),
        environment=Environment("3.12", "3.15", backend, "2.21", "0.1"),
        model=Model(
            name="sequential",
            class_name="Sequential",
            kind="sequential",
            variable="model",
            layers=tuple(layers),
            heads=tuple(heads),
            parameters=sum(layer.parameters for layer in layers),
            trainable_parameters=sum(item.parameters for item in layers if item.trainable),
            site=sites[0],
        ),
        compile=CompileSetup(
            losses,
            resolved,
            _optimizer(optimizer, learning_rate, optimizer_arguments or {}),
            site=sites[1],
        ),
        fit=FitCall(
            given=("epochs",),
            input_kind="numpy",
            epochs=epochs or max(history.completed, 1),
            batch_size=batch_size,
            validation="data" if has_validation else "none",
            site=sites[2],
        ),
        data=Data(
            input_stats,
            label_stats,
            _stats(validation_inputs) if validation_inputs is not None else input_stats,
            _stats(validation_labels) if validation_labels is not None else label_stats,
            split or Split(input_stats[0].rows or 0, input_stats[0].rows or 0, 0, 0, 0.0),
        )
        if has_validation
        else Data(input_stats, label_stats),
        history=history,
        probes=tuple(probes) if not isinstance(probes, Missing) else probes,
    )
    return replace(run, **fields)


def _stats(given: Any) -> tuple[ArrayStats, ...]:
    if isinstance(given, ArrayStats):
        return (given,)
    if isinstance(given, Mapping):
        return tuple(
            replace(item, name=name) if isinstance(item, ArrayStats) else describe(item, name)
            for name, item in given.items()
        )
    if isinstance(given, tuple):
        return given
    return (describe(given),)


def _dense_layers(
    input_shape: Shape,
    hidden: Sequence[int],
    hidden_activation: str,
    activation: str | Missing | None,
    output_shape: Shape,
) -> tuple[Layer, ...]:
    made: list[Layer] = []
    width = input_shape[-1] or 1
    sizes = [*hidden, output_shape[-1] or 1]
    for place, size in enumerate(sizes):
        last = place == len(sizes) - 1
        chosen = activation if last else hidden_activation
        made.append(
            make_layer(
                "Dense",
                f"dense_{place}" if place else "dense",
                activation=None if isinstance(chosen, Missing) else chosen,
                units=size,
                config={"use_bias": True, "kernel_initializer": "GlorotUniform"},
                input_shape=(width,),
                output_shape=output_shape if last else (size,),
                parameters=(width + 1) * size,
                inbound=(made[-1].name,) if made else (),
                site=CallSite(1, 2, 10 * place, 2, 10 * place + 9),
            )
        )
        width = size
    return tuple(made)


def _head_of(layer: Layer, activation: str | Missing | None, shape: Shape) -> Head:
    known = activation if isinstance(activation, Missing) else activation or "linear"
    return Head(
        output=layer.name,
        activation=known,
        activation_layer=None if isinstance(activation, Missing) else layer.name,
        weights_layer=layer.name,
        shape=shape,
        units=shape[-1],
        softmax_axis=-1 if known == "softmax" else None,
        keeps_logits=known in ("sigmoid", "softmax"),
    )


def _losses(loss: str | Loss | Sequence[Loss], from_logits: bool) -> tuple[Loss, ...]:
    if isinstance(loss, str):
        return (make_loss(loss, from_logits=from_logits),)
    return (loss,) if isinstance(loss, Loss) else tuple(loss)


def _optimizer(
    name: str, learning_rate: float | Missing | None, arguments: Mapping[str, Any]
) -> Optimizer:
    rate = RATES.get(name, 1e-3) if learning_rate is None else learning_rate
    config = {"name": name, "learning_rate": None if isinstance(rate, Missing) else rate}
    return Optimizer(name, rate, config={**config, **arguments}, written="object")
