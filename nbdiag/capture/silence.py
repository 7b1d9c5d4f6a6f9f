"""Look at the user's objects without their warnings."""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def silent() -> Iterator[None]:
    """Swallow Python's warnings of this thread while the block runs.

    ``warnings.catch_warnings`` would not do: it makes Python forget which warnings it has shown, so
    the user would see some twice, and it acts on all threads.
    """
    warn, thread = warnings.warn, threading.get_ident()

    def hold(*arguments: Any, **keywords: Any) -> None:
        if threading.get_ident() != thread:
            warn(*arguments, **keywords)

    warnings.warn = hold
    try:
        yield
    finally:
        warnings.warn = warn
