"""``fit``, ``evaluate`` and ``predict`` made short while a cell is run for a try."""

import inspect
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbdiag.capture.fit.arguments import Arguments, bind
from nbdiag.capture.overrides import Overrides
from nbdiag.keras_api.callbacks import with_trait
from nbdiag.trial.dry_run.samples import chosen, leaves_of, rows_of, taken

_DEFAULT_BATCH = 32
_ONLY_WATCH = with_trait("records")


@dataclass(frozen=True)
class Length:
    """How much of a training is run.

    Attributes
    ----------
    few
        Whether a few samples stand for all; else the first two batches and the last, shorter one.
    steps
        Batches of a data set or a generator.
    callbacks
        Whether callbacks that only watch are called, too.
    """

    few: bool = True
    steps: int = 2
    callbacks: bool = False


class Progress:
    """How far the trainings of a cell have come.

    Attributes
    ----------
    fits
        Trainings that have ended.
    stage
        Of the one that runs: 0 before it, 1 begun, 2 after a step, 3 in the validation, 4 after
        the epoch.
    """

    def __init__(self) -> None:
        self.fits = 0
        self.stage = 0

    def reach(self, stage: int) -> None:
        """Note a stage of the training that runs."""
        self.stage = max(self.stage, stage)


@contextmanager
def short_training(length: Length, folder: str) -> Iterator[Progress]:
    """Make trainings of this thread short while the block runs.

    Parameters
    ----------
    length
        How much of them is run.
    folder
        Where models are saved that the block saves.
    """
    import keras

    progress, overrides, thread = Progress(), Overrides(), threading.get_ident()

    def own(around: Callable[..., Any]) -> Callable[..., Any]:
        def call(original: Any, /, *arguments: Any, **keywords: Any) -> Any:
            if threading.get_ident() != thread:
                return original(*arguments, **keywords)
            return around(original, *arguments, **keywords)

        return call

    short = _Short(length, progress, folder)
    kind: Any = keras.Model
    short.signatures = {
        name: inspect.signature(getattr(kind, name)) for name in ("fit", "evaluate", "predict")
    }
    for name in ("fit", "evaluate", "predict", "save", "save_weights", "export"):
        overrides.put(kind, name, own(getattr(short, name)))
    try:
        yield progress
    finally:
        overrides.end()


class _Short:
    def __init__(self, length: Length, progress: Progress, folder: str) -> None:
        self.length = length
        self.progress = progress
        self.folder = folder
        self.signatures: dict[str, inspect.Signature] = {}
        self._inside = False

    def fit(self, original: Any, model: Any, /, *arguments: Any, **keywords: Any) -> Any:
        """Train for one epoch on a few samples."""
        bound = self._bound("fit", arguments, keywords)
        if bound is None:
            return original(model, *arguments, **keywords)
        values = {name: bound[name] for name in bound.given}
        epochs, begun = _whole(bound["epochs"]), _whole(bound["initial_epoch"])
        if epochs > begun:
            values["epochs"] = begun + 1
        values["verbose"] = 0
        given = self._needed(bound["callbacks"])
        values["callbacks"] = [*given, _observer(self.progress)]
        values |= self._cut_fit(model, bound)
        self.progress.stage = 0
        self.progress.reach(1)
        with self._within():
            history = original(model, **values)
        self.progress.fits += 1
        self.progress.stage = 0
        _lengthen(history, begun, epochs)
        return history

    def evaluate(self, original: Any, model: Any, /, *arguments: Any, **keywords: Any) -> Any:
        """Evaluate a few samples."""
        bound = self._bound("evaluate", arguments, keywords)
        if bound is None:
            return original(model, *arguments, **keywords)
        values = {name: bound[name] for name in bound.given} | {"verbose": 0}
        places = self._places(model, bound, ("x",), ("y",), ("sample_weight",))
        if places is not None:
            values |= {
                name: taken(bound[name], places) for name in ("x", "y", "sample_weight")
                if name in values
            }  # fmt: skip
        elif _is_stream(bound["x"]):
            values["steps"] = min(_whole(bound["steps"]) or self.length.steps, self.length.steps)
        with self._within():
            return original(model, **values)

    def predict(self, original: Any, model: Any, /, *arguments: Any, **keywords: Any) -> Any:
        """Predict a few samples, and repeat them to the number that was asked for."""
        bound = self._bound("predict", arguments, keywords)
        if bound is None:
            return original(model, *arguments, **keywords)
        values = {name: bound[name] for name in bound.given} | {"verbose": 0}
        places = self._places(model, bound, ("x",), (), ())
        if places is None:
            with self._within():
                return original(model, **values)
        values["x"] = taken(bound["x"], places)
        with self._within():
            found = original(model, **values)
        count = rows_of(leaves_of(bound["x"]) or []) or 0
        return _repeated(found, len(places), count)

    def save(self, original: Any, model: Any, path: Any, /, *rest: Any, **keywords: Any) -> Any:
        """Save into a folder of our own."""
        return original(model, self._own(path), *rest, **keywords)

    save_weights = save
    export = save

    def _own(self, path: Any) -> Any:
        if not isinstance(path, str | os.PathLike):
            return path
        return os.path.join(self.folder, os.path.basename(os.fspath(path)))  # noqa: PTH118, PTH119

    def _bound(
        self, name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]
    ) -> Arguments | None:
        """Bind a call; None for one inside another, and for one that Keras will refuse."""
        if self._inside:
            return None
        try:
            return bind(self.signatures[name], arguments, keywords)
        except TypeError:
            return None

    @contextmanager
    def _within(self) -> Iterator[None]:
        self._inside = True
        try:
            yield
        finally:
            self._inside = False

    def _needed(self, callbacks: Any) -> list[Any]:
        """Return the callbacks that act on the training; what is none of them stays as it is."""
        given = getattr(callbacks, "callbacks", callbacks)
        items = list(given) if isinstance(given, list | tuple) else [given] if given else []
        left_out = () if self.length.callbacks else _ONLY_WATCH
        return [item for item in items if type(item).__name__ not in left_out]

    def _cut_fit(self, model: Any, bound: Arguments) -> dict[str, Any]:
        """Return the arguments of a shorter fit."""
        changed: dict[str, Any] = {}
        if bound["validation_data"] is not None:
            changed |= self._cut_validation(bound)
        if _is_stream(bound["x"]):
            asked = _whole(bound["steps_per_epoch"])
            steps = min(asked, self.length.steps) if asked else self.length.steps
            return changed | {"steps_per_epoch": min(steps, _steps_of(bound["x"]) or steps)}
        names = ("x", "y", "sample_weight")
        leaves = leaves_of([bound[name] for name in names])
        count = rows_of(leaves) if leaves else None
        share = bound["validation_split"] or 0.0
        if leaves is None or count is None or not isinstance(share, float | int):
            return changed
        border = count if not share or bound["validation_data"] is not None else (
            int(np.floor(count * (1.0 - share)))
        )  # fmt: skip
        if not 0 < border <= count:
            return changed
        places = self._chosen(model, bound, 0, border)
        changed |= {name: taken(bound[name], places) for name in names if name in bound.given}
        if border < count:
            held = self._chosen(model, bound, border, count)
            parts = [taken(bound[name], held) for name in names]
            changed["validation_data"] = tuple(parts if parts[2] is not None else parts[:2])
            changed["validation_split"] = 0.0
        if bound["steps_per_epoch"]:
            changed["steps_per_epoch"] = 1
        return changed

    def _cut_validation(self, bound: Arguments) -> dict[str, Any]:
        data = bound["validation_data"]
        if _is_stream(data):
            return {"validation_steps": min(_whole(bound["validation_steps"]) or 1, 1)}
        leaves = leaves_of(data)
        count = rows_of(leaves) if leaves else None
        if count is None or not isinstance(data, list | tuple) or len(data) < 2:  # noqa: PLR2004
            return {}
        places = chosen(leaves_of(data[0]) or [], leaves_of(data[1]) or [], 0, count)
        return {"validation_data": taken(data, places), "validation_steps": None}

    def _places(
        self,
        model: Any,
        bound: Arguments,
        inputs: tuple[str, ...],
        labels: tuple[str, ...],
        others: tuple[str, ...],
    ) -> Any:
        """Choose samples of a call; None where it is not given arrays of one length."""
        leaves = leaves_of([bound[name] for name in (*inputs, *labels, *others)])
        count = rows_of(leaves) if leaves else None
        return None if count is None else self._chosen(model, bound, 0, count)

    def _chosen(self, model: Any, bound: Arguments, first: int, end: int) -> Any:
        size = _batch_of(model)
        if self.length.few and size is None:
            return chosen(leaves_of(bound["x"]) or [], leaves_of(bound["y"]) or [], first, end)
        size = _whole(bound["batch_size"]) or size or _DEFAULT_BATCH
        last = (end - first) % size
        kept = [*range(first, min(end - last, first + 2 * size)), *range(end - last, end)]
        return np.array(kept, dtype=np.int64)


def _batch_of(model: Any) -> int | None:
    """Return the batch size that a model was declared for."""
    try:
        shapes = [getattr(item, "shape", ()) for item in model.inputs or ()]
    except Exception:  # noqa: BLE001 - not built yet, or a property of the user's
        return None
    return next((int(shape[0]) for shape in shapes if shape and shape[0]), None)


def _whole(value: Any) -> int:
    return int(value) if isinstance(value, int | np.integer) and not isinstance(value, bool) else 0


def _is_stream(data: Any) -> bool:
    return data is not None and not isinstance(data, dict) and not hasattr(data, "shape") and (
        hasattr(data, "element_spec") or hasattr(data, "__next__")
        or "PyDataset" in {kind.__name__ for kind in type(data).__mro__}
    )  # fmt: skip


def _steps_of(data: Any) -> int | None:
    """Return how many batches a data set has, None when it does not say."""
    try:
        return len(data) or None
    except Exception:  # noqa: BLE001 - of unknown or endless length
        return None


def _observer(progress: Progress) -> Any:
    import keras

    # Keras names what it gives them.
    class Observer(keras.callbacks.Callback):  # type: ignore[misc, unused-ignore]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
            progress.reach(2)

        def on_test_begin(self, logs: Any = None) -> None:  # noqa: ARG002
            progress.reach(3)

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
            progress.reach(4)

    return Observer()


def _lengthen(history: Any, begun: int, epochs: int) -> None:
    """Extend a history to as many epochs as were asked for, the last one repeated."""
    curves, count = getattr(history, "history", None), epochs - begun
    if isinstance(curves, dict) and count > 1:
        for values in curves.values():
            values.extend(values[-1:] * (count - len(values)))
        history.epoch = list(range(begun, epochs))


def _repeated(found: Any, some: int, count: int) -> Any:
    """Repeat predictions of some samples to a number of samples."""
    if isinstance(found, dict):
        return {name: _repeated(item, some, count) for name, item in found.items()}
    if isinstance(found, list | tuple):
        return type(found)(_repeated(item, some, count) for item in found)
    if getattr(found, "shape", None) and found.shape[0] == some:
        return np.take(found, np.arange(count) % some, axis=0)
    return found
