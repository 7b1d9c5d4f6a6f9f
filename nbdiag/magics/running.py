"""Run a cell's body inside a cell magic as if the magic were not there."""

import asyncio
import contextvars
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbdiag.schema.cell import Cell


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


def run_body(shell: Any, cell: Cell, body: str) -> BaseException | None:
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
    BaseException or None
        What the body raised; its traceback has been shown.
    """
    text = _aligned(cell, body)
    if not text.strip():
        return None
    count = shell.execution_count
    # IPython counts a cell before or after running it, by version; the body is that same cell.
    shell.execution_count = cell.number
    try:
        if _awaits(shell, text):
            result = _run_in_thread(shell, text)
        else:
            result = shell.run_cell(text, store_history=False)
    finally:
        shell.execution_count = count
    error: BaseException | None = result.error_before_exec or result.error_in_exec
    return error


def raise_silently(shell: Any, error: BaseException) -> None:
    """Let the cell fail with an error whose traceback has been shown already.

    The shell's next ``showtraceback`` for exactly this error shows nothing, so the reader sees
    one traceback, the user's own, and front ends see a failed cell.
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


def _awaits(shell: Any, text: str) -> bool:
    transformed = shell.transform_cell(text)
    awaits: bool = shell.should_run_async(text, transformed_cell=transformed)
    return awaits


def _run_in_thread(shell: Any, text: str) -> Any:
    """Run a cell with a top-level ``await`` on a loop of its own.

    A magic is called inside the kernel's running event loop, which cannot be entered twice.
    """
    context = contextvars.copy_context()
    results: list[Any] = []

    def work() -> None:
        coroutine = shell.run_cell_async(
            text, store_history=False, transformed_cell=shell.transform_cell(text)
        )
        results.append(context.run(asyncio.run, coroutine))

    thread = threading.Thread(target=work, name="nbdiag-await")
    thread.start()
    thread.join()
    return results[0]
