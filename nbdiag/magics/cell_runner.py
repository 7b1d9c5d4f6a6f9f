"""Run a cell's body inside a cell magic, where IPython does not run it by itself."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from nbdiag.schema.cell import Cell


@dataclass(frozen=True)
class Ended:
    """How a body ended: with a value, or an error."""

    value: Any = None
    error: BaseException | None = None


def current_cell(shell: Any, line: str, body: str) -> Cell:
    """Find the raw text and number of the cell that is running.

    Parameters
    ----------
    shell
        The InteractiveShell.
    line, body
        What IPython passed to the magic.

    Returns
    -------
    Cell
        The cell as typed, with lines above the magic (``%%time``), when the history holds it;
        else the magic's own line and body.
    """
    history = shell.history_manager.input_hist_raw
    if len(history) > 1 and body.rstrip("\n") in history[-1] and "traindiag" in history[-1]:
        return Cell(number=len(history) - 1, source=history[-1])
    return Cell(number=shell.execution_count, source=f"%%traindiag {line}".rstrip() + f"\n{body}")


def run_body(shell: Any, cell: Cell, body: str) -> Ended:
    """Run the body of a cell magic; its output and its traceback are shown as usual.

    Parameters
    ----------
    shell
        The InteractiveShell.
    cell
        The whole cell, for its number.
    body
        The text below the magic's line.

    Returns
    -------
    Ended
        The body's value, which the magic above (``%%time``) or IPython shows, and what it raised;
        its traceback has been shown.
    """
    text = _aligned(cell, body)
    if not text.strip():
        return Ended()
    values: list[Any] = []
    with _numbered(shell, cell.number), _displayed_by(shell, values.append):
        result = shell.run_cell(text, store_history=False)
    return Ended(values[-1] if values else None, result.error_before_exec or result.error_in_exec)


@contextmanager
def _displayed_by(shell: Any, hook: Callable[[Any], None]) -> Iterator[None]:
    """Hand values to a function; what IPython notes of the cell around goes on afterwards."""
    replaced, sys.displayhook = sys.displayhook, hook
    around = shell.displayhook.exec_result
    try:
        yield
    finally:
        sys.displayhook = replaced
        shell.displayhook.exec_result = around


@contextmanager
def _numbered(shell: Any, number: int) -> Iterator[None]:
    """Let the next cell be compiled under the number of the cell that it is the body of.

    IPython 9 counts a cell before it runs and IPython 8 after it; both read the count once to
    compile, and again to number an output. Only the first is wrong here, in IPython 9.
    """
    count = shell.execution_count

    def compiled() -> None:
        shell.execution_count = count

    shell.execution_count = number
    shell.events.register("pre_execute", compiled)
    try:
        yield
    finally:
        shell.events.unregister("pre_execute", compiled)
        if shell.execution_count == number:
            shell.execution_count = count


def raise_shown(shell: Any, error: BaseException) -> None:
    """Let the cell fail with an error whose traceback has been shown already.

    The shell's next ``showtraceback`` for exactly this error shows nothing, so the reader sees
    one traceback, that of the user's code, and front ends see a failed cell.
    """
    replaced = vars(shell).get("showtraceback")

    def show_once(*arguments: Any, **options: Any) -> None:
        _restore(shell, replaced)
        if sys.exc_info()[1] is not error:
            shell.showtraceback(*arguments, **options)

    shell.showtraceback = show_once
    raise error


@contextmanager
def hidden_traceback(shell: Any, kind: type[BaseException]) -> Iterator[None]:
    """Show no traceback for one kind of exception while the block runs."""
    replaced, original = vars(shell).get("showtraceback"), shell.showtraceback

    def show(*arguments: Any, **options: Any) -> None:
        if not isinstance(sys.exc_info()[1], kind):
            original(*arguments, **options)

    shell.showtraceback = show
    try:
        yield
    finally:
        _restore(shell, replaced)


def _restore(shell: Any, replaced: Any) -> None:
    """Take our ``showtraceback`` off the shell, putting back one that somebody else had set."""
    del shell.showtraceback
    if replaced is not None:
        shell.showtraceback = replaced


def _aligned(cell: Cell, body: str) -> str:
    """Put comments where the magic's lines were, so line numbers stay those that the user sees."""
    if body.lstrip().startswith("%%"):
        return body
    above = cell.source.count("\n", 0, max(cell.source.find(body.rstrip("\n")), 0))
    return "#\n" * above + body
