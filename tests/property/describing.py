"""What a compiled model and a call of fit come to, names aside."""

from collections.abc import Mapping
from typing import Any

import numpy as np

_WORDS = {"acc": "accuracy", "mse": "mean_squared_error"}


def describe(model: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a setup so that two of them can be compared."""
    return {
        "layers": [_layer(item) for item in model.layers if _kind(item) != "InputLayer"],
        "wiring": _wiring(model),
        "inputs": [(item.shape, item.dtype) for item in model.inputs],
        "outputs": [item.shape for item in model.outputs],
        "weights": [(item.name, tuple(item.shape), item.trainable) for item in model.weights],
        "state": _state(model),
        "loss": _loss(model.loss),
        "metrics": _metrics(model),
        "optimizer": (_kind(model.optimizer), _settings(model.optimizer.get_config())),
        "fit": {name: _argument(value) for name, value in arguments.items() if value is not None},
    }


def _kind(thing: Any) -> str:
    return type(thing).__name__


def _settings(config: Any) -> Any:
    """A configuration without names, its numbers as float32 knows them."""
    if isinstance(config, Mapping):
        return {
            key: _settings(value)
            for key, value in config.items()
            if key not in ("name", "build_config", "registered_name", "shared_object_id")
        }
    if isinstance(config, list | tuple):
        return [_settings(item) for item in config]
    if isinstance(config, float):
        return float(np.float32(config))
    return config


def _layer(layer: Any) -> tuple[str, Any]:
    settings = _settings(layer.get_config())
    if _kind(layer) == "Lambda":
        # A configuration holds bytecode with line numbers; the same text gives the same names.
        settings["function"] = layer.function.__code__.co_names
    return _kind(layer), settings


def _wiring(model: Any) -> list[tuple[str, list[str]]]:
    graph = getattr(model, "_functional", None) or model
    return [
        (_kind(operation), [_kind(t._keras_history.operation) for t in node.input_tensors])
        for operation in graph.operations
        for node in operation._inbound_nodes[-1:]
    ]


def _state(model: Any) -> list[list[float]]:
    """What an adapted layer knows."""
    return [
        np.round(np.array(value, dtype="float64"), 4).ravel().tolist()
        for layer in model.layers
        if _kind(layer) == "Normalization"
        for value in (layer.mean, layer.variance)
    ]


def _loss(loss: Any) -> Any:
    if isinstance(loss, str):
        return _WORDS.get(loss, loss), False
    config = loss.get_config()
    return config["name"], config.get("from_logits", False)


def _metrics(model: Any) -> list[Any]:
    metrics = getattr(model._compile_metrics, "_user_metrics", None) or []
    return [
        _WORDS.get(item, item)
        if isinstance(item, str)
        else (_kind(item), _settings(item.get_config()))
        for item in metrics
    ]


def _argument(value: Any) -> Any:
    import keras

    if isinstance(value, np.ndarray):
        return [list(value.shape), np.asarray(value, dtype="float64").round(6).tolist()]
    if isinstance(value, keras.callbacks.Callback):
        plain = {k: v for k, v in vars(value).items() if isinstance(v, bool | int | float | str)}
        return _kind(value), plain
    if isinstance(value, list | tuple):
        return [_argument(item) for item in value]
    return value
