"""The search tries the cheapest texts first and takes what runs to its end and keeps the labels."""

from dataclasses import dataclass, field

from nbdiag.crash.repair import _explained
from nbdiag.crash.search import MOST_EDITS, MOST_TRIES, find_repair
from nbdiag.engine import judge
from nbdiag.schema.failure import RunError
from nbdiag.schema.run import TrainingRun
from nbdiag.trial.dry_run.cell_run import Outcome
from tests.fixes.candidates.test_candidates import KINDS, failed

FAILED = Outcome("raised", "ValueError: a", (-1, 0, 1), "ValueError", "a")


@dataclass
class Judge:
    """Says of a text what Keras would say."""

    run: TrainingRun
    answer: object
    left: float = 60.0
    tried: list = field(default_factory=list)
    old: Outcome | None = FAILED

    def run_cell(self, source):
        self.tried.append(source)
        return self.answer(source)


def raised(run, source, text, place=(-1, 0, 1)):
    cell = type(run.cell)(run.cell.number, source)
    seen = TrainingRun(cell=cell, error=RunError("ValueError", text, "cell", (), run.error.scene))
    return Outcome("raised", f"ValueError: {text}", place, "ValueError", text, seen)


def test_the_first_text_that_runs_is_the_repair():
    run = failed(*KINDS["a word"][:3])
    gate = Judge(
        run,
        lambda source: (
            Outcome("finished") if '"relu"' in source else raised(run, source, run.error.message)
        ),
    )
    repair = find_repair(gate, ())
    assert 'activation="relu"' in repair.fix.source
    assert len(repair.edits) == len(gate.tried) == 1
    assert repair.fix.diff


def test_nothing_is_offered_when_nothing_runs_and_the_tries_are_counted():
    run = failed(*KINDS["objects"][:3])
    gate = Judge(run, lambda source: raised(run, source, run.error.message))
    assert find_repair(gate, ()) is None
    assert 0 < len(gate.tried) <= MOST_TRIES
    assert len(set(gate.tried)) == len(gate.tried)
    assert run.cell.source not in gate.tried


def test_two_mistakes_are_repaired_one_after_the_other():
    source = 'layers.Dense(3, activation="Relu")\nlayers.Dense(3, activation="softmx")'
    run = failed(source, "Could not interpret activation function identifier: Relu")

    def answer(text):
        if '"Relu"' in text:
            return raised(run, text, run.error.message)
        if '"softmx"' in text:
            message = "Could not interpret activation function identifier: softmx"
            return raised(run, text, message, (-1, 0, 2))
        return Outcome("finished")

    repair = find_repair(Judge(run, answer), ())
    assert len(repair.edits) == 2
    assert '"relu"' in repair.fix.source
    assert '"softmax"' in repair.fix.source


def test_a_repair_is_never_more_edits_than_allowed():
    words = ["Relu", "softmx", "sigmoidd", "Tanhh"]
    source = "\n".join(f'layers.Dense(3, activation="{word}")' for word in words)
    run = failed(source, "Could not interpret activation function identifier: Relu")

    def answer(text):
        for place, word in enumerate(words):
            if f'"{word}"' in text:
                message = f"Could not interpret activation function identifier: {word}"
                return raised(run, text, message, (-1, 0, place))
        return Outcome("finished")

    gate = Judge(run, answer)
    assert len(words) > MOST_EDITS
    assert find_repair(gate, ()) is None


def test_the_budget_ends_the_search():
    run = failed(*KINDS["a word"][:3])
    gate = Judge(run, lambda _: Outcome("finished"), left=0)
    assert find_repair(gate, ()) is None
    assert not gate.tried


def test_a_failure_that_does_not_show_on_a_few_samples_is_not_searched():
    run = failed(*KINDS["a word"][:3])
    gate = Judge(run, lambda _: Outcome("finished"), old=None)
    assert find_repair(gate, ()) is None


def test_the_explanation_follows_from_the_edit_where_no_rule_knows_the_exception():
    source = "layers.Bidirectional(layers.LSTM(3), merge_mode='cancat')"
    message = 'Invalid merge mode. Received: cancat. Merge mode should be one of {"sum", "mul"}'
    run = failed(source, message, at=source)
    findings = judge(run).findings
    assert findings[0].code == "NBD824"
    gate = Judge(
        run,
        lambda text: Outcome("finished") if "'concat'" in text else raised(run, text, message),
    )
    repair = find_repair(gate, findings)
    first = _explained(findings, repair)[0]
    assert "cancat" in first.message
    assert "concat" in first.message
    assert first.fixes[0] is repair.fix
