"""`record`: what ``%%traindiag`` does, for scripts and for code that calls ``fit`` by itself."""

import linecache
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Literal

from nbdiag.diagnosis import Report, diagnose
from nbdiag.engine import Settings
from nbdiag.schema.run import Cell

_SCRIPT = 1  # the number that the script's text has as a "cell"


class Recording:
    """What a ``with nbdiag.record()`` block has seen, complete when the block is left."""

    def __init__(self) -> None:
        self.reports: tuple[Report, ...] = ()

    @property
    def report(self) -> Report | None:
        """The report of the last fit in the block, None when there was none."""
        return self.reports[-1] if self.reports else None


@contextmanager
def record(
    *,
    probes: Literal["off", "light", "full"] = "light",
    stop_on: Literal["error", "never"] = "never",
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    lang: Literal["en", "zh"] = "en",
) -> Iterator[Recording]:
    """Watch every ``fit`` inside a ``with`` block.

    Parameters
    ----------
    probes
        How much to measure on one fixed batch beside the training.
    stop_on
        "error" ends a training as soon as an error is certain, as early stopping would: the
        block goes on, and the report says what that spared.
    select, ignore
        Codes of rules, or their beginnings, that are heard or not heard.
    lang
        The language of the report.

    Yields
    ------
    Recording
        Its ``report`` is there after the block, also when the block raised.

    Examples
    --------
    >>> with nbdiag.record() as rec:          # doctest: +SKIP
    ...     model.fit(x_train, y_train)
    >>> print(rec.report)                     # doctest: +SKIP
    """
    from nbdiag.capture import sites
    from nbdiag.capture.watch import Stop, watch
    from nbdiag.guard import Guard

    if stop_on not in ("error", "never"):
        raise ValueError(f'stop_on takes "error" or "never", not {stop_on!r}.')

    caller = sys._getframe(2)  # noqa: SLF001 - past contextlib's own frame
    name = caller.f_code.co_filename
    settings = Settings(tuple(select), tuple(ignore), lang)
    recording = Recording()
    guard = Guard(Stop(), stop_on, settings)
    look = guard.look if stop_on == "error" else None
    installed = sites.install()
    watched = watch(
        Cell(_SCRIPT, _text_of(caller)),
        probes=probes,
        namespace=lambda: {**caller.f_globals, **caller.f_locals},
        cell_of=lambda filename: _SCRIPT if filename == name else None,
        on_begin=look,
        on_epoch=look,
        stop=guard.stop,
    )
    try:
        with watched as seen:
            yield recording
    finally:
        recording.reports = tuple(diagnose(run, settings) for run in seen.runs)
        if installed:
            sites.uninstall()


def _text_of(frame: FrameType) -> str:
    return "".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals))
