"""What is tried of each kind of change: a module a module of `nbdiag.edits.changes`.

``SAMPLES`` are compared as text and live by tests/property/test_interpreters_agree.py;
``changes_for`` and ``EXPECTED`` are tried on every cell of tests/edits/corpus.py.
"""

import importlib
import pkgutil
from functools import cache
from types import ModuleType


@cache
def modules_of_kinds() -> tuple[ModuleType, ...]:
    """Modules of this package that have samples."""
    names = [found.name for found in pkgutil.iter_modules(__path__, f"{__name__}.")]
    modules = map(importlib.import_module, names)
    return tuple(module for module in modules if hasattr(module, "SAMPLES"))
