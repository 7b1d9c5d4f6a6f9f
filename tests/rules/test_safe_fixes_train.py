"""A fix that is called safe has been trained.

`scripts/record_proofs.py` clicks every safe fix of every faulty run and records what the new cell
did. The recorded cell must be the one that the fix writes today, so a claim cannot outlive its proof.
One fix of every combination of changes is trained again here.
"""

import math
import re
import sys
from functools import cache
from pathlib import Path

import pytest

from nbdiag.edits import write_cell
from nbdiag.facts.training.gain import loss_gain
from nbdiag.facts.training.verdict import ending_of
from nbdiag.rules import Skipped, all_rules
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from tests.recorded import FILES, groups, load

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

FAULTY = tuple(path for path in FILES if re.match(r"nbd\d{3}_faulty", path.stem))
RULES = {rule.code: rule for rule in all_rules()}
# Combinations of changes, of each of which one fix is trained here. Named, so that collecting this
# file, which happens with every selection, judges no run.
KINDS = (
    "encode_labels",
    "insert_layer",
    "remove_layer",
    "replace_metric",
    "set_layer_argument",
    "set_layer_argument+replace_metric",
    "set_layer_argument+set_loss",
    "set_loss",
    "set_loss+encode_labels",
    "set_loss+replace_metric",
)
CHANCE = 0.05  # gain by which two trainings of the same quality differ on a few hundred rows


def found_in(path, run):
    try:
        return list(RULES[path.stem[:6].upper()]().check(run))
    except Skipped:
        return []


@cache
def safe_fixes(path):
    run = load(path)
    return [fix for item in found_in(path, run) for fix in item.fixes if fix.safety == "safe"]


def proof_of(path, place):
    return path.with_name(f"{path.stem.replace('_faulty', '_fixed')}_{place}.json")


def kinds_of(fix):
    return "+".join(dict.fromkeys(change.kind for change in fix.changes))


@cache
def one_of_each_kind():
    """Where the first fix of each combination of changes is, in the order of codes."""
    first = {}
    for path in FAULTY:
        for place, fix in enumerate(safe_fixes(path)):
            first.setdefault(kinds_of(fix), (path, place))
    return first


GROUPS = groups(FAULTY)


@pytest.mark.parametrize("code", GROUPS)
def test_each_safe_fix_has_a_recorded_proof(code):
    for path in GROUPS[code]:
        before = load(path)
        for place, fix in enumerate(safe_fixes(path)):
            proof = proof_of(path, place)
            assert proof.exists(), f"{proof.name}: run scripts/record_proofs.py"
            after = load(proof)
            assert after.cell.source == write_cell(before, fix.changes).source, (
                f"{proof.name}: the fix writes another cell"
            )
            assert_healed(path, before, after)


@pytest.mark.training
@pytest.mark.parametrize("kinds", KINDS)
def test_a_safe_fix_trains(kinds, tmp_path):
    import record_proofs

    path, place = one_of_each_kind()[kinds]
    target = tmp_path / "after.json"
    done = record_proofs.run_one(path, place, target)
    assert done.returncode == 0, done.stderr
    assert_healed(path, load(path), TrainingRun.load(target))


def test_every_kind_of_safe_fix_is_trained():
    assert set(one_of_each_kind()) == set(KINDS), "list in KINDS what the safe fixes change"


def gain_of(run, other):
    """Gain of a run; of the loss alone where both minimise the same and only a metric differs."""
    same = run.compile.losses == other.compile.losses
    found = loss_gain(run) if same else ending_of(run).gain
    return None if isinstance(found, Missing) else found


def assert_healed(path, before, after):
    """The training runs, the rule has nothing more to say, and as much is learnt as before."""
    assert after.error is None
    assert after.history.completed > 0
    losses = after.history.epochs["loss"]
    assert all(map(math.isfinite, losses))
    assert not [item.message for item in found_in(path, after)]
    was, now = gain_of(before, after), gain_of(after, before)
    if was is not None and now is not None:
        assert now > was - CHANCE
    loud = any(item.severity == "error" for item in found_in(path, before))
    if loud and now is not None:
        assert ending_of(after).verdict in ("learnt", "fair")
