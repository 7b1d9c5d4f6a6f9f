"""Tracebacks of the user's errors, as they would be without nbdiag."""

from types import TracebackType


def drop_own_frames(error: BaseException) -> None:
    """Take nbdiag's frames off the beginning of a traceback; to be followed by a bare ``raise``.

    A bare ``raise`` adds no frame. Frames that are only hidden leave a line in IPython's tracebacks
    ("skipping hidden 2 frame"), and TensorFlow writes all of them into the text of its error.
    """
    error.__traceback__ = _without_own(error.__traceback__)


def _without_own(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and str(trace.tb_frame.f_globals.get("__name__")).startswith("nbdiag."):
        trace = trace.tb_next
    return trace
