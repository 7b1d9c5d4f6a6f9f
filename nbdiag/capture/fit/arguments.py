"""The arguments of one call of ``fit``."""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from nbdiag.capture.model.config import is_builtin
from nbdiag.schema.cell import CallSite
from nbdiag.schema.missing import Missing
from nbdiag.schema.setup import ARRAY_KINDS, FitCall, Watcher

Kind = Literal[
    "numpy", "tensor", "pandas", "tf.data", "generator", "PyDataset", "dict", "list", "unknown"
]
_DEFAULT_BATCH = 32  # keras.Model.fit


@dataclass(frozen=True)
class Arguments:
    """What ``fit`` was given, bound to its parameters.

    Attributes
    ----------
    given
        Names of the arguments that the user gave.
    values
        All arguments by name, defaults included.
    """

    given: tuple[str, ...]
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


def bind(
    signature: inspect.Signature, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> Arguments:
    """Bind the arguments of a call of ``fit`` to its parameters, the first of which is the model.

    Raises
    ------
    TypeError
        When they do not fit the signature.
    """
    bound = signature.bind(None, *arguments, **keywords)
    given = tuple(name for name in bound.arguments if name != "self")
    bound.apply_defaults()
    return Arguments(given, {key: item for key, item in bound.arguments.items() if key != "self"})


def kind_of(x: Any) -> Kind:
    """Where batches come from, by the type of ``x``."""
    module = type(x).__module__.split(".")[0]
    if isinstance(x, Mapping):
        return "dict"
    if isinstance(x, list | tuple):
        return "list"
    if module == "pandas":
        return "pandas"
    if inspect.isgenerator(x):
        return "generator"
    names = {kind.__name__ for kind in type(x).__mro__}
    if names & {"DatasetV2", "DistributedDataset", "DistributedDatasetInterface"}:
        return "tf.data"
    if "PyDataset" in names:
        return "PyDataset"
    if module == "numpy":
        return "numpy"
    return "tensor" if hasattr(x, "shape") and hasattr(x, "dtype") else "unknown"


def describe_call(arguments: Arguments, site: CallSite | Missing) -> FitCall:
    """Describe a call of ``fit``; the steps are added when they have been run."""
    kind = kind_of(arguments["x"])
    split = float(arguments["validation_split"] or 0.0)
    validation: Literal["none", "split", "data"] = "none"
    if arguments["validation_data"] is not None:
        validation = "data"
    elif split:
        validation = "split"
    in_arrays = kind in ARRAY_KINDS
    size = arguments["batch_size"]
    weights = arguments["class_weight"]
    return FitCall(
        given=arguments.given,
        input_kind=kind,
        epochs=int(arguments["epochs"] or 1),
        initial_epoch=int(arguments["initial_epoch"] or 0),
        batch_size=int(size or _DEFAULT_BATCH)
        if in_arrays
        else Missing("the data set makes its own batches"),
        validation=validation,
        validation_split=split,
        shuffle=_shuffle(arguments["shuffle"], in_arrays=in_arrays),
        callbacks=tuple(type(item).__name__ for item in _callbacks(arguments["callbacks"])),
        watchers=tuple(_watchers(_callbacks(arguments["callbacks"]))),
        class_weight={int(key): float(value) for key, value in weights.items()}
        if isinstance(weights, Mapping)
        else None,
        sample_weight=arguments["sample_weight"] is not None,
        site=site,
        steps_asked=int(arguments["steps_per_epoch"]) if arguments["steps_per_epoch"] else None,
    )


def _watchers(callbacks: list[Any]) -> Iterator[Watcher]:
    for item in callbacks:
        monitor = getattr(item, "monitor", None)
        if not isinstance(monitor, str) or not is_builtin(type(item)):
            continue
        if not getattr(item, "save_best_only", True):
            continue  # saves every epoch, whatever the curve
        patience = getattr(item, "patience", None)
        yield Watcher(
            name=type(item).__name__,
            monitor=monitor,
            mode=_mode(item),
            patience=int(patience) if isinstance(patience, int | float) else None,
        )


def _mode(callback: Any) -> str:
    """Return the mode of a callback; a checkpoint keeps no more of it than its comparison."""
    mode = getattr(callback, "mode", None)
    if isinstance(mode, str):
        return mode
    compares = getattr(getattr(callback, "monitor_op", None), "__name__", "")
    return {"less": "min", "greater": "max"}.get(compares, "auto")


def _shuffle(given: Any, *, in_arrays: bool) -> bool | Missing:
    if in_arrays:
        return bool(given)
    return Missing("the data set shuffles or does not, on its own")


def _callbacks(given: Any) -> list[Any]:
    if given is None:
        return []
    inner = getattr(given, "callbacks", given)
    return list(inner) if isinstance(inner, list | tuple) else [inner]
