"""The fixes of a file, written into it: byte for byte what it was but for the cells they change."""

import difflib
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from nbdiag.check.configuration import Configuration
from nbdiag.check.file_verdict import FileFinding, FileVerdict, judge_file
from nbdiag.check.notebook_text import cell_spans, with_cell_after, with_source
from nbdiag.check.program_file import CodeCell, ProgramFile, read_file
from nbdiag.language import say
from nbdiag.schema.cell import Cell
from nbdiag.schema.finding import Fix
from nbdiag.schema.run import TrainingRun

_MOST = 20
"""Fixes of one file, one after the other."""


@dataclass
class FileRepair:
    """What the fixes of a file change.

    Attributes
    ----------
    verdict
        What is left to be found after them.
    titles
        What each fix does, with its code.
    before, after
        The bytes of the file.
    diff
        The cells that differ, as a unified diff.
    """

    path: Path
    verdict: FileVerdict
    before: bytes
    after: bytes
    titles: list[tuple[str, str]] = field(default_factory=list)
    diff: str = ""

    def write(self) -> None:
        """Write the file, whole or not at all."""
        if self.after == self.before:
            return
        target = self.path.resolve()
        mode = stat.S_IMODE(target.stat().st_mode)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(self.after)
            Path(name).chmod(mode)
            Path(name).replace(target)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def lines(self) -> Iterator[str]:
        """Return what was done, a line each."""
        for code, title in self.titles:
            yield f"{self.path.as_posix()}: {say('fixed')}: {code} {title}"


def repair_file(
    path: Path, configuration: Configuration, *, in_place: bool = False, unsafe: bool = False
) -> FileRepair:
    """Find out what the fixes of a file would make of it; nothing is written.

    Parameters
    ----------
    path
        A notebook or a script; in a script a cell is always rewritten in place.
    in_place
        Whether the cell itself is rewritten; else the repaired one is put below it.
    unsafe
        Whether fixes that want a review are taken as well.

    Raises
    ------
    UnreadableFileError
        When it cannot be read.
    """
    file = read_file(path)
    before = path.read_bytes()
    fixed, titles = _fixed(file, configuration, unsafe=unsafe)
    changed = [
        (old, new.cell.source)
        for old, new in zip(file.cells, fixed.cells, strict=True)
        if old.cell.source != new.cell.source
    ]
    below = file.notebook and not in_place
    if below:
        changed = [item for item in changed if not _is_below(file, *item)]
        titles = titles if changed else []
    after = _written(before, file, changed, below=below)
    verdict = judge_file(file if below else fixed, configuration)
    return FileRepair(path, verdict, before, after, titles, _diff(path, changed))


def _fixed(
    file: ProgramFile, configuration: Configuration, *, unsafe: bool
) -> tuple[ProgramFile, list[tuple[str, str]]]:
    """Apply one fix after the other; one that does not make its finding go is left out."""
    titles: list[tuple[str, str]] = []
    refused: set[str] = set()
    for _ in range(_MOST):
        verdict = judge_file(file, configuration)
        step = _next(verdict, refused, unsafe=unsafe)
        if step is None:
            break
        item, fix, number, source = step
        changed = _with_cell(file, number, source)
        left = judge_file(changed, configuration)
        if len(left.findings) < len(verdict.findings) and left.fits >= verdict.fits:
            titles.append((item.finding.code, fix.title))
            file = changed
        else:
            refused.add(item.fingerprint)
    return file, titles


def _next(
    verdict: FileVerdict, refused: set[str], *, unsafe: bool
) -> tuple[FileFinding, Fix, int, str] | None:
    allowed = ("safe", "review") if unsafe else ("safe",)
    for item in verdict.findings:
        if item.fingerprint in refused:
            continue
        for fix in item.finding.fixes:
            if fix.safety not in allowed or not fix.changes:
                continue
            source = _rewritten(item.run, fix)
            if source is not None and source != item.run.cell.source:
                return item, fix, item.run.cell.number, source
    return None


def _rewritten(run: TrainingRun, fix: Fix) -> str | None:
    """Return the text of the cell with a fix, None where it cannot be the user's text, edited."""
    from nbdiag.edits import write_cell
    from nbdiag.fixes.gate import misread_labels, objection

    if misread_labels(run, fix.changes):
        return None
    try:
        cell = write_cell(run, fix.changes)
    except Exception:  # noqa: BLE001 - a fix that cannot be written is not offered
        return None
    if not cell.edited or cell.live or objection(run, fix.changes, cell.source):
        return None
    return cell.source


def _with_cell(file: ProgramFile, number: int, source: str) -> ProgramFile:
    cells = tuple(
        replace(item, cell=Cell(number, source)) if item.cell.number == number else item
        for item in file.cells
    )
    return replace(file, cells=cells)


def _is_below(file: ProgramFile, cell: CodeCell, source: str) -> bool:
    """Whether a repaired cell has been put below its cell before."""
    place = file.cells.index(cell) + 1
    return place < len(file.cells) and file.cells[place].cell.source.strip() == source.strip()


def _written(
    before: bytes, file: ProgramFile, changed: list[tuple[CodeCell, str]], *, below: bool
) -> bytes:
    if not changed:
        return before
    if not file.notebook:
        return _script(before, changed)
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    text = before[len(mark) :].decode("utf-8")
    # From the end, so that the places before stay what they are.
    for cell, source in reversed(changed):
        span = cell_spans(text)[cell.index]
        if below:
            text = with_cell_after(text, span, _new_cell(text, cell, source))
        else:
            text = with_source(text, span, source)
    return mark + text.encode("utf-8")


def _new_cell(text: str, cell: CodeCell, source: str) -> dict[str, object]:
    lines = source.split("\n")
    parts = [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    made: dict[str, object] = {"cell_type": "code", "execution_count": None}
    if cell.identity:
        made["id"] = hashlib.sha256(f"{cell.identity}\n{source}".encode()).hexdigest()[:12]
    made |= {"metadata": {}, "outputs": [], "source": parts}
    if '"worksheets"' in text and '"input"' in text:
        made = {"cell_type": "code", "collapsed": False, "input": parts, "language": "python"}
        made |= {"metadata": {}, "outputs": []}
    return made


def _script(before: bytes, changed: list[tuple[CodeCell, str]]) -> bytes:
    ends = b"\r\n" if b"\r\n" in before else b"\n"
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    lines = before[len(mark) :].replace(b"\r\n", b"\n").split(b"\n")
    for cell, source in reversed(changed):
        start = cell.first_line - 1
        end = start + cell.cell.source.count("\n") + 1
        lines[start:end] = source.encode("utf-8").split(b"\n")
    return mark + ends.join(lines)


def _diff(path: Path, changed: list[tuple[CodeCell, str]]) -> str:
    found: list[str] = []
    for cell, source in changed:
        name = f"{path.as_posix()} (cell {cell.cell.number})"
        found += difflib.unified_diff(
            [line + "\n" for line in cell.cell.source.split("\n")],
            [line + "\n" for line in source.split("\n")],
            name,
            name,
        )
    return "".join(found)
