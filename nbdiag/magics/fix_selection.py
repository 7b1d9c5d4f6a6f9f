"""Read which findings and fixes a line magic names."""

from IPython.core.error import UsageError

from nbdiag.language import say
from nbdiag.schema.finding import Finding, Fix
from nbdiag.schema.report import ReportData


def finding_of(report: ReportData, code: str) -> Finding:
    """Find a finding by its code, in any case.

    Raises
    ------
    UsageError
        When the report has none of that code.
    """
    finding = report.find(code)
    if finding is not None:
        return finding
    found = ", ".join(item.code for item in report.findings) or say("none")
    raise UsageError(
        say(
            "The last report has no finding {code}. It has: {found}.",
            code=code.upper(),
            found=found,
        )
    )


def picks_of(report: ReportData, arguments: list[str]) -> list[tuple[Finding, Fix]]:
    """Find the fixes that are named by code and number: ``NBD101 2 NBD401``.

    Raises
    ------
    UsageError
        When none is named, or one is not there or cannot be put into a cell.
    """
    if not arguments:
        raise UsageError(_which(report))
    return [_pick(report, code, number) for code, number in _numbered(arguments)]


def _which(report: ReportData) -> str:
    """Return which codes could have been named."""
    codes = [item.code for item in report.findings if any(fix.source for fix in item.fixes)]
    if not codes:
        return say("The last report has no fix for a new cell.")
    return say(
        "%traindiag fix takes a code, such as %traindiag fix {first}. The last report has fixes "
        "for {codes}.",
        first=codes[0],
        codes=", ".join(codes),
    )


def _numbered(arguments: list[str]) -> list[tuple[str, str]]:
    """Read codes, each followed by a number, or 1: ``NBD101 2 NBD401``."""
    read: list[tuple[str, str]] = []
    for at, word in enumerate(arguments):
        if word.upper().startswith("NBD") or at == 0:
            read.append((word.upper(), "1"))
        elif arguments[at - 1].upper() == read[-1][0]:
            read[-1] = (read[-1][0], word)
        else:
            raise UsageError(
                say(
                    "%traindiag fix takes rule codes, each followed by at most one number: not "
                    "{word!r}.",
                    word=word,
                )
            )
    return list(dict.fromkeys(read))


def _pick(report: ReportData, code: str, number: str) -> tuple[Finding, Fix]:
    """Find one fix of a report."""
    finding = finding_of(report, code)
    fixes = finding.fixes
    if not (number.isdigit() and 1 <= int(number) <= len(fixes)):
        raise UsageError(
            say(
                "{code} has {count} fixes: give a number from 1, not {number!r}.",
                code=finding.code,
                count=len(fixes),
                number=number,
            )
        )
    fix = fixes[int(number) - 1]
    if not fix.source:
        raise UsageError(
            say(
                "Fix {number} of {code} must be made by hand. {note}",
                number=number,
                code=finding.code,
                note=fix.note,
            )
        )
    return finding, fix
