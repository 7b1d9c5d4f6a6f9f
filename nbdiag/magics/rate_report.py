"""What is said of a learning-rate range test."""

from nbdiag.language import say
from nbdiag.schema.finding import Fix
from nbdiag.schema.range_test import RangeTest
from nbdiag.schema.report import ReportData


def outcome(
    report: ReportData, test: RangeTest, rate: float | None, first: Fix | None, fix: Fix | None
) -> str:
    """Report what a range test found, and what to do with it.

    Parameters
    ----------
    report
        The report on the training whose rates were tested.
    test
        The range test.
    rate
        The rate of that training, None when it is not one number.
    first
        What was repaired in the copy first.
    fix
        The fix that sets the proposed rate, None when there is none to make.
    """
    said = [test.summary]
    if first is not None:
        said.append(say("In this copy “{title}” was applied first.", title=first.title))
    elif _is_about_something_else(report):
        said.append(
            say(
                "{code}, the cause in the report, was not repaired in this copy: %traindiag rate "
                "{code} repairs it first.",
                code=report.principal.code if report.principal else "",
            )
        )
    if fix is not None:
        said.append(say("The new cell below does it.") if fix.source else fix.note)
    elif test.proposed is not None and rate is not None:
        said.append(
            say(
                "Your learning rate of {rate:g} is too close to that for a range test to tell "
                "which of the two is better: keep it.",
                rate=rate,
            )
        )
    return "\n".join(filter(None, said))


def _is_about_something_else(report: ReportData) -> bool:
    """Whether the cause is one that a fix of the configuration takes away, and not the rate."""
    cause = report.principal
    return (
        cause is not None
        and cause.severity != "info"
        and cause.aspect != "learning_rate"
        and any(fix.source for fix in cause.fixes)
    )
