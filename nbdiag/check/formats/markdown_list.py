"""The verdict as Markdown, for the comment of a pull request."""

import re
from collections.abc import Iterator, Sequence

from nbdiag.check.file_verdict import FileVerdict
from nbdiag.check.formats.plain_text import place, summary
from nbdiag.language import say
from nbdiag.render.phrases import one_line

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def write(verdicts: Sequence[FileVerdict]) -> str:
    """Write the verdict on files as Markdown."""
    lines = [f"**nbdiag:** {escaped(summary(verdicts))}", ""]
    for verdict in verdicts:
        lines += _of_file(verdict)
    return "\n".join(lines).rstrip() + "\n"


def _of_file(verdict: FileVerdict) -> Iterator[str]:
    name = code(verdict.path)
    if verdict.problem:
        yield f"- {name}: {escaped(verdict.problem)}"
    for remark in verdict.remarks:
        yield f"- {name}: {say('not read')}: {escaped(remark)}"
    for item in verdict.findings:
        found = item.finding
        severity = say(found.severity)
        yield f"- **{found.code} {severity}** {code(place(item))}: {escaped(found.message, 400)}"
        for row in found.evidence[:3]:
            expected = say("expected {value}", value=escaped(row.expected, 80))
            yield f"  - {escaped(row.name, 60)}: {escaped(row.observed, 80)} ({expected})"
        for fix in found.fixes[:1]:
            yield f"  - {say('Fix')} ({say(fix.safety)}): {escaped(fix.title)}"


def escaped(text: str, most: int = 300) -> str:
    """Write a text so that Markdown shows it as it is."""
    return _SPECIAL.sub(r"\\\1", one_line(text, most))


def code(text: str) -> str:
    """Write a text as code of Markdown, whatever it holds."""
    flat = one_line(text).replace("`", "'")
    return f"`{flat}`"
