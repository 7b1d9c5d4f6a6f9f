#!/usr/bin/env python
"""Record that safe fixes train: what became of each faulty program after the button was clicked.

For every recorded faulty run of ``tests/runs`` and every fix that its rule calls safe, the new
cell runs after the program's own earlier cells, under the watch, and is written beside it as
``nbdNNN_fixed_<what>_<fix>.json``. Where the report's first fix repairs several faults together,
that one is proved as well, safe or not, by ``nbdNNN_fixed_<what>_joint.json``. Give paths of
recorded faulty runs to record only those.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import record_runs

from nbdiag.capture import call_sites
from nbdiag.capture.watch import watch
from nbdiag.edits import write_cell
from nbdiag.engine import judge
from nbdiag.joint_fix import with_whole_repair
from nbdiag.rules import Skipped, all_rules
from nbdiag.schema.cell import Cell
from nbdiag.schema.finding import Fix
from nbdiag.schema.run import TrainingRun


def safe_fixes(path: Path) -> list[Fix]:
    """List the fixes that the rule of a faulty run calls safe, first finding first."""
    code = path.stem[:6].upper()
    rule = next(item for item in all_rules() if item.code == code)
    try:
        found = list(rule().check(TrainingRun.load(path)))
    except Skipped:
        return []
    return [fix for item in found for fix in item.fixes if fix.safety == "safe"]


def joint_fix(run: TrainingRun) -> Fix | None:
    """Return the fix that repairs several faults of a run together, None when it has none."""
    first = next((item for item in with_whole_repair(judge(run)) if item.fixes), None)
    return first.fixes[0] if first is not None and first.fixes[0].repairs else None


def provable(path: Path) -> dict[str, Fix]:
    """Return the fixes of a faulty run that are proved: the safe ones by number, and "joint"."""
    fixes = {str(place): fix for place, fix in enumerate(safe_fixes(path))}
    joint = joint_fix(TrainingRun.load(path))
    return fixes if joint is None else {**fixes, "joint": joint}


def target_of(path: Path, place: int | str) -> Path:
    """Name the file that proves one fix of a faulty run."""
    return path.with_name(f"{path.stem.replace('_faulty', '_fixed')}_{place}.json")


def record(path: Path, place: str, target: Path) -> None:
    """Run the new cell of one fix and write its run."""
    run = TrainingRun.load(path)
    new = write_cell(run, provable(path)[place].changes)
    training = Cell(run.cell.number, new.source)
    cells = [*run.earlier, training]
    files = {f"<cell {cell.number}>": cell.number for cell in cells}
    call_sites.install()
    space: dict[str, object] = {"__name__": "__main__"}
    for cell in run.earlier:
        record_runs.seed()
        record_runs.execute(cell, space)
    record_runs.seed()
    watched = watch(training, earlier=run.earlier, namespace=lambda: space, cell_of=files.get)
    with contextlib.suppress(Exception), watched as seen:
        record_runs.execute(training, space)
    if not seen.runs:
        raise SystemExit("the new cell called no fit and nothing failed")
    plain = record_runs.rounded(seen.runs[-1].to_dict())
    plain["history"]["seconds"] = []
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    target.write_text(text + "\n", encoding="utf-8")
    print(f"{len(text)} bytes" + (f", {plain['error']}" if plain["error"] else ""))


def run_one(path: Path, place: int | str, target: Path) -> subprocess.CompletedProcess[str]:
    """Record one proof in a separate process."""
    environment = {
        **os.environ,
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONHASHSEED": "0",
    }
    return subprocess.run(
        [sys.executable, __file__, str(path), "--fix", str(place), "--target", str(target)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=record_runs.TIME_OUT,
        check=False,
    )


def main() -> int:
    """Record the proofs of the runs given, or of all; give whether any failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="*", type=Path)
    parser.add_argument("--fix", help="only this one, in this process")
    parser.add_argument("--target", type=Path)
    given = parser.parse_args()
    if given.fix is not None:
        record(given.runs[0], given.fix, given.target)
        return 0
    failed = 0
    for path in given.runs or sorted(record_runs.RUNS.rglob("nbd???_faulty*.json")):
        stem = path.stem.replace("_faulty", "_fixed")
        for old in (*path.parent.glob(f"{stem}_[0-9].json"), path.with_name(f"{stem}_joint.json")):
            old.unlink(missing_ok=True)
        for place, fix in provable(path).items():
            done = run_one(path, place, target_of(path, place))
            failed += done.returncode != 0
            note = done.stdout if done.returncode == 0 else done.stderr[-2000:]
            print(f"{path.stem} {place} ({fix.title}): {note.strip()}", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
