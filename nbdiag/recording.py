"""`record`: what ``%%traindiag`` does, for scripts and for training loops without ``fit``."""

import inspect
import linecache
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any, Literal

from nbdiag.diagnosis import Report, diagnose
from nbdiag.engine import Settings
from nbdiag.schema.cell import Cell

if TYPE_CHECKING:
    from nbdiag.capture.fit.custom_loop import Loops

_SCRIPT = 1  # the number that the script's text has as a "cell"


class Recording:
    """What a ``with nbdiag.record()`` block has seen, complete when the block is left."""

    def __init__(self, loops: "Loops") -> None:
        self.reports: tuple[Report, ...] = ()
        self._loops = loops

    @property
    def report(self) -> Report | None:
        """The report of the last fit in the block, None when there was none."""
        return self.reports[-1] if self.reports else None

    def step(
        self, model: Any, x: Any, y: Any = None, *, loss: Any = None, sample_weight: Any = None
    ) -> None:
        """Report one step of a custom training loop, such as one with ``GradientTape``.

        Calls of ``train_on_batch`` are seen without it. Put it before the update of the weights
        where you can: the first probe then sees the fresh model. It changes nothing in the loop.

        Parameters
        ----------
        model
            The Keras model that the loop trains.
        x, y, sample_weight
            The batch, rows first; the first batches are measured, the very first is probed.
        loss
            The loss of this step, a number or a tensor of one.

        Raises
        ------
        ValueError
            When it is called inside a ``tf.function``, where batches have no values, or after the
            block.
        """
        if not all(map(_has_values, (x, y, loss, sample_weight))):
            raise ValueError(
                "rec.step needs values: call it outside of the tf.function, with the batch and the "
                "loss of the step."
            )
        session = self._loops.session(model, "step")
        if session is None:
            raise ValueError("Call rec.step inside the block of nbdiag.record().")
        session.begins(x, y, sample_weight)
        session.ends(loss)


@contextmanager
def record(
    *,
    probes: Literal["off", "light", "full"] = "light",
    stop_on: Literal["error", "never"] = "never",
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    lang: Literal["en", "zh"] = "en",
) -> Iterator[Recording]:
    """Watch every ``fit`` and every loop of ``train_on_batch`` inside a ``with`` block.

    Other loops report their steps by `Recording.step`. A loop has no epochs: its report judges the
    model, ``compile``, the first batches (up to 4096 rows), and looks at the first of them before
    and after the training.

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
    >>> with nbdiag.record() as rec:          # doctest: +SKIP
    ...     for x, y in batches:
    ...         loss = train_step(x, y)
    ...         rec.step(model, x, y, loss=loss)
    """
    from nbdiag.capture import call_sites
    from nbdiag.capture.watch import Stop, watch
    from nbdiag.early_stop import Guard
    from nbdiag.experiments import provable
    from nbdiag.investigation import investigable
    from nbdiag.trial.setup.model_refs import Training

    if stop_on not in ("error", "never"):
        raise ValueError(f'stop_on takes "error" or "never", not {stop_on!r}.')

    caller = sys._getframe(2)  # noqa: SLF001 - past contextlib's own frame
    name = caller.f_code.co_filename
    settings = Settings(tuple(select), tuple(ignore), lang)
    guard = Guard(Stop(), stop_on, settings)
    look = guard.look if stop_on == "error" else None
    installed = call_sites.install()
    trainings: list[Training] = []
    watched = watch(
        Cell(_SCRIPT, _text_of(caller)),
        probes=probes,
        namespace=lambda: {**caller.f_globals, **caller.f_locals},
        cell_of=lambda filename: _SCRIPT if filename == name else None,
        on_begin=look,
        on_epoch=look,
        stop=guard.stop,
        loops=True,
        on_fit=lambda *begun: trainings.append(Training(*begun, firmly=False)),
    )
    recording = Recording(watched.loops)
    try:
        with watched as seen:
            yield recording
    finally:
        reports = [diagnose(run, settings) for run in seen.runs]
        if len(trainings) == len(reports):  # a loop without fit has no training to copy
            pairs = zip(reports, trainings, strict=True)
            reports = [
                investigable(provable(report, training.take), training.take)
                for report, training in pairs
            ]
        recording.reports = tuple(reports)
        if installed:
            call_sites.uninstall()
        _forget_names(caller)


def _has_values(given: Any) -> bool:
    """Whether a batch or a part of one can be read: not the symbols of a graph being traced."""
    return not (hasattr(given, "graph") and hasattr(given, "op") and hasattr(given, "value_index"))


def _forget_names(frame: FrameType) -> None:
    """Empty the copy of its names that a function's frame keeps once it has been asked for them.

    Until Python 3.13 that copy would hold on to the user's model. A debugger writes it back.
    """
    copied = frame.f_code.co_flags & inspect.CO_OPTIMIZED  # else it is not a copy
    if copied and type(frame.f_locals) is dict and sys.gettrace() is None:
        frame.f_locals.clear()


def _text_of(frame: FrameType) -> str:
    return "".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals))
