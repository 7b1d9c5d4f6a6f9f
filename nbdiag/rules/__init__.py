"""The rule book: one file per rule, in a folder per family.

Importing this package imports every rule; `all_rules` lists them, and `unreadable` the files that
could not be imported.
"""

from nbdiag.rules.base import Rule, Skipped, known, registered
from nbdiag.rules.registry import import_rules
from nbdiag.schema.finding import Check

__all__ = ["Rule", "Skipped", "all_rules", "known", "unreadable"]

_UNREADABLE = import_rules(__path__, f"{__name__}.")


def all_rules() -> tuple[type[Rule], ...]:
    """Every rule of the book, by code."""
    return registered()


def unreadable() -> tuple[Check, ...]:
    """Rule files that could not be imported, as lines of the checklist."""
    return _UNREADABLE
