"""The verdict as a log of SARIF 2.1.0, which code scanning reads."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from nbdiag.check.file_verdict import FileFinding, FileVerdict
from nbdiag.check.formats.plain_text import place
from nbdiag.check.package_version import package_version
from nbdiag.render.phrases import clean
from nbdiag.rules import all_rules

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def write(verdicts: Sequence[FileVerdict]) -> str:
    """Write the verdict on files as a SARIF log."""
    return json.dumps(log(verdicts), ensure_ascii=False, indent=1) + "\n"


def log(verdicts: Sequence[FileVerdict]) -> dict[str, Any]:
    """Return the log as plain data."""
    codes = sorted({item.finding.code for verdict in verdicts for item in verdict.findings})
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(codes)},
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": not any(item.problem for item in verdicts),
                        "toolExecutionNotifications": [
                            _notification(item) for item in verdicts if item.problem
                        ],
                    }
                ],
                "results": [
                    _result(item, codes, notebook=verdict.notebook)
                    for verdict in verdicts
                    for item in verdict.findings
                ],
            }
        ],
    }


def _driver(codes: list[str]) -> dict[str, Any]:
    rules = {rule.code: rule for rule in all_rules()}
    return {
        "name": "nbdiag",
        "version": package_version(),
        "rules": [
            {
                "id": code,
                "name": rules[code].name,
                "shortDescription": {"text": rules[code].page().split("\n")[0]},
                "defaultConfiguration": {"level": _LEVELS[rules[code].severity]},
                "help": {"text": rules[code].page()},
            }
            for code in codes
        ],
    }


def _notification(verdict: FileVerdict) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": clean(verdict.problem)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(verdict.path)}}}],
    }


def _result(item: FileFinding, codes: list[str], *, notebook: bool) -> dict[str, Any]:
    found, cell = item.finding, item.cell
    region = {
        "startLine": item.line,
        "startColumn": item.site.column + 1,
        "endLine": item.end_line,
        "endColumn": item.site.end_column + 1,
    }
    location: dict[str, Any] = {"artifactLocation": {"uri": _uri(item.path)}}
    # A line of a cell is not a line of the notebook's file: the cell is named beside it.
    if not notebook:
        location["region"] = region
    logical = {"name": f"cell {cell.cell.number}", "kind": "module"} if cell and notebook else None
    result: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": codes.index(found.code),
        "level": _LEVELS[found.severity],
        "message": {"text": clean(f"{found.message} ({place(item)})")},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"nbdiag/v1": item.fingerprint},
        "properties": {"confidence": found.confidence, "aspect": found.aspect},
    }
    if logical is not None:
        result["locations"][0]["logicalLocations"] = [logical]
        result["properties"] |= {"cell": cell.cell.number if cell else None, "region": region}
    return result


def _uri(path: str) -> str:
    return quote(path.replace("\\", "/"), safe="/~._-", errors="replace")
