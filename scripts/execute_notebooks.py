"""Run the notebooks and keep their outputs, as nbval will compare them.

Usage: ``python scripts/execute_notebooks.py [notebooks/tour.ipynb …]`` (all by default).
"""

import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

# A traceback names folders of the machine that ran it; modules are enough to follow it.
FOLDERS = re.compile(r"/[^\s:]*/(?=(?:site-packages|nbdiag)/)")


def without_noise(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Drop logs, times and whatever else differs from run to run without meaning."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        # A cell that is meant to fail says so in a tag, which nbval reads as well.
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags} if tags else {}
        if cell.cell_type == "code":
            cell.outputs = [item for item in cell.outputs if item.get("name") != "stderr"]
            for output in cell.outputs:
                if output.output_type == "error":
                    output.traceback = [FOLDERS.sub("", line) for line in output.traceback]
    return notebook


def main(paths: list[str]) -> None:
    """Execute each notebook in its own folder and write it back."""
    for path in map(Path, paths or sorted(map(str, Path("notebooks").glob("*.ipynb")))):
        notebook = nbformat.read(path, as_version=4)
        client = NotebookClient(
            notebook,
            timeout=900,
            kernel_name="python3",
            resources={"metadata": {"path": str(path.parent)}},
        )
        client.execute()
        nbformat.write(without_noise(notebook), path)
        print(f"{path}: executed")


if __name__ == "__main__":
    main(sys.argv[1:])
