"""Findings that a project knows of: only new ones are reported."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from nbdiag.check.file_verdict import FileVerdict
from nbdiag.language import Reason

_FORMAT = 1


class BaselineError(Reason):
    """The baseline cannot be used; the text is a sentence."""


def write_baseline(path: Path, verdicts: Iterable[FileVerdict]) -> int:
    """Write the findings of some files as known ones; return their number."""
    known = sorted(
        (item.path, item.finding.code, item.fingerprint)
        for verdict in verdicts
        for item in verdict.findings
    )
    content = {
        "format": _FORMAT,
        "findings": [
            {"path": name, "code": code, "fingerprint": mark} for name, code, mark in known
        ],
    }
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return len(known)


def read_baseline(path: Path) -> frozenset[str]:
    """Read the fingerprints of known findings.

    Raises
    ------
    BaselineError
        When the file is not a baseline.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return frozenset(str(item["fingerprint"]) for item in content["findings"])
    except OSError:
        raise BaselineError("There is no baseline at {path}.", path=path) from None
    except (ValueError, TypeError, KeyError, RecursionError):
        raise BaselineError("{path} is not a baseline of nbdiag.", path=path) from None


def without_known(verdict: FileVerdict, known: frozenset[str]) -> FileVerdict:
    """Leave out the findings that are known."""
    new = tuple(item for item in verdict.findings if item.fingerprint not in known)
    return replace(verdict, findings=new)
