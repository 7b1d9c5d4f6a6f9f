"""What runs in the worker process: one function after the other, until the kernel is gone.

``python -m nbdiag.trial.worker.process`` is started by `nbdiag.trial.worker.worker` alone.
Functions run in the main thread, where an interrupt can reach them. One thread reads the requests,
and ends the process with the pipe; another one writes the replies, so that no interrupt tears a
message.
"""

import _thread
import gc
import linecache
import os
import signal
import sys
import threading
import time
import traceback
from contextlib import suppress
from queue import SimpleQueue
from typing import IO, Any

import cloudpickle

from nbdiag.language import speaking
from nbdiag.trial.worker.background_task import NotLoaded
from nbdiag.trial.worker.frames import framed, read
from nbdiag.trial.worker.process_settings import ProcessSettings
from nbdiag.trial.worker.progress_report import reports_to

_INTERRUPTS, _PAUSE = 30, 0.1  # seconds between them; by then the process is ended from outside
# cloudpickle's name for the file of what it sends; a cell or module has fewer lines than that.
_DYNAMIC, _LINES = "<dynamic-code>", 10_000


class Server:
    """Answers the requests of one pipe on another.

    Parameters
    ----------
    requests, replies
        Where messages come from, and where they go.
    """

    def __init__(self, requests: IO[bytes], replies: IO[bytes]) -> None:
        self._requests = requests
        self._replies = replies
        self._waiting: SimpleQueue[tuple[int, ProcessSettings, bytes]] = SimpleQueue()
        self._outgoing: SimpleQueue[bytes] = SimpleQueue()
        self._running: int | None = None
        self._cancelled: set[int] = set()
        self._guard = threading.Lock()

    def serve(self) -> None:
        """Answer for ever; the process ends when the requests do."""
        _ignore_interrupts()
        for work in (self._read, self._write):
            threading.Thread(target=work, daemon=True).start()
        while True:
            self._answer(*self._waiting.get())

    def _read(self) -> None:
        with suppress(EOFError, OSError):
            while True:
                kind, number, *rest = read(self._requests)
                if kind == "task":
                    self._waiting.put((number, *rest))
                else:
                    self._cancel(number)
        os._exit(0)  # a training in the main thread is of no use to anybody any longer

    def _write(self) -> None:
        with suppress(OSError):
            while True:
                self._replies.write(self._outgoing.get())
                self._replies.flush()
        os._exit(0)

    def _cancel(self, number: int) -> None:
        with self._guard:
            self._cancelled.add(number)
        # A signal that comes just before a system call does not end it: the next one does.
        for _ in range(_INTERRUPTS):
            with self._guard:
                if self._running != number:
                    return
                _interrupt_main_thread()
            time.sleep(_PAUSE)

    def _begin(self, number: int) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with self._guard:
            self._running = number
            cancelled = number in self._cancelled
        if cancelled:
            raise KeyboardInterrupt

    def _answer(self, number: int, settings: ProcessSettings, payload: bytes) -> None:
        def send(kind: str, value: Any) -> None:
            self._outgoing.put(framed((kind, number, value)))

        try:
            self._begin(number)
            settings.apply(keras="keras" in sys.modules or b"keras" in payload)
            result = _run(settings, payload, lambda value: send("progress", value))
            reply = framed(("result", number, result))
        except KeyboardInterrupt:
            reply = framed(("cancelled", number, None))
        except BaseException as problem:  # noqa: BLE001 - whatever a function raises is its result
            reply = framed(("raised", number, _sent(problem)))
        _ignore_interrupts()
        with self._guard:
            self._running = None
        self._outgoing.put(reply)
        _forget()


def _run(settings: ProcessSettings, payload: bytes, listener: Any) -> Any:
    with speaking(settings.language), reports_to(listener):
        try:
            function, arguments = cloudpickle.loads(payload)
        except Exception as problem:
            raise NotLoaded(
                "{problem}", problem=f"{type(problem).__name__}: {problem}"
            ) from problem
        return function(*arguments)


def _sent(problem: BaseException) -> tuple[BaseException | None, str]:
    """Return an exception, where it can be sent, and its traceback as text."""
    text = "".join(traceback.format_exception(problem))
    try:
        cloudpickle.loads(cloudpickle.dumps(problem))
    except Exception:  # noqa: BLE001 - an exception may hold anything
        return None, text
    return problem, text


def _interrupt_main_thread() -> None:
    if sys.platform == "win32":
        _thread.interrupt_main()
    else:  # a signal ends a system call that waits, too
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def _ignore_interrupts() -> None:
    """Hear no interrupt from here on; one that comes meanwhile is late."""
    while True:
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        except KeyboardInterrupt:
            continue
        return


def _forget() -> None:
    """Let go of models, and of the names and graphs that Keras keeps of them."""
    keras = sys.modules.get("keras")
    if hasattr(keras, "utils"):
        keras.utils.clear_session(free_memory=False)  # type: ignore[union-attr]
    gc.collect()


def _answer_for_source() -> None:
    """Show `inspect.getsource` a text for functions that came as bytes.

    They name a file that is not there, and Keras asks for the source of each lambda function.
    """
    text = ["# The text of this function was not sent here.\n"]
    linecache.cache[_DYNAMIC] = (0, None, text * _LINES, _DYNAMIC)


def main() -> None:
    """Serve the pipes that this process was started with; what is printed goes nowhere."""
    _answer_for_source()
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    Server(requests, replies).serve()


if __name__ == "__main__":
    main()
