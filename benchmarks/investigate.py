"""What an investigation finds by experiment alone, and what it costs.

Usage: ``python benchmarks/investigate.py [--only optimizer/nbd201] [--output FILE]``.
Each program of ``tests/programs`` that trains runs under the watch in a separate process; then the
investigation is asked, without anything that a rule says. Its finding is **right** where the aspect
of one of its changes is one that ``tests/programs/truth.json`` names for the program, **wrong**
where it is another one, and **silent** where there is none. On a healthy program any finding is
wrong.

One line of JSON a program goes to ``--output``; a program that is there already is passed over, so
the benchmark can be run in portions. ``--table FILE`` prints the table of a file alone.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from proof import PROGRAMS, trained

TIME_OUT = 240
# Programs without a fit to be tried.
_LEFT_OUT = ("crash", "seeds")
# Names for one thing: what the output needs is named by activation, units, loss, labels or metrics.
_ALIKE = (
    {"loss", "output_activation", "output_units", "labels", "metrics"},
    {"learning_rate", "optimizer"},
)


def ask(path: Path) -> None:
    """Run one program, investigate it, and print a line of JSON."""
    from nbdiag.investigation import investigate

    found = trained(path)
    if found is None:
        return
    report, training, own = found
    bare = report.with_findings(())
    begun, first = time.process_time(), 0.0

    def heard(_: str) -> None:
        nonlocal first
        first = first or time.process_time() - begun

    outcome = investigate(bare, training, here=True, said=heard)
    finding = outcome.finding
    row = {
        "lines": outcome.lines,
        "found": None if finding is None else finding.message,
        "aspects": [] if finding is None else _aspects(report.run, finding),
        "cells": [] if finding is None else [bool(fix.source) for fix in finding.fixes],
        "cpu": round(time.process_time() - begun, 2),
        "first": round(first, 2),
        "own": round(own, 2),
    }
    print("ROW " + json.dumps(row), flush=True)


def _aspects(run: Any, finding: Any) -> list[str]:
    """Name the aspects of everything that the fixes of a finding change."""
    from nbdiag.trial.investigation.variations import variations_of

    made = [change for fix in finding.fixes for change in fix.changes]
    return sorted(
        {
            item.aspect
            for item in variations_of(run)
            if any(change in made for change in item.changes)
        }
    )


def verdict(row: dict[str, Any], truth: dict[str, list[str]]) -> str:
    """Judge a row: right, wrong or silent."""
    if row["found"] is None:
        return "silent"
    if "faulty" not in row["program"]:
        return "wrong"
    accepted = set(truth.get(row["program"], []))
    for alike in _ALIKE:
        accepted |= alike if accepted & alike else set()
    return "right" if accepted & set(row["aspects"]) else "wrong"


def table(rows: list[dict[str, Any]]) -> None:
    """Print how often it is right, and the cost."""
    truth = json.loads((PROGRAMS / "truth.json").read_text(encoding="utf-8"))
    known = [row for row in rows if "lines" in row]
    for kind, faulty in (("faulty", True), ("healthy", False)):
        chosen = [row for row in known if ("faulty" in row["program"]) is faulty]
        verdicts = [verdict(row, truth) for row in chosen]
        counts = ", ".join(f"{verdicts.count(one)} {one}" for one in ("right", "wrong", "silent"))
        print(f"{kind:8} {len(chosen):4} programs: {counts}")
    if known:
        print(
            f"CPU: median {statistics.median(row['cpu'] for row in known):.1f} s, first word after "
            f"{statistics.median(row['first'] for row in known):.1f} s"
        )
    for row in known:
        if row["found"] is not None:
            print(f"  {verdict(row, truth)}: {row['program']}: {row['found']}")
    for row in rows:
        if "problem" in row:
            print(f"  not asked: {row['program']}: {row['problem']}")


def main() -> int:
    """Ask about every program that is not yet in the file; print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="programs whose path holds one of these: a,b")
    parser.add_argument("--seconds", type=float, default=500)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--one", type=Path)
    given = parser.parse_args()
    if given.one is not None:
        ask(given.one)
        return 0
    output = given.table or given.output
    rows = []
    if output is not None and output.exists():
        rows = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    done = {row["program"] for row in rows}
    begun = time.monotonic()
    for path in [] if given.table else sorted(PROGRAMS.rglob("*.py")):
        name = str(path.relative_to(PROGRAMS).with_suffix(""))
        asked = any(part in name for part in given.only.split(","))
        if path.parent.name in _LEFT_OUT or not asked or name in done:
            continue
        if time.monotonic() - begun > given.seconds:
            break
        row = {"program": name} | _asked(path)
        rows.append(row)
        if output is not None:
            with output.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
    table(rows)
    return 0


def _asked(path: Path) -> dict[str, Any]:
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, __file__, "--one", str(path)]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=TIME_OUT, check=False
        )
    except subprocess.TimeoutExpired:
        return {"problem": "timed out"}
    rows = [json.loads(line[4:]) for line in done.stdout.splitlines() if line.startswith("ROW ")]
    last = done.stderr.strip().splitlines()[-1:] if done.returncode else ["no fit"]
    return rows[0] if rows else {"problem": "".join(last)}


if __name__ == "__main__":
    sys.exit(main())
