"""Where in the user's cells layers, models and calls of ``compile`` and ``fit`` are written.

`install` is called when the extension is loaded and imports nothing: it waits until the user
imports Keras. Everything noted hangs weakly on the object, so no model is kept alive by it.
"""

import functools
import inspect
import itertools
import linecache
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FrameType, ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from nbdiag.capture.imports import when_imported
from nbdiag.capture.setup import CompileCall, Written
from nbdiag.schema.cell import CallSite
from nbdiag.schema.missing import Missing

CellOf = Callable[[str], "int | None"]

_OWN_FRAMES = {"keras", "tensorflow", "tf_keras", "nbdiag"}
# Layers made by these are copies: the line that is seen does not describe them.
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


_made: "WeakKeyDictionary[Any, Place]" = WeakKeyDictionary()
_compiled: "WeakKeyDictionary[Any, Compiled]" = WeakKeyDictionary()
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
    _compiled.clear()


def caller() -> Place | None:
    """Place of the innermost call that is written outside Keras, TensorFlow and nbdiag."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - inspect.stack() reads source files
    while frame is not None:
        if frame.f_globals.get("__name__", "").split(".")[0] not in _OWN_FRAMES:
            return Place(frame.f_code, frame.f_lasti)
        if frame.f_code.co_name in _COPIERS:
            return None
        frame = frame.f_back
    return None


def site_of(thing: Any, cell_of: CellOf) -> CallSite | Missing:
    """Where a layer or model was made."""
    place = _made.get(thing)
    if place is None:
        return Missing("it was made before nbdiag was loaded, or copied")
    return locate(place, cell_of)


def compile_of(model: Any, cell_of: CellOf) -> CompileCall:
    """Where a model was compiled, and how."""
    seen = _compiled.get(model)
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
    layer, trainer = keras.Layer, _trainer_of(keras)
    made, compiled = layer.__dict__["__new__"], trainer.__dict__["compile"]
    # __new__, not __init__: Keras' own warnings in __init__ name the line of their caller, and
    # a wrapper there would stand between. It also comes before the user's own __init__.
    layer.__new__ = staticmethod(_noting_new(made.__func__))
    trainer.compile = _noting_compile(compiled)

    def undo() -> None:
        layer.__new__ = made
        trainer.compile = compiled

    _undo.append(undo)


def _trainer_of(keras: ModuleType) -> Any:
    """Find the class that defines ``compile``; patching ``keras.Model`` would break saving."""
    return next(kind for kind in keras.Model.__mro__ if "compile" in vars(kind))


def _noting_new(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def __new__(cls: type, *arguments: Any, **keywords: Any) -> Any:  # noqa: N807
        made = original(cls, *arguments, **keywords)
        place = caller()
        if place is not None:
            _made[made] = place
        return made

    return __new__


def _noting_compile(original: Callable[..., Any]) -> Callable[..., Any]:
    names = tuple(inspect.signature(original).parameters)[1:]

    @functools.wraps(original)
    def compile(self: Any, *arguments: Any, **keywords: Any) -> Any:  # noqa: A001
        __tracebackhide__ = True
        given = {**dict(zip(names, arguments, strict=False)), **keywords}
        optimizer = given.get("optimizer", ...)
        written: Written = "omitted" if optimizer is ... else "object"
        _compiled[self] = Compiled(
            caller(), "string" if isinstance(optimizer, str) else written, *_left_out(self, given)
        )
        return original(self, *arguments, **keywords)

    return compile


def _left_out(model: Any, given: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give what ``compile`` will keep from an earlier call, and what it will not read.

    It replaces the loss, with its weights, and the metrics only where they are given
    (keras/src/trainers/trainer.py).
    """
    loss = getattr(model, "_compile_loss", None)
    keeps_loss = given.get("loss") is None and loss is not None
    named = given.get("metrics") is not None or given.get("weighted_metrics") is not None
    keeps_metrics = not named and getattr(model, "_compile_metrics", None) is not None
    kept = ("loss",) * keeps_loss + ("metrics",) * keeps_metrics
    weights = given.get("loss_weights")
    old = getattr(loss, "_user_loss_weights", None)
    unread = keeps_loss and weights is not None and repr(weights) != repr(old)
    return kept, ("loss_weights",) * unread
