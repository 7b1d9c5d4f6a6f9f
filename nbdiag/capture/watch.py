"""Watch every ``fit`` of a cell."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType, TracebackType
from typing import Any, Self

from nbdiag.capture import sites
from nbdiag.capture.call import Arguments
from nbdiag.capture.failure import describe_error
from nbdiag.capture.imports import when_imported
from nbdiag.capture.model import describe_model, last_model, variable_of
from nbdiag.capture.patches import patch
from nbdiag.capture.probing import Level
from nbdiag.capture.recorder import CheckOnly, join, make_recorder
from nbdiag.capture.scene import describe_scene
from nbdiag.capture.session import Frame, Session, attempt
from nbdiag.capture.versions import describe_environment
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import Cell, PastRun, TrainingRun

# What live judging and drawing may take of the training's time.
_LIVE_SHARE = 0.05

__all__ = ["CheckOnly", "Watch", "watch"]

OnFit = Callable[[Any, dict[str, Any]], None]


def watch(
    cell: Cell,
    *,
    earlier: Sequence[Cell] = (),
    probes: Level = "light",
    check_only: bool = False,
    quiet: bool = False,
    previous: Sequence[PastRun] = (),
    namespace: Callable[[], Mapping[str, Any]] = dict,
    cell_of: sites.CellOf = lambda _: None,
    on_epoch: Callable[[TrainingRun], None] | None = None,
    on_fit: OnFit | None = None,
    stop: threading.Event | None = None,
) -> "Watch":
    """Watch every ``fit`` that is called while the block runs.

    Keras need not be imported yet. The training is not changed by a bit: weights, history, random
    streams and automatic names are those of an unwatched run.

    Parameters
    ----------
    cell
        The cell that runs.
    earlier
        Cells that ran before it, oldest first.
    probes
        "light" looks at the start, after the first epoch and at the end; "full" at every epoch
        within a budget, with more rows; "off" never.
    check_only
        Look at data, configuration and untrained model, then end the cell before the first step.
    quiet
        Hide the output of ``fit`` itself.
    previous
        Former runs of the session.
    namespace
        Gives the user's names, to find what the model is called.
    cell_of
        Gives the number of the cell whose code has a file name, None for other files.
    on_epoch
        Called with the run so far after each epoch, but for epochs so short that the calls would
        take more than a twentieth of the training's time.
    on_fit
        Called with the model and the given arguments, by name, of each outermost ``fit`` before it
        begins. The watch itself keeps neither.
    stop
        When set, training ends after the running batch.

    Returns
    -------
    Watch
        A context manager; after it ``runs`` holds one run per outermost ``fit``. A cell that fails
        without one leaves a run that holds the failure.
    """
    frame = Frame(cell, tuple(earlier), probes, check_only, tuple(previous), cell_of)
    return Watch(frame, _Wishes(quiet, on_epoch, on_fit, stop), namespace)


@dataclass(frozen=True)
class _Wishes:
    quiet: bool
    on_epoch: Callable[[TrainingRun], None] | None
    on_fit: OnFit | None
    stop: threading.Event | None


class Watch:
    """Stands over Keras while a cell runs."""

    def __init__(
        self, frame: Frame, wishes: _Wishes, namespace: Callable[[], Mapping[str, Any]]
    ) -> None:
        self.runs: tuple[TrainingRun, ...] = ()
        self._frame = frame
        self._wishes = wishes
        self._namespace = namespace
        self._undo: list[Callable[[], None]] = []
        self._sessions: list[Session] = []
        self._ended: dict[int, TrainingRun] = {}
        self._failed_in_fit: BaseException | None = None
        self._told = 0.0

    def __enter__(self) -> Self:
        self._undo.append(when_imported("keras", self._patch))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        while self._undo:
            self._undo.pop()()
        checked = isinstance(error, CheckOnly)
        for session in self._sessions:
            # Left open: a saved ``fit`` that failed, or a fit that still runs in a thread.
            self.closed(session, error if session.saved else None)
        runs = [self._named(session) for session in self._sessions]
        count = len(runs)
        if error is not None and not checked and error is not self._failed_in_fit:
            runs = self._blame_cell(runs, error)
        if runs and error is not None and not checked:
            runs[-1] = self._with_scene(runs[-1], error)
        self.runs = tuple(
            replace(run, fit_number=min(number, count), fits=count)
            for number, run in enumerate(runs, start=1)
        )
        self._sessions.clear()
        self._ended.clear()
        self._failed_in_fit = None
        return checked

    @property
    def stopped(self) -> bool:
        """Whether somebody asked to stop the training."""
        return self._wishes.stop is not None and self._wishes.stop.is_set()

    def report(self, session: Session) -> None:
        """Hand on the run so far."""
        hand_on = self._wishes.on_epoch
        if hand_on is None or self._told > _LIVE_SHARE * session.seconds:
            return
        before = time.perf_counter()
        attempt("the run so far", lambda: hand_on(session.run()))
        self._told += time.perf_counter() - before

    def opened(self, model: Any, arguments: Arguments | Missing) -> tuple[Session, dict[str, Any]]:
        """Begin to follow a fit."""
        session = Session(self._frame, model, arguments, sites.caller())
        self._sessions.append(session)
        changes = attempt("the call of fit", session.open)
        if isinstance(arguments, Missing):
            return session, {}
        if self._wishes.on_fit is not None:
            self._wishes.on_fit(model, {name: arguments[name] for name in arguments.given})
        changes = {} if isinstance(changes, Missing) else changes
        recorder = make_recorder(session, self)
        changes["callbacks"], session.leave = join(arguments["callbacks"], recorder, model)
        if self._wishes.quiet:
            changes["verbose"] = 0
        return session, changes

    def joined(self, model: Any, arguments: Arguments) -> Any:
        """Begin to follow a fit that is under way."""
        session = Session(self._frame, model, arguments, sites.caller(), saved=True)
        self._sessions.append(session)
        attempt("the call of fit", session.open)
        return make_recorder(session, self, last=lambda: self.closed(session, None))

    def closed(self, session: Session, error: BaseException | None) -> None:
        """Hear that a fit has ended."""
        if session.ended:
            return
        failure = None if isinstance(error, CheckOnly) else error
        self._ended[id(session)] = session.close(failure)
        self._failed_in_fit = failure

    def _patch(self, keras: ModuleType) -> None:
        self._undo.append(patch(keras, self))

    def _named(self, session: Session) -> TrainingRun:
        run, model = self._ended[id(session)], session.model_of()
        if model is None or isinstance(run.model, Missing):
            return run
        return replace(
            run, model=replace(run.model, variable=variable_of(model, self._namespace()))
        )

    def _with_scene(self, run: TrainingRun, error: BaseException) -> TrainingRun:
        """Note what was there when a run failed."""
        frame = self._frame
        if run.error is None or isinstance(error, KeyboardInterrupt):
            return run
        scene = attempt(
            "the failure",
            lambda: describe_scene(error, (frame.cell,), self._namespace(), frame.cell_of),
        )
        if isinstance(scene, Missing):
            return run
        return replace(run, error=replace(run.error, scene=scene))

    def _blame_cell(self, runs: list[TrainingRun], error: BaseException) -> list[TrainingRun]:
        """Note an exception that no fit raised."""
        frame = self._frame
        if isinstance(error, KeyboardInterrupt):
            return runs
        told = describe_error(error, frame.cell.number, frame.cell_of, in_fit=False)
        if runs:
            return [*runs[:-1], replace(runs[-1], error=told)]
        names = self._namespace()
        model = attempt("the model", lambda: last_model(names))
        run = TrainingRun(
            cell=frame.cell,
            environment=describe_environment(),
            earlier=frame.earlier,
            error=told,
            previous=frame.previous,
        )
        if model is not None and not isinstance(model, Missing):
            described = attempt(
                "the model",
                lambda: describe_model(model, lambda thing: sites.site_of(thing, frame.cell_of)),
            )
            if not isinstance(described, Missing):
                described = replace(described, variable=variable_of(model, names))
            run = replace(run, model=described)
        return [run]
