"""Make everything that a new rule needs: ``scripts/new_rule.py layers fading-momentum``.

Written are the rule with its page to fill in, a faulty program and its healthy twin, the aspects in
tests/programs/truth.json, and the code in docs/coverage.md. The code is the next free one of the
family. What is there already is never written over. At the end the commands to run next are
printed; CONTRIBUTING.md goes through them.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import get_args

from nbdiag.rules import all_rules
from nbdiag.schema.finding import Aspect, Role, Severity

ROOT = Path(__file__).resolve().parent.parent
TRUTH = ROOT / "tests" / "programs" / "truth.json"
COVERAGE = ROOT / "docs" / "coverage.md"
FAMILIES = {
    "head": 1,
    "optimizer": 2,
    "curves": 3,
    "data": 4,
    "layers": 5,
    "gradients": 6,
    "notebook": 7,
    "crash": 8,
}

RULE = '''"""{code}: TODO one clause."""

from collections.abc import Iterator

from nbdiag.rules.base import Rule
from nbdiag.schema.finding import Finding
from nbdiag.schema.run import TrainingRun

LIMIT = 0.5  # TODO the threshold, and where it comes from


class {class_name}(Rule):
    """TODO a sentence that names the pattern.

    What it finds
    -------------
    TODO what is compared with what.

    Why it hurts
    ------------
    TODO what the user sees because of it.

    Example
    -------
    ::

        TODO

    Use instead
    -----------
    ::

        TODO

    Fix safety
    ----------
    TODO safe: the settings contradict each other; review: it trades something; display: by hand.

    Thresholds and their source
    ---------------------------
    TODO each threshold, measured on what, or from which paper.

    References
    ----------
    TODO
    """

    code = "{code}"
    name = "{name}"
    aspect = "{aspect}"
    role = "{role}"
    severity = "{severity}"
    explains = ()  # codes of symptoms that follow when this is the cause

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """TODO what is compared with what."""
        raise NotImplementedError
'''

PROGRAM = '''"""TODO what this program does, and that it is {kind}."""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(512, 8)).astype("float32")
y = (x[:, 0] + x[:, 1] > 0).astype("float32")

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")]
)
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=5, batch_size=32, validation_split=0.2, verbose=0)
'''

NEXT = """
Now
  1. write the two programs; they differ by ONE edit, and the faulty one really fails
  2. python scripts/record_runs.py {programs}
  3. write the rule and its page; try it:   scripts/check {code}
  4. python scripts/find_thresholds.py {code}
  5. python scripts/document_rules.py && python scripts/translations.py
     and fill the new texts in nbdiag/locale/zh/LC_MESSAGES/nbdiag.po
  6. scripts/check
"""


def main() -> int:
    """Write the files of a rule and print what to do next."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("family", choices=FAMILIES)
    parser.add_argument("name", help="the pattern in kebab case, never the cure")
    parser.add_argument("--code", help="default: the next free one of the family")
    parser.add_argument("--aspect", choices=get_args(Aspect), default="architecture")
    parser.add_argument("--role", choices=get_args(Role), default="cause")
    parser.add_argument("--severity", choices=get_args(Severity), default="warning")
    given = parser.parse_args()
    code = given.code or free_code(FAMILIES[given.family])
    if not re.fullmatch(r"NBD\d{3}", code) or not re.fullmatch(
        r"[a-z0-9]+(-[a-z0-9]+)+", given.name
    ):
        parser.error("the code is like NBD119, the name like metric-contradicts-labels")
    written = write_files(code, given)
    note_truth(f"{given.family}/{code.lower()}_faulty_{given.name.replace('-', '_')}", given.aspect)
    note_coverage(code, given.family)
    programs = " ".join(str(path.relative_to(ROOT)) for path in written if "programs" in path.parts)
    print(NEXT.format(code=code, programs=programs))
    return 0


def free_code(family: int) -> str:
    """Return the next code of a family that no rule has; codes are never used again."""
    used = {rule.code for rule in all_rules()}
    used |= set(re.findall(r"NBD\d{3}", COVERAGE.read_text(encoding="utf-8")))
    free = max((int(code[3:]) for code in used if code[3] == str(family)), default=family * 100) + 1
    return f"NBD{free}"


def write_files(code: str, given: argparse.Namespace) -> list[Path]:
    """Write the rule, a faulty program and its twin; return their paths."""
    module = given.name.replace("-", "_")
    programs = ROOT / "tests" / "programs" / given.family
    texts = {
        ROOT / "nbdiag" / "rules" / given.family / f"{module}.py": RULE.format(
            code=code,
            name=given.name,
            class_name=given.name.title().replace("-", ""),
            aspect=given.aspect,
            role=given.role,
            severity=given.severity,
        ),
        programs / f"{code.lower()}_faulty_{module}.py": PROGRAM.format(kind="faulty"),
        programs / f"{code.lower()}_healthy_{module}.py": PROGRAM.format(kind="healthy"),
    }
    for path, text in texts.items():
        if path.exists():
            print(f"{path.relative_to(ROOT)} is there already.")
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"{path.relative_to(ROOT)} written.")
    return list(texts)


def note_truth(program: str, aspect: str) -> None:
    """Enter in truth.json which aspect the difference between program and twin concerns."""
    truth = json.loads(TRUTH.read_text(encoding="utf-8"))
    truth.setdefault(program, [aspect])
    lines = [f"  {json.dumps(name)}: {json.dumps(truth[name])}" for name in sorted(truth)]
    TRUTH.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{TRUTH.relative_to(ROOT)}: {program} concerns {truth[program]}; change it if need be.")


def note_coverage(code: str, family: str) -> None:
    """Name the code in the line of its family in docs/coverage.md."""
    text = COVERAGE.read_text(encoding="utf-8")
    if code in text:
        return
    written = re.sub(rf"^(\| {family} \| .*?) \|$", rf"\1, {code} |", text, flags=re.MULTILINE)
    COVERAGE.write_text(written, encoding="utf-8")
    print(f"{COVERAGE.relative_to(ROOT)}: {code} named under {family}; say there what it finds.")


if __name__ == "__main__":
    sys.exit(main())
