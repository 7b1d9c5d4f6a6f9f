"""What is put over Keras while a cell runs, and taken off whatever happens."""

import functools
import inspect
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any, Protocol

from nbdiag.capture.call import Arguments, bind
from nbdiag.capture.loops import Loops, patch_steps
from nbdiag.capture.session import attempt
from nbdiag.schema.missing import Missing

Undo = Callable[[], None]


class Follower(Protocol):
    """Hears of fits."""

    @property
    def loops(self) -> Loops:
        """Where trainings without ``fit`` are followed."""

    def opened(self, model: Any, arguments: Arguments | Missing) -> tuple[Any, dict[str, Any]]:
        """Begin to follow a fit; give a token for it and the arguments to replace."""

    def closed(self, token: Any, error: BaseException | None) -> None:
        """Hear that a fit has ended."""

    def joined(self, model: Any, arguments: Arguments) -> Any:
        """Begin to follow a fit that is under way; give the callback to add."""


def patch(keras: ModuleType, follower: Follower) -> Undo:
    """Follow every fit.

    ``fit`` is set on ``keras.Model``, which inherits it, so taking it off is deleting it. A fit
    inside another one (in a callback) is part of that one. A method saved from an earlier cell
    (``f = model.fit``) does not pass there; it makes a `CallbackList`, which is where it is met.
    """
    inside = threading.local()
    undo_fit = _patch_fit(keras.Model, follower, inside)
    undo_list = _patch_callback_list(keras.callbacks.CallbackList, follower, inside)
    undo_steps = patch_steps(keras.Model, follower, inside)

    def undo() -> None:
        undo_steps()
        undo_list()
        undo_fit()

    return undo


def _patch_fit(model: Any, follower: Follower, inside: threading.local) -> Undo:
    own, original = vars(model).get("fit"), model.fit
    signature = _signature(model, original)

    @functools.wraps(original)
    def fit(self: Any, *arguments: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        if getattr(inside, "fit", False):
            return original(self, *arguments, **keywords)
        bound = attempt("the call of fit", lambda: bind(signature, arguments, keywords))
        token, changes = follower.opened(self, bound)
        arguments, keywords = _given(signature, arguments, keywords, changes)
        inside.fit = True
        try:
            result = original(self, *arguments, **keywords)
        except BaseException as error:
            follower.closed(token, error)
            raise
        finally:
            inside.fit = False
        follower.closed(token, None)
        return result

    def undo() -> None:
        if vars(model).get("fit") is fit:
            if own is None:
                del model.fit
            else:
                model.fit = own

    model.fit = fit
    return undo


def _signature(model: Any, fit: Any) -> inspect.Signature:
    """Give the parameters of ``fit``; of Keras' own below a wrapper that hands on what it gets.

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


def _patch_callback_list(kind: Any, follower: Follower, inside: threading.local) -> Undo:
    original = kind.__init__

    @functools.wraps(original)
    def __init__(self: Any, *arguments: Any, **keywords: Any) -> None:  # noqa: N807
        original(self, *arguments, **keywords)
        if getattr(inside, "fit", False):
            return
        frame = sys._getframe(1)  # noqa: SLF001 - the one place that holds the arguments
        names = frame.f_locals
        model = keywords.get("model")
        if frame.f_code.co_name != "fit" or model is None or names.get("self") is not model:
            return
        recorder = follower.joined(model, _arguments_of(model, names))
        self.callbacks.append(recorder)
        recorder.set_model(model)
        recorder.set_params(self.params)

    def undo() -> None:
        if vars(kind).get("__init__") is __init__:
            kind.__init__ = original

    kind.__init__ = __init__
    return undo


def _arguments_of(model: Any, names: dict[str, Any]) -> Arguments:
    """Read the arguments of a running ``fit`` off its local variables."""
    parameters = list(inspect.signature(type(model).fit).parameters.values())[1:]
    values = {item.name: names.get(item.name, item.default) for item in parameters}
    given = tuple(item.name for item in parameters if values[item.name] is not item.default)
    # ``fit`` has put the validation rows aside already, and the user's callbacks into a list.
    values["callbacks"] = None
    return Arguments(given, values)
