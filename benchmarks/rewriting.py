"""How often a fix is written rightly, refused or written wrongly, and how long it takes.

Every case of the tests' corpus is run on a stand-in for Keras that only remembers what is built;
each change is written into its cell, with call sites and by names alone, the new cell is run, and
what it sets up is compared with what the change says. ``python benchmarks/rewriting.py [-v]``.
"""

import statistics
import sys
from collections import Counter
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.edits.corpus import corpus
from tests.edits.judge import judge


def main() -> int:
    """Print the table; fail when a cell is written wrongly."""
    verdicts: Counter[str] = Counter()
    milliseconds: list[float] = []
    cells = corpus()
    troubles: list[str] = []
    for case in cells:
        for sites in (True, False):
            with redirect_stdout(StringIO()):
                try:
                    results = judge(case, sites=sites, timed=True)
                except Exception as problem:
                    raise RuntimeError(f"the case {case.name} does not run") from problem
            for change, result in results.items():
                verdicts[result.verdict] += 1
                milliseconds.append(result.milliseconds)
                if result.verdict in ("wrong", "needless"):
                    where = "sites" if sites else "names"
                    line = f"{result.verdict:9} {case.name} / {change} / {where}: {result.reason}"
                    troubles.append(line)
                    if "-v" in sys.argv:
                        troubles.append(result.source)
    fixes = sum(verdicts.values())
    print(f"cells                     {len(cells)}")
    print(f"fixes (cell, change, way) {fixes}")
    possible = fixes - verdicts["refused"]
    print(f"correct                   {verdicts['correct']} = {verdicts['correct'] / possible:.1%}")
    print(f"refused without need      {verdicts['needless']}")
    print(f"refused, being ambiguous  {verdicts['refused']}")
    print(f"wrong                     {verdicts['wrong']}")
    median, slowest = statistics.median(milliseconds), max(milliseconds)
    print(f"ms a fix, median / max    {median:.1f} / {slowest:.1f}")
    print("\n".join(troubles))
    return 1 if verdicts["wrong"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
