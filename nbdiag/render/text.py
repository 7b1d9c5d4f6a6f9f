"""The report as plain text, for terminals and for notebooks that are only read.

It holds no time, path or address, so the same run gives the same text.
"""

import textwrap
from collections.abc import Sequence

from nbdiag.render.describe import describe
from nbdiag.render.outline import (
    Outline,
    Section,
    can_insert,
    command,
    headline_of,
    outline,
    tally,
    title,
)
from nbdiag.render.words import clean, one_line
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.report import ReportData

_WIDTH = 96
_LONGEST_DIFF = 40
_LABELS = {"error": "ERROR", "warning": "WARNING", "info": "NOTE"}


def write(report: ReportData, others: Sequence[ReportData] = ()) -> str:
    """Write a report as plain text.

    Parameters
    ----------
    report
        The report; its fixes may carry their diffs.
    others
        Reports of other fits of the same cell, told in a line each.

    Returns
    -------
    str
        Lines of at most 96 characters but for diffs and tables.
    """
    order = outline(report)
    blocks = [_section(section) for section in order.sections]
    blocks += [_alone(item) for item in order.alone]
    if not blocks:
        blocks = [[order.headline]]
    first = blocks[0]
    remarks = [_wrap(said) for said in order.remarks]
    blocks[0] = [f"nbdiag: {first[0]}", *first[1:2], *remarks, *first[2:]]
    if order.notes:
        blocks.append(["Worth knowing", *(line for item in order.notes for line in _note(item))])
    curves = describe(report)
    if curves:
        blocks.append([_wrap(curves, indent="")])
    if others:
        lines = (_wrap(headline_of(other)) for other in others)
        blocks.append(["Other fits of this cell", *lines])
    if order.checks:
        blocks.append(_checklist(order))
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _section(section: Section) -> list[str]:
    cause = section.cause
    return [
        f"{_LABELS[cause.severity]} {cause.code} {title(cause)} ({cause.confidence})",
        _wrap(clean(cause.message)),
        *_evidence(cause.evidence),
        *(
            _wrap(f"{item.code} {title(item)}, follows from {cause.code}: {clean(item.message)}")
            for item in section.symptoms
        ),
        *_fixes(cause),
    ]


def _alone(item: Finding) -> list[str]:
    return [
        f"{_LABELS[item.severity]} {item.code} {title(item)} (no cause found explains it)",
        _wrap(clean(item.message)),
        *_evidence(item.evidence),
        *_fixes(item),
    ]


def _note(item: Finding) -> list[str]:
    return [_wrap(f"{item.code} {title(item)}: {clean(item.message)}"), *_fixes(item)]


def _fixes(finding: Finding) -> list[str]:
    return [line for fix in finding.fixes for line in _fix(finding, fix)]


def _evidence(evidence: tuple[Evidence, ...]) -> list[str]:
    if not evidence:
        return []
    cells: list[tuple[str, ...]] = [("", "observed", "expected", "seen in")]
    cells += [(row.name, row.observed, row.expected, row.source) for row in evidence]
    cells = [tuple(one_line(cell, 60) for cell in row) for row in cells]
    widths = [max(len(row[place]) for row in cells) for place in range(4)]
    return [
        "    "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def _fix(finding: Finding, fix: Fix) -> list[str]:
    lines = [f"  Fix ({fix.safety}): {one_line(fix.title)}"]
    if can_insert(fix):
        lines.append(f"    {command(finding, fix)}")
    if fix.note:
        lines.append(_wrap(clean(fix.note), indent="    "))
    if fix.proof:
        lines.append(_wrap(f"Tried: {clean(fix.proof.summary)}", indent="    "))
    diff = [f"    | {line}".rstrip() for line in clean(fix.diff).splitlines() if _is_edit(line)]
    if len(diff) > _LONGEST_DIFF:
        diff = [*diff[:_LONGEST_DIFF], f"    | … {len(diff) - _LONGEST_DIFF} more lines"]
    return lines + diff


def _is_edit(line: str) -> bool:
    return line.startswith(("+", "-")) and not line.startswith(("+++ ", "--- "))


def _checklist(order: Outline) -> list[str]:
    lines = [f"Checks: {tally(order.checks)}"]
    lines += [
        f"  {check.status:<7}  {check.code} {check.name}"
        + (f": {one_line(check.reason)}" if check.reason else "")
        for check in order.checks
        if check.status in ("crashed", "skipped")
    ]
    return lines


def _wrap(text: str, indent: str = "  ") -> str:
    return "\n".join(
        textwrap.fill(
            line,
            _WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.splitlines()
        if line.strip()
    )
