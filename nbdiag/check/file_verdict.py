"""What is found in one file, from its text alone."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from nbdiag.check.configuration import SEVERITIES, Configuration
from nbdiag.check.finding_place import place_of
from nbdiag.check.path_search import is_excluded
from nbdiag.check.program_file import CodeCell, ProgramFile
from nbdiag.check.suppression import is_file_suppressed, is_suppressed
from nbdiag.schema.cell import CallSite
from nbdiag.schema.finding import Finding
from nbdiag.schema.run import TrainingRun


@dataclass(frozen=True)
class FileFinding:
    """A finding and its place in a file.

    Attributes
    ----------
    site
        Lines and columns in the cell; columns from 0.
    cell
        The cell; None where the place is not known.
    run
        The fit that it is about.
    fingerprint
        The same for the same finding on the same line, wherever that line moves.
    """

    path: str
    finding: Finding
    site: CallSite
    cell: CodeCell | None
    run: TrainingRun
    fingerprint: str = ""
    notebook: bool = False

    @property
    def line(self) -> int:
        """Line in the cell, in a script the line of the file."""
        return self.site.line + (self.cell.first_line - 1 if self.cell else 0)

    @property
    def end_line(self) -> int:
        """Last line of the call, counted like `line`."""
        return self.site.end_line + (self.cell.first_line - 1 if self.cell else 0)


@dataclass(frozen=True)
class FileVerdict:
    """What reading a file has shown.

    Attributes
    ----------
    fits
        Calls of fit that were judged.
    findings
        In the order of the file.
    remarks
        Parts that could not be read, a clause for each.
    problem
        Why the file could not be read at all, "" where it could.
    """

    path: str
    fits: int = 0
    findings: tuple[FileFinding, ...] = ()
    remarks: tuple[str, ...] = ()
    problem: str = ""
    notebook: bool = False

    def counts(self) -> Counter[str]:
        """Count the findings of each severity."""
        return Counter(item.finding.severity for item in self.findings)


def judge_file(file: ProgramFile, configuration: Configuration | None = None) -> FileVerdict:
    """Judge every fit of a file by its text.

    Parameters
    ----------
    file
        A notebook or a script.
    configuration
        Which rules are heard, and from which severity on.
    """
    chosen = configuration or Configuration()
    if not any("fit" in item.cell.source for item in file.cells):
        return FileVerdict(file.path, notebook=file.notebook)
    # The rules take most of the time of a start: a file without a training does not need them.
    from nbdiag.engine import Settings, judge
    from nbdiag.static.program import read_program

    reading = read_program([item.cell for item in file.cells])
    settings = Settings(
        chosen.select, (*chosen.ignore, *_ignored_in(file.path, chosen)), chosen.lang
    )
    sources = [item.cell.source for item in file.cells]
    shown = SEVERITIES[: SEVERITIES.index(chosen.severity) + 1]
    found: dict[tuple[object, ...], FileFinding] = {}
    for run in reading.runs:
        for finding in judge(run, settings).findings:
            if finding.severity not in shown or is_file_suppressed(finding.code, sources):
                continue
            item = _placed(file, run, finding)
            key = (finding.code, item.site, finding.message)
            if key not in found and not _is_silenced(item):
                found[key] = item
    ordered = sorted(found.values(), key=lambda item: (item.site.cell, item.site.line))
    return FileVerdict(
        file.path,
        len(reading.runs),
        tuple(_with_fingerprints(ordered)),
        tuple(reading.remarks),
        notebook=file.notebook,
    )


def _ignored_in(path: str, configuration: Configuration) -> Iterable[str]:
    for pattern, codes in configuration.per_file_ignores.items():
        if is_excluded(Path(path), (pattern,)):
            yield from codes


def _placed(file: ProgramFile, run: TrainingRun, finding: Finding) -> FileFinding:
    site = place_of(run, finding)
    return FileFinding(file.path, finding, site, file.find(site.cell), run, notebook=file.notebook)


def _is_silenced(item: FileFinding) -> bool:
    return item.cell is not None and is_suppressed(
        item.finding.code, item.cell.cell.source, item.site
    )


def _with_fingerprints(found: list[FileFinding]) -> Iterable[FileFinding]:
    seen: Counter[str] = Counter()
    for item in found:
        lines = item.cell.cell.source.split("\n") if item.cell is not None else []
        text = " ".join(" ".join(lines[item.site.line - 1 : item.site.end_line]).split())
        key = f"{item.path}\n{item.finding.code}\n{text}"
        seen[key] += 1
        digest = hashlib.sha256(f"{key}\n{seen[key]}".encode(errors="replace")).hexdigest()[:20]
        yield replace(item, fingerprint=digest)
