"""How well the tests hold the thresholds of the rules: each constant doubled and halved.

Usage: ``python benchmarks/thresholds.py [--rule NBD516] [--runs]``. A mutant is a constant of a
module of rules, doubled or halved. It is killed when a recorded run is judged so that
``tests/rules/test_every_rule.py`` fails (a faulty run is silent, or a healthy one loud), or when a
case of ``tests/rules/thresholds`` fails. Printed are, for each constant, what kills its two
mutants, and the counts; the recorded runs, which take minutes, are asked where no case kills, or
always with ``--runs``. The exit code is 1 when more than a tenth of the constants survive both.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nbdiag.facts.cache import remembering  # noqa: E402
from nbdiag.rules import Skipped  # noqa: E402
from nbdiag.schema.run import TrainingRun  # noqa: E402
from tests.recorded import FILES, load  # noqa: E402
from tests.thresholds import (  # noqa: E402
    RULES,
    Constant,
    changed,
    constants,
    notices,
    read_cases,
    times,
)

FACTORS = (2, 0.5)
BOUND = 0.1


def main(arguments: list[str] | None = None) -> int:
    """Print the table, and return 1 when too many constants survive."""
    parser = argparse.ArgumentParser(description="Double and halve the thresholds of rules")
    parser.add_argument("--rule", default="", help="code of one rule, all by default")
    parser.add_argument("--runs", action="store_true", help="ask the recorded runs each time")
    given = parser.parse_args(arguments)
    members = [item for item in constants() if item.code.startswith(given.rule.upper())]
    cases = read_cases()
    survivors, mutants, runs_alone = [], 0, 0
    print(f"{'constant':<40}{'value':>12}  {'doubled':<16}halved")
    for constant in members:
        case = cases.get(str(constant))
        killers = []
        alone = True
        for factor in FACTORS:
            by_case = case is not None and notices(constant, case, factor)
            by_runs = (given.runs or not by_case) and seen_by_runs(constant, factor)
            alone &= not by_runs
            killers.append(" ".join(["runs"] * by_runs + ["case"] * by_case))
        mutants += sum(not killer for killer in killers)
        runs_alone += alone
        if not any(killers):
            survivors.append(constant)
        shown = [killer or "SURVIVES" for killer in killers]
        print(f"{constant!s:<40}{constant.value:>12g}  {shown[0]:<16}{shown[1]}", flush=True)
    share = len(survivors) / max(len(members), 1)
    print(f"\n{len(members)} constants, {2 * len(members)} mutants, {mutants} of them survive")
    if given.runs:
        print(f"recorded runs alone: {runs_alone} constants survive doubling and halving")
    print(f"with the cases: {len(survivors)} of {len(members)} ({share:.1%}) survive both")
    print(", ".join(map(str, survivors)))
    return int(share > BOUND)


def seen_by_runs(constant: Constant, factor: float) -> bool:
    """Whether a recorded run that the rule judges rightly is judged wrongly by the mutant."""
    rule = RULES[constant.code]
    own = constant.code.lower()
    for path in FILES:
        faulty = path.stem.startswith(f"{own}_faulty")
        healthy = "_healthy" in path.stem or path.parent.name == "healthy"
        if not (faulty or healthy) or (path.parent.name == "crash" and not own.startswith("nbd8")):
            continue
        run = load(path)
        before = is_wrong(rule, run, faulty=faulty)
        with changed(constant, times(constant.value, factor)):
            after = is_wrong(rule, run, faulty=faulty)
        if before != after:
            return True
    return False


def is_wrong(rule: type, run: TrainingRun, *, faulty: bool) -> bool:
    """Whether a rule is silent on its faulty run, loud on a healthy one, or crashes."""
    try:
        with remembering():
            found = list(rule().check(run))
    except Skipped:
        found = []
    except Exception:  # noqa: BLE001 - a mutant may break anything
        return True
    return not found if faulty else any(item.severity != "info" for item in found)


if __name__ == "__main__":
    sys.exit(main())
