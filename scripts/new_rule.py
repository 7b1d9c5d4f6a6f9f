"""Make the files of a new rule: scripts/new_rule.py NBD119 head metric-contradicts-labels."""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

RULE = '''"""{code}: TODO one clause."""

from collections.abc import Iterator

from nbdiag.rules.base import Rule
from nbdiag.schema.finding import Finding
from nbdiag.schema.run import TrainingRun


class {class_name}(Rule):
    """TODO a sentence that names the pattern.

    What it finds
    -------------

    Why it hurts
    ------------

    Example
    -------
    ::

    Use instead
    -----------
    ::

    Fix safety
    ----------

    Thresholds and their source
    ---------------------------

    References
    ----------
    """

    code = "{code}"
    name = "{name}"
    aspect = "TODO"
    explains = ()

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """TODO what is compared with what."""
        raise NotImplementedError
'''

PROGRAM = '''"""TODO what this program does, and that it is {kind}."""

# %% data
import numpy as np

rng = np.random.default_rng(0)

# %% training
import keras
from keras import layers
'''


def main() -> int:
    """Write the rule, a faulty program and its twin; never over a file that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("code", help="NBD and three digits")
    parser.add_argument("family", help="folder in nbdiag/rules")
    parser.add_argument("name", help="the pattern in kebab case, never the cure")
    given = parser.parse_args()
    if not re.fullmatch(r"NBD\d{3}", given.code) or not re.fullmatch(r"[a-z0-9-]+", given.name):
        parser.error("give a code like NBD119 and a name like metric-contradicts-labels")
    module = given.name.replace("-", "_")
    programs = ROOT / "tests" / "programs" / given.family
    wanted = {
        ROOT / "nbdiag" / "rules" / given.family / f"{module}.py": RULE.format(
            code=given.code, name=given.name, class_name=given.name.title().replace("-", "")
        ),
        programs / f"{given.code.lower()}_faulty_{module}.py": PROGRAM.format(kind="faulty"),
        programs / f"{given.code.lower()}_healthy_{module}.py": PROGRAM.format(kind="healthy"),
    }
    for path, text in wanted.items():
        if path.exists():
            print(f"{path.relative_to(ROOT)} is there already.")
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"{path.relative_to(ROOT)} written.")
    print("Say in tests/programs/truth.json which aspects the difference of the two concerns.")
    print("Then: scripts/record_runs.py, scripts/document_rules.py, pytest tests/rules.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
