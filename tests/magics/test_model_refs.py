"""The whole loop on real, tiny models: capture, report, fix, and what must survive it."""

import json
import re
import threading

import pytest
from IPython.core.error import UsageError

import nbdiag

pytestmark = pytest.mark.training

DATA = """
import keras, numpy as np
keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x_train = rng.normal(size=(256, 4)).astype("float32")
y_train = (x_train[:, 0] * x_train[:, 1] > 0).astype("float32")
"""

BUILD = """\
# my model
model = keras.Sequential([
    keras.Input(shape=(4,)),
    keras.layers.Dense(32, activation='relu'),  # hidden
    keras.layers.Dense(1, activation='softmax'),  # the head
])
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
"""

FIT = "history = model.fit(x_train, y_train, epochs=30, verbose=0)\n"


@pytest.fixture
def trained(book):
    book.run(DATA)
    return book


def report_of(book):
    return nbdiag.last_report()


def test_one_click_repairs_the_cell(trained):
    trained.run("%%traindiag --no-panel\n" + BUILD + FIT)
    before = report_of(trained)

    assert before.principal.code == "NBD103"
    # IPython's history keeps a cell without the line break at its end.
    repaired = "%%traindiag --no-panel\n" + BUILD.replace("'softmax'", "'sigmoid'") + FIT
    assert before.principal.fixes[0].source == repaired.rstrip()

    trained.run(before.principal.fixes[0].source)
    after = report_of(trained)

    assert not [item for item in after.findings if item.severity == "error"]
    assert trained.shell.user_ns["history"].history["accuracy"][-1] > 0.85
    assert after.run.previous[-1].epochs["accuracy"] == before.run.history.epochs["accuracy"]
    assert "Repaired since cell" in (said := " ".join(trained.text.split()))
    assert ": NBD103 softmax on one unit." in said


def test_the_line_magic_hands_over_exactly_that_source(trained):
    trained.run("%%traindiag --no-panel\n" + BUILD + FIT)
    trained.run("%traindiag fix nbd103")

    assert trained.shell.rl_next_input == report_of(trained).find("NBD103").fixes[0].source

    error = trained.error("%traindiag fix NBD103 9")
    assert isinstance(error, UsageError)
    assert "give a number from 1" in trained.text
    assert isinstance(trained.error("%traindiag fix NBD999"), UsageError)
    assert "NBD103" in trained.text


def test_the_text_report_names_the_cause(trained):
    trained.run("%%traindiag\n" + BUILD + FIT)

    assert "NBD103" in trained.text
    assert "softmax" in trained.text


def test_a_model_of_an_earlier_cell_comes_along(trained):
    trained.run(BUILD)
    trained.run("%%traindiag --no-panel\n" + FIT)
    source = report_of(trained).principal.fixes[0].source

    assert source.startswith("%%traindiag --no-panel\n")
    assert "keras.layers.Dense(1, activation='sigmoid'),  # the head" in source
    assert source.count("model.fit(") == 1
    assert trained.error(source) is None


def test_check_runs_no_epoch(trained):
    error = trained.error("%%traindiag --check --no-panel\n" + BUILD + FIT + "after = 1")
    report = report_of(trained)

    assert error is None
    assert trained.tracebacks == []
    assert report.principal.code == "NBD103"
    assert report.run.history.completed == 0
    assert int(trained.shell.user_ns["model"].optimizer.iterations.numpy()) == 0
    assert "after" not in trained.shell.user_ns


def test_an_interrupt_leaves_a_partial_report(trained):
    trained.run(
        "class Stop(keras.callbacks.Callback):\n"
        "    def on_epoch_end(self, epoch, logs=None):\n"
        "        if epoch == 2:\n"
        "            raise KeyboardInterrupt\n"
    )
    cell = FIT.replace("epochs", "callbacks=[Stop()], epochs")
    error = trained.error("%%traindiag --no-panel\n" + BUILD + cell)
    report = report_of(trained)

    assert isinstance(error, KeyboardInterrupt)
    assert trained.tracebacks == [KeyboardInterrupt]
    assert report.run.interrupted
    assert report.run.history.completed >= 2
    assert report.principal.code == "NBD103"


def test_a_crash_in_fit_is_kept_and_reported(trained):
    error = trained.error(
        "%%traindiag --no-panel\n" + BUILD + FIT.replace("y_train", "y_train[:9]")
    )
    report = report_of(trained)

    assert isinstance(error, ValueError)
    assert trained.tracebacks == [ValueError]
    assert report.run.error.type == "ValueError"


def test_a_crash_amid_a_training_leaves_no_thread_behind(trained):
    running = set(threading.enumerate())
    error = trained.error(
        "%%traindiag --no-panel\n"
        + BUILD
        + "def fails(epoch, logs):\n    raise ZeroDivisionError\n"
        + "fails = keras.callbacks.LambdaCallback(on_epoch_end=fails)\n"
        + FIT.replace("verbose", "callbacks=[fails], verbose")
    )

    assert isinstance(error, ZeroDivisionError)
    assert report_of(trained).run.error.type == "ZeroDivisionError"
    assert set(threading.enumerate()) <= running


def test_a_crashing_rule_shows_on_the_checklist_and_breaks_nothing(trained, monkeypatch):
    from nbdiag.rules import all_rules

    victim = next(rule for rule in all_rules() if rule.code == "NBD101")
    monkeypatch.setattr(victim, "check", lambda self, run: 1 / 0)
    trained.run("%%traindiag --no-panel\n" + BUILD + FIT)
    report = report_of(trained)
    checks = {check.code: check for check in report.checks}

    assert checks["NBD101"].status == "crashed"
    assert "ZeroDivisionError" in checks["NBD101"].reason
    assert report.principal.code == "NBD103"
    assert trained.text.count("ZeroDivisionError") == 1
    said = [line for line in trained.text.splitlines() if line.startswith("Failed rules: NBD101.")]
    assert len(said) == 1
    assert "%traindiag problem writes nbdiag-problem.json" in said[0]
    assert re.search(r"the file to attach at \S", said[0])


def test_options_choose_rules_and_keep_the_report(trained, tmp_path):
    target = tmp_path / "report.json"
    trained.run(
        f"%%traindiag --no-panel --ignore NBD103 --out mine --save {target}\n" + BUILD + FIT
    )
    report = trained.shell.user_ns["mine"]

    assert "NBD103" not in [check.code for check in report.checks]
    assert json.loads(target.read_text())["findings"] == report.to_dict()["findings"]


def test_quiet_fit_hides_only_the_progress(trained):
    loud = BUILD + FIT.replace("verbose=0", "verbose=2") + "print('mine')\n"
    trained.run("%%traindiag --no-panel --quiet-fit\n" + loud)

    assert "mine" in trained.text
    assert "Epoch 1/30" not in trained.text


def test_every_fit_of_a_cell_has_a_report(trained):
    trained.run("%%traindiag --no-panel\n" + BUILD + FIT + FIT)
    memory = trained.shell.magics_manager.registry["TrainDiagMagics"].memory

    assert [report.run.fit_number for report in memory.reports] == [2, 1]
    assert {report.run.fits for report in memory.reports} == {2}


def test_keras_is_left_as_it_was(trained):
    fit = trained.run("keras.Model.fit").result
    trained.run("%%traindiag --no-panel\n" + BUILD + FIT)
    trained.run("%unload_ext nbdiag")

    assert trained.run("keras.Model.fit").result is fit
    assert trained.run("'fit' in vars(keras.Model)").result is False


def test_a_proof_is_tried_on_copies_and_shown(trained):
    trained.run("%%traindiag --no-panel --seeds 9\n" + BUILD + FIT)
    report = report_of(trained)
    fix = report.principal.fixes[0]
    steps = int(trained.shell.user_ns["model"].optimizer.iterations.numpy())

    assert fix.proof.verdict == "better"
    assert 4 <= len(fix.proof.trials[0].seeds) <= 9
    assert fix.proof.summary in " ".join(trained.text.split())
    assert steps == 30 * 8


STREAMS = {
    "generator": """
def batches():
    while True:
        rows = rng.integers(0, 256, 32)
        yield x_train[rows], y_train[rows], np.ones(32)
data = batches()
more = {'steps_per_epoch': 8}
""",
    "PyDataset": """
class Batches(keras.utils.PyDataset):
    asked = 0
    def __len__(self):
        return 8
    def __getitem__(self, place):
        self.asked += 1
        return x_train[32 * place:32 * place + 32], y_train[32 * place:32 * place + 32]
data = Batches()
more = {}
""",
    "tf.data": """
import tensorflow as tf
data = tf.data.Dataset.from_generator(
    lambda: zip(x_train, y_train),
    output_signature=(tf.TensorSpec((4,)), tf.TensorSpec(())),
).shuffle(256, seed=1).map(lambda x, y: (x + tf.random.normal((4,), 0, 1e-3), y)).batch(32)
more = {}
""",
}


@pytest.mark.parametrize("kind", list(STREAMS))
def test_a_stream_is_not_read_again_for_a_proof(trained, kind):
    trained.run(STREAMS[kind])
    fit = "history = model.fit(data, epochs=6, verbose=0, validation_data=(x_train, y_train), **more)\n"
    trained.run("%%traindiag --no-panel\n" + BUILD + fit)
    streams = (
        trained.shell.user_ns["rng"].bit_generator.state,
        getattr(trained.shell.user_ns["data"], "asked", None),
    )

    assert trained.error("%traindiag prove nbd103") is None
    fix = report_of(trained).find("NBD103").fixes[0]
    assert fix.proof.verdict == "better"
    assert "on 256 held-out samples" in fix.proof.summary
    assert streams == (
        trained.shell.user_ns["rng"].bit_generator.state,
        getattr(trained.shell.user_ns["data"], "asked", None),
    )


def test_a_proof_goes_as_far_as_it_is_told(trained):
    trained.run("%%traindiag --no-panel\n" + BUILD + FIT)
    assert trained.error("%traindiag prove --seeds 2 --budget 5m") is None
    proof = report_of(trained).find("NBD103").fixes[0].proof
    assert (proof.verdict, proof.trials[0].seeds) == ("undecided", (0, 1))
    assert "seeds would decide it" in proof.summary


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("--seeds 0", "--seeds takes a number from 1"),
        ("--seeds many", "seeds"),
        ("--budget soon", "--budget takes a time such as 90s, 5m or 1h, not soon"),
        ("--budget 0", "--budget takes a time"),
        ("nbd103 nbd104", "does not take nbd104"),
        ("--sed 3", "does not take --sed"),
    ],
)
def test_what_a_proof_does_not_take_is_one_sentence(trained, words, reason):
    error = trained.error(f"%traindiag prove {words}")
    assert isinstance(error, UsageError)
    assert reason in str(error)


def test_a_proof_is_tried_afterwards_while_model_and_data_are_there(trained):
    trained.run("%%traindiag --no-panel\n" + BUILD + FIT)
    assert report_of(trained).principal.fixes[0].proof is None

    assert trained.error("%traindiag prove nbd103") is None
    fix = report_of(trained).find("NBD103").fixes[0]
    assert fix.proof.verdict == "better"
    assert fix.proof.summary in " ".join(trained.text.split())

    trained.run("x_train *= 2")
    assert isinstance(trained.error("%traindiag prove"), UsageError)
    assert "are gone or have changed: add --prove to %%traindiag" in trained.text


def test_nothing_is_kept_when_no_proof_is_asked_for(trained):
    trained.run("%%traindiag --no-panel\n" + BUILD + FIT)
    trained.run("import gc, weakref; alive = weakref.ref(model); del model, history; gc.collect()")

    assert trained.shell.user_ns["alive"]() is None


def test_every_cell_is_watched_when_it_is_on(trained):
    trained.run("%traindiag on")
    trained.run(BUILD + FIT)
    report = report_of(trained)

    assert report.principal.code == "NBD103"
    # IPython's history keeps a cell without the line break at its end.
    written = BUILD.replace("'softmax'", "'sigmoid'") + FIT.rstrip("\n")
    assert report.principal.fixes[0].source == written

    trained.run("%traindiag off")
    assert trained.run("'fit' in vars(keras.Model)").result is False
    trained.run(FIT)
    assert report_of(trained) is report


def test_a_watched_cell_that_fails_without_the_magic_stays_the_users(trained):
    trained.run("%traindiag on")
    error = trained.error(BUILD + FIT.replace("y_train", "y_train[:9]"))

    assert isinstance(error, ValueError)
    assert trained.tracebacks == [ValueError]
    assert report_of(trained).run.error.type == "ValueError"


def test_a_model_that_cannot_be_built_fails_with_the_message_that_it_had_unwatched(trained):
    cell = (
        "model = keras.Sequential([keras.layers.Dense(4), keras.layers.Reshape((3,)), "
        "keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse')\n"
    ) + FIT
    alone = str(trained.error(cell))
    watched = trained.error("%%traindiag --no-panel\n" + cell)

    assert "reshape" in alone.lower() or "target_shape" in alone
    assert type(watched) is ValueError
    assert (
        str(watched).split("Arguments received")[0]
        == alone.split("Arguments received", maxsplit=1)[0]
    )


def test_an_error_that_is_certain_ends_the_training_when_that_is_asked_for(trained):
    after = "reached = len(history.history['loss'])\n"
    error = trained.error("%%traindiag --no-panel --stop-on error\n" + BUILD + FIT + after)
    report = report_of(trained)

    assert error is None
    assert trained.tracebacks == []
    assert trained.shell.user_ns["reached"] == 1
    assert int(trained.shell.user_ns["model"].optimizer.iterations.numpy()) == 1
    assert report.principal.code == "NBD103"
    assert (report.run.stopped.by, report.run.stopped.code) == ("error", "NBD103")
    assert not report.run.interrupted
    said = " ".join(trained.text.split())
    assert "nbdiag ended the training in the first of 30 epochs, as you asked" in said
    assert "30 epochs saved" in said


def test_a_sound_training_is_not_ended(trained):
    sound = BUILD.replace("softmax", "sigmoid")
    trained.run("%%traindiag --no-panel --stop-on error\n" + sound + FIT)
    report = report_of(trained)

    assert report.run.history.completed == 30
    assert report.run.stopped is None


def test_a_training_that_breaks_is_ended_with_the_time_that_was_spared(trained, monkeypatch):
    monkeypatch.setattr("nbdiag.capture.watch._LIVE_SHARE", 1e9)
    broken = BUILD.replace("softmax", "sigmoid") + (
        "class Break(keras.callbacks.Callback):\n"
        "    def on_epoch_begin(self, epoch, logs=None):\n"
        "        if epoch == 2:\n"
        "            model.layers[-1].kernel.assign(model.layers[-1].kernel * np.nan)\n"
    )
    cell = FIT.replace("epochs=30", "epochs=1000, callbacks=[Break()]")
    error = trained.error("%%traindiag --no-panel --stop-on error\n" + broken + cell)
    report = report_of(trained)

    assert error is None
    assert 3 <= report.run.history.completed <= 5
    assert report.run.stopped.by == "error"
    assert report.run.stopped.epochs == report.run.history.completed
    said = " ".join(trained.text.split())
    assert f"after {report.run.stopped.epochs} of 1000 epochs" in said
    assert "estimated" in said


def test_no_option_and_no_front_end_leave_the_training_alone(trained, monkeypatch):
    from nbdiag.early_stop import Guard

    monkeypatch.setattr(Guard, "look", lambda self, run: 1 / 0)
    trained.run("%%traindiag\n" + BUILD + FIT)

    assert report_of(trained).run.history.completed == 30
