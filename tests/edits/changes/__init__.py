"""What is tried of each kind of change: a module a module of `nbdiag.edits.changes`.

``DESCRIBED`` are changes with their words, for test_kinds.py. Kinds that a live training can have give
``SAMPLES``, which are compared as text and live by tests/property/test_interpreters_agree.py, and
``changes_for`` and ``EXPECTED``, which are tried on every cell of tests/edits/corpus.py.
"""

import importlib
import pkgutil
from functools import cache
from typing import Any


@cache
def tried(name: str) -> tuple[Any, ...]:
    """What the modules of this package that have it call ``name``."""
    names = [found.name for found in pkgutil.iter_modules(__path__, f"{__name__}.")]
    modules = map(importlib.import_module, names)
    return tuple(getattr(module, name) for module in modules if hasattr(module, name))
