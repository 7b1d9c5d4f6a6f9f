"""Write the row of one environment into the table of docs/support.md.

scripts/matrix runs it in that environment, whose versions it reads, with the results of its tests.
"""

import argparse
import datetime as dt
import platform
from importlib import metadata
from pathlib import Path
from xml.etree import ElementTree as ET

PAGE = Path(__file__).parents[1] / "docs" / "support.md"
BEGIN, END = "<!-- matrix: written by scripts/matrix -->\n", "<!-- end of matrix -->\n"
PACKAGES = ("tensorflow", "keras", "numpy", "ipython", "ipywidgets", "ipykernel", "jupyterlab")
COLUMNS = ("environment", "Python", *PACKAGES, "passed", "failed", "skipped", "date")


def counts(results: Path) -> tuple[int, int, int]:
    """Return how many tests passed, failed or broke, and were skipped, of a JUnit file."""
    total = failed = skipped = 0
    for suite in ET.parse(results).getroot().iter("testsuite"):
        total += int(suite.attrib["tests"])
        failed += int(suite.attrib["failures"]) + int(suite.attrib["errors"])
        skipped += int(suite.attrib["skipped"])
    return total - failed - skipped, failed, skipped


def table_row(environment: str, results: Path) -> str:
    """Return the table's line about the environment that this program runs in."""
    day = dt.datetime.now(dt.UTC).date().isoformat()
    versions = [platform.python_version(), *map(metadata.version, PACKAGES)]
    cells = [environment, *versions, *map(str, counts(results)), day]
    return f"| {' | '.join(cells)} |"


def with_row(page: str, row: str) -> str:
    """Return the page with this row in its table, in place of an older one of the environment."""
    before, rest = page.split(BEGIN)
    table, after = rest.split(END)
    start = row[: row.index(" | ") + 3]
    rows = [line for line in table.splitlines()[2:] if not line.startswith(start)]
    head = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    lines = [*head, *sorted([*rows, row])]
    return before + BEGIN + "\n".join(lines) + "\n" + END + after


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environment")
    parser.add_argument("results", type=Path)
    chosen = parser.parse_args()
    row = table_row(chosen.environment, chosen.results)
    PAGE.write_text(with_row(PAGE.read_text(), row))
    print(row)
