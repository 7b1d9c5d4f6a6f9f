"""Which model an exception is about."""

import itertools
import linecache
import re
from collections.abc import Iterable, Iterator, Mapping
from types import CodeType, FrameType
from typing import Any

from nbdiag.capture.call_sites import CellOf
from nbdiag.capture.model.model import model_classes

_NAME = re.compile(r"[^\W\d]\w*")


def failing_model(
    error: BaseException, names: Mapping[str, Any], source: str, cell_of: CellOf
) -> Any:
    """Find the model that raised, or that the failing statement names.

    A notebook holds several models: one that prepares pictures, one of an earlier section. An
    exception says something about one of them at most.

    Parameters
    ----------
    error
        The exception.
    names
        The user's variables.
    source
        Text of the cell that failed.
    cell_of
        Returns the number of the cell that a file holds.

    Returns
    -------
    Any
        The model whose method raised, outermost first; else one that a running statement of the
        cells names, innermost first; else the newest one that the cell names. None without any.
    """
    kinds = model_classes()
    frames = list(_frames(error))
    own = (frame.f_locals.get("self") for frame, _ in frames)
    within = (
        frame.f_locals.get(name, frame.f_globals.get(name))
        for frame, instruction in reversed(frames)
        if cell_of(frame.f_code.co_filename) is not None
        for name in _NAME.findall(_statement(frame.f_code, instruction))
    )
    mentioned = set(_NAME.findall(source))
    named = (value for name, value in reversed(list(names.items())) if name in mentioned)
    return next(_models(itertools.chain(own, within, named), kinds), None)


def _models(values: Iterable[Any], kinds: tuple[type, ...]) -> Iterator[Any]:
    # By the class that it has: a value may say of itself that it is of another one, or fail to.
    return (value for value in values if issubclass(type(value), kinds))


def _frames(error: BaseException) -> Iterator[tuple[FrameType, int]]:
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame, trace.tb_lasti
        trace = trace.tb_next


def _statement(code: CodeType, instruction: int) -> str:
    """Return the lines of the call that a frame is in."""
    position = next(itertools.islice(code.co_positions(), instruction // 2, None), None)
    first, last = (None, None) if position is None else position[:2]
    if first is None or last is None:
        return ""
    return "".join(linecache.getline(code.co_filename, line) for line in range(first, last + 1))
