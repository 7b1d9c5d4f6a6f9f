"""A failure of nbdiag's own: the line that is said of it, and the file to attach.

The file is written when it is asked for, not when nbdiag fails: nothing of the user's goes to a
disk without a request, and a session in which a rule fails again and again leaves no pile of files.
"""

import json
import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Self

from IPython.core.error import UsageError

import nbdiag
from nbdiag.language import later, say
from nbdiag.schema.run import TrainingRun

FILE = "nbdiag-problem.json"
_SAID = later(
    "nbdiag failed at {what} ({kind}: {problem}); your cell is untouched. %traindiag problem "
    "writes {file}, the file to attach at {place}."
)
_PACKAGES = ("ipython", "ipykernel", "ipywidgets", "keras", "tensorflow", "numpy")


@dataclass(frozen=True)
class Problem:
    """What failed.

    Attributes
    ----------
    what
        The part of nbdiag's work: "the report".
    kind, message
        The exception's type and text.
    trace
        Its traceback, lines of code of nbdiag and of libraries.
    runs
        The runs that nbdiag was at.
    """

    what: str
    kind: str
    message: str
    trace: tuple[str, ...]
    runs: tuple[TrainingRun, ...] = ()

    @classmethod
    def of(cls, what: str, problem: Exception, runs: Sequence[TrainingRun] = ()) -> Self:
        """Note an exception."""
        frames = traceback.extract_tb(problem.__traceback__)
        trace = tuple(map(_place, frames))
        return cls(what, type(problem).__name__, str(problem), trace, tuple(runs))

    def said(self) -> str:
        """Return it in one line, with the file to attach and where to report it."""
        message = " ".join(self.message.split())
        return say(
            _SAID,
            what=say(self.what),
            kind=self.kind,
            problem=message,
            file=FILE,
            place=tracker(),
        )

    def to_dict(self) -> dict[str, Any]:
        """Write it for a file, without the names of folders."""
        return {
            "failed": self.what,
            "type": self.kind,
            "message": self.message,
            "trace": list(self.trace),
        }


def said_of_rules(codes: Sequence[str]) -> str:
    """Report in one line that rules failed; the checklist shows how."""
    return say(
        "Failed rules: {codes}. The rest of the report holds. %traindiag problem writes {file}, "
        "the file to attach at {place}.",
        codes=", ".join(codes),
        file=FILE,
        place=tracker(),
    )


def write_problem(problem: Problem | None, report: Any, path: Path = Path(FILE)) -> str:
    """Write the file to attach, and say what it holds.

    Parameters
    ----------
    problem
        The last failure, None when only rules failed.
    report
        The last report, None when there is none.
    path
        Where to write it.

    Raises
    ------
    UsageError
        When nothing has failed, or the file cannot be written.
    """
    from nbdiag.diagnosis import Report

    crashed = report is not None and any(check.status == "crashed" for check in report.checks)
    if problem is None and not crashed:
        raise UsageError(say("Nothing of nbdiag has failed in this session."))
    runs = problem.runs if problem is not None else ()
    reports = [Report((), (), run) for run in runs] or [report] * (report is not None)
    held = {
        "nbdiag": nbdiag.__version__,
        "python": platform.python_version(),
        "platform": sys.platform,
        "packages": _versions(),
        "problem": problem.to_dict() if problem is not None else None,
        "reports": [_as_saved(item) for item in reports],
    }
    try:
        path.write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")
    except OSError as why:
        raise UsageError(
            say("{path} cannot be written: {why}.", path=path, why=why.strerror or why)
        ) from None
    return say(
        "{path} holds versions, the failure and what a saved report holds (docs/privacy.md): read "
        "it, then attach it at {place}.",
        path=path,
        place=tracker(),
    )


def tracker() -> str:
    """Find where problems of nbdiag are reported."""
    try:
        urls = metadata.metadata("nbdiag").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        urls = []
    labelled = dict(entry.split(", ", 1) for entry in urls if ", " in entry)
    return labelled.get("Issues") or say("the issues of nbdiag's repository")


def _as_saved(report: Any) -> Any:
    """Return what ``save`` writes of a report: it leaves out what a file is not to hold."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "report.json"
            report.save(path)
            return json.loads(path.read_text(encoding="utf-8"))
    except Exception as problem:  # noqa: BLE001 - the report may be what is broken
        return f"not to be saved ({type(problem).__name__})"


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def _place(frame: traceback.FrameSummary) -> str:
    """Name a line of code, without the folders of this machine."""
    parts = Path(frame.filename).parts
    roots = [at for at, part in enumerate(parts) if part in ("site-packages", "nbdiag")]
    name = "/".join(parts[max(roots, default=-1) :])
    return f"{name}:{frame.lineno} {frame.name}"
