"""nbdiag: why a Keras model does not train, and the repaired cell.

``%load_ext nbdiag``, then ``%%traindiag`` on the training cell.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbdiag.candidate import compare
    from nbdiag.diagnosis import Report, diagnose
    from nbdiag.engine import Settings
    from nbdiag.recording import record
    from nbdiag.schema.run import TrainingRun

__version__ = "0.2.0"

__all__ = [
    "Report",
    "Settings",
    "TrainingRun",
    "compare",
    "diagnose",
    "last_report",
    "load_ipython_extension",
    "record",
    "unload_ipython_extension",
]

# Loading the extension must stay cheap, so public names are imported when they are asked for.
_HOMES = {
    "Report": "nbdiag.diagnosis",
    "compare": "nbdiag.candidate",
    "diagnose": "nbdiag.diagnosis",
    "Settings": "nbdiag.engine",
    "TrainingRun": "nbdiag.schema.run",
    "record": "nbdiag.recording",
}


def load_ipython_extension(ipython: Any) -> None:
    """Register ``%%traindiag`` and ``%traindiag``; called by ``%load_ext nbdiag``."""
    from nbdiag import magics

    magics.load(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """Take the magics back; called by ``%unload_ext nbdiag``."""
    from nbdiag import magics

    magics.unload(ipython)


def last_report() -> "Report | None":
    """Return the report of the last watched cell.

    Returns
    -------
    Report or None
        None before the first ``%%traindiag`` of the session, and outside IPython.
    """
    from IPython import get_ipython

    from nbdiag import magics

    memory = magics.memory_of(get_ipython())
    return memory.report if memory else None


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'nbdiag' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
