"""The verdict as JSON, schema 1: docs/command_line.md describes it."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from nbdiag.check.file_verdict import FileFinding, FileVerdict
from nbdiag.check.package_version import package_version
from nbdiag.render.phrases import clean
from nbdiag.schema.finding import Fix

SCHEMA = 1


def write(verdicts: Sequence[FileVerdict]) -> str:
    """Write the verdict on files as JSON."""
    return json.dumps(document(verdicts), ensure_ascii=False, indent=1) + "\n"


def document(verdicts: Sequence[FileVerdict]) -> dict[str, Any]:
    """Return the verdict on files as plain data."""
    counts: Counter[str] = Counter()
    for verdict in verdicts:
        counts += verdict.counts()
    return {
        "schema": SCHEMA,
        "nbdiag": package_version(),
        "summary": {
            "files": len(verdicts),
            "fits": sum(item.fits for item in verdicts),
            "error": counts["error"],
            "warning": counts["warning"],
            "info": counts["info"],
        },
        "files": [_of_file(item) for item in verdicts],
    }


def _of_file(verdict: FileVerdict) -> dict[str, Any]:
    return {
        "path": clean(verdict.path),
        "fits": verdict.fits,
        "problem": clean(verdict.problem) or None,
        "not_read": [clean(item) for item in verdict.remarks],
        "findings": [_of_finding(item) for item in verdict.findings],
    }


def _of_finding(item: FileFinding) -> dict[str, Any]:
    found, cell = item.finding, item.cell
    return {
        "code": found.code,
        "name": found.name,
        "severity": found.severity,
        "confidence": found.confidence,
        "role": found.role,
        "aspect": found.aspect,
        "message": clean(found.message),
        "cell": cell.cell.number if cell else None,
        "cell_index": cell.index if cell else None,
        "cell_id": clean(cell.identity) or None if cell else None,
        "execution_count": cell.count if cell else None,
        "line": item.line,
        "column": item.site.column + 1,
        "end_line": item.end_line,
        "end_column": item.site.end_column + 1,
        "evidence": [
            {
                "name": clean(row.name),
                "observed": clean(row.observed),
                "expected": clean(row.expected),
                "source": clean(row.source),
            }
            for row in found.evidence
        ],
        "fixes": [_of_fix(fix) for fix in found.fixes],
        "fingerprint": item.fingerprint,
    }


def _of_fix(fix: Fix) -> dict[str, Any]:
    return {"title": clean(fix.title), "safety": fix.safety, "note": clean(fix.note)}
