"""The report as plain text, for terminals and for notebooks that are only read.

It holds no time, path or address, so the same run gives the same text.
"""

from collections.abc import Sequence
from contextvars import ContextVar

from nbdiag.language import later, say, speaking
from nbdiag.render.columns import padded, width, wrapped
from nbdiag.render.curves.description import describe
from nbdiag.render.document import (
    ReportDocument,
    Section,
    can_insert,
    command,
    headline_of,
    name_of,
    outline,
    tally,
    title,
)
from nbdiag.render.phrases import clean, one_line
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.report import ReportData

_WIDTH = 96
_INDENT, _GAP = 4, 2  # of the columns of evidence
_COLUMNS: ContextVar[int] = ContextVar("columns of the text", default=_WIDTH)
_LONGEST_DIFF = 40
_LABELS = {"error": later("ERROR"), "warning": later("WARNING"), "info": later("NOTE")}


def write(
    report: ReportData, others: Sequence[ReportData] = (), *, columns: int | None = None
) -> str:
    """Write a report as plain text.

    Parameters
    ----------
    report
        The report; its fixes may carry their diffs.
    others
        Reports of other fits of the same cell, summarised in a line each.
    columns
        Width of the terminal in which it is read: what is wrong, and what to do, is then the last
        that is written, as the rest scrolls away.

    Returns
    -------
    str
        Lines of at most 96 characters, or of that width, but for diffs and tables.
    """
    columns_then = _COLUMNS.set(columns or _WIDTH)
    try:
        with speaking(report.lang):
            return _write(report, others, terminal=columns is not None)
    finally:
        _COLUMNS.reset(columns_then)


def _write(report: ReportData, others: Sequence[ReportData], *, terminal: bool) -> str:
    order = outline(report)
    blocks = [_section(section) for section in order.sections]
    blocks += [_alone(item) for item in order.alone]
    if not blocks:
        blocks = [[order.headline]]
    first = blocks[0]
    remarks = [_wrap(clean(said)) for said in (order.since, *order.remarks) if said]
    blocks[0] = [_wrap(f"nbdiag: {first[0]}", indent=""), *first[1:2], *remarks, *first[2:]]
    main, blocks = (blocks, []) if terminal else ([], blocks)
    if order.notes:
        blocks.append(
            [say("Worth knowing"), *(line for item in order.notes for line in _note(item))]
        )
    curves = describe(report)
    if curves:
        blocks.append([_wrap(curves, indent="")])
    if others:
        lines = (_wrap(headline_of(other)) for other in others)
        blocks.append([say("Other fits of this cell"), *lines])
    if order.checks:
        blocks.append(_checklist(order, short=terminal))
    blocks += reversed(main)
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _section(section: Section) -> list[str]:
    cause = section.cause
    return [
        f"{say(_LABELS[cause.severity])} {cause.code} {title(cause)} ({say(cause.confidence)})",
        _wrap(clean(cause.message)),
        *_evidence(cause.evidence),
        *(
            _wrap(f"{item.code} {title(item)}{_follows(cause)}: {clean(item.message)}")
            for item in section.symptoms
        ),
        *_fixes(cause),
    ]


def _alone(item: Finding) -> list[str]:
    return [
        f"{say(_LABELS[item.severity])} {item.code} {title(item)} ({_unexplained()})",
        _wrap(clean(item.message)),
        *_evidence(item.evidence),
        *_fixes(item),
    ]


def _follows(cause: Finding) -> str:
    return say(", ") + say("follows from {code}", code=cause.code)


def _unexplained() -> str:
    return say("no cause found explains it")


def _note(item: Finding) -> list[str]:
    return [_wrap(f"{item.code} {title(item)}: {clean(item.message)}"), *_fixes(item)]


def _fixes(finding: Finding) -> list[str]:
    return [line for fix in finding.fixes for line in _fix(finding, fix)]


def _evidence(evidence: tuple[Evidence, ...]) -> list[str]:
    if not evidence:
        return []
    cells: list[tuple[str, ...]] = [("", say("observed"), say("expected"), say("source"))]
    cells += [(row.name, row.observed, row.expected, row.source) for row in evidence]
    cells = [tuple(one_line(cell, 60) for cell in row) for row in cells]
    widths = [max(width(row[place]) for row in cells) for place in range(4)]
    if (
        _INDENT + sum(widths) + 3 * _GAP > _COLUMNS.get() != _WIDTH
    ):  # a terminal would break each line
        cells = [row[:3] for row in cells]
        widths = widths[:3]
    return [
        "    "
        + "  ".join(padded(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def _fix(finding: Finding, fix: Fix) -> list[str]:
    lines = [f"  {say('Fix')} ({say(fix.safety)}): {one_line(fix.title)}"]
    if can_insert(fix):
        lines.append(f"    {command(finding, fix)}")
    if fix.note:
        lines.append(_wrap(clean(fix.note), indent="    "))
    if fix.proof:
        lines.append(_wrap(f"{say('Tried')}: {clean(fix.proof.summary)}", indent="    "))
    diff = [f"    | {line}".rstrip() for line in clean(fix.diff).split("\n") if _is_edit(line)]
    if len(diff) > _LONGEST_DIFF:
        diff = [*diff[:_LONGEST_DIFF], f"    | … {_more(len(diff) - _LONGEST_DIFF)}"]
    return lines + diff


def _more(number: int) -> str:
    return say("{number} more lines", number=number)


def _is_edit(line: str) -> bool:
    return line.startswith(("+", "-")) and not line.startswith(("+++ ", "--- "))


def _checklist(order: ReportDocument, *, short: bool) -> list[str]:
    lines = [f"{say('Checks')}: {tally(order.checks)}"]
    lines += [
        f"  {padded(say(check.status), 7)}  {check.code} {name_of(check)}"
        + (f": {one_line(check.reason)}" if check.reason else "")
        for check in order.checks
        if check.status == "crashed" or (check.status == "skipped" and not short)
    ]
    return lines


def _wrap(text: str, indent: str = "  ") -> str:
    return "\n".join(
        wrapped(line, _COLUMNS.get(), indent) for line in text.split("\n") if line.strip()
    )
