"""A notebook or script as cells, with their places in the file."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbdiag.language import Reason
from nbdiag.schema.cell import Cell
from nbdiag.syntax.text.lines import with_plain_ends
from nbdiag.syntax.text.source_bytes import EncodingError, source_text

LARGEST = 200_000_000
"""Bytes of a file that is read."""
_MARKER = re.compile(r"^#[ ]?%%(?P<head>.*)$")
_NO_CODE = re.compile(r"\[(markdown|md|raw)\]", re.IGNORECASE)


class UnreadableFileError(Reason):
    """A file cannot be read; the text is a sentence that says why."""


@dataclass(frozen=True)
class CodeCell:
    """A cell of code and its place in the file.

    Attributes
    ----------
    cell
        Numbered from 1 among the cells of code.
    index
        Place among all cells of a notebook, from 0.
    identity
        Its ``id`` in a notebook, "" where it has none.
    count
        Its number in brackets when it was run, None where it was not.
    first_line
        Line of a script on which it begins, from 1; 1 in a notebook.
    """

    cell: Cell
    index: int
    identity: str = ""
    count: int | None = None
    first_line: int = 1


@dataclass(frozen=True)
class ProgramFile:
    """A file of cells.

    Attributes
    ----------
    path
        As it is shown.
    notebook
        Whether it is a notebook, so that places are cells and lines in them.
    """

    path: str
    cells: tuple[CodeCell, ...]
    notebook: bool

    def find(self, number: int) -> CodeCell | None:
        """Find a cell by its number."""
        return next((item for item in self.cells if item.cell.number == number), None)


def read_file(path: Path, shown: str = "") -> ProgramFile:
    """Read a notebook or a script.

    Parameters
    ----------
    path
        A file; one that ends in ``.ipynb`` is a notebook.
    shown
        How the file is named in reports.

    Raises
    ------
    UnreadableFileError
        When it cannot be read, or is not what its name says.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableFileError("The file is larger than 200 MB.")
        data = path.read_bytes()
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        raise UnreadableFileError("The file cannot be opened: {why}.", why=why) from None
    return parse_file(data, shown or path.as_posix(), notebook=path.suffix.lower() == ".ipynb")


def parse_file(data: bytes, shown: str, *, notebook: bool | None = None) -> ProgramFile:
    """Read the bytes of a notebook or a script; None finds out which of them it is.

    Raises
    ------
    UnreadableFileError
        When the bytes are neither.
    """
    if notebook is None:
        notebook = data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    cells = _notebook_cells(data) if notebook else _script_cells(data)
    return ProgramFile(shown, tuple(cells), notebook)


def _notebook_cells(data: bytes) -> list[CodeCell]:
    content = load_notebook(data)
    if _language(content) not in ("python", "ipython", ""):
        return []
    found: list[CodeCell] = []
    for index, cell in enumerate(cells_of(content)):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        count = cell.get("execution_count", cell.get("prompt_number"))
        found.append(
            CodeCell(
                Cell(len(found) + 1, source_of(cell)),
                index,
                str(cell.get("id") or ""),
                count if type(count) is int else None,
            )
        )
    return found


def load_notebook(data: bytes) -> dict[str, Any]:
    """Read the JSON of a notebook.

    Raises
    ------
    UnreadableFileError
        When it is not JSON, or not a notebook of format 3 or 4.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnreadableFileError("The notebook is not written in UTF-8.") from None
    except json.JSONDecodeError as problem:
        raise UnreadableFileError(
            "The notebook is not whole: its JSON breaks off at line {line}, column {column}.",
            line=problem.lineno,
            column=problem.colno,
        ) from None
    except (RecursionError, ValueError):
        raise UnreadableFileError("The notebook is nested too deeply to be read.") from None
    if not isinstance(content, dict) or not ("cells" in content or "worksheets" in content):
        raise UnreadableFileError("The file is JSON, but not a notebook: it has no cells.")
    return content


def cells_of(content: dict[str, Any]) -> Iterator[Any]:
    """Go through the cells of a notebook: of format 4, or of the sheets of format 3."""
    cells = content.get("cells")
    if isinstance(cells, list):
        yield from cells
    sheets = content.get("worksheets")
    for sheet in sheets if isinstance(sheets, list) else ():
        inner = sheet.get("cells") if isinstance(sheet, dict) else None
        yield from inner if isinstance(inner, list) else ()


def source_of(cell: dict[str, Any]) -> str:
    """Return the text of a cell."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(item for item in source if isinstance(item, str))
    return with_plain_ends(source) if isinstance(source, str) else ""


def _language(content: dict[str, Any]) -> str:
    metadata = content.get("metadata")
    if not isinstance(metadata, dict):
        return ""
    for part, name in (("language_info", "name"), ("kernelspec", "language")):
        inner = metadata.get(part)
        if isinstance(inner, dict) and isinstance(inner.get(name), str):
            return str(inner[name]).lower()
    return ""


def _script_cells(data: bytes) -> list[CodeCell]:
    lines = with_plain_ends(_decoded(data)).split("\n")
    starts = [place for place, line in enumerate(lines) if _MARKER.match(line)]
    if not starts:
        return [CodeCell(Cell(1, "\n".join(lines)), 0)]
    bounds = ([0, *starts] if starts[0] else starts), [*starts[bool(starts[0] == 0) :], len(lines)]
    found: list[CodeCell] = []
    for index, (start, end) in enumerate(zip(*bounds, strict=True)):
        marker = _MARKER.match(lines[start])
        if marker is not None and _NO_CODE.search(marker["head"]):
            continue
        text = "\n".join(lines[start:end])
        if text.strip():
            found.append(CodeCell(Cell(len(found) + 1, text), index, first_line=start + 1))
    return found


def _decoded(data: bytes) -> str:
    if b"\0" in data:
        raise UnreadableFileError("The file holds null bytes: it is not a text of Python.")
    try:
        return source_text(data)
    except EncodingError:
        raise UnreadableFileError("The encoding of the file cannot be read.") from None
