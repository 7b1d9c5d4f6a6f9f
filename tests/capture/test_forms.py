"""Less common ends and inputs: streams that run dry, checks of streams, memory, what is kept."""

import contextlib
import subprocess
import sys
import weakref

import pytest

import nbdiag
from nbdiag.capture.watch import watch
from nbdiag.diagnosis import diagnose
from nbdiag.schema.cell import Cell
from tests.capture import state, trainings

pytestmark = [
    pytest.mark.training,
    pytest.mark.filterwarnings("ignore:.shuffle=True. was passed"),
]

CELL = Cell(1, "")


def small(**options):
    import keras

    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", **options)
    return model


def batches(count):
    x, y = trainings.table()
    for _ in range(count):
        yield x[:32], y[:32, None]


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
def test_a_generator_that_runs_dry():
    import keras

    steps = []
    count = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: steps.append(0),
        on_train_batch_end=lambda batch, logs: steps.append(steps.pop() + 1),
    )

    def train():
        state.fresh()
        steps.clear()
        model = small()
        history = model.fit(batches(7), steps_per_epoch=5, epochs=3, verbose=0, callbacks=[count])
        return state.left_behind(model, history)

    bare = train()
    with watch(CELL) as seen:
        watched = train()
    assert watched == bare
    run = seen.runs[0]
    assert run.error is None
    assert run.history.completed == len(bare["history"]["loss"])
    # Whether Keras begins the generator again for the third epoch depends on its version.
    assert (run.fit.steps_asked, run.history.steps) == (5, tuple(steps))
    assert steps[:2] == [5, 2]
    # The sample is that of the first epoch and of what Keras fetched ahead of the next one.
    assert 5 * 32 <= run.data.inputs[0].sampled <= 7 * 32


def test_a_user_who_raises_stop_iteration():
    import keras

    def stop(epoch, logs):
        raise StopIteration("enough")

    x, y = trainings.table()
    halt = keras.callbacks.LambdaCallback(on_epoch_begin=stop)
    with pytest.raises(BaseException, match="enough") as raised, watch(CELL) as seen:
        small().fit(x, y, verbose=0, callbacks=[halt])
    assert seen.runs[0].error.type == type(raised.value).__name__


def test_running_out_of_memory():
    import keras
    import tensorflow as tf

    said = "OOM when allocating tensor with shape[60000,4096] and type float on /device:CPU:0"

    def burst(batch, logs):
        if batch == 3:
            raise tf.errors.ResourceExhaustedError(None, None, said)

    x, y = trainings.table()
    model = small()
    full = keras.callbacks.LambdaCallback(on_train_batch_end=burst)
    with pytest.raises(tf.errors.ResourceExhaustedError), watch(CELL) as seen:
        model.fit(x, y, batch_size=32, verbose=0, callbacks=[full])
    run = seen.runs[0]
    assert (run.error.type, run.error.during) == ("ResourceExhaustedError", "fit")
    assert run.error.message == said
    # The user's callbacks hear of a batch before nbdiag does.
    assert len(run.history.step_losses.steps) == 3
    assert [probe.moment for probe in run.probes] == ["start", "end"]


def test_a_check_leaves_a_generator_alone():
    source = batches(3)
    model = small()
    with watch(CELL, check_only=True) as seen:
        model.fit(source, steps_per_epoch=3, verbose=0)
    assert len(list(source)) == 3
    assert "generator" in seen.runs[0].probes.reason
    assert seen.runs[0].model.layers


def test_a_check_of_a_data_set_of_python():
    import keras

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            return next(batches(1))

    with watch(CELL, check_only=True) as seen:
        small().fit(Batches(), verbose=0)
    assert [probe.moment for probe in seen.runs[0].probes] == ["start"]


def test_a_check_of_a_pipeline_that_runs_python():
    import tensorflow as tf

    calls = []

    def rows():
        calls.append(1)
        yield from zip(*trainings.table(32), strict=True)

    signature = (tf.TensorSpec(6, tf.float32), tf.TensorSpec((), tf.float32))
    data = tf.data.Dataset.from_generator(rows, output_signature=signature).batch(8)
    with watch(CELL, check_only=True) as seen:
        small().fit(data, verbose=0)
    assert calls == []
    assert "Python code" in seen.runs[0].probes.reason


PROCESSES = """
import numpy as np, keras
from nbdiag.capture.watch import watch
from nbdiag.schema.cell import Cell
from nbdiag.schema.missing import Missing

class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 4
    def __getitem__(self, index):
        return np.full((8, 6), index, "float32"), np.ones((8, 1), "float32")

if __name__ == "__main__":
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    with watch(Cell(1, "")) as seen:
        model.fit(Batches(workers=2, use_multiprocessing=True), epochs=2, verbose=0)
    run = seen.runs[0]
    assert run.history.completed == 2
    assert isinstance(run.probes, Missing), run.probes
    print(run.probes.reason)
"""


def test_batches_made_in_other_processes(tmp_path):
    script = tmp_path / "processes.py"
    script.write_text(PROCESSES)
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == "the batches are made in other processes"


def test_the_report_keeps_nothing_of_the_users():
    import keras
    import tensorflow as tf

    class Hear(keras.callbacks.Callback):
        pass

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            return next(batches(1))

    def train(watching):
        x, y = trainings.table()
        y = y[:, None]  # Keras' training step would not take two ranks one after the other
        pipeline = tf.data.Dataset.from_tensor_slices((x, y)).batch(32)
        model, hear, data, source = small(), Hear(), Batches(), batches(9)
        with watching as rec:
            history = model.fit(x, y, epochs=2, validation_data=(x, y), callbacks=[hear], verbose=0)
            model.fit(pipeline, validation_data=pipeline, verbose=0)
            model.fit(data, verbose=0)
            model.fit(source, steps_per_epoch=3, verbose=0)
        things = [x, y, model, model.optimizer, hear, data, source, history, pipeline]
        held = {type(thing).__name__: weakref.ref(thing) for thing in things}
        return rec, held

    def kept(held):
        return {name for name, thing in held.items() if not state.collected(thing)}

    # TensorFlow itself never lets go of a generator, nor of a PyDataset.
    bare = kept(train(contextlib.nullcontext())[1])
    assert bare <= {"generator", "Batches"}
    rec, held = train(nbdiag.record(probes="full"))
    assert len(rec.reports) == 4
    assert kept(held) <= bare
    assert all(report.run.history.completed for report in rec.reports)


def test_watching_again_and_again_takes_no_more_memory():
    import gc

    x, y = trainings.table()
    model = small()

    def count():
        with watch(CELL) as seen:
            model.fit(x, y, verbose=0)
        diagnose(seen.runs[0])
        del seen
        gc.collect()
        arrays = [
            item for item in gc.get_objects() if str(type(item).__module__).startswith("nbdiag")
        ]
        return len(arrays)

    count()
    first = count()
    assert count() <= first


def test_keras_is_what_it_was_after_unloading():
    from IPython.core.interactiveshell import InteractiveShell

    before = state.classes()
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    try:
        nbdiag.load_ipython_extension(shell)
        assert state.classes() != before
        shell.run_cell("%traindiag on")
        x, y = trainings.table()
        shell.user_ns |= {"model": small(), "x": x, "y": y}
        shell.run_cell("model.fit(x, y, verbose=0)", store_history=True)
        nbdiag.unload_ipython_extension(shell)
    finally:
        InteractiveShell.clear_instance()
    assert state.classes() == before
