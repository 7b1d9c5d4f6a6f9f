"""Tracebacks of the user's errors, as they would be without nbdiag."""

import sys
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any


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


class UnlistedFrames:
    """Keeps our functions on the stack out of the places that TensorFlow notes in a block.

    It notes for each operation of a graph where it was made, and writes that into the text of an
    error. The way to leave files out of it is TensorFlow's own and private: where it is another
    one, nothing is left out.
    """

    def __init__(self) -> None:
        self._filter: Any = None

    def __enter__(self) -> None:
        with suppress(Exception):
            module = sys.modules["tensorflow.python.util.tf_stack"]
            made = _filter_of(module, _own_files(sys._getframe()))  # noqa: SLF001 - as tracebacks do
            made.__enter__()
            self._filter = made

    def __exit__(self, *_: object) -> None:
        with suppress(Exception):
            if self._filter is not None:
                self._filter.__exit__(None, None, None)


def _filter_of(module: Any, files: frozenset[str]) -> Any:
    class OwnFiles(module.StackTraceFilter):  # type: ignore[misc]  # a class of TensorFlow's
        def get_filtered_filenames(self) -> frozenset[str]:
            around: frozenset[str] = frozenset(self.parent.get_filtered_filenames())
            return files | around

    return OwnFiles()


def _own_files(frame: FrameType | None) -> frozenset[str]:
    found = set()
    while frame is not None:
        if str(frame.f_globals.get("__name__")).startswith("nbdiag."):
            found.add(frame.f_code.co_filename)
        frame = frame.f_back
    return frozenset(found)
