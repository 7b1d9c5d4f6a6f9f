"""Files, processes and connections of a cell that is run for a try: refused before they happen."""

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbdiag.language import later

_WRITES = frozenset(
    """
    os.chdir os.chmod os.chown os.link os.mkdir os.remove os.rename os.rmdir os.symlink os.truncate
    os.utime shutil.copyfile shutil.copymode shutil.copystat shutil.copytree shutil.make_archive
    shutil.move shutil.rmtree shutil.unpack_archive tempfile.mkdtemp tempfile.mkstemp
    """.split()  # noqa: SIM905 - a name a line would fill the page
)
_ACTS = {
    **dict.fromkeys(_WRITES, later("the cell writes files")),
    **dict.fromkeys(
        ("os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "subprocess.Popen"),
        later("the cell starts another program"),
    ),
    **dict.fromkeys(
        ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo"),
        later("the cell uses the network"),
    ),
}
_HIDDEN = "__pycache__"
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Acts(BaseException):
    """The cell was about to change something outside; its text says what."""


class _Guard:
    """Whether one thread is guarded, and the folder in which it may write."""

    def __init__(self) -> None:
        self.installed = False
        self.thread: int | None = None
        self.folder = ""
        self.act: str | None = None

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Hear of what Python is about to do."""
        if self.thread is None or threading.get_ident() != self.thread:
            return
        if event == "open":
            self._hear_open(*arguments)
        elif event in ("os.remove", "os.rmdir") and arguments[1:] != (-1,):
            return  # relative to a folder: of a tree that was announced as one
        elif event in _ACTS and not self._is_own(arguments):
            self._refuse(_ACTS[event])

    def _hear_open(self, path: Any, mode: Any, flags: Any) -> None:
        if isinstance(mode, str):
            writes = any(letter in mode for letter in "wax+")
        else:
            writes = isinstance(flags, int) and bool(flags & _WRITING)
        if writes and not self._is_own((path,)):
            self._refuse(_ACTS["os.mkdir"])

    def _is_own(self, arguments: tuple[Any, ...]) -> bool:
        paths = [os.fsdecode(item) for item in arguments if isinstance(item, str | bytes)]
        return bool(paths) and all(
            path == os.devnull or _HIDDEN in path or path.startswith(self.folder)
            for path in paths[:2]
        )

    def _refuse(self, act: str) -> None:
        self.act = self.act or act
        raise Acts(act)


_guard = _Guard()


@contextmanager
def file_guard(folder: str) -> Iterator[_Guard]:
    """Refuse what this thread would change outside while the block runs.

    Python itself announces such acts. Its hook cannot be taken off again; it returns at once where
    no cell is tried.

    Parameters
    ----------
    folder
        Where the block may write.

    Yields
    ------
    object
        Its ``act`` is what was refused, None when nothing was, even where the cell went on.
    """
    if not _guard.installed:
        sys.addaudithook(_guard.hear)
        _guard.installed = True
    _guard.thread, _guard.folder, _guard.act = threading.get_ident(), folder, None
    # Keras writes a model to such a file before it copies it.
    place, tempfile.tempdir = tempfile.tempdir, folder
    try:
        yield _guard
    finally:
        _guard.thread = None
        tempfile.tempdir = place
