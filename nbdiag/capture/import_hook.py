"""Act on a module as soon as it has been imported, or at once when it has been already."""

import importlib.util
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from nbdiag.capture.failure.reason import attempt
from nbdiag.capture.overrides import Overrides

Action = Callable[[ModuleType], None]


class _Finder:
    """Stands first on ``sys.meta_path`` while somebody waits for a module."""

    def __init__(self) -> None:
        self.waiting: dict[str, list[Action]] = {}
        self._searching: set[str] = set()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:  # noqa: ARG002
        """Find the module as everybody else does, and run the actions after its body."""
        if name not in self.waiting or name in self._searching:
            return None
        self._searching.add(name)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._searching.discard(name)
        if spec is None or spec.loader is None:
            return None
        loader = spec.loader
        attempt("the loader", lambda: self._follow(loader, name))
        return spec

    def _follow(self, loader: Any, name: str) -> None:
        overrides = Overrides()

        def exec_module(original: Any, module: ModuleType, /) -> None:
            overrides.end()
            original(module)
            for action in self.waiting.pop(name, []):
                _act(name, action, module)
            _retire()

        # On the instance, so that the module keeps the loader that it would have had.
        overrides.put(loader, "exec_module", exec_module)


_finder = _Finder()


def when_imported(name: str, action: Action) -> Callable[[], None]:
    """Call ``action(module)`` once the module has been imported.

    Nothing is imported by this: when the module is there already the action runs at once.

    Returns
    -------
    callable
        Forgets the action if it has not run.
    """
    module = sys.modules.get(name)
    if module is not None and not getattr(
        getattr(module, "__spec__", None), "_initializing", False
    ):
        _act(name, action, module)
        return lambda: None
    _finder.waiting.setdefault(name, []).append(action)
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)

    def forget() -> None:
        actions = _finder.waiting.get(name, [])
        if action in actions:
            actions.remove(action)
        if not actions:
            _finder.waiting.pop(name, None)
        _retire()

    return forget


def _act(name: str, action: Action, module: ModuleType) -> None:
    """Act; another library may have put something else under the name of the module."""
    attempt(f"the module {name}", lambda: action(module))


def _retire() -> None:
    if not _finder.waiting and _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
