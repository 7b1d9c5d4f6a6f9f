"""The exception that ended a fit or a cell, as a value."""

import sys
import traceback
from types import FrameType, TracebackType

from nbdiag.capture.call_sites import CellOf
from nbdiag.capture.failure.reason import message_of
from nbdiag.schema.failure import RunError

LONGEST = 12_000  # characters: Keras' own messages, with TensorFlow's graph, stay below
KEPT_AT_THE_END = 2_000


def describe_error(error: BaseException, cell: int, cell_of: CellOf, *, in_fit: bool) -> RunError:
    """Describe an exception with its message and the lines of the cell that led to it.

    Of a very long message the middle is left out: it is the user's data, written out.

    Parameters
    ----------
    error
        The exception.
    cell, cell_of
        Number of the cell, and what gives the number of the cell of a file name.
    in_fit
        Whether a fit raised it. It is described on its way through that fit then, and the lines
        that called the fit are still running.
    """
    return RunError(
        type=type(error).__name__,
        message=shortened(message_of(error)),
        during="fit" if in_fit else "cell",
        lines=(
            *(_running(sys._getframe(1), cell, cell_of) if in_fit else ()),  # noqa: SLF001
            *_lines(error, error.__traceback__, cell, cell_of),
        ),
    )


def shortened(text: str) -> str:
    """Keep the two ends of a very long text."""
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - KEPT_AT_THE_END]} […] {text[-KEPT_AT_THE_END:]}"


def _lines(
    error: BaseException, trace: TracebackType | None, cell: int, cell_of: CellOf
) -> tuple[int, ...]:
    if isinstance(error, SyntaxError) and error.filename and cell_of(error.filename) == cell:
        return (error.lineno,) if error.lineno else ()
    return tuple(
        line
        for frame, line in traceback.walk_tb(trace)
        if cell_of(frame.f_code.co_filename) == cell
    )


def _running(frame: FrameType | None, cell: int, cell_of: CellOf) -> tuple[int, ...]:
    lines = []
    while frame is not None:
        if cell_of(frame.f_code.co_filename) == cell:
            lines.append(frame.f_lineno)
        frame = frame.f_back
    return tuple(reversed(lines))
