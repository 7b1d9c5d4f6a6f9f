"""How often a proof is right, and what it costs: true, useless and harmful changes.

Usage: ``python benchmarks/proof.py [--only optimizer/nbd201] [--seconds 500] [--output FILE]``.
Each program of ``tests/programs`` runs under the watch in a separate process; then the engine is
asked about

- the fixes of the principal cause of a faulty program, as ``%traindiag prove`` tries them
  (**first** is the one that the button offers, **further** are the others),
- changes that do nothing, on faulty and on healthy programs: a shuffle of the samples, an epsilon
  a tenth larger, a rate a hundredth larger (**useless**),
- changes that ruin a healthy program: all kernels zero, no learning rate, one a million times too
  large (**harmful**).

One line of JSON a question goes to ``--output``; a program that is there already is passed over,
so the benchmark can be run in portions. ``--table FILE`` prints the table of a file alone.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
PROGRAMS = HERE / "tests" / "programs"
TIME_OUT = 240
# Programs without a fit to be tried, or of text alone.
_LEFT_OUT = ("crash", "seeds")


def trained(path: Path) -> tuple[Any, tuple[Any, dict[str, Any]], float] | None:
    """Run one program under the watch; return its report, its training and seconds of CPU."""
    sys.path.insert(0, str(HERE / "scripts"))
    import record_runs

    from nbdiag.capture import call_sites
    from nbdiag.capture.watch import watch
    from nbdiag.diagnosis import diagnose
    from nbdiag.schema.cell import Cell
    from nbdiag.trial.setup.model_refs import Training

    parts = record_runs.split(path.read_text(encoding="utf-8"))
    cells = [
        Cell(number, record_runs.MAGIC * (name == "training") + text)
        for number, (name, text) in enumerate(parts, start=1)
    ]
    place = max(k for k, cell in enumerate(cells) if cell.source.startswith(record_runs.MAGIC))
    files = {f"<cell {cell.number}>": cell.number for cell in cells}
    call_sites.install()
    space: dict[str, object] = {"__name__": "__main__"}
    for cell in cells[:place]:
        record_runs.seed()
        record_runs.execute(cell, space)
    record_runs.seed()
    kept: list[Training] = []
    begun = time.process_time()
    with (
        contextlib.suppress(Exception),
        watch(
            cells[place],
            earlier=tuple(cells[:place]),
            namespace=lambda: space,
            cell_of=files.get,
            on_fit=lambda *given: kept.append(Training(*given, firmly=True)),
        ) as seen,
    ):
        record_runs.execute(cells[place], space)
    own = time.process_time() - begun
    if not kept or not seen.runs:
        return None
    training = kept[-1].take()
    if training is None:
        return None
    return diagnose(seen.runs[-1]), training, own


def ask(path: Path) -> None:
    """Run one program and put every question about it; print a line of JSON for each."""
    from nbdiag.experiments import proven
    from nbdiag.schema.finding import Fix
    from nbdiag.trial.proof import prove
    from nbdiag.trial.setup.training import Setup

    found = trained(path)
    if found is None:
        return
    report, training, own = found
    name = str(path.relative_to(PROGRAMS).with_suffix(""))

    def say(kind: str, change: str, proof: Any, cost: float, **others: Any) -> None:
        row = {"program": name, "kind": kind, "change": change, "verdict": proof.verdict}
        row |= {"summary": proof.summary, "cpu": round(cost, 2), "own": round(own, 2)}
        print("ROW " + json.dumps(row | others), flush=True)

    if "faulty" in path.stem and report.principal is not None and report.principal.fixes:
        code = report.principal.code
        begun = time.process_time()
        tried = proven(report, training, code)
        cost = time.process_time() - begun
        known = {fix.title: fix.proof for fix in tried.find(code).fixes}
        for fix in report.principal.fixes:
            proof = known.get(fix.title)
            if proof is not None:
                kind = "first" if fix is report.principal.fixes[0] else "further"
                say(kind, fix.title, proof, cost, now=tried.principal.code, code=code)
    for kind, change, changes in _changes(training, healthy="healthy" in str(path)):
        begun = time.process_time()
        (proof,) = prove(Setup(*training), [Fix(change, "review", changes)])
        say(kind, change, proof, time.process_time() - begun)


def _changes(training: tuple[Any, dict[str, Any]], *, healthy: bool) -> Any:
    from nbdiag.schema.changes import SetLayerArgument, SetOptimizerArgument, ShuffleRows

    model, _ = training
    settings = model.optimizer.get_config()
    rate = settings.get("learning_rate")
    yield "useless", "shuffle", (ShuffleRows(11),)
    if settings.get("epsilon"):
        yield "useless", "epsilon", (SetOptimizerArgument("epsilon", 1.1 * settings["epsilon"]),)
    if isinstance(rate, float):
        yield "useless", "rate x 1.01", (SetOptimizerArgument("learning_rate", 1.01 * rate),)
    if not healthy:
        return
    zeros = tuple(
        SetLayerArgument(layer.name, "kernel_initializer", "zeros")
        for layer in model.layers
        if hasattr(layer, "kernel_initializer")
    )
    if zeros:
        yield "harmful", "zero kernels", zeros
    if isinstance(rate, float):
        yield "harmful", "no rate", (SetOptimizerArgument("learning_rate", 0.0),)
        yield "harmful", "rate x 1e6", (SetOptimizerArgument("learning_rate", 1e6 * rate),)


def table(rows: list[dict[str, Any]]) -> None:
    """Print shares of verdicts by kind of question, and the cost."""
    for kind in ("first", "further", "useless", "harmful"):
        chosen = [row for row in rows if row["kind"] == kind]
        counts = Counter(row["verdict"] for row in chosen)
        total = len(chosen) - counts["cannot be judged"]
        shares = ", ".join(f"{name} {count}" for name, count in counts.most_common())
        wanted = {"useless": "better", "harmful": "worse"}.get(kind, "better")
        share = f"{100 * counts[wanted] / total:.1f} % {wanted}" if total else "none"
        print(f"{kind:8} {len(chosen):4} questions: {share} of {total} judged ({shares})")
    cpu = [row["cpu"] for row in rows if row["kind"] != "further"]
    if cpu:
        within = sum(seconds <= 10 for seconds in cpu) / len(cpu)
        ratios = [row["cpu"] / row["own"] for row in rows if row["kind"] == "first"]
        print(
            f"CPU a proof: median {statistics.median(cpu):.1f} s, {100 * within:.0f} % within 10 s"
        )
        if ratios:
            print(f"of the cell itself: median {statistics.median(ratios):.2f}")
    for row in rows:
        odd = {"first": row["verdict"] != "better", "useless": row["verdict"] == "better"}
        odd["harmful"] = row["verdict"] != "worse"
        if odd.get(row["kind"]):
            print(
                f"  {row['kind']}: {row['program']}: {row['change']}: {row['verdict']}: "
                f"{row['summary']}"
            )


def main() -> int:
    """Ask about every program that is not yet in the file; print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="programs whose path holds this")
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
        left_out = (
            path.relative_to(PROGRAMS).parts[0] in _LEFT_OUT
            or given.only not in name
            or name in done
        )
        if left_out or time.monotonic() - begun > given.seconds:
            continue
        new = _asked(path, name)
        rows += new
        if output is not None:
            with output.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(row) + "\n" for row in new)
    table([row for row in rows if "kind" in row])
    return 0


def _asked(path: Path, name: str) -> list[dict[str, Any]]:
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, __file__, "--one", str(path)]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=TIME_OUT, check=False
        )
    except subprocess.TimeoutExpired:
        return [{"program": name, "problem": "timed out"}]
    rows = [json.loads(line[4:]) for line in done.stdout.splitlines() if line.startswith("ROW ")]
    last = done.stderr.strip().splitlines()[-1:] if done.returncode else ["no fit"]
    return rows or [{"program": name, "problem": "".join(last)}]


if __name__ == "__main__":
    sys.exit(main())
