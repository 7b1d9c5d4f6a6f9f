"""One cell, run for a try on few samples; nothing of the user's is changed by it."""

import linecache
import shutil
import tempfile
import traceback
from collections.abc import Callable, MutableMapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from types import CodeType
from typing import Any, Literal, cast

from nbdiag.capture.watch import watch
from nbdiag.language import later, say
from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.effects.cell_acts import act_of_cell
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.lines import split_lines
from nbdiag.syntax.text.parsed_cell import parse_cell
from nbdiag.trial.dry_run.file_guard import Acts, file_guard
from nbdiag.trial.dry_run.library_state import preserve_libraries
from nbdiag.trial.dry_run.object_state import ObjectState
from nbdiag.trial.dry_run.short_training import Length, short_training
from nbdiag.trial.dry_run.time_limit import TimeIsUp, time_limit

SECONDS = 12.0
"""Processor time that one cell may take."""
_FILE = "<nbdiag dry run {}>"
_TOO_LONG = later("it takes too long, even on a few samples")
_UNREADABLE = later("it could not be run beside your session")

Place = tuple[int, int, int]


@dataclass(frozen=True)
class Outcome:
    """What came of a cell that was run for a try.

    Attributes
    ----------
    status
        "finished", "raised", or "not run".
    reason
        Why it was not run, or what it raised.
    place
        How far it came: minus the statements that were left, the trainings that had ended, and the
        stage of the one that ran.
    kind, text
        Class and message of what was raised.
    run
        What was seen of it; None where nothing was.
    """

    status: Literal["finished", "raised", "not run"]
    reason: str = ""
    place: Place = (0, 0, 0)
    kind: str = ""
    text: str = ""
    run: TrainingRun | None = None

    def is_further_than(self, other: "Outcome") -> bool:
        """Whether it came further than another one, which raised an exception."""
        return self.status == "finished" or (self.status == "raised" and self.place > other.place)

    def is_like(self, other: "Outcome") -> bool:
        """Whether the same exception was raised in the same place."""
        same = self.kind == other.kind and self.place[:2] == other.place[:2]
        return self.status == other.status == "raised" and same


class DryRuns:
    """Runs cells for a try in the namespace of a session.

    Parameters
    ----------
    namespace
        The user's names. The cell runs in this very dictionary, so that functions of earlier cells
        see what it sees; all of it is put back.
    cell_of
        Gives the number of the cell whose code has a file name.

    Raises
    ------
    nbdiag.language.Reason
        When the session holds too much to put it back.
    """

    def __init__(
        self, namespace: MutableMapping[str, Any], cell_of: Callable[[str], int | None]
    ) -> None:
        self._namespace = namespace
        self._cell_of = cell_of
        self._state = ObjectState(namespace.values())
        self._count = 0

    def run(
        self,
        source: str,
        like: TrainingRun,
        *,
        length: Length = Length(),  # noqa: B008 - a value
        seconds: float = SECONDS,
    ) -> Outcome:
        """Run a cell.

        Parameters
        ----------
        source
            Its text.
        like
            The run of the cell in whose place it is tried.
        length
            How much of its trainings is run.
        seconds
            Processor time that it may take.
        """
        act = act_of_cell(source, self._namespace)
        if act:
            return Outcome("not run", act)
        name = _FILE.format(self._count + 1)
        try:
            page = parse_cell(source)
            code = page.compiled(name)
        except Refused:
            return Outcome("not run", say(_UNREADABLE))
        self._count += 1
        cell = replace(like.cell, source=source)
        folder = tempfile.mkdtemp(prefix="nbdiag")
        saved = dict(self._namespace)
        text = page.masked
        linecache.cache[name] = (len(text), None, [f"{line}\n" for line in split_lines(text)], name)
        try:
            return self._run(_Task(code, cell, like, name, folder, length, seconds))
        finally:
            linecache.cache.pop(name, None)
            self._namespace.clear()
            self._namespace.update(saved)
            self._state.restore()
            shutil.rmtree(folder, ignore_errors=True)

    def _run(self, task: "_Task") -> Outcome:
        text = "".join(linecache.cache[task.name][2])  # type: ignore[misc]
        observer = watch(
            task.cell,
            earlier=task.like.earlier,
            probes="off",
            namespace=lambda: self._namespace,
            cell_of=lambda name: (
                task.cell.number if name == task.name else self._cell_of(name)
            ),
        )  # fmt: skip
        error: BaseException | None = None
        names = cast("dict[str, Any]", self._namespace)
        with ExitStack() as stack:
            stack.enter_context(preserve_libraries())
            progress = stack.enter_context(short_training(task.length, task.folder))
            observer.__enter__()
            guard = stack.enter_context(file_guard(task.folder))
            try:
                with time_limit(task.seconds):
                    exec(task.code, names)  # noqa: S102 - a cell of the user's
            except KeyboardInterrupt:
                raise
            except BaseException as problem:  # noqa: BLE001 - whatever a cell raises
                error = problem
            finally:
                act = guard.act
                trace = error.__traceback__ if error is not None else None
                observer.__exit__(type(error) if error else None, error, trace)
        if isinstance(error, TimeIsUp):
            return Outcome("not run", say(_TOO_LONG))
        if act is not None or isinstance(error, Acts):
            return Outcome("not run", say(act or str(error)))
        left = _statements_left(text, task.name, error)
        place = (-left, progress.fits, progress.stage)
        run = observer.runs[-1] if observer.runs else None
        if error is None:
            return Outcome("finished", place=place, run=run)
        kind, message = type(error).__name__, _message(error)
        return Outcome("raised", f"{kind}: {message}", place, kind, message, run)


@dataclass(frozen=True)
class _Task:
    code: CodeType
    cell: Cell
    like: TrainingRun
    name: str
    folder: str
    length: Length
    seconds: float


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - an exception of the user's
        return ""


def _statements_left(text: str, name: str, error: BaseException | None) -> int:
    """Count the statements of a cell from the one that failed on."""
    if error is None:
        return 0
    lines = [
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == name and frame.f_code.co_name == "<module>"
    ]
    body = parse_cell(text).tree.body
    last = lines[-1] if lines else 0
    return sum(1 for item in body if (item.end_lineno or item.lineno) >= last)
