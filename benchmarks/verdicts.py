"""What nbdiag says of every recorded run, and how that differs from another revision.

Usage: ``python benchmarks/verdicts.py [--against REV] [--only PATTERN] [-v] [--output FILE]``.

Without ``--against`` the listing is printed as JSON: for every run its findings in order, with
messages, evidence, titles of fixes and whole new cells. With it, both revisions judge the runs of
this checkout, the older one from a temporary work tree of git, and each kind of difference is
counted and named by run. Messages can change on purpose; a first cause or a new cell that changes
needs an explanation in the commit. The exit code is 1 when anything differs.
"""

import argparse
import difflib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parent.parent
RUNS = HOME / "tests" / "runs"
SHOWN = 12  # names of runs printed for each kind of difference; all with -v

Judged = dict[str, list[dict[str, Any]]]
Listing = Mapping[str, Judged]


def main(arguments: list[str] | None = None) -> int:
    """Print the listing, or its differences; return 1 when there are any."""
    parser = argparse.ArgumentParser(description="findings and new cells of all recorded runs")
    parser.add_argument("--against", metavar="REV", help="a git revision to compare with")
    parser.add_argument("--only", metavar="PATTERN", default="", help="runs whose name has this")
    parser.add_argument("--output", metavar="FILE", help="write the listing there")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every difference")
    given = parser.parse_args(arguments)
    if given.against is None:
        listed = json.dumps(listing(given.only), ensure_ascii=False, indent=1)
        if given.output:
            Path(given.output).write_text(listed, encoding="utf-8")
        else:
            print(listed)
        return 0
    now = listing_of(HOME, given.only)
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder) / "before"
        git("worktree", "add", "--quiet", "--detach", str(before), given.against)
        try:
            then = listing_of(before, given.only)
        finally:
            git("worktree", "remove", "--force", str(before))
    return compare(then, now, verbose=given.verbose)


def git(*words: str) -> None:
    """Run git in this checkout."""
    subprocess.run(["git", "-C", str(HOME), *words], check=True)


def listing_of(checkout: Path, only: str) -> Listing:
    """List the verdicts of the code of a checkout, in a separate process."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "listing.json"
        subprocess.run(
            [sys.executable, __file__, "--only", only, "--output", str(output)],
            check=True,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(checkout)},
        )
        return json.loads(output.read_text(encoding="utf-8"))


def listing(only: str = "") -> Listing:
    """Judge every recorded run of this checkout with the nbdiag that is on the path."""
    from nbdiag import diagnose
    from nbdiag.schema.run import TrainingRun

    found: dict[str, Judged] = {}
    for path in sorted(RUNS.rglob("*.json")):
        name = f"{path.parent.name}/{path.stem}"
        if only in name and path.parent != RUNS:
            report = diagnose(TrainingRun.load(path)).to_dict()
            found[name] = {"findings": report["findings"], "checks": report["checks"]}
    return found


def compare(then: Listing, now: Listing, *, verbose: bool) -> int:
    """Print how two listings differ; return 1 when they do."""
    names = [name for name in now if name in then]
    print(f"{len(names)} recorded runs")
    differs = False
    for kind, part in PARTS.items():
        changed = [name for name in names if part(then[name]) != part(now[name])]
        differs = differs or bool(changed)
        shown = changed if verbose else changed[:SHOWN]
        print(f"{kind:<12} {len(changed):4} differ  {' '.join(shown)}")
    if verbose:
        for name in names:
            print("".join(difference(name, then[name], now[name])), end="")
    return int(differs)


def difference(name: str, then: Judged, now: Judged) -> list[str]:
    """Return the lines of a unified difference between two judgements of one run."""
    before, after = (
        json.dumps(judged, ensure_ascii=False, indent=1).replace("\\n", "\n").splitlines(True)
        for judged in (then, now)
    )
    lines = difflib.unified_diff(before, after, f"{name} before", f"{name} now", n=1)
    return [line.rstrip("\n") + "\n" for line in lines]


def _findings(judged: Judged, *parts: str) -> Any:
    return [[item[part] for part in parts] for item in judged["findings"]]


def _fixes(judged: Judged, part: str) -> Any:
    return [[fix[part] for fix in item["fixes"]] for item in judged["findings"]]


def _first_cause(judged: Judged) -> Any:
    return next((item["code"] for item in judged["findings"] if item["role"] == "cause"), None)


PARTS: dict[str, Callable[[Judged], Any]] = {
    "first cause": _first_cause,
    "codes": lambda judged: _findings(judged, "code", "role", "severity"),
    "checklist": lambda judged: [(item["code"], item["status"]) for item in judged["checks"]],
    "messages": lambda judged: _findings(judged, "name", "message"),
    "evidence": lambda judged: _findings(judged, "evidence"),
    "fix titles": lambda judged: _fixes(judged, "title"),
    "fix safety": lambda judged: _fixes(judged, "safety"),
    "new cells": lambda judged: _fixes(judged, "source"),
}
"""Each part of a judgement that is compared, from what matters most to the whole new cell."""


if __name__ == "__main__":
    sys.exit(main())
