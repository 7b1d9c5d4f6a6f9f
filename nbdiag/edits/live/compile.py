"""The setup of ``compile``, written out from what was recorded, with the changes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nbdiag.edits.changes.optimizer import optimizer_class
from nbdiag.edits.live.edits import LiveEdits
from nbdiag.edits.text.literals import write, write_arguments
from nbdiag.keras_api.losses import loss_class
from nbdiag.keras_api.optimizers import OPTIMIZERS
from nbdiag.schema.cell import Scalar
from nbdiag.schema.changes import MetricSpec
from nbdiag.schema.missing import Missing
from nbdiag.schema.setup import CompileSetup, Loss, Metric, Optimizer

OLD = "old_model"
"""What the live cell calls the model as it was."""

_DEFAULTS: dict[str, Scalar] = {
    "beta_1": 0.9,
    "beta_2": 0.999,
    "rho": 0.9,
    "momentum": 0.0,
    "epsilon": 1e-7,
    "initial_accumulator_value": 0.1,
    "ema_momentum": 0.99,
}
"""Settings that the optimizers of Keras 3 have when nothing is said; others are None or False."""


def write_setup(setup: CompileSetup, edits: LiveEdits) -> list[str]:
    """Write the arguments of ``compile``, one text each."""
    losses = _losses(setup, edits)
    return [
        f"optimizer={_optimizer(setup.optimizer, edits)}",
        f"loss={_by_output({item.output: _loss(item) for item in losses})}",
        *_weights(losses),
        *_metrics(setup, edits),
    ]


def _by_output(texts: Mapping[str, str]) -> str:
    if len(texts) == 1:
        return next(iter(texts.values()))
    return "{" + ", ".join(f"{write(key)}: {text}" for key, text in texts.items()) + "}"


def _losses(setup: CompileSetup, edits: LiveEdits) -> list[Loss]:
    found = {item.output: item for item in setup.losses}
    for change in edits.losses:
        key = change.output if change.output in found else next(iter(found), "")
        old = found.get(key, Loss(key, change.loss))
        found[key] = replace(
            old,
            name=change.loss,
            from_logits=change.from_logits,
            custom=False,
            label_smoothing=0.0,
        )
    return list(found.values())


def _loss(item: Loss) -> str:
    if item.custom:
        return f"{OLD}.loss[{write(item.output)}]" if item.output else f"{OLD}.loss"
    arguments: dict[str, Scalar] = {}
    if item.from_logits:
        arguments["from_logits"] = True
    if item.label_smoothing:
        arguments["label_smoothing"] = item.label_smoothing
    if not arguments:
        return write(item.name)
    return f"keras.losses.{loss_class(item.name)}({write_arguments(arguments)})"


def _weights(losses: Sequence[Loss]) -> list[str]:
    if all(item.weight == 1 for item in losses):
        return []
    return [f"loss_weights={_by_output({i.output: write(i.weight) for i in losses})}"]


def _metrics(setup: CompileSetup, edits: LiveEdits) -> list[str]:
    found: dict[str, list[str]] = {}
    for item in setup.metrics:
        new = next(
            (c for c in edits.metrics if c.old == item.written and c.output == item.output), None
        )
        text = _metric(item) if new is None else _spec(new.new)
        if text:
            found.setdefault(item.output, []).append(text)
    if not found:
        return []
    listed = {key: f"[{', '.join(texts)}]" for key, texts in found.items()}
    return [f"metrics={_by_output(listed)}"]


def _metric(item: Metric) -> str:
    if item.written_as == "string":
        return write(item.written)
    if item.custom:
        return item.written if item.written_as == "function" else ""
    arguments: dict[str, Scalar] = {"name": item.label}
    if item.threshold is not None:
        arguments["threshold"] = item.threshold
    if item.from_logits:
        arguments["from_logits"] = True
    name = item.written if item.written[:1].isupper() else _camel(item.name)
    return f"keras.metrics.{name}({write_arguments(arguments)})"


def _spec(new: MetricSpec | None) -> str:
    if new is None:
        return ""
    if not new.arguments and new.name[:1].islower():
        return write(new.name)
    return f"keras.metrics.{new.name}({write_arguments(new.arguments)})"


def _camel(name: str) -> str:
    return re.sub(r"(?:^|_)(\w)", lambda match: match[1].upper(), name)


def _optimizer(live: Optimizer, edits: LiveEdits) -> str:
    new, more = edits.optimizer, edits.optimizer_arguments
    if new is not None:
        arguments = {**new.arguments, **more}
        return f"keras.optimizers.{optimizer_class(new.name)}({write_arguments(arguments)})"
    name = optimizer_class(live.name)
    if (
        live.custom
        or live.schedule
        or name not in OPTIMIZERS
        or isinstance(live.learning_rate, Missing)
    ):
        extra = "".join(f", {write(key)}: {write(value)}" for key, value in more.items())
        return f"type({OLD}.optimizer).from_config({{**{OLD}.optimizer.get_config(){extra}}})"
    arguments = {"learning_rate": live.learning_rate, **_settings(live.config), **more}
    return f"keras.optimizers.{name}({write_arguments(arguments)})"


def _settings(config: Mapping[str, object]) -> dict[str, Scalar]:
    """Return the recorded settings that differ from what Keras takes by itself."""
    return {
        key: value
        for key, value in config.items()
        if key not in ("name", "learning_rate")
        and isinstance(value, bool | int | float | str)
        and value is not False
        and _DEFAULTS.get(key) != value
    }
