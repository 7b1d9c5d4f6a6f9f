"""What libraries keep for the whole process, left as it was found by a cell that is tried."""

import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from typing import Any

import numpy as np

from nbdiag.capture.call_sites import preserve_notes
from nbdiag.capture.state_guard import preserve_state
from nbdiag.silence import unlogged

_SETTINGS = ("_FLOATX", "_EPSILON", "_IMAGE_DATA_FORMAT", "_NNX_ENABLED", "_MAX_EPOCHS")


@contextmanager
def preserve_libraries() -> Iterator[None]:
    """Run a block and put back what it changed in libraries; nothing of it is shown."""
    with ExitStack() as stack:
        stack.enter_context(preserve_state(runs_user_code=True))
        stack.enter_context(unlogged())
        stack.enter_context(preserve_notes())
        stack.enter_context(redirect_stdout(io.StringIO()))
        stack.enter_context(redirect_stderr(io.StringIO()))
        stack.enter_context(np.errstate())
        stack.enter_context(np.printoptions())
        for preserve in (_warnings, _environment, _keras, _tensorflow, _matplotlib, _display):
            stack.callback(preserve())
        yield


Undo = Callable[[], None]


def _nothing() -> None:
    pass


def _warnings() -> Undo:
    filters: Any = warnings.filters
    saved, show = [*filters], warnings.showwarning
    # Which warnings were shown is noted in each module: none is shown, so none is noted.
    filters.insert(0, ("ignore", None, Warning, None, 0))

    def undo() -> None:
        warnings.filters[:] = saved  # type: ignore[index]
        warnings.showwarning = show

    return undo


def _environment() -> Undo:
    saved = dict(os.environ)

    def undo() -> None:
        if saved != dict(os.environ):
            os.environ.clear()
            os.environ.update(saved)

    return undo


def _keras() -> Undo:
    module: Any = sys.modules.get("keras.src.backend.common.global_state")
    config = sys.modules.get("keras.src.backend.config")
    saving = sys.modules.get("keras.src.saving.object_registration")
    if module is None:
        return _nothing
    tracker = module.GLOBAL_STATE_TRACKER
    held = dict(vars(tracker))
    # Variables that a failed model has left there would be made by the next one that is built.
    tracker.uninitialized_variables = []
    settings = {name: getattr(config, name) for name in _SETTINGS if hasattr(config, name)}
    registries: list[dict[Any, Any]] = [
        found
        for name in ("GLOBAL_CUSTOM_OBJECTS", "GLOBAL_CUSTOM_NAMES")
        if isinstance(found := getattr(saving, name, None), dict)
    ]
    registered = [dict(item) for item in registries]

    def undo() -> None:
        module.GLOBAL_STATE_TRACKER = tracker
        for name in vars(tracker).keys() - held.keys():
            delattr(tracker, name)
        for name, value in held.items():
            setattr(tracker, name, value)
        for name, value in settings.items():
            setattr(config, name, value)
        for registry, saved in zip(registries, registered, strict=True):
            registry.clear()
            registry.update(saved)

    return undo


def _tensorflow() -> Undo:
    module = sys.modules.get("tensorflow.python.eager.context")
    core = sys.modules.get("tensorflow")
    if module is None or core is None:
        return _nothing
    context = module.context()
    seed, stream = getattr(context, "_seed", None), getattr(context, "_rng", None)
    eagerly = core.config.functions_run_eagerly()

    def undo() -> None:
        context._seed, context._rng = seed, stream  # noqa: SLF001 - there is no other way back
        core.config.run_functions_eagerly(eagerly)

    return undo


def _matplotlib() -> Undo:
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    library = sys.modules.get("matplotlib")
    if helpers is None or pyplot is None or library is None:
        return _nothing
    figures, settings, show = helpers.Gcf.figs, dict(library.rcParams), pyplot.show
    # Figures that are open are hidden: the cell draws into new ones, which are dropped.
    helpers.Gcf.figs = type(figures)()
    pyplot.show = lambda *_, **__: None

    def undo() -> None:
        helpers.Gcf.figs = figures
        pyplot.show = show
        dict.update(library.rcParams, settings)

    return undo


def _display() -> Undo:
    """Hide what IPython would show."""
    module = sys.modules.get("IPython.core.interactiveshell")
    shell = getattr(getattr(module, "InteractiveShell", None), "_instance", None)
    publisher = getattr(shell, "display_pub", None)
    if publisher is None:
        return _nothing
    own = vars(publisher).get("publish")
    publisher.__dict__["publish"] = lambda *_, **__: None

    def undo() -> None:
        if own is None:
            publisher.__dict__.pop("publish", None)
        else:
            publisher.__dict__["publish"] = own

    return undo
