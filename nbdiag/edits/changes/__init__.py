"""All kinds of changes: what each is, in one place, a `Kind` record beside its text edit.

In reading order:

- ``aspects``: what a kind is; ``claims``: what changes set and rely on
- ``layers``, ``input_scale``: of the model
- ``loss``, ``metrics``, ``optimizer``: of compile
- ``fit``, ``labels``, ``split``, ``rerun_guard``: of fit and its data
- ``text``: of the text alone
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from types import ModuleType
from typing import Any

from nbdiag.edits.changes.aspects import Kind
from nbdiag.edits.live.edits import CannotRebuild, LiveEdits
from nbdiag.schema.changes import Change, in_order


@cache
def kinds() -> Mapping[type, Kind[Any]]:
    """Return every kind by the class of its changes."""
    return {kind.of: kind for module in _modules() for kind in _kinds_in(module)}


def kind_of(change: Change) -> Kind[Any]:
    """Return the kind of a change."""
    return kinds()[type(change)]


def live_edits(changes: Sequence[Change]) -> LiveEdits:
    """Collect what should differ in a live training.

    Parameters
    ----------
    changes
        What is to change; their order does not matter.

    Raises
    ------
    CannotRebuild
        When one of them can be made in the text alone.
    """
    edits = LiveEdits()
    for change in in_order(changes):
        kind_of(change).live(edits, change)
    return edits


def live_part(changes: Sequence[Change]) -> LiveEdits:
    """Collect what should differ in a live training, without changes that it cannot have."""
    edits = LiveEdits()
    for change in in_order(changes):
        with suppress(CannotRebuild):
            kind_of(change).live(edits, change)
    return edits


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(__path__, f"{__name__}."):
        yield importlib.import_module(found.name)


def _kinds_in(module: ModuleType) -> Iterator[Kind[Any]]:
    return (item for item in vars(module).values() if isinstance(item, Kind))
