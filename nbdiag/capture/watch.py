"""Watch every ``fit`` of a cell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType, TracebackType
from typing import Any, Self

from nbdiag.capture import call_sites
from nbdiag.capture.budget import TimeBudget
from nbdiag.capture.data.seen_samples import SeenSamples
from nbdiag.capture.environment import describe_environment
from nbdiag.capture.failure.context import describe_context
from nbdiag.capture.failure.error import describe_error
from nbdiag.capture.failure.failing_model import failing_model
from nbdiag.capture.failure.reason import attempt
from nbdiag.capture.fit.arguments import Arguments, kind_of
from nbdiag.capture.fit.callback import CheckOnly, join, make_recorder
from nbdiag.capture.fit.custom_loop import Loops, close, counts, moved
from nbdiag.capture.import_hook import when_imported
from nbdiag.capture.model.library import LEGACY, is_legacy
from nbdiag.capture.model.model import describe_model, variable_of
from nbdiag.capture.patches import patch
from nbdiag.capture.probe.batch_size import Level
from nbdiag.capture.session import Frame, Session
from nbdiag.capture.stop import Stop
from nbdiag.schema.cell import Cell
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import PastRun, Stopped, TrainingRun

# What live judging and drawing may take of the time that passes since the first fit began.
_LIVE_SHARE = 0.01
# Seconds between two words on how far an epoch has come.
_REST = 1.0

__all__ = ["CheckOnly", "Progress", "Stop", "Watch", "watch"]

OnFit = Callable[[Any, dict[str, Any], SeenSamples], None]
Hear = Callable[[TrainingRun], Any]


@dataclass(frozen=True)
class Progress:
    """How far a training has come within its epoch.

    Attributes
    ----------
    done
        Epochs completed.
    batch
        Batches of this epoch that have ended.
    batches
        Batches of a whole epoch, None where Keras does not know.
    """

    done: int
    batch: int
    batches: int | None


OnStep = Callable[[Progress], None]


def watch(
    cell: Cell,
    *,
    earlier: Sequence[Cell] = (),
    probes: Level = "light",
    check_only: bool = False,
    quiet: bool = False,
    previous: Sequence[PastRun] = (),
    namespace: Callable[[], Mapping[str, Any]] = dict,
    cell_of: call_sites.CellOf = lambda _: None,
    on_begin: Hear | None = None,
    on_epoch: Hear | None = None,
    on_step: OnStep | None = None,
    on_fit: OnFit | None = None,
    stop: Stop | None = None,
    loops: bool = False,
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
    on_begin
        Called with the run before the first step of each outermost fit, within the budget.
    on_epoch
        Called with the run so far after each epoch, but for epochs so short that all these calls
        would take more than a hundredth of the time.
    on_step
        Called within an epoch, within the same budget; at times from another thread.
    on_fit
        Called with the model and the given arguments, by name, of each outermost ``fit`` before it
        begins. The watch itself keeps neither.
    stop
        When set, the running training ends after its batch, as early stopping would end it; the
        next fit begins without the request.
    loops
        Whether trainings without ``fit`` are followed, step by step; they are recognised anyway.

    Returns
    -------
    Watch
        A context manager; after it ``runs`` holds one run per outermost ``fit``. A cell that fails
        without one leaves a run that holds the failure.
    """
    frame = Frame(cell, tuple(earlier), probes, check_only, tuple(previous), cell_of)
    requests = _Requests(quiet, on_begin, on_epoch, on_step, on_fit, stop, loops)
    return Watch(frame, requests, namespace)


@dataclass(frozen=True)
class _Requests:
    quiet: bool
    on_begin: Hear | None
    on_epoch: Hear | None
    on_step: OnStep | None
    on_fit: OnFit | None
    stop: Stop | None
    loops: bool


class Watch:
    """Stands over Keras while a cell runs."""

    def __init__(
        self, frame: Frame, requests: _Requests, namespace: Callable[[], Mapping[str, Any]]
    ) -> None:
        self.runs: tuple[TrainingRun, ...] = ()
        self.unseen_loop = False
        self._frame = frame
        self._requests = requests
        self._namespace = namespace
        self._undo: list[Callable[[], None]] = []
        self._sessions: list[Session] = []
        self.loops = Loops(frame, self._sessions.append if requests.loops else None)
        self._counts: dict[int, int] = {}
        self._ended: dict[int, TrainingRun] = {}
        self._failed_in_fit: BaseException | None = None
        self._pace: TimeBudget | None = None
        self._stopped: dict[int, Stopped] = {}

    def __enter__(self) -> Self:
        self._counts = counts(self._namespace())
        for library in ("keras", LEGACY):
            self._undo.append(when_imported(library, self._patch))
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
            interrupted = isinstance(error, KeyboardInterrupt)
            close(self, session, error if session.saved or interrupted else None)
        runs = [self._named(session) for session in self._sessions if id(session) in self._ended]
        count = len(runs)
        if error is not None and not checked and error is not self._failed_in_fit:
            runs = self._blame_cell(runs, error)
        if runs and error is not None and not checked:
            runs[-1] = self._with_scene(runs[-1], error)
        self.runs = tuple(
            replace(run, fit_number=min(number, count), fits=count)
            for number, run in enumerate(runs, start=1)
        )
        # Without a fit, steps that optimizers have made come from a custom loop.
        self.unseen_loop = not self._sessions and (
            self.loops.met or moved(self._counts, self._namespace())
        )
        self._sessions.clear()
        self._ended.clear()
        self._stopped.clear()
        self.loops.clear()
        self._failed_in_fit = None
        return checked

    @property
    def cell(self) -> Cell:
        """The cell that is watched."""
        return self._frame.cell

    def begins(self, session: Session) -> bool:
        """Hand on the run before its first step."""
        hand_on, pace = self._requests.on_begin, self._pace
        if pace is None:
            # What is loaded and made here once would be at the end of the cell, too: not counted.
            if hand_on is not None:
                attempt("the run so far", lambda: hand_on(self._numbered(session)))
            self._pace = TimeBudget(_LIVE_SHARE, _REST)
        elif hand_on is not None and pace.affords("beginning"):
            with pace.spending("beginning"):
                attempt("the run so far", lambda: hand_on(self._numbered(session)))
        return self._stops(session)

    def report(self, session: Session) -> bool:
        """Hand on the run so far."""
        hand_on, pace = self._requests.on_epoch, self._pace
        if hand_on is not None and pace is not None and pace.affords("epoch"):
            with pace.spending("epoch"):
                attempt("the run so far", lambda: hand_on(self._numbered(session)))
        return self._stops(session)

    def steps(self, session: Session, batch: int, batches: int | None) -> bool:
        """Report how far the epoch has come, if it is a long one."""
        hand_on, pace = self._requests.on_step, self._pace
        if hand_on is not None and pace is not None and pace.rested() and pace.affords("step"):
            progress = Progress(session.completed, batch + 1, batches)
            with pace.spending("step"):
                attempt("the progress", lambda: hand_on(progress))
        return self._stops(session)

    @property
    def pressing(self) -> bool:
        """Whether even a validation is to end."""
        return self._requests.stop is not None and self._requests.stop.pressing

    def _stops(self, session: Session) -> bool:
        """Whether the training is to end; notes when that was heard first."""
        stop = self._requests.stop
        if stop is None or not stop.is_set():
            return False
        self._stopped.setdefault(id(session), Stopped(stop.by, stop.code, epochs=session.completed))
        return True

    def _numbered(self, session: Session) -> TrainingRun:
        """Return the run so far with its number in the cell."""
        count = len(self._sessions)
        return replace(session.run(), fit_number=count, fits=count)

    def opened(self, model: Any, arguments: Arguments | Missing) -> tuple[Session, dict[str, Any]]:
        """Begin to follow a fit."""
        self._forget_stop()
        session = Session(self._frame, model, arguments, call_sites.caller())
        self._sessions.append(session)
        try:
            return session, self._changes(session, model, arguments)
        except Exception:
            if self._frame.check_only:
                self.closed(session, None)
                raise CheckOnly from None
            raise

    def _changes(
        self, session: Session, model: Any, arguments: Arguments | Missing
    ) -> dict[str, Any]:
        """Look at the call of a fit; give the arguments to replace."""
        changes = attempt("the call of fit", session.open)
        if isinstance(arguments, Missing):
            return {}
        if self._frame.check_only and kind_of(arguments["x"]) == "generator":
            # Keras takes a batch off a generator before it trains, which nobody could put back.
            session.not_probed(Missing("a check takes no batch off your generator"))
            self.closed(session, None)
            raise CheckOnly
        # A trial rebuilds a training with Keras 3: for tf_keras there is none.
        on_fit = self._requests.on_fit
        if on_fit is not None and not is_legacy(model):
            given = {name: arguments[name] for name in arguments.given}
            attempt("the call of fit", lambda: on_fit(model, given, session.seen))
        changes = {} if isinstance(changes, Missing) else changes
        recorder = make_recorder(session, self)
        changes["callbacks"], session.leave = join(arguments["callbacks"], recorder, model)
        if self._requests.quiet:
            changes["verbose"] = 0
        return changes

    def joined(self, model: Any, arguments: Arguments) -> Any:
        """Begin to follow a fit that is under way."""
        self._forget_stop()
        session = Session(self._frame, model, arguments, call_sites.caller(), saved=True)
        self._sessions.append(session)
        attempt("the call of fit", session.open)
        return make_recorder(session, self, last=lambda: self.closed(session, None))

    def closed(self, session: Session, error: BaseException | None) -> None:
        """Hear that a fit has ended."""
        if session.ended:
            return
        failure = None if isinstance(error, CheckOnly) else error
        run = session.close(failure)
        stopped = self._stopped.get(id(session))
        if stopped is not None and stopped.epochs < run.fit.epochs - run.fit.initial_epoch:
            run = replace(run, stopped=stopped)
        self._ended[id(session)] = run
        self._failed_in_fit = failure

    def _forget_stop(self) -> None:
        if self._requests.stop is not None:
            self._requests.stop.clear()

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
            lambda: describe_context(error, (frame.cell,), self._namespace(), frame.cell_of),
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
        names = self._namespace()
        model = attempt(
            "the model", lambda: failing_model(error, names, frame.cell.source, frame.cell_of)
        )
        if runs and not self._is_another(model):
            return [*runs[:-1], replace(runs[-1], error=told)]
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
                lambda: describe_model(
                    model, lambda thing: call_sites.origin_of(thing, frame.cell_of)
                ),
            )
            if not isinstance(described, Missing):
                described = replace(described, variable=variable_of(model, names))
            run = replace(run, model=described)
        return [*runs, run]

    def _is_another(self, model: Any) -> bool:
        """Whether a model is none of those that the cell has trained."""
        trained = [session.model_of() for session in self._sessions]
        return (
            model is not None
            and not isinstance(model, Missing)
            # A Sequential computes through an inner model, and that one raises.
            and all(
                model is not item and model is not getattr(item, "_functional", None)
                for item in trained
            )
        )
