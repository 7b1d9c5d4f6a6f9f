"""Cells under the magic that train nothing: output, errors, options, history."""

import json

import pytest
from IPython.core.error import UsageError

from tests.magics.recorded import remember


def test_a_cell_keeps_its_output_and_its_value(book):
    result = book.run("%%traindiag\nprint('seen')\n40 + 2")

    assert "seen" in book.text
    assert result.success
    assert book.shell.user_ns["_"] == 42


def test_a_cell_without_fit_is_told_so(book):
    book.run("%%traindiag\nx = 1")

    assert "saw no call of fit" in book.text
    assert book.shell.user_ns["x"] == 1


def test_a_failing_cell_stays_failed_with_one_traceback(book):
    error = book.error("%%traindiag\n\ndef deep():\n    raise KeyError('lost')\n\ndeep()")

    assert isinstance(error, KeyError)
    assert book.tracebacks == [KeyError]
    assert "nbdiag" not in book.text
    assert "run_cell_magic" not in book.text


def test_a_traceback_names_the_lines_that_the_user_sees(book):
    book.error("%%traindiag\nfirst = 1\nsecond = 1 / 0")

    assert "----> 3 second = 1 / 0" in book.text


def test_a_syntax_error_is_shown_once(book):
    error = book.error("%%traindiag\nx = = 1")

    assert isinstance(error, SyntaxError)
    assert book.tracebacks == [SyntaxError]


def test_a_usage_error_inside_the_cell_is_shown_once(book):
    error = book.error("%%traindiag\n%nosuchmagic")

    assert isinstance(error, UsageError)
    assert book.text.count("nosuchmagic") == 1


def test_the_next_traceback_is_shown_again(book):
    book.error("%%traindiag\n1 / 0")
    book.error("1 / 0")

    assert book.tracebacks == [ZeroDivisionError]


def test_an_interrupt_is_kept(book):
    error = book.error("%%traindiag\nraise KeyboardInterrupt")

    assert isinstance(error, KeyboardInterrupt)
    assert book.tracebacks == [KeyboardInterrupt]


def test_a_cell_may_await(book):
    result = book.run(
        "%%traindiag\nimport asyncio\nawait asyncio.sleep(0)\nanswer = 1\nprint('awaited')"
    )

    assert result.success
    assert book.shell.user_ns["answer"] == 1
    assert "awaited" in book.text


def test_magics_inside_the_cell_work(book):
    book.run("%%traindiag\n%timeit -n1 -r1 pass\nfiles = !echo one")

    assert book.shell.user_ns["files"] == ["one"]


@pytest.mark.parametrize("cell", ["%%time\n%%traindiag\ny = 3", "%%traindiag\n%%time\ny = 3"])
def test_time_above_or_below(book, cell):
    assert book.error(cell) is None
    assert book.shell.user_ns["y"] == 3
    assert "Wall time" in book.text


def test_the_magic_adds_no_name(book):
    before = set(book.shell.user_ns)
    book.run("%%traindiag\nz = 1")

    added = {name for name in set(book.shell.user_ns) - before if not name.startswith("_")}
    assert added == {"z"}


def test_help_lists_the_options_and_runs_nothing(book):
    book.run("%%traindiag -h\nnever = 1")

    assert "--check" in book.text
    assert "never" not in book.shell.user_ns


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--nonsense", "unrecognized arguments"),
        ("--probes loud", "invalid choice"),
        ("--stop-on warning", "invalid choice"),
        ("--select XYZ", "No rule's code starts with 'XYZ'"),
        ("--out 3x", "--out takes a Python name"),
        ("--save report.pdf", ".html, .json, .md, .txt or .png"),
        ("--save /nowhere/at/all/report.html", "there is no folder"),
        ("--seed 5", "unrecognized arguments: --seed 5"),
        ("--prob full", "unrecognized arguments: --prob full"),
    ],
)
def test_a_wrong_option_is_one_sentence_and_runs_nothing(book, options, said):
    error = book.error(f"%%traindiag {options}\nnever = 1")

    assert isinstance(error, UsageError)
    assert said in book.text
    assert book.tracebacks == []
    assert "never" not in book.shell.user_ns


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "There is no report yet"),
        ("fix NBD101", "There is no report yet"),
        ("prove", "There is no report yet"),
        ("explain NBD999", "There is no rule NBD999"),
        ("dance", "There is no command %traindiag dance"),
    ],
)
def test_a_wrong_line_is_one_sentence(book, line, said):
    error = book.error(f"%traindiag {line}")

    assert isinstance(error, UsageError)
    assert said in book.text


@pytest.mark.parametrize("name", ["memorised-rows", "rows-learnt-by-heart", "NBD516"])
def test_explain_knows_a_rule_by_its_names_and_former_names(book, name):
    book.run(f"%traindiag explain {name}")
    assert "memorised" in book.text


def test_explain_shows_the_page(book):
    book.run("%traindiag explain nbd101")

    assert "What it finds" in book.text
    assert "Use instead" in book.text


def test_there_is_no_report_at_first(book):
    book.run("import nbdiag; nothing = nbdiag.last_report()")

    assert book.shell.user_ns["nothing"] is None


def test_a_failure_of_our_own_is_one_line_and_the_cell_succeeds(book, monkeypatch):
    from nbdiag.magics.observation import Observation

    monkeypatch.setattr(Observation, "_judge", lambda *_: 1 / 0)

    assert book.error("%%traindiag\nkept = 1") is None
    assert "nbdiag failed at the report (ZeroDivisionError" in book.text
    assert book.shell.user_ns["kept"] == 1
    assert book.tracebacks == []


def test_cells_without_training_are_left_in_peace_when_it_is_on(book):
    book.run("%traindiag on")
    book.run("print('plain')")
    plain = book.text
    error = book.error("{}['lost']")

    assert plain.split() == ["plain"]
    assert isinstance(error, KeyError)
    assert "nbdiag" not in book.text


def test_unloading_turns_it_off(book):
    book.run("%traindiag on")
    watcher = book.shell.magics_manager.registry["TrainDiagMagics"].cells
    book.run("%unload_ext nbdiag")

    assert not watcher.is_on


def test_a_failure_of_our_own_names_the_file_to_attach(book, monkeypatch, tmp_path):
    from nbdiag.magics.observation import Observation

    monkeypatch.setattr(Observation, "_judge", lambda *_: 1 / 0)
    nothing = book.error("%traindiag problem")
    book.run("%%traindiag\nkept = 1")
    named = book.text
    book.run(f"%traindiag problem {tmp_path / 'attached.json'}")
    held = json.loads((tmp_path / "attached.json").read_text())

    assert isinstance(nothing, UsageError)
    assert "%traindiag problem writes nbdiag-problem.json" in named
    assert held["problem"]["type"] == "ZeroDivisionError"
    assert not any(str(tmp_path.parents[2]) in line for line in held["problem"]["trace"])


def test_a_report_that_cannot_be_saved_is_one_line_and_stays_shown(book, tmp_path):
    remember(book, "nbd103_faulty_one_softmax_unit")
    actions = book.shell.magics_manager.registry["TrainDiagMagics"].actions
    target = tmp_path / "gone" / "report.html"
    book.shell.user_ns["save"] = lambda: actions.save(actions.memory.report, str(target))
    error = book.error("save()")

    assert error is None
    assert "The report could not be saved" in book.text
    assert book.error("%traindiag") is None


@pytest.mark.parametrize(("stopped", "said"), [((1, 3), "1 of 3 fixes"), (None, "before a fix")])
def test_an_interrupted_proof_keeps_the_report(book, monkeypatch, stopped, said):
    report = remember(book, "nbd103_faulty_one_softmax_unit")
    from nbdiag.trial.proof_progress import ProofStopped

    def interrupted(*_):
        raise ProofStopped(*stopped) if stopped else KeyboardInterrupt

    monkeypatch.setattr("nbdiag.experiments.prove", interrupted)
    actions = book.shell.magics_manager.registry["TrainDiagMagics"].actions
    monkeypatch.setattr(actions, "_require_training", lambda _: (None, {}))
    error = book.error("%traindiag prove")

    assert error is None
    assert book.tracebacks == []
    assert said in book.text
    assert "your model is untouched" in book.text
    assert actions.memory.report is report


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("try", "There is no report yet"),
        ("try NBD101", "takes the cell below it"),
        ("try --seeds 0", "a number from 1"),
        ("try --fast", "does not take --fast"),
    ],
)
def test_a_cell_to_try_needs_a_report_and_right_options(book, line, said):
    error = book.error(f"%%traindiag {line}\nran = True")
    assert isinstance(error, UsageError)
    assert said in str(error)
    assert "ran" not in book.shell.user_ns
