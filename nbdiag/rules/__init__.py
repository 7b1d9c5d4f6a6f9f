"""The rule book: one file per rule, in a folder per family.

Importing this package imports every rule; `all_rules` lists them.
"""

import importlib
import pkgutil

from nbdiag.rules.base import Rule, Skipped, known, registered

__all__ = ["Rule", "Skipped", "all_rules", "known"]


def _import_rules() -> None:
    for module in pkgutil.walk_packages(__path__, prefix=f"{__name__}."):
        importlib.import_module(module.name)


_import_rules()


def all_rules() -> tuple[type[Rule], ...]:
    """Every rule of the book, by code."""
    return registered()
