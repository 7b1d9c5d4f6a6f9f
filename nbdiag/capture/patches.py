"""What is put over Keras while a cell runs, and taken off whatever happens."""

import inspect
import sys
import threading
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any, Protocol

from nbdiag.capture.failure.reason import attempt
from nbdiag.capture.failure.traces import UnlistedFrames
from nbdiag.capture.fit.arguments import Arguments, bind
from nbdiag.capture.fit.callback import prepare
from nbdiag.capture.fit.custom_loop import StepFollower, close, follow_steps
from nbdiag.capture.overrides import Overrides
from nbdiag.schema.missing import Missing

Undo = Callable[[], None]


class Follower(StepFollower, Protocol):
    """Hears of fits."""

    def opened(self, model: Any, arguments: Arguments | Missing) -> tuple[Any, dict[str, Any]]:
        """Begin to follow a fit; give a token for it and the arguments to replace."""

    def joined(self, model: Any, arguments: Arguments) -> Any:
        """Begin to follow a fit that is under way; give the callback to add."""


def patch(keras: ModuleType, follower: Follower) -> Undo:
    """Follow every fit.

    ``fit`` is set on ``keras.Model``, which inherits it. A fit inside another one (in a callback)
    is part of that one. A method saved from an earlier cell (``f = model.fit``) does not pass
    there; it makes a `CallbackList`, which is where it is met.
    """
    inside = threading.local()
    overrides = Overrides()
    attempt("fit", lambda: _follow_fit(overrides, keras.Model, follower, inside))
    kind = keras.callbacks.CallbackList
    attempt("the callbacks", lambda: _follow_callback_list(overrides, kind, follower, inside))
    attempt("steps", lambda: follow_steps(overrides, keras.Model, follower, inside))
    return overrides.end


def _follow_fit(
    overrides: Overrides, model_class: Any, follower: Follower, inside: threading.local
) -> None:
    signature = _signature(model_class, model_class.fit)

    def fit(original: Any, model: Any, /, *arguments: Any, **keywords: Any) -> Any:
        if getattr(inside, "fit", False):
            return original(model, *arguments, **keywords)
        bound = attempt("the call of fit", lambda: bind(signature, arguments, keywords))
        opened = attempt("the fit", lambda: follower.opened(model, bound))
        if isinstance(opened, Missing):
            return original(model, *arguments, **keywords)
        token, changes = opened
        arguments, keywords = _given(signature, arguments, keywords, changes)
        inside.fit = True
        try:
            with UnlistedFrames():
                result = original(model, *arguments, **keywords)
        except BaseException as error:
            close(follower, token, error)
            raise
        finally:
            inside.fit = False
        close(follower, token, None)
        return result

    overrides.put(model_class, "fit", fit)


def _signature(model: Any, fit: Any) -> inspect.Signature:
    """Return the parameters of ``fit``; of Keras' own below a wrapper that passes them on.

    Other tools put themselves over ``fit``, too, and often take ``*args, **kwargs``.
    """
    open_ended = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    found = inspect.signature(fit)
    inherited = next((vars(base)["fit"] for base in model.__mro__[1:] if "fit" in vars(base)), fit)
    if any(item.kind in open_ended for item in found.parameters.values()):
        return inspect.signature(inherited)
    return found


def _given(
    signature: inspect.Signature,
    arguments: tuple[Any, ...],
    keywords: dict[str, Any],
    changes: dict[str, Any],
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Put arguments in the place of given ones, by place where they were given by place."""
    names = list(signature.parameters)[1:]
    by_place = dict(zip(names, arguments, strict=False))
    placed = tuple(changes.get(name, value) for name, value in by_place.items())
    others = {name: value for name, value in changes.items() if name not in by_place}
    return (*placed, *arguments[len(placed) :]), {**keywords, **others}


def _follow_callback_list(
    overrides: Overrides, kind: Any, follower: Follower, inside: threading.local
) -> None:
    def initialize(original: Any, callbacks: Any, /, *arguments: Any, **keywords: Any) -> None:
        original(callbacks, *arguments, **keywords)
        if not getattr(inside, "fit", False):
            # The frame that holds the arguments of ``fit`` lies before ours and the override's.
            frame = sys._getframe(2)  # noqa: SLF001
            attempt("the fit", lambda: _join(callbacks, frame, keywords.get("model"), follower))

    overrides.put(kind, "__init__", initialize)


def _join(callbacks: Any, frame: FrameType, model: Any, follower: Follower) -> None:
    """Follow a fit that has begun already, if it is a fit that makes these callbacks."""
    names = frame.f_locals
    if frame.f_code.co_name != "fit" or model is None or names.get("self") is not model:
        return
    recorder = follower.joined(model, _arguments_of(model, names))
    prepare(recorder, callbacks, model)
    callbacks.callbacks.append(recorder)


def _arguments_of(model: Any, names: dict[str, Any]) -> Arguments:
    """Read the arguments of a running ``fit`` off its local variables."""
    parameters = list(inspect.signature(type(model).fit).parameters.values())[1:]
    values = {item.name: names.get(item.name, item.default) for item in parameters}
    given = tuple(item.name for item in parameters if values[item.name] is not item.default)
    # ``fit`` has put the validation rows aside already, and the user's callbacks into a list.
    values["callbacks"] = None
    return Arguments(given, values)
