"""A report in short: compact data for programs, and Markdown to paste.

Neither holds values of samples, nor more of the user's code than the lines that a fix changes.
"""

import json
from collections.abc import Iterator
from typing import Any

from nbdiag.language import say, speaking
from nbdiag.render.document import headline_of, outline, tally
from nbdiag.render.phrases import clean, number, one_line
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Model
from nbdiag.schema.report import ReportData

SCHEMA = 1
MOST_OF_SUMMARY = 4000
MOST_OF_MARKDOWN = 3000
_SPECIAL = "\\`*_{}[]<>#|~"


def summary(report: ReportData) -> dict[str, Any]:
    """Return a report as compact data, schema 1, of at most 4,000 characters of JSON.

    Returns
    -------
    dict
        ``verdict``, ``headline``, ``cause`` with its evidence, ``fix`` with its diff and source,
        the codes of the ``other`` findings, and how many checks were ``skipped``.
    """
    with speaking(report.lang):
        found = _summary(report)
    # The longest parts go first: a source without its end is of no use.
    for part in ("source", "diff", "proof", "note"):
        if _length(found) > MOST_OF_SUMMARY and found["fix"] is not None:
            found["fix"][part] = None
    while _length(found) > MOST_OF_SUMMARY and found["cause"] and found["cause"]["evidence"]:
        found["cause"]["evidence"].pop()
    while _length(found) > MOST_OF_SUMMARY and found["other"]:
        found["other"].pop()
    return found


def _length(found: dict[str, Any]) -> int:
    return len(json.dumps(found, ensure_ascii=False))


def _summary(report: ReportData) -> dict[str, Any]:
    order = outline(report)
    lead = _lead(report)
    return {
        "schema": SCHEMA,
        "verdict": verdict_of(report),
        "headline": one_line(order.headline, 400),
        "fit": report.run.fit_number,
        "fits": report.run.fits,
        "cell": report.run.cell.number,
        "cause": _cause(lead) if lead is not None else None,
        "fix": _fix(lead.fixes[0]) if lead is not None and lead.fixes else None,
        "other": [item.code for item in report.findings if item is not lead],
        "checks": {
            status: sum(check.status == status for check in report.checks)
            for status in ("passed", "found", "skipped", "crashed")
        },
    }


def verdict_of(report: ReportData) -> str:
    """Return "error", "warning", "failed" (the cell raised, and no rule knows why) or "ok"."""
    tone = outline(report).tone
    return "ok" if tone == "calm" else tone


def _lead(report: ReportData) -> Finding | None:
    """Return the finding that a report is about: its cause, or the first that matters."""
    if report.principal is not None and report.principal.severity != "info":
        return report.principal
    return next((item for item in report.findings if item.severity != "info"), None)


def _cause(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "message": one_line(finding.message, 400),
        "evidence": [
            [one_line(item.name, 60), one_line(item.observed, 80), one_line(item.expected, 80)]
            for item in finding.evidence[:5]
        ],
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "title": one_line(fix.title, 200),
        "safety": fix.safety,
        "note": one_line(fix.note, 300) or None,
        "diff": _edits(fix) or None,
        "source": clean(fix.source) or None,
        "proof": one_line(fix.proof.summary, 300) if fix.proof else None,
    }


def _edits(fix: Fix) -> str:
    """Return the lines that a fix takes out and puts in."""
    lines = [
        line
        for line in clean(fix.diff).split("\n")
        if line.startswith(("+", "-")) and not line.startswith(("+++ ", "--- "))
    ]
    return "\n".join(lines)


def markdown(report: ReportData) -> str:
    """Write a report as Markdown of at most 3,000 characters, to paste into a question.

    Verdict, evidence, diff and the facts that were measured; no values of samples.
    """
    with speaking(report.lang):
        blocks = [*_verdict(report), *_repair(report), *_facts(report)]
    text = ""
    for block in blocks:
        if len(text) + len(block) + 2 <= MOST_OF_MARKDOWN:
            text += f"{block}\n\n"
    return text.rstrip() + "\n"


def _verdict(report: ReportData) -> Iterator[str]:
    lead = _lead(report)
    head = one_line(outline(report).headline, 400)
    code = f"{lead.code} {say(lead.severity)}: " if lead is not None else ""
    yield f"**nbdiag: {code}{_escaped(head)}**"
    if report.run.fits > 1:
        yield _escaped(headline_of(report, 120))
    if lead is not None and lead.evidence:
        rows = [f"| | {say('observed')} | {say('expected')} |", "|---|---|---|"]
        rows += [
            "| "
            + " | ".join(
                _escaped(one_line(cell, 80)) for cell in (row.name, row.observed, row.expected)
            )
            + " |"
            for row in lead.evidence[:6]
        ]
        yield "\n".join(rows)
    others = [item for item in report.findings if item is not lead and item.severity != "info"]
    if others:
        yield "\n".join(
            f"- {item.code} {say(item.severity)}: {_escaped(one_line(item.message, 160))}"
            for item in others[:5]
        )


def _repair(report: ReportData) -> Iterator[str]:
    lead = _lead(report)
    fix = lead.fixes[0] if lead is not None and lead.fixes else None
    if fix is None:
        return
    yield f"{say('Fix')} ({say(fix.safety)}): {_escaped(one_line(fix.title, 200))}"
    edits = _edits(fix)
    if edits and len(edits) < MOST_OF_MARKDOWN / 2:
        fence = "`" * (1 + max(3, _longest_ticks(edits)))
        yield f"{fence}diff\n{edits}\n{fence}"
    if fix.proof is not None:
        yield f"{say('Tried')}: {_escaped(one_line(fix.proof.summary, 300))}"


def _longest_ticks(text: str) -> int:
    longest = now = 0
    for character in text:
        now = now + 1 if character == "`" else 0
        longest = max(longest, now)
    return longest


def _facts(report: ReportData) -> Iterator[str]:
    run = report.run
    rows: list[str] = []
    if isinstance(run.model, Model):
        chain = " → ".join(_layer_words(run.model))
        rows.append(f"- {say('model')}: {_escaped(one_line(chain, 400))}")
    if not isinstance(run.compile, Missing):
        losses = ", ".join(item.name for item in run.compile.losses)
        optimizer = run.compile.optimizer
        rate = optimizer.learning_rate
        shown = "" if isinstance(rate, Missing) else f", {number(rate)}"
        rows.append(f"- {say('loss')}: {_escaped(losses)}; {_escaped(optimizer.name)}{shown}")
    rows += [f"- {say('inputs')}: {_array(item)}" for item in run.data.inputs[:3]]
    rows += [f"- {say('labels')}: {_array(item)}" for item in run.data.labels[:3]]
    if not isinstance(run.probes, Missing) and run.probes:
        first = run.probes[0].loss
        if isinstance(first, float):
            rows.append(f"- {say('loss before step 1')}: {number(first)}")
    for name, values in list(run.history.epochs.items())[:4]:
        if values:
            rows.append(f"- {_escaped(name)}: {number(values[0])} → {number(values[-1])}")
    place = run.environment
    if place.keras:
        words = f"Keras {place.keras}, {place.backend} {place.backend_version}"
        rows.append(f"- {_escaped(words)}, nbdiag {_escaped(place.nbdiag)}")
    rows.append(f"- {say('Checks')}: {tally(report.checks)}")
    yield "\n".join(rows)


def _layer_words(model: Model) -> list[str]:
    found = []
    for layer in model.layers[:12]:
        parts = [str(part) for part in (layer.units, layer.activation) if part is not None]
        found.append(f"{layer.class_name}({', '.join(parts)})" if parts else layer.class_name)
    return [*found, "…"] if len(model.layers) > len(found) else found


def _array(stats: ArrayStats) -> str:
    shape = " x ".join("?" if size is None else str(size) for size in stats.shape)
    rows = "" if stats.rows is None else f"{stats.rows:,} of "
    ends = f"[{number(stats.minimum)}, {number(stats.maximum)}]"
    return _escaped(f"{rows}({shape}) {stats.dtype} {ends}")


def _escaped(text: str) -> str:
    return "".join(
        f"\\{character}" if character in _SPECIAL else character for character in clean(text)
    )
