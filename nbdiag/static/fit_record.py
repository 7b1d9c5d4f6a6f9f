"""What ``fit`` was given, as far as the text shows it."""

from collections.abc import Iterator
from typing import Literal

from nbdiag.keras_api.callbacks import CALLBACKS
from nbdiag.schema.missing import Missing
from nbdiag.schema.setup import FitCall, Watcher
from nbdiag.static.call_settings import named_arguments
from nbdiag.static.keras_objects import Setting
from nbdiag.syntax.program.domain import (
    DictValue,
    Given,
    Instance,
    ListValue,
    Unknown,
    Value,
    items_of,
)

PARAMETERS = (
    "x",
    "y",
    "batch_size",
    "epochs",
    "verbose",
    "callbacks",
    "validation_split",
    "validation_data",
    "shuffle",
    "class_weight",
    "sample_weight",
    "initial_epoch",
    "steps_per_epoch",
    "validation_steps",
    "validation_batch_size",
    "validation_freq",
)
_BATCH = 32  # keras.Model.fit
_MONITORS = {"EarlyStopping": "val_loss", "ReduceLROnPlateau": "val_loss"}


def fit_call(given: Given) -> FitCall:
    """Describe a call of fit."""
    named = named_arguments(given, PARAMETERS)
    whole = given.complete
    numbers = {name: named.get(name, 1 if name == "epochs" else 0) for name in _COUNTED}
    unread = tuple(
        name
        for name, value in numbers.items()
        if type(value) is not int or (not whole and name not in named)
    )
    callbacks = _listed(named.get("callbacks"), whole=whole or "callbacks" in named)
    return FitCall(
        given=tuple(name for name in PARAMETERS if name in named),
        epochs=_count(numbers["epochs"], 1),
        initial_epoch=_count(numbers["initial_epoch"], 0),
        batch_size=_batch_size(named, whole=whole),
        validation=_validation(named, whole=whole),
        validation_split=_share(named.get("validation_split")),
        shuffle=named["shuffle"] is not False
        if isinstance(named.get("shuffle"), bool)
        else Missing("the text does not show whether the samples are shuffled"),
        callbacks=tuple(_class_of(item) for item in callbacks),
        watchers=tuple(_watchers(callbacks)),
        class_weight=_weights(named.get("class_weight")),
        sample_weight=named.get("sample_weight") is not None,
        site=given.site,
        steps_asked=_count(named.get("steps_per_epoch"), 0) or None,
        unread=unread,
    )


_COUNTED = ("epochs", "initial_epoch")


def _count(value: Value, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _share(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _batch_size(named: dict[str, Value], *, whole: bool) -> int | Missing:
    value = named.get("batch_size")
    # Only arrays come with labels beside them; what makes its own batches brings them along.
    if named.get("y") is not None:
        if type(value) is int:
            return value
        if value is None and whole:
            return _BATCH
    return Missing("the text does not show it")


def _validation(named: dict[str, Value], *, whole: bool) -> Literal["none", "split", "data"]:
    """Return the form of the validation data; "data" where there may be some."""
    if named.get("validation_data") is not None:
        return "data"
    split = named.get("validation_split")
    if split is not None and split != 0:
        return "split"
    return "none" if whole else "data"


def _listed(value: Value, *, whole: bool) -> list[Value]:
    if value is None:
        return [] if whole else [Unknown()]
    if isinstance(value, ListValue | tuple):
        items = items_of(value)
        return [Unknown()] if items is None else items
    return [value]


def _class_of(value: Value) -> str:
    if isinstance(value, Setting):
        return value.class_name
    return value.kind.name if isinstance(value, Instance) else "unknown"


def _watchers(callbacks: list[Value]) -> Iterator[Watcher]:
    for item in callbacks:
        if not isinstance(item, Setting) or not item.given.complete:
            continue
        named = named_arguments(item.given, CALLBACKS.get(item.class_name, ()))
        monitor = named.get("monitor", _MONITORS.get(item.class_name))
        if item.class_name == "ModelCheckpoint":
            monitor = named.get("monitor", "val_loss")
            if named.get("save_best_only") is not True:
                continue
        if not isinstance(monitor, str):
            continue
        mode, patience = named.get("mode", "auto"), named.get("patience")
        yield Watcher(
            item.class_name,
            monitor,
            mode if isinstance(mode, str) else "auto",
            patience if type(patience) is int else None,
        )


def _weights(value: Value) -> dict[int, float] | None:
    if not isinstance(value, DictValue) or value.spoiled:
        return None
    found = {
        key: float(item)
        for key, item in value.items.items()
        if type(key) is int and isinstance(item, int | float)
    }
    return found if len(found) == len(value.items) else None
