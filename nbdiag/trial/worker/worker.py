"""The worker as its user sees it: one process, started when it is first asked."""

import atexit
import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import cloudpickle

from nbdiag.language import say, speaking, spoken
from nbdiag.trial.worker.background_task import Cancelled, Task, WorkerDied
from nbdiag.trial.worker.frames import framed, read
from nbdiag.trial.worker.process_settings import ProcessSettings, environment

# A cancelled function hears an interrupt. One that has not ended by then is ended with its process.
_GRACE = 3.0
_COMMAND = [sys.executable, "-m", "nbdiag.trial.worker.process"]


class Worker:
    """Runs functions in one other process, one after the other.

    The process is started by the first question and kept, with what it has imported. It ends with
    the process that started it, however that ends. Nothing runs here between questions: each has a
    thread that waits for its messages and ends with it.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: _Process | None = None
        self._numbers = itertools.count()
        self._threads: set[threading.Thread] = set()
        self._timers: set[threading.Timer] = set()
        self._asked: set[Task] = set()
        self._running: Task | None = None

    @property
    def pid(self) -> int | None:
        """Number of the process, None while there is none."""
        process = self._process
        return process.pid if process is not None and process.alive else None

    def run(
        self,
        function: Callable[..., Any],
        *arguments: Any,
        progress: Callable[[Any], None] | None = None,
        seconds: float | None = None,
        pickled: Callable[[Any], bytes] = cloudpickle.dumps,
    ) -> Task:
        """Run a function in the process, after those that were asked before.

        Parameters
        ----------
        function, arguments
            What to run. They are pickled before this returns, so that later changes do not count.
        progress
            Called, in another thread, with each value that the function gives to
            `nbdiag.trial.worker.report`.
        seconds
            Ends it after that time, measured from now.
        pickled
            How function and arguments become bytes.

        Raises
        ------
        Exception
            What `pickled` raises when something cannot be pickled.
        """
        payload = pickled((function, arguments))
        task = Task(next(self._numbers), payload, progress, self._stop)
        if seconds is not None:
            _end_after(task, seconds)
        settings = ProcessSettings.current()
        self._asked.add(task)
        thread = threading.Thread(
            target=self._work, args=(task, settings), name="nbdiag worker", daemon=True
        )
        self._threads.add(thread)
        task.thread = thread
        thread.start()
        return task

    def close(self) -> None:
        """End all questions and the process."""
        for task in tuple(self._asked):
            task.end(error=Cancelled("it was cancelled"))
        if self._process is not None:
            self._process.kill()
        for timer in tuple(self._timers):
            timer.cancel()
        for thread in (*self._timers, *self._threads):
            if thread is not threading.current_thread():
                thread.join()
        if self._process is not None:
            self._process.end()
        self._process = None

    def _work(self, task: Task, settings: ProcessSettings) -> None:
        """See one question through; in a separate thread."""
        try:
            with self._turn, speaking(settings.language):
                if not task.done:
                    self._running = task
                    self._converse(task, settings)
        except BaseException as problem:  # noqa: BLE001 - who waits for the result must hear of it
            task.end(error=problem)
            if self._process is not None:  # the pipe may hold the rest of a message
                self._process.kill()
        finally:
            self._asked.discard(task)
            self._threads.discard(threading.current_thread())

    def _converse(self, task: Task, settings: ProcessSettings) -> None:
        try:
            process = self._started()
            process.send(("task", task.number, settings, task.payload))
            while True:
                kind, number, value = process.receive()
                if number != task.number:
                    continue
                if kind != "progress":
                    break
                task.hear(value)
        except (EOFError, OSError):
            how = self._process.end() if self._process is not None else ""
            self._process = None
            task.end(
                error=WorkerDied(
                    "the process that makes trials has ended ({how}); your session is untouched, "
                    "and the next trial starts a new one",
                    how=how,
                )
            )
            return
        finally:
            self._running = None
        if kind == "result":
            task.end(value)
        elif kind == "cancelled":
            task.end(error=Cancelled("it was cancelled"))
        else:
            task.end(error=_raised(*value))

    def _started(self) -> "_Process":
        if self._process is None or not self._process.alive:
            self._process = _Process()
        return self._process

    def _stop(self, task: Task) -> None:
        """Interrupt the function of a cancelled question, and insist."""
        process = self._process
        if self._running is not task or process is None:
            return
        if not process.interrupt(task.number):
            process.kill()
            return
        insist = threading.Timer(_GRACE, self._insist, (task, process))
        insist.daemon = True
        self._timers = {insist, *filter(threading.Timer.is_alive, self._timers)}
        insist.start()

    def _insist(self, task: Task, process: "_Process") -> None:
        if self._running is task:
            process.kill()


class _Process:
    """The child process with its pipes."""

    def __init__(self) -> None:
        # A separate group: an interrupt of the kernel is not meant for it.
        group: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        self._child = subprocess.Popen(  # noqa: S603 - our own module
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            **group,
        )
        self._writing = threading.Lock()

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def alive(self) -> bool:
        return self._child.poll() is None

    def send(self, message: Any) -> None:
        assert self._child.stdin is not None  # noqa: S101 - a pipe was asked for
        with self._writing:
            self._child.stdin.write(framed(message))
            self._child.stdin.flush()

    def receive(self) -> Any:
        assert self._child.stdout is not None  # noqa: S101 - a pipe was asked for
        return read(self._child.stdout)

    def interrupt(self, number: int) -> bool:
        """Ask to end a function; return False where the pipe is not free for it."""
        if not self._writing.acquire(blocking=False):
            return False
        try:
            assert self._child.stdin is not None  # noqa: S101 - a pipe was asked for
            self._child.stdin.write(framed(("cancel", number)))
            self._child.stdin.flush()
        except OSError:
            return False
        finally:
            self._writing.release()
        return True

    def kill(self) -> None:
        self._child.kill()
        self._child.wait()

    def end(self) -> str:
        """Collect what is left of a process whose pipe has closed, and say how it ended."""
        try:
            code = self._child.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self.kill()
            code = self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with suppress(OSError):  # what could not be written is still in the buffer
                    pipe.close()
        if code >= 0:
            return say("exit code {code}", code=code)
        if code == -signal.SIGKILL:
            return say("killed, as happens when memory runs out")
        return say("signal {name}", name=signal.Signals(-code).name)


def _end_after(task: Task, seconds: float) -> None:
    language = spoken()

    def late() -> None:
        with speaking(language):
            task.cancel(Cancelled("it took longer than {seconds:g} s", seconds=seconds))

    timer = threading.Timer(seconds, late)
    timer.daemon = True
    timer.start()
    task.on_end(lambda _: timer.cancel())


def _raised(problem: BaseException | None, trace: str) -> BaseException:
    """Return what a function raised, with its traceback as a note."""
    error = problem or RuntimeError(trace.strip().rpartition("\n")[2])
    error.add_note(f"In the process that makes trials:\n{trace}")
    return error


_session: tuple[int, Worker] | None = None


def session_worker() -> Worker:
    """Return the one worker of this process; it starts its process when it is first asked."""
    global _session  # noqa: PLW0603 - there is one for all magics and reports
    # A fork has the same variables, and no worker.
    if _session is None or _session[0] != os.getpid():
        _session = (os.getpid(), Worker())
    return _session[1]


@atexit.register
def close_worker() -> None:
    """End the worker of this process, where there is one; a later question starts a new one."""
    if _session is not None and _session[0] == os.getpid():
        _session[1].close()
