"""The fix that repairs several faults together has been trained.

`scripts/record_proofs.py` clicks it and records what the new cell did, like the safe fixes of single
rules. A joint fix that is called safe must have its proof; of the others, those recorded must hold.
"""

import math
import re
import sys
from functools import cache
from pathlib import Path

import pytest

from nbdiag.edits import write_cell
from nbdiag.engine import judge
from nbdiag.facts.training.verdict import ending_of
from nbdiag.schema.run import TrainingRun
from tests.recorded import FILES, load

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import record_proofs  # noqa: E402 - a script, found by the line above

FAULTY = tuple(path for path in FILES if re.match(r"nbd\d{3}_faulty", path.stem))
HEALED_AT_LEAST = 3


@cache
def joint_of(path):
    return record_proofs.joint_fix(load(path))


# Judging all runs is left to the tests: pytest collects this file with every selection.
JOINT = [path for path in FAULTY if record_proofs.target_of(path, "joint").exists()]


def test_a_joint_fix_that_is_called_safe_has_a_proof():
    joint = {path: joint_of(path) for path in FAULTY}
    assert any(joint.values())
    safe = {path for path, fix in joint.items() if fix and fix.safety == "safe"}
    assert safe <= set(JOINT), "run scripts/record_proofs.py"


def before_and_after(path):
    proof = record_proofs.target_of(path, "joint")
    assert joint_of(path) is not None, f"{path.stem} has no joint fix any more: remove its proof"
    return load(path), load(proof)


@pytest.mark.parametrize("path", JOINT, ids=[path.stem for path in JOINT])
def test_a_joint_fix_has_a_recorded_proof(path):
    before, after = before_and_after(path)
    assert after.cell.source == write_cell(before, joint_of(path).changes).source, (
        "the fix writes another cell"
    )
    assert after.error is None
    assert all(map(math.isfinite, after.history.epochs["loss"]))
    was, now = ending_of(before), ending_of(after)
    assert now.verdict in ("fair", "learnt")
    assert now.gain is None or was.gain is None or not now.gain < was.gain
    repaired = set(joint_of(path).repairs)
    left = [item for item in judge(after).findings if item.code in repaired]
    assert not [item.message for item in left if item.severity == "error"]


def test_joint_fixes_heal_programs_that_learnt_nothing():
    healed = []
    for path in JOINT:
        before, after = before_and_after(path)
        if ending_of(before).verdict == "failed" and ending_of(after).verdict == "learnt":
            healed.append(path.stem)
    assert len(healed) >= HEALED_AT_LEAST, healed


@pytest.mark.training
def test_a_joint_fix_trains(tmp_path):
    path = next(item for item in JOINT if item.stem == "nbd102_faulty_saturated")
    target = tmp_path / "after.json"
    done = record_proofs.run_one(path, "joint", target)
    assert done.returncode == 0, done.stderr
    assert ending_of(TrainingRun.load(target)).verdict == "learnt"
