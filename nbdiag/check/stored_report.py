"""The reports that the outputs of a notebook hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nbdiag.check.program_file import cells_of

_OPENINGS = ("nbdiag: ", "**nbdiag: ")


@dataclass(frozen=True)
class StoredReport:
    """A report in the output of a cell.

    Attributes
    ----------
    text
        As it was shown.
    summary
        Its data (`Report.summary`), None for one stored without.
    """

    cell_id: str
    index: int
    text: str
    summary: dict[str, Any] | None


def stored_reports(content: dict[str, Any]) -> list[StoredReport]:
    """List the reports in a notebook, in the order of its cells."""
    return [
        report
        for index, cell in enumerate(cells_of(content))
        if isinstance(cell, dict)
        for report in _of_cell(cell, index)
    ]


def _of_cell(cell: dict[str, Any], index: int) -> Iterator[StoredReport]:
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        if not isinstance(output, dict):
            continue
        text, summary = _text_of(output), _summary_of(output)
        if summary is not None or text.startswith(_OPENINGS):
            yield StoredReport(str(cell.get("id") or ""), index, text, summary)


def _text_of(output: dict[str, Any]) -> str:
    data = output.get("data")
    text = data.get("text/plain", "") if isinstance(data, dict) else output.get("text", "")
    if isinstance(text, list):
        text = "".join(item for item in text if isinstance(item, str))
    return text if isinstance(text, str) else ""


def _summary_of(output: dict[str, Any]) -> dict[str, Any] | None:
    metadata = output.get("metadata")
    held = metadata.get("nbdiag") if isinstance(metadata, dict) else None
    found = held.get("summary") if isinstance(held, dict) else None
    return found if isinstance(found, dict) and "verdict" in found else None
