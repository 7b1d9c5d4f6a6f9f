"""``nbdiag run``: a notebook run in a kernel, every training in it watched."""

import json
import os
from pathlib import Path
from typing import Any

import click

from nbdiag.check.stored_report import StoredReport, stored_reports
from nbdiag.cli.check_command import show_text

FAILED = 3
_WATCH = "%load_ext nbdiag\n%traindiag on"


def run_notebook(
    notebook: str, timeout: float | None, output: str | None, form: str, kernel: str
) -> int:
    """Run a notebook and show what is found in its trainings.

    Returns
    -------
    int
        3 where a cell fails or the kernel dies, 1 where an error is found, else 0.

    Raises
    ------
    click.UsageError
        When the file is not a notebook, or there is no such kernel.
    """
    import nbformat

    path = Path(notebook)
    try:
        content = nbformat.read(path, as_version=4)
    except Exception as problem:  # noqa: BLE001 - nbformat raises many kinds
        first = str(problem).strip().split("\n")[0]
        raise click.UsageError(f"{notebook} is not a notebook: {first}") from None
    failure = _execute(content, path, timeout, kernel)
    if output is not None:
        nbformat.write(content, output)
    found = stored_reports(content)
    _show(found, failure, form)
    if failure:
        return FAILED
    return int(any((item.summary or {}).get("verdict") == "error" for item in found))


def _execute(content: Any, path: Path, timeout: float | None, kernel: str) -> str:
    """Run the cells in order; return why one failed, "" where all ran."""
    import nbformat
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    # Taken out again: the notebook that is saved is the user's.
    content.cells.insert(0, nbformat.v4.new_code_cell(_WATCH))
    client = NotebookClient(
        content,
        timeout=timeout,
        kernel_name=kernel,
        resources={"metadata": {"path": str(path.resolve().parent)}},
        on_cell_start=lambda cell, cell_index: (  # noqa: ARG005 - named by nbclient
            _progress(cell_index, len(content.cells) - 1)
        ),
    )
    try:
        client.execute(env={**os.environ, "NBDIAG_PLAIN": "1"})
    except NoSuchKernel as problem:
        raise click.UsageError(
            f"There is no kernel {problem.name}: see jupyter kernelspec list."
        ) from None
    except CellTimeoutError:
        return f"A cell took longer than {timeout:g} seconds."
    except CellExecutionError as problem:
        return f"A cell failed: {problem.ename}: {problem.evalue}".split("\n")[0]
    except DeadKernelError:
        return "The kernel died."
    finally:
        del content.cells[0]
    return ""


def _progress(place: int, cells: int) -> None:
    if place:
        click.echo(f"\rcell {place} of {cells}", nl=place == cells, err=True)


def _show(found: list[StoredReport], failure: str, form: str) -> None:
    if form == "json":
        rows = [
            {"cell_index": item.index, "cell_id": item.cell_id, **(item.summary or {})}
            for item in found
        ]
        data = {"schema": 1, "failure": failure or None, "reports": rows}
        show_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", None)
        return
    text = "\n".join(f"{item.text.rstrip()}\n" for item in found)
    if not found:
        text = "nbdiag: no training was seen in this notebook.\n"
    show_text(text + (f"{failure}\n" if failure else ""), None)
