"""The verdict as annotations of GitHub Actions, a line each."""

from collections.abc import Iterator, Sequence

from nbdiag.check.file_verdict import FileFinding, FileVerdict
from nbdiag.check.formats.plain_text import place, summary
from nbdiag.render.phrases import one_line

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def write(verdicts: Sequence[FileVerdict]) -> str:
    """Write the verdict on files as commands of a workflow."""
    lines = [line for verdict in verdicts for line in _of_file(verdict)]
    return "\n".join([*lines, summary(verdicts)]) + "\n"


def _of_file(verdict: FileVerdict) -> Iterator[str]:
    if verdict.problem:
        yield f"::error file={_property(verdict.path)}::{_data(verdict.problem)}"
    for remark in verdict.remarks:
        yield f"::notice file={_property(verdict.path)}::{_data(remark)}"
    for item in verdict.findings:
        yield _of_finding(item, notebook=verdict.notebook)


def _of_finding(item: FileFinding, *, notebook: bool) -> str:
    found = item.finding
    where = f"file={_property(item.path)}"
    # A line of a cell is not a line of the notebook's file.
    if not notebook:
        where += f",line={item.line},endLine={item.end_line},col={item.site.column + 1}"
    title = _property(f"{found.code} {found.name}")
    said = _data(f"{place(item)}: {found.message}")
    return f"::{_LEVELS[found.severity]} {where},title={title}::{said}"


def _data(text: str) -> str:
    return one_line(text, 900).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
