"""Where in the user's cells layers, models and calls of ``compile`` and ``fit`` are written.

`install` is called when the extension is loaded and imports nothing: it waits until the user
imports Keras. Everything noted hangs weakly on the object, so no model is kept alive by it.
"""

import inspect
import itertools
import linecache
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FrameType, ModuleType
from typing import Any, Generic, TypeVar
from weakref import ref

from nbdiag.capture.failure.reason import attempt
from nbdiag.capture.import_hook import when_imported
from nbdiag.capture.model.compile import CompileCall, Written
from nbdiag.capture.model.layers import Origin
from nbdiag.capture.overrides import Overrides
from nbdiag.schema.cell import CallSite
from nbdiag.schema.missing import Missing

T = TypeVar("T")

CellOf = Callable[[str], "int | None"]

_OWN_FRAMES = {"keras", "tensorflow", "tf_keras", "nbdiag"}
# Layers made by these are copies: the line that is seen does not describe them.
_APPLICATIONS = ".applications."
_COPIERS = {"from_config", "clone_model", "deserialize_keras_object", "load_model"}


@dataclass(frozen=True)
class Place:
    """An instruction of a code object; its position is worked out when somebody asks."""

    code: CodeType
    instruction: int


@dataclass(frozen=True)
class Compiled:
    """How ``compile`` was called."""

    place: Place | None
    optimizer: Written
    kept: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


class _Notes(Generic[T]):
    """Notes about objects, gone with them.

    By identity: a class of the user's may compare, count or hash as it likes, or not be able to
    while it is being made.
    """

    def __init__(self) -> None:
        self._kept: dict[int, tuple[ref[Any], T]] = {}

    def note(self, thing: Any, value: T) -> None:
        key, kept = id(thing), self._kept

        def forget(gone: ref[Any]) -> None:
            if key in kept and kept[key][0] is gone:
                del kept[key]

        kept[key] = (ref(thing, forget), value)

    def about(self, thing: Any) -> T | None:
        found = self._kept.get(id(thing))
        return found[1] if found is not None and found[0]() is thing else None

    def drop(self, thing: Any) -> None:
        self._kept.pop(id(thing), None)

    def clear(self) -> None:
        self._kept.clear()

    def copy(self) -> dict[int, tuple[ref[Any], T]]:
        return dict(self._kept)

    def restore(self, saved: dict[int, tuple[ref[Any], T]]) -> None:
        self._kept.clear()
        self._kept.update((key, item) for key, item in saved.items() if item[0]() is not None)

    def __len__(self) -> int:
        return len(self._kept)


_made: "_Notes[Place]" = _Notes()
_applications: "_Notes[str]" = _Notes()
_compiled: "_Notes[Compiled]" = _Notes()
_undo: list[Callable[[], None]] = []


def install() -> bool:
    """Start noting; give whether it was this call that started it."""
    started = not _undo
    if started:
        _undo.append(when_imported("keras", _patch))
    return started


def uninstall() -> None:
    """Stop noting, leave Keras as it was and forget everything noted."""
    while _undo:
        _undo.pop()()
    _made.clear()
    _applications.clear()
    _compiled.clear()


@contextmanager
def preserve_notes() -> Iterator[None]:
    """Run a block and forget what was noted in it: objects are known by the cells of the user."""
    every: tuple[_Notes[Any], ...] = (_made, _applications, _compiled)
    saved = [notes.copy() for notes in every]
    try:
        yield
    finally:
        for notes, kept in zip(every, saved, strict=True):
            notes.restore(kept)


def caller() -> Place | None:
    """Place of the innermost call that is written outside Keras, TensorFlow and nbdiag."""
    return _caller()[0]


def _caller() -> tuple[Place | None, str]:
    """Return the place of the call, and the published architecture that it was made for."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - inspect.stack() reads source files
    application = ""
    while frame is not None:
        name = frame.f_globals.get("__name__")
        if not isinstance(name, str) or name.split(".")[0] not in _OWN_FRAMES:
            return Place(frame.f_code, frame.f_lasti), application
        if frame.f_code.co_name in _COPIERS:
            return None, application
        if _APPLICATIONS in name:
            application = name.rpartition(".")[2]
        frame = frame.f_back
    return None, application


def site_of(thing: Any, cell_of: CellOf) -> CallSite | Missing:
    """Where a layer or model was made."""
    place = _made.about(thing)
    if place is None:
        return Missing("it was made before nbdiag was loaded, or copied")
    return locate(place, cell_of)


def origin_of(thing: Any, cell_of: CellOf) -> Origin:
    """Where a layer or model was made, and for which published architecture."""
    return Origin(site_of(thing, cell_of), _applications.about(thing) or "")


def compile_of(model: Any, cell_of: CellOf) -> CompileCall:
    """Where a model was compiled, and how."""
    seen = _compiled.about(model)
    before = Missing("compiled before nbdiag was loaded")
    if seen is None:
        return CompileCall(before)
    site = before if seen.place is None else locate(seen.place, cell_of)
    return CompileCall(site, seen.optimizer, seen.kept, seen.unread)


def locate(place: Place | None, cell_of: CellOf) -> CallSite | Missing:
    """Turn a place into lines and characters of a cell."""
    if place is None:
        return Missing("the call was not seen")
    number = cell_of(place.code.co_filename)
    if number is None:
        return Missing("the call is not written in a cell")
    position = next(
        itertools.islice(place.code.co_positions(), place.instruction // 2, None), (None,) * 4
    )
    line, end_line, column, end_column = position
    if line is None or end_line is None or column is None or end_column is None:
        return Missing("Python keeps no positions here")
    name = place.code.co_filename
    return CallSite(
        cell=number,
        line=line,
        column=_characters(name, line, column),
        end_line=end_line,
        end_column=_characters(name, end_line, end_column),
    )


def _characters(filename: str, line: int, offset: int) -> int:
    """Turn an offset in UTF-8 bytes, as Python counts, into one in characters."""
    text = linecache.getline(filename, line).encode()
    return len(text[:offset].decode(errors="ignore")) if len(text) >= offset else offset


def _patch(keras: ModuleType) -> None:
    overrides, trainer = Overrides(), _trainer_of(keras)
    _undo.append(overrides.end)
    # __new__, not __init__: Keras' own warnings in __init__ name the line of their caller, and
    # a function there would lie between. It also comes before a custom __init__.
    overrides.put(keras.Layer, "__new__", _make)
    overrides.put(
        trainer, "compile", _compile(tuple(inspect.signature(trainer.compile).parameters))
    )


def _trainer_of(keras: ModuleType) -> Any:
    """Find the class that defines ``compile``; patching ``keras.Model`` would break saving."""
    return next(kind for kind in keras.Model.__mro__ if "compile" in vars(kind))


def _make(original: Callable[..., Any], kind: type, /, *arguments: Any, **keywords: Any) -> Any:
    made = original(kind, *arguments, **keywords)
    attempt("the call", lambda: _note_place(made))
    return made


def _note_place(made: Any) -> None:
    place, application = _caller()
    if place is not None:
        _made.note(made, place)
    if application:
        _applications.note(made, application)


def _compile(names: tuple[str, ...]) -> Callable[..., Any]:
    def compile(  # noqa: A001
        original: Callable[..., Any], model: Any, /, *arguments: Any, **keywords: Any
    ) -> Any:
        given = {**dict(zip(names[1:], arguments, strict=False)), **keywords}
        _compiled.drop(model)
        before = _parts(model)
        try:
            return original(model, *arguments, **keywords)
        finally:
            attempt("the call of compile", lambda: _note_compiled(model, given, before))

    return compile


def _note_compiled(model: Any, given: dict[str, Any], before: tuple[Any, Any]) -> None:
    optimizer = given.get("optimizer", ...)
    written: Written = "omitted" if optimizer is ... else "object"
    if isinstance(optimizer, str):
        written = "string"
    _compiled.note(model, Compiled(caller(), written, *_left_out(given, before, _parts(model))))


def _parts(model: Any) -> tuple[Any, Any]:
    """Return the loss and the metrics that a model was compiled with, None each without."""
    return getattr(model, "_compile_loss", None), getattr(model, "_compile_metrics", None)


def _left_out(
    given: dict[str, Any], before: tuple[Any, Any], after: tuple[Any, Any]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what ``compile`` kept from an earlier call, and what it did not read.

    Keras 3.15 replaces the loss, with its weights, and the metrics only where they are given
    (keras/src/trainers/trainer.py); Keras 3.5 replaces them always.
    """
    names = ("loss", "metrics")
    kept = tuple(
        name
        for name, old, new in zip(names, before, after, strict=True)
        if new is not None and new is old
    )
    weights = given.get("loss_weights")
    old = getattr(before[0], "_user_loss_weights", None)
    unread = "loss" in kept and weights is not None and repr(weights) != repr(old)
    return kept, ("loss_weights",) * unread
