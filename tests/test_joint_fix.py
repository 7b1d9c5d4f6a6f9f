"""One fix for the faults that belong together, on findings made by hand and on recorded runs."""

from dataclasses import replace
from pathlib import Path

from nbdiag.diagnosis import diagnose
from nbdiag.edits import write_cell
from nbdiag.engine import Settings
from nbdiag.joint_fix import with_whole_repair
from nbdiag.schema.changes import (
    AddCompile,
    RemoveLayer,
    ScaleInputs,
    ScaleTargets,
    SetFitArgument,
    SetLayerArgument,
    SetLoss,
    SetOptimizer,
    SetOptimizerArgument,
)
from nbdiag.schema.failure import RunError
from nbdiag.schema.finding import Finding, Fix
from nbdiag.schema.report import ReportData
from nbdiag.schema.run import TrainingRun
from tests.factory import make_history, make_run, normal
from tests.recorded import judged, load

RUNS = Path(__file__).parent / "runs"
STUCK = {"loss": [0.693] * 60}
HEAD = SetLayerArgument("dense_1", "activation", "sigmoid")
SCALE = ScaleInputs("standardize")
ADAM = SetOptimizer("adam", {"learning_rate": 0.05})
RELU = SetLayerArgument("dense", "activation", "relu")
EPOCHS = SetFitArgument("epochs", 80)


def cause(code, *changes, aspect="loss", severity="error", confidence="proven", **fields):
    safety = fields.pop("safety", "review")
    note = fields.pop("note", "")
    fixes = (Fix(f"Do {code}", safety, changes, note=note),) if changes else ()
    role = fields.pop("role", "cause")
    return Finding(
        code, code.lower(), aspect, role, severity, confidence, "It is.", fixes=fixes, **fields
    )


def whole(*findings, run=None, settings=None):
    """Give the first fix of the principal cause when it repairs several, else None."""
    run = run or make_run(history=STUCK, epochs=60)
    report = ReportData(findings, (), run)
    principal, *rest = with_whole_repair(report, settings or Settings(ignore=("NBD",)))
    assert tuple(rest) == findings[1:]
    if principal is findings[0]:
        return None
    assert principal.fixes[1:] == findings[0].fixes
    return principal.fixes[0]


FIRST = cause("NBD101", HEAD, aspect="output_activation", safety="safe")


def test_what_is_certain_besides_is_repaired_with_the_principal_cause():
    inputs = cause("NBD401", SCALE, aspect="inputs", confidence="measured", note="By hand?")
    fix = whole(FIRST, inputs)
    assert fix.changes == (HEAD, SCALE)
    assert fix.repairs == ("NBD101", "NBD401")
    assert fix.title == "Repair together: Do NBD101 + Do NBD401"
    assert (fix.safety, fix.note) == ("review", "By hand?")


def test_what_is_safe_in_every_part_is_safe():
    metric = cause("NBD114", SetLoss("mse"), aspect="metrics", severity="info", safety="safe")
    assert whole(cause("NBD402", ScaleTargets(1.0, 2.0), safety="safe"), metric).safety == "safe"


def test_a_suspicion_waits_until_the_certain_cause_is_gone():
    doubt = cause("NBD502", RELU, aspect="hidden_activation", confidence="suspected")
    assert whole(FIRST, doubt) is None
    assert whole(FIRST, replace(doubt, aspect="inputs")) is None


def test_of_two_suspicions_the_second_is_repaired_where_it_may_be_the_reason():
    """Field report 002: a late blow-up asks for no activation in another layer."""
    first = replace(FIRST, confidence="suspected", explains=("NBD304", "NBD307"))
    doubt = cause("NBD502", RELU, aspect="hidden_activation", confidence="suspected")
    jump = replace(cause("NBD307", RELU), role="symptom", fixes=())
    stuck = replace(jump, code="NBD304")
    alike = replace(doubt, explains=("NBD304",))
    assert whole(first, alike, stuck).changes == (HEAD, RELU)
    assert whole(first, alike, jump) is None
    assert whole(first, doubt, stuck) is None
    assert whole(first, replace(doubt, aspect="epochs"), jump).changes == (HEAD, RELU)


def test_of_what_is_only_worth_knowing_the_harmless_is_repaired():
    notes = {aspect: cause("NBD500", RELU, aspect=aspect, severity="info") for aspect in HARM}
    joined = {aspect for aspect, item in notes.items() if whole(FIRST, item)}
    assert joined == {"metrics", "epochs", "split"}


HARM = ("metrics", "epochs", "split", "inputs", "targets", "architecture", "optimizer")


def test_inputs_that_only_a_failing_training_makes_suspicious_wait_for_the_next_run():
    """Field report 000: a layer inside tames the inputs, and the loss alone was wrong."""
    doubt = cause("NBD401", SCALE, aspect="inputs", confidence="suspected")
    before = Settings(select=("NBD401",))
    tame = make_run(inputs=normal(200, 8) * 100, history=STUCK, epochs=60)
    assert whole(FIRST, doubt, run=tame, settings=before) is None
    wild = make_run(inputs=normal(200, 8) * 10_000, history=STUCK, epochs=60)
    assert whole(FIRST, doubt, run=wild, settings=before).changes == (HEAD, SCALE)


def test_what_hides_rows_by_its_numbers_alone_is_repaired_whatever_the_training_did():
    dropout = cause("NBD506", RELU, aspect="regularization", severity="info")
    assert whole(FIRST, dropout).changes == (HEAD, RELU)
    assert whole(FIRST, replace(dropout, confidence="suspected")) is None


def test_where_all_is_suspicion_every_suspect_of_a_severe_symptom_is_repaired():
    stuck = cause("NBD304", role="symptom")
    one = cause("NBD501", HEAD, confidence="suspected", severity="warning", explains=("NBD304",))
    other = cause("NBD506", RELU, aspect="regularization", severity="info", confidence="suspected")
    assert whole(one, other, stuck) is None
    assert whole(one, replace(other, explains=("NBD304",)), stuck).changes == (HEAD, RELU)
    mild = replace(stuck, severity="info")
    assert whole(one, replace(other, explains=("NBD304",)), mild) is None


def test_what_contradicts_the_principal_repair_is_left_to_the_user():
    rate = cause("NBD201", SetOptimizerArgument("learning_rate", 0.01), aspect="learning_rate")
    other = cause("NBD203", ADAM, aspect="optimizer")
    scale = cause("NBD401", SCALE, aspect="inputs")
    assert whole(rate, other, scale).changes == (*rate.fixes[0].changes, SCALE)


def test_a_cause_without_a_cell_changes_nothing():
    shown = cause("NBD410", HEAD, safety="display")
    text = cause("NBD815", AddCompile("mse"))
    other = cause("NBD401", SCALE, aspect="inputs")
    assert whole(shown, other) is None
    assert whole(text, other) is None
    assert whole(cause("NBD410"), other) is None
    assert whole(FIRST, shown, text) is None
    failed = make_run(error=RunError("ValueError", "no"))
    assert whole(FIRST, other, run=failed) is None
    report = ReportData((), (), make_run())
    assert with_whole_repair(report) == ()


def test_a_healthy_training_keeps_its_single_fix():
    run = make_run(history={"loss": [0.5, 0.1, 0.05, 0.02]}, epochs=4)
    note = cause("NBD114", HEAD, aspect="metrics", severity="info")
    assert whole(note, cause("NBD118", RELU, aspect="metrics", severity="info"), run=run) is None


def test_a_rate_made_for_raw_numbers_is_raised_with_the_scaling_even_where_all_works():
    run = make_run(optimizer="sgd", learning_rate=1e-4, history={"loss": [0.5, 0.02]})
    note = cause("NBD401", SCALE, aspect="inputs", severity="info")
    fix = whole(note, run=run)
    assert fix.changes == (SCALE, SetOptimizerArgument("learning_rate", 0.01))
    assert fix.note.startswith("A learning rate of 0.0001 suited the unscaled numbers")


def test_a_training_of_few_steps_is_made_long_enough_to_tell():
    run = make_run(history=STUCK, epochs=20, batch_size=100)  # 40 steps
    assert SetFitArgument("epochs", 250) in whole(FIRST, run=run).changes
    longer = make_run(history=STUCK, epochs=20, batch_size=50)  # 80: the head alone may do
    assert whole(FIRST, run=longer) is None
    inputs = cause("NBD401", SCALE, aspect="inputs")
    fix = whole(FIRST, inputs, run=longer)
    assert fix.changes == (HEAD, SCALE, SetFitArgument("epochs", 150))
    assert "20 epochs with 80 steps in all are too few" in fix.note
    told = cause("NBD210", EPOCHS, aspect="epochs", severity="info")
    assert whole(FIRST, inputs, told, run=longer).changes == (HEAD, SCALE, EPOCHS)
    before = make_run(history=make_history(), epochs=20, batch_size=100)
    assert whole(FIRST, run=before) is None


PRICES = normal(200, 1, mean=300.0, std=50.0)


def test_what_the_repaired_head_asks_of_the_targets_is_repaired_with_it():
    run = make_run(labels=PRICES, activation="linear", history=STUCK, epochs=100, metrics=())
    loss = cause("NBD111", SetLoss("mean_squared_error"))
    changes = whole(loss, run=run, settings=Settings(select=("NBD402",))).changes
    assert changes[0] == SetLoss("mean_squared_error")
    assert isinstance(changes[1], ScaleTargets)
    assert whole(loss, run=run, settings=Settings(ignore=("NBD402",))) is None


def test_on_recorded_runs_the_cell_holds_every_part_and_can_be_run():
    found = 0
    for path in sorted(RUNS.rglob("nbd*_faulty*.json")):
        run = load(path)
        principal = next(iter(with_whole_repair(judged(path))), None)
        if principal is None or not principal.fixes or not principal.fixes[0].repairs:
            continue
        found += 1
        first, single = principal.fixes[:2]
        assert first.repairs[0] == principal.code
        removed = {item.layer for item in first.changes if isinstance(item, RemoveLayer)}
        kept = [
            item
            for item in single.changes
            if not (isinstance(item, SetLayerArgument) and item.layer in removed)
        ]
        assert kept, path.stem
        assert all(change in first.changes for change in kept), path.stem
        cell = write_cell(run, first.changes)
        assert cell.edited, path.stem
        compile(cell.source.replace("%%traindiag", ""), path.stem, "exec")
        again = replace(run, cell=replace(run.cell, source=cell.source))
        assert write_cell(again, first.changes).source == cell.source, path.stem
    assert found > 5


def test_a_cell_of_live_objects_is_no_gain_over_the_own_text(monkeypatch):
    run = TrainingRun.load(next(RUNS.rglob("nbd302_faulty_squared_error.json")))
    whole, *_ = diagnose(run).principal.fixes
    assert whole.repairs == ("NBD102", "NBD201")

    def live(run, changes):
        cell = write_cell(run, changes)
        return replace(cell, live=tuple(changes) == whole.changes)

    monkeypatch.setattr("nbdiag.edits.write_cell", live)
    assert not any(fix.repairs for fix in diagnose(run).principal.fixes)
