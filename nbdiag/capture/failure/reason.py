"""What of nbdiag's own work fails, in one line; nothing of it reaches the user's program."""

import logging
import re
from collections.abc import Callable
from typing import TypeVar

from nbdiag.schema.missing import Missing
from nbdiag.silence import silent

T = TypeVar("T")

logger = logging.getLogger(__name__)

_LONGEST = 200
# TensorFlow puts the places where its graph was made before what went wrong, and names its nodes.
_PLACES = re.compile(
    r'Graph execution error:|Detected at node [^\n]*|^ *File "[^\n]*', re.MULTILINE
)
_NODES = re.compile(r"\[\[\{\{node.*?\}\}\]\]|\[Op:[^\]]*\]")


def attempt(what: str, work: Callable[[], T]) -> T | Missing:
    """Do some of nbdiag's own work; when it fails the training goes on and the reason is kept.

    Its warnings, and what NumPy says of numbers that are none, are not the user's.
    """
    import numpy as np

    try:
        with silent(), np.errstate(all="ignore"):
            return work()
    except Exception as problem:  # nothing of nbdiag's may end the user's training
        logger.debug("nbdiag could not read %s", what, exc_info=True)
        return Missing(f"{what} could not be read ({in_a_line(problem)})")


def in_a_line(problem: BaseException) -> str:
    """Return the message of an exception, with its type, in a line of at most 200 characters."""
    text = _NODES.sub("", _PLACES.sub("", message_of(problem)))
    text = " ".join(text.split())
    told = f"{type(problem).__name__}: {text}" if text else type(problem).__name__
    return told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…"


def message_of(problem: BaseException) -> str:
    """Find the message of an exception; empty when its class cannot write it."""
    try:
        return str(problem)
    except Exception:  # noqa: BLE001 - an exception of the user's may fail in any way
        return ""
