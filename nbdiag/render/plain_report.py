"""A report as one short output, for programs and assistants that see no page."""

from collections.abc import Sequence

from nbdiag.language import say, speaking
from nbdiag.render.digest import markdown
from nbdiag.render.document import headline_of
from nbdiag.render.text import write
from nbdiag.schema.report import ReportData

MOST = 4000
"""Characters of one form: what a notebook server hands to an assistant in one piece."""


def plain_bundle(report: ReportData, others: Sequence[ReportData] = ()) -> dict[str, str]:
    """Write a report as plain text and Markdown, at most 4,000 characters each.

    The verdict is the first line; the rest is cut at a line, and says so.
    """
    with speaking(report.lang):
        left = [headline_of(other, 160) for other in others[:5]]
        end = say("(shortened: %traindiag shows the whole report)")
    return {
        "text/plain": shortened("\n".join([write(report).rstrip(), *left]), end),
        "text/markdown": shortened("\n\n".join([markdown(report).rstrip(), *left]), end),
    }


def shortened(text: str, end: str, most: int = MOST) -> str:
    """Cut a text at the end of a line, and say that it was cut."""
    if len(text) <= most:
        return text
    room = most - len(end) - 1
    cut = text.rfind("\n", 0, room)
    return f"{text[: cut if cut > 0 else room]}\n{end}"
