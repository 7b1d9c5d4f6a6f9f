"""The verdict as lines: a place, a code and a sentence for each finding."""

from collections import Counter
from collections.abc import Iterator, Sequence

from nbdiag.check.file_verdict import FileFinding, FileVerdict
from nbdiag.language import say, say_count
from nbdiag.render.phrases import one_line


def write(verdicts: Sequence[FileVerdict]) -> str:
    """Write the verdict on files as plain text."""
    lines: list[str] = []
    for verdict in verdicts:
        lines += _of_file(verdict)
    return "\n".join([*lines, summary(verdicts)]) + "\n"


def _of_file(verdict: FileVerdict) -> Iterator[str]:
    name = one_line(verdict.path)
    if verdict.problem:
        yield f"{name}: {one_line(verdict.problem)}"
    for remark in verdict.remarks:
        yield f"{name}: {say('not read')}: {one_line(remark)}"
    for item in verdict.findings:
        found = item.finding
        yield f"{place(item)}: {found.code} {say(found.severity)}: {one_line(found.message, 400)}"
        for row in found.evidence[:3]:
            expected = say("expected {value}", value=one_line(row.expected, 80))
            yield f"    {one_line(row.name, 60)}: {one_line(row.observed, 80)} ({expected})"
        for fix in found.fixes[:1]:
            yield f"    {say('Fix')} ({say(fix.safety)}): {one_line(fix.title)}"


def place(item: FileFinding) -> str:
    """Write a place as editors and terminals know it: file, cell, line, column."""
    cell = f"cell {item.cell.cell.number}:" if item.cell and item.notebook else ""
    return f"{one_line(item.path)}:{cell}{item.line}:{item.site.column + 1}"


def summary(verdicts: Sequence[FileVerdict]) -> str:
    """Sum up in one line."""
    counts: Counter[str] = Counter()
    for verdict in verdicts:
        counts += verdict.counts()
    files = say_count("{number} file", "{number} files", len(verdicts))
    fits = say_count(
        "{number} call of fit", "{number} calls of fit", sum(item.fits for item in verdicts)
    )
    found = [
        say_count("{number} error", "{number} errors", counts["error"]),
        say_count("{number} warning", "{number} warnings", counts["warning"]),
    ]
    if counts["info"]:
        found.append(say_count("{number} note", "{number} notes", counts["info"]))
    return say(
        "{found} in {files} with {fits}, read without running them.",
        found=say(", ").join(found),
        files=files,
        fits=fits,
    )


def statistics(verdicts: Sequence[FileVerdict]) -> str:
    """Count the findings of each rule, the most frequent first."""
    counts = Counter(
        (item.finding.code, item.finding.name) for verdict in verdicts for item in verdict.findings
    )
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return "".join(f"{number:6}  {code}  {name}\n" for (code, name), number in rows)
