"""The arguments of ``compile`` again, with the changes made."""

import inspect
from collections.abc import Mapping
from typing import Any

import keras

from nbdiag.edits.live.edits import CannotRebuild, LiveEdits
from nbdiag.schema.changes import MetricSpec, ReplaceMetric, SetLoss
from nbdiag.silence import silent

_ALSO_GIVEN = (
    "loss_weights",
    "weighted_metrics",
    "run_eagerly",
    "steps_per_execution",
    "jit_compile",
)
_WORDS = {"acc": "accuracy", "mse": "mean_squared_error", "mae": "mean_absolute_error"}


def compile_arguments(
    model: Any, edits: LiveEdits, learning_rate: float | None = None
) -> dict[str, Any]:
    """Return what a copy of the model should be compiled with.

    Parameters
    ----------
    model
        A compiled model; it is only read.
    edits
        What should differ; what does not concern ``compile`` is passed over.
    learning_rate
        Rate to start from, None for the rate that the optimizer has now.

    Returns
    -------
    dict
        Arguments of ``compile``; losses are shared with the model (they have no state), the
        optimizer and the metrics are new.

    Raises
    ------
    CannotRebuild
        When the model is not compiled, or a change does not fit it.
    """
    if not getattr(model, "compiled", False):
        raise CannotRebuild("the model was not compiled")
    given = getattr(getattr(model, "_compile_config", None), "config", {})
    arguments = {name: given[name] for name in _ALSO_GIVEN if given.get(name) is not None}
    # `model.loss` and the metrics object know what holds; the last call of compile may have
    # left them out, and Keras then keeps those of the call before.
    arguments["loss"] = _untracked(model.loss)
    metrics = getattr(getattr(model, "_compile_metrics", None), "_user_metrics", None)
    arguments["metrics"] = keras.tree.map_structure(_fresh_metric, metrics)
    if "weighted_metrics" in arguments:
        arguments["weighted_metrics"] = keras.tree.map_structure(
            _fresh_metric, arguments["weighted_metrics"]
        )
    optimizer = given.get("optimizer") or model.optimizer
    settings = _optimizer_settings(optimizer, learning_rate)
    maker: Any = type(optimizer)
    for loss in edits.losses:
        arguments["loss"] = _with_loss(model, arguments["loss"], loss)
    for metric in edits.metrics:
        arguments["metrics"] = _with_metric(model, arguments["metrics"], metric)
    if edits.optimizer is not None:
        maker, settings = _optimizer_class(edits.optimizer.name), dict(edits.optimizer.arguments)
    settings |= edits.optimizer_arguments
    arguments["optimizer"] = _make(maker, settings)
    return arguments


def make_loss(name: str, from_logits: bool = False) -> Any:
    """Return a loss by its name in snake case: the word, or an object where it takes raw scores.

    Raises
    ------
    CannotRebuild
        When Keras has no such loss.
    """
    try:
        if not from_logits:
            keras.losses.get(name)
            return name
        class_name = "".join(part.capitalize() for part in name.split("_"))
        return getattr(keras.losses, class_name)(from_logits=True)
    except (AttributeError, TypeError, ValueError) as problem:
        raise CannotRebuild("Keras has no loss {name!r} of that kind", name=name) from problem


def make_metric(spec: MetricSpec) -> Any:
    """Return a metric: a new object where the name is a class of Keras', else the word."""
    maker = getattr(keras.metrics, spec.name, None)
    return maker(**spec.arguments) if inspect.isclass(maker) else spec.name


def output_names(model: Any) -> list[str]:
    """Return the keys under which compile takes losses and metrics per output."""
    named = getattr(model, "output_names", None)
    if named is None:
        # A Sequential keeps its graph, and the names with it, in a functional model inside.
        named = getattr(getattr(model, "_functional", None), "output_names", ["output"])
    return list(named)


def written_name(metric: Any) -> str:
    """Return the name under which a rule knows a metric: the word, or the name of its class."""
    if isinstance(metric, str):
        return metric
    if isinstance(metric, keras.metrics.Metric):
        return type(metric).__name__
    return getattr(metric, "__name__", type(metric).__name__)


def _untracked(value: Any) -> Any:
    """Return what was stored in a model, with plain dictionaries and lists.

    A model stores them as trackable ones, which older versions of Keras do not take again.
    """
    if isinstance(value, Mapping):
        return {key: _untracked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_untracked(item) for item in value]
    return value


def _with_loss(model: Any, loss: Any, change: SetLoss) -> Any:
    new = make_loss(change.loss, change.from_logits)
    names = output_names(model)
    if len(names) == 1 and not isinstance(loss, dict):
        return [new] if isinstance(loss, list) else new
    return _by_output(names, loss, change.output) | {_key(names, change.output): new}


def _with_metric(model: Any, metrics: Any, change: ReplaceMetric) -> Any:
    names = output_names(model)
    if isinstance(metrics, dict) or len(names) > 1:
        listed = _by_output(names, metrics, change.output)
        key = _key(names, change.output)
        return listed | {key: _swap(_as_list(listed.get(key)), change)}
    return _swap(_as_list(metrics), change)


def _swap(metrics: list[Any], change: ReplaceMetric) -> list[Any]:
    new = change.new
    if new is not None and any(_is_new(item, new) for item in metrics):
        return metrics
    made = [] if new is None else [make_metric(new)]
    for place, metric in enumerate(metrics):
        if change.old in (written_name(metric), getattr(metric, "name", None)):
            return [*metrics[:place], *made, *metrics[place + 1 :]]
    if new is None or not metrics:
        return made
    raise CannotRebuild("compile was given no metric {old!r}", old=change.old)


def _is_new(metric: Any, new: MetricSpec) -> bool:
    """Whether a metric is the wanted one already."""
    if isinstance(metric, str):
        same = _WORDS.get(metric, metric) == _WORDS.get(new.name, new.name)
        return same and not new.arguments
    if type(metric).__name__ != new.name:
        return False
    settings = metric.get_config()
    return all(settings.get(name) == value for name, value in new.arguments.items())


def _by_output(names: list[str], given: Any, output: str) -> dict[str, Any]:
    if isinstance(given, dict):
        return dict(given)
    if isinstance(given, list | tuple) and len(given) == len(names):
        return dict(zip(names, given, strict=True))
    if given is None or not isinstance(given, list | tuple):
        return dict.fromkeys(names, given)
    raise CannotRebuild(
        "which of the settings belongs to the output {output!r} is not clear", output=output
    )


def _key(names: list[str], output: str) -> str:
    if not output and len(names) == 1:
        return names[0]
    if output not in names:
        raise CannotRebuild(
            "the model has no output {output!r}, but {names}", output=output, names=", ".join(names)
        )
    return output


def _as_list(metrics: Any) -> list[Any]:
    if metrics is None:
        return []
    return list(metrics) if isinstance(metrics, list | tuple) else [metrics]


def _fresh_metric(metric: Any) -> Any:
    if not isinstance(metric, keras.metrics.Metric):
        return metric
    try:
        with silent():  # a lambda in a configuration stays in this process
            return type(metric).from_config(metric.get_config())
    except Exception as problem:
        raise CannotRebuild(
            "the metric {name!r} cannot be copied: {problem}", name=metric.name, problem=problem
        ) from problem


def _optimizer_settings(optimizer: Any, learning_rate: float | None) -> dict[str, Any]:
    settings = optimizer_settings(optimizer)
    rate = settings.get("learning_rate")
    if learning_rate is not None and not _is_schedule(rate):
        settings["learning_rate"] = learning_rate
    return settings


def optimizer_settings(optimizer: Any) -> dict[str, Any]:
    """Return what an optimizer can be made from, a schedule as the object that it is."""
    settings = dict(optimizer.get_config())
    rate = getattr(optimizer, "_learning_rate", None)
    if _is_schedule(rate):
        settings["learning_rate"] = rate  # it has no state, and may be a class of the user's
    return settings


def _is_schedule(rate: Any) -> bool:
    return isinstance(rate, keras.optimizers.schedules.LearningRateSchedule)


def _optimizer_class(name: str) -> Any:
    for known in dir(keras.optimizers):
        maker = getattr(keras.optimizers, known)
        if known.lower() == name.lower() and inspect.isclass(maker):
            return maker
    raise CannotRebuild("Keras has no optimizer called {name}", name=name)


def _make(maker: Any, settings: Mapping[str, Any]) -> Any:
    try:
        return maker.from_config(dict(settings))
    except Exception as problem:
        raise CannotRebuild(
            "{kind} refuses its settings: {problem}", kind=maker.__name__, problem=problem
        ) from problem
