"""Run a notebook in a fresh kernel and print what its cells print, reports included.

Usage: ``python scripts/run_notebook.py notebooks/tour.ipynb``. Ends with exit code 1 when a cell
fails that is not tagged ``raises-exception``.
"""

import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

_NATIVE_LOG = re.compile(r"[IWEF]\d{4}[ .:]|WARNING: All log messages before absl")
"""How TensorFlow's native code begins a line while it is imported; no setting silences it."""


def texts(cell: nbformat.NotebookNode) -> list[str]:
    """Plain texts of a cell's outputs, without progress lines and TensorFlow's native log."""
    found = []
    for output in cell.get("outputs", ()):
        text = output.get("text") or output.get("data", {}).get("text/plain", "")
        lines = [
            line
            for line in text.splitlines()
            if "\x08" not in line and "━" not in line and not _NATIVE_LOG.match(line)
        ]
        found.append("\n".join(lines).strip())
    return [text for text in found if text]


def main(path: str) -> int:
    """Run the notebook and print its text."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(Path(path).parent)}},
    )
    status = 0
    try:
        client.execute()
    except CellExecutionError as problem:
        print(problem, file=sys.stderr)
        status = 1
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            print(f"\n{cell.source.splitlines()[0]}\n")
        for text in texts(cell):
            print(text)
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
