"""Every way to call fit is seen, and Keras is left as it was."""

import linecache
import threading
import time
import weakref

import numpy as np
import pytest

from nbdiag.capture import call_sites
from nbdiag.capture.watch import CheckOnly, Progress, Stop, watch
from nbdiag.schema.cell import Cell
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import Stopped, TrainingRun
from tests.capture import state, trainings

pytestmark = pytest.mark.training

CELL = Cell(3, "")


def small(**options):
    import keras

    model = keras.Sequential(
        [keras.Input((6,)), keras.layers.Dense(1, activation="sigmoid", name="head")]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"], **options)
    return model


@pytest.fixture(autouse=True)
def untouched_keras():
    import keras

    state.fresh()
    fit, begin = keras.Model.fit, keras.callbacks.CallbackList.__init__
    yield
    assert keras.Model.fit is fit
    assert "fit" not in vars(keras.Model)
    assert keras.callbacks.CallbackList.__init__ is begin


def test_a_run_can_be_written_and_read():
    with watch(CELL) as seen:
        trainings.cnn()
    run = seen.runs[0]
    assert TrainingRun.from_dict(run.to_dict()) == run


@pytest.mark.parametrize("call", ["by name", "by place"])
def test_a_fit_below_the_wrapper_of_another_tool_is_seen(monkeypatch, call):
    import keras

    x, y = trainings.table()
    original, told = keras.Model.fit, []

    def fit(self, x=None, y=None, *args, **kw):
        told.append((args, sorted(kw)))
        return original(self, x, y, *args, **kw)

    monkeypatch.setattr(keras.Model, "fit", fit, raising=False)
    with watch(CELL) as seen:
        if call == "by name":
            small().fit(x, y, epochs=2, verbose=0)
        else:
            small().fit(x, y, 16, 2, 0)
    assert keras.Model.fit is fit
    monkeypatch.undo()
    if "fit" in vars(keras.Model):
        del keras.Model.fit  # monkeypatch sets what was inherited
    (run,) = seen.runs
    assert run.fit.epochs == run.history.completed == 2
    assert run.data.inputs[0].rows == len(x)
    assert not isinstance(run.probes, Missing)
    given = ((), ["callbacks", "epochs", "verbose"]) if call == "by name" else ((16, 2, 0),)
    assert told[0][: len(given)] == given


def test_several_fits_and_a_loop():
    x, y = trainings.table()
    model = small()
    with watch(CELL, namespace=lambda: {"_": model, "net": model}) as seen:
        model.fit(x, y, verbose=0)
        for epochs in (1, 2):
            model.fit(x, y, epochs=epochs, verbose=0)
    assert [run.fit_number for run in seen.runs] == [1, 2, 3]
    assert {run.fits for run in seen.runs} == {3}
    assert [run.history.completed for run in seen.runs] == [1, 1, 2]
    assert [run.started_trained for run in seen.runs] == [False, True, True]
    assert seen.runs[0].model.variable == "net"


def test_a_fit_in_a_callback_is_part_of_the_outer_one():
    import keras

    x, y = trainings.table()
    model, other = small(), small()
    inner = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: other.fit(x, y, verbose=0)
    )
    with watch(CELL) as seen:
        model.fit(x, y, verbose=0, callbacks=[inner])
    assert len(seen.runs) == 1
    assert seen.runs[0].fit.callbacks == ("LambdaCallback",)


def test_a_fit_in_a_thread():
    x, y = trainings.table()
    model = small()
    with watch(CELL) as seen:
        thread = threading.Thread(target=lambda: model.fit(x, y, verbose=0))
        thread.start()
        thread.join()
    assert seen.runs[0].history.completed == 1


@pytest.mark.filterwarnings("ignore")
def test_a_wrapper_of_scikit_learn():
    sklearn = pytest.importorskip("keras.wrappers")
    pytest.importorskip("sklearn")
    import keras

    def build(X, y):  # noqa: N803 - the wrapper passes these names
        model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(2, activation="softmax")])
        model.compile("adam", "categorical_crossentropy")
        return model

    x, y = trainings.table()
    with watch(CELL) as seen:
        sklearn.SKLearnClassifier(build, fit_kwargs={"verbose": 0}).fit(x, y.astype(int))
    assert seen.runs[0].history.completed == 1
    assert seen.runs[0].data.labels[0].shape == (2,)


def test_a_deleted_model():
    x, y = trainings.table()
    with watch(CELL) as seen:
        model = small()
        model.fit(x, y, verbose=0)
        del model
    assert seen.runs[0].model.layers[0].name == "head"
    assert seen.runs[0].model.variable is None


def test_an_overridden_fit_counts_once():
    import keras

    class Net(keras.Sequential):
        def fit(self, *arguments, **keywords):
            return super().fit(*arguments, **keywords)

    x, y = trainings.table()
    model = Net([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    with watch(CELL) as seen:
        model.fit(x, y, verbose=0)
    assert len(seen.runs) == 1


def test_a_method_saved_before_the_watch():
    x, y = trainings.table()
    model = small()
    saved = model.fit
    with watch(CELL) as seen:
        saved(x, y, validation_split=0.25, epochs=2, verbose=0)
        saved(x, y, verbose=0)
    first, second = seen.runs
    assert first.history.completed == 2
    assert first.data.inputs[0].rows == 144
    assert first.data.validation_inputs[0].rows == 48
    assert [probe.moment for probe in first.probes] == ["start", "epoch", "end"]
    assert second.history.completed == 1


def test_a_saved_method_that_fails():
    x, y = trainings.table()
    model = small()
    saved = model.fit
    with pytest.raises(ValueError, match="incompatible"), watch(CELL) as seen:
        saved(x[:, :3], y, verbose=0)
    assert seen.runs[0].error.during == "fit"


@pytest.mark.parametrize("form", ["single", "list", "tuple", "container"])
def test_callbacks_in_every_form(form):
    import keras

    heard = []

    class Hear(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            heard.append(epoch)

    x, y = trainings.table()
    model, hear = small(), Hear()
    container = keras.callbacks.CallbackList([hear], add_history=True, model=model, epochs=2)
    given = {"single": hear, "list": [hear], "tuple": (hear,), "container": container}[form]
    with watch(CELL) as seen:
        model.fit(x, y, epochs=2, verbose=0, callbacks=given)
    assert heard == [0, 1]
    assert seen.runs[0].history.completed == 2
    assert "Hear" in seen.runs[0].fit.callbacks
    assert len(container.callbacks) == 2


def test_an_interrupt_leaves_a_partial_run():
    import keras

    def stop(epoch, logs):
        if epoch == 1:
            raise KeyboardInterrupt

    x, y = trainings.table()
    model = small()
    halt = keras.callbacks.LambdaCallback(on_epoch_begin=stop)
    with pytest.raises(KeyboardInterrupt), watch(CELL) as seen:
        model.fit(x, y, epochs=5, verbose=0, callbacks=[halt])
    run = seen.runs[0]
    assert run.interrupted
    assert run.error is None
    assert run.history.completed == 1
    assert len(run.history.epochs["loss"]) == 1
    assert run.probes[-1].moment == "end"


def test_the_failure_of_a_fit_is_kept_word_for_word():
    x, y = trainings.table()
    model = small()
    wrong = np.stack([y, 1 - y], axis=1)
    with pytest.raises(ValueError, match="same shape") as raised, watch(CELL) as seen:
        model.fit(x, wrong, verbose=0)
    run = seen.runs[0]
    assert run.error.type == "ValueError"
    assert run.error.message == str(raised.value)
    assert run.data.labels[0].shape == (2,)
    assert run.probes[0].outputs[0].in_unit == 1
    assert isinstance(run.probes[0].loss, Missing)


def test_the_lines_that_led_to_the_failure():
    x, y = trainings.table()
    text = "def train(model):\n    model.fit(x[:, :2], y, verbose=0)\n\ntrain(model)\n"
    names = {"model": small(), "x": x, "y": y}
    with (
        pytest.raises(ValueError, match="incompatible"),
        watch(CELL, cell_of={"<cell 3>": 3}.get) as seen,
    ):
        exec(compile(text, "<cell 3>", "exec"), names)
    assert seen.runs[0].error.lines == (4, 2)


def test_labels_that_end_the_graph_leave_the_outputs_to_be_seen():
    import keras
    import tensorflow as tf

    x, _ = trainings.table()
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    with pytest.raises(tf.errors.InvalidArgumentError), watch(CELL) as seen:
        model.fit(x, np.full(len(x), 3), verbose=0)
    start = seen.runs[0].probes[0]
    assert start.outputs[0].row_sums == pytest.approx((1, 1), abs=1e-5)
    assert "outside the valid range" in start.loss.reason
    assert "File" not in start.loss.reason


def test_arguments_that_fit_does_not_know():
    x, y = trainings.table()
    model = small()
    with pytest.raises(TypeError) as bare:
        model.fit(x, y, nb_epoch=3)
    with pytest.raises(TypeError) as watched, watch(CELL) as seen:
        model.fit(x, y, nb_epoch=3)
    assert str(watched.value) == str(bare.value)
    assert seen.runs[0].error.message == str(bare.value)
    assert seen.runs[0].model.layers


def test_a_model_that_was_not_compiled():
    import keras

    x, y = trainings.table()
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="compile"), watch(CELL) as seen:
        model.fit(x, y)
    assert isinstance(seen.runs[0].compile, Missing)


def test_a_cell_that_fails_after_its_fit():
    x, y = trainings.table()
    model = small()

    def cell():
        history = model.fit(x, y, verbose=0)
        return history.history["acc"]

    with pytest.raises(KeyError), watch(CELL) as seen:
        cell()
    assert seen.runs[0].error.during == "cell"
    assert seen.runs[0].history.completed == 1


def test_a_cell_that_fails_before_its_fit():
    names = {"build": small}
    text = "model = build()\nmodel.compile('adam', lr=1)\n"
    linecache.cache["<cell 3>"] = (len(text), None, text.splitlines(True), "<cell 3>")
    with (
        pytest.raises(TypeError),
        watch(CELL, namespace=lambda: names, cell_of={"<cell 3>": 3}.get) as seen,
    ):
        exec(compile(text, "<cell 3>", "exec"), names)
    run = seen.runs[0]
    assert run.fits == 0
    assert run.error.during == "cell"
    assert run.error.lines == (2,)
    assert run.model.variable == "model"


def test_a_check_runs_no_step():
    x, y = trainings.table()
    model = small()
    before = state.digest(model.variables)
    after = []
    with watch(CELL, check_only=True) as seen:
        model.fit(x, y, epochs=5, verbose=0)
        after.append("never")
    assert not after
    assert state.digest(model.variables) == before
    run = seen.runs[0]
    assert run.history.completed == 0
    assert run.error is None
    assert [probe.moment for probe in run.probes] == ["start"]
    with pytest.raises(ZeroDivisionError), watch(CELL, check_only=True):
        1 / 0  # noqa: B018


def test_a_check_is_no_exception_that_a_cell_would_catch():
    assert not issubclass(CheckOnly, Exception)


def test_live_reports_take_a_share_of_the_time():
    x, y = trainings.table()
    model = small()
    heard = []

    def hear(run):
        heard.append(run.history.completed)
        time.sleep(0.2)

    with watch(CELL, on_epoch=hear):
        model.fit(x, y, epochs=20, verbose=0)
    assert heard[0] == 1
    assert len(heard) < 10


def test_the_run_so_far_and_the_stop(monkeypatch):
    monkeypatch.setattr("nbdiag.capture.watch._LIVE_SHARE", 1e9)
    x, y = trainings.table()
    model = small()
    stop, heard = Stop(), []

    def hear(run):
        heard.append(run.history.completed)
        if run.history.completed == 2:
            stop.set()

    with watch(CELL, on_epoch=hear, stop=stop) as seen:
        model.fit(x, y, epochs=50, verbose=0)
    assert heard == [1, 2]
    assert seen.runs[0].history.completed == 2
    assert seen.runs[0].stopped == Stopped("user", epochs=2)


def test_a_stop_before_the_first_step_leaves_one_step():
    x, y = trainings.table()
    model, stop, heard = small(), Stop(), []

    def hear(run):
        heard.append((run.history.completed, [probe.moment for probe in run.probes]))
        stop.ask("error", "NBD101")

    with watch(CELL, on_begin=hear, stop=stop) as seen:
        model.fit(x, y, epochs=50, verbose=0)
    run = seen.runs[0]
    assert heard == [(0, ["start"])]
    assert int(model.optimizer.iterations) == 1
    assert run.stopped == Stopped("error", "NBD101", epochs=0)
    assert not run.interrupted
    assert run.probes[-1].moment == "end"


def test_the_next_fit_begins_with_the_wish_forgotten(monkeypatch):
    monkeypatch.setattr("nbdiag.capture.watch._LIVE_SHARE", 1e9)
    x, y = trainings.table()
    model, stop, heard = small(), Stop(), []

    def hear(run):
        heard.append((run.fit_number, run.history.completed))
        if run.fit_number == 1:
            stop.ask("user")

    with watch(CELL, on_begin=hear, stop=stop) as seen:
        first = model.fit(x, y, epochs=5, verbose=0)
        second = model.fit(x, y, epochs=2, verbose=0)
    assert heard == [(1, 0), (2, 0)]
    assert (len(first.history["loss"]), len(second.history["loss"])) == (1, 2)
    assert [run.stopped for run in seen.runs] == [Stopped("user"), None]


def test_a_wish_in_the_last_epoch_stops_nothing():
    x, y = trainings.table()
    stop = Stop()
    with watch(CELL, on_epoch=lambda _: stop.ask("user"), stop=stop) as seen:
        small().fit(x, y, epochs=1, verbose=0)
    assert seen.runs[0].stopped is None


def test_a_stop_that_has_waited_cuts_a_validation_short(monkeypatch):
    import keras

    monkeypatch.setattr("nbdiag.capture.stop._PATIENCE", 0.0)
    seen_batches = []
    stop = Stop()

    class Count(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            stop.ask("user")

        def on_test_batch_end(self, batch, logs=None):
            seen_batches.append(batch)

    x, y = trainings.table()
    with watch(CELL, stop=stop) as seen:
        history = small().fit(
            x, y, validation_split=0.5, batch_size=8, epochs=9, verbose=0, callbacks=[Count()]
        )
    assert seen_batches == [0]
    assert len(history.history["val_loss"]) == 1
    assert seen.runs[0].stopped == Stopped("user")


def test_a_long_epoch_tells_how_far_it_has_come(monkeypatch):
    monkeypatch.setattr("nbdiag.capture.watch._LIVE_SHARE", 1e9)
    monkeypatch.setattr("nbdiag.capture.watch._REST", 0.0)
    x, y = trainings.table()
    heard = []
    with watch(CELL, on_step=heard.append):
        small().fit(x, y, batch_size=48, epochs=2, verbose=0)
    steps = len(x) // 48
    assert heard == [
        Progress(done, batch, steps) for done in (0, 1) for batch in range(1, steps + 1)
    ]


def test_a_failing_listener_does_not_end_the_training():
    x, y = trainings.table()
    model = small()
    with watch(CELL, on_epoch=lambda run: 1 / 0) as seen:
        model.fit(x, y, epochs=2, verbose=0)
    assert seen.runs[0].history.completed == 2


def test_nothing_keeps_model_or_data():
    x, y = trainings.table()
    rows = weakref.ref(x)
    with watch(CELL) as seen:
        model = small()
        held = weakref.ref(model)
        model.fit(x, y, verbose=0)
    del model, x
    assert state.collected(held)
    assert state.collected(rows)
    assert len(seen.runs) == 1


@pytest.mark.filterwarnings("ignore:.shuffle=True. was passed")
def test_nothing_keeps_a_pipeline():
    with watch(CELL) as seen:
        model, history = trainings.generator()
    held = weakref.ref(model)
    del model, history
    assert state.collected(held)
    assert seen.runs[0].data.inputs[0].rows is None


def test_quiet_hides_the_output_of_fit(capsys):
    x, y = trainings.table()
    with watch(CELL, quiet=True):
        small().fit(x, y)
    assert capsys.readouterr().out == ""


def test_a_failure_of_ours_does_not_reach_the_training(monkeypatch):
    from nbdiag.capture import session

    def fail(*_):
        raise RuntimeError("ours")

    for name in ("describe_data", "describe_model", "probe_batch", "describe_call"):
        monkeypatch.setattr(session, name, fail)
    x, y = trainings.table()
    with watch(CELL) as seen:
        small().fit(x, y, verbose=0)
    run = seen.runs[0]
    assert run.history.completed == 1
    assert "ours" in run.model.reason
    assert isinstance(run.probes, Missing)


def test_sites_are_forgotten_with_their_objects():
    call_sites.install()
    try:
        model = small()
        held = weakref.ref(model)
        del model
        assert state.collected(held)
    finally:
        call_sites.uninstall()
