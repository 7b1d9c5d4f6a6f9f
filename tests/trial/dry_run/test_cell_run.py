"""A cell that is tried shows what the cell would do, and leaves nothing behind."""

import os
import random
import sys
import types
import warnings

import numpy as np
import pytest

from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.trial.dry_run.cell_run import DryRuns
from nbdiag.trial.dry_run.short_training import Length

pytestmark = pytest.mark.training

SETUP = """
import numpy as np, keras, tensorflow as tf
rng = np.random.default_rng(0)
x = rng.normal(size=(300, 6)).astype("float32")
y = rng.integers(0, 4, 300)
words = ["a"]
base = keras.Sequential([keras.layers.Input((6,)), keras.layers.Dense(4, name="first")])
base.compile("adam", "mse")
base.fit(x, x[:, :4], epochs=1, verbose=0)
plain = keras.Sequential([keras.layers.Dense(4)])
class Keeper(keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = keras.layers.Dense(4)
        self.seen = []
    def call(self, inputs):
        return self.inner(inputs)
keeper = Keeper()
"""
SOUND = """
model = keras.Sequential([keras.layers.Input((6,)), keras.layers.Dense(4, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
history = model.fit(x, y, epochs=7, validation_split=0.2, verbose=2)
assert len(history.history["loss"]) == 7
assert model.predict(x).shape == (300, 4)
model.evaluate(x, y)
"""


@pytest.fixture
def names():
    # As a notebook's, so that its classes are the user's.
    module = types.ModuleType("__main__")
    before, sys.modules["__main__"] = sys.modules["__main__"], module
    exec(SETUP, vars(module))
    yield vars(module)
    sys.modules["__main__"] = before


def tried(names, source, **options):
    return DryRuns(names, lambda _: None).run(source, TrainingRun(Cell(9, source)), **options)


def test_a_sound_cell_runs_to_its_end(names):
    found = tried(names, SOUND)
    assert (found.status, found.reason) == ("finished", "")
    assert "model" not in names


@pytest.mark.parametrize("length", [Length(), Length(few=False, steps=12)], ids=["few", "batches"])
def test_a_label_that_is_met_once_is_among_the_samples(names, length):
    names["y"][211] = 4
    found = tried(names, SOUND, length=length)
    assert found.status == ("raised" if length.few else "finished")
    if length.few:
        assert found.place == (-4, 0, 1)
        assert found.run.error.lines == (4,)
        assert found.run.error.during == "fit"


def test_an_exception_after_a_training_is_further(names):
    early = tried(names, SOUND.replace("(6,)", "(5,)"))
    late = tried(names, SOUND + "model.predict(x[:, :2])\n")
    assert early.status == late.status == "raised"
    assert late.is_further_than(early)
    assert not early.is_further_than(late)
    assert not early.is_further_than(early)


def test_a_failing_validation_is_further_than_a_failing_step(names):
    fit = "base.fit(x{}, x[:, :4], validation_data=(x{}, x[:, :4]))"
    step = tried(names, fit.format("[:, :3]", ""))
    validation = tried(names, fit.format("", "[:, :3]"))
    assert validation.is_further_than(step)


def state_of(names):
    tf, keras = names["tf"], names["keras"]
    models = [names["base"], names["plain"], names["keeper"]]
    return (
        [[weight.tolist() for weight in model.get_weights()] for model in models],
        [(id(model), len(model.layers), model.built, model.compiled) for model in models],
        [layer.trainable for layer in names["base"].layers],
        int(names["base"].optimizer.iterations.numpy()),
        names["x"].tolist(),
        names["rng"].bit_generator.state,
        names["words"],
        list(names["keeper"].seen),
        random.getstate(),
        repr(np.random.get_state()),  # noqa: NPY002
        dict(os.environ),
        os.getcwd(),  # noqa: PTH109
        keras.config.floatx(),
        keras.config.dtype_policy().name,
        tf.config.functions_run_eagerly(),
        list(warnings.filters),
        sorted(name for name in names if not name.startswith("__")),
    )


CHANGING = {
    "models": """
base.layers[0].trainable = False
base.add(keras.layers.Dense(2))
base.compile("sgd", "mae")
base.fit(x, x[:, :2], epochs=2)
plain.compile("sgd", "mae")
plain.fit(x, x[:, :4])
keeper.compile("sgd", "mae")
keeper.fit(x, x[:, :4])
keeper.seen.append(1)
keeper.other = keras.layers.Dense(2)
base = keeper
""",
    "arrays and lists": "x[3] = 5\nx *= 2\nwords.append('b')\ndel words\nrng.normal()",
    "streams": """
import random
random.random(); np.random.rand(); np.random.seed(3); keras.utils.set_random_seed(4)
tf.random.set_seed(3); tf.random.normal([2])
keras.layers.Dense(3).build((None, 2))
""",
    "settings": """
import os, warnings
os.environ["SOMETHING"] = "1"
warnings.filterwarnings("ignore")
keras.config.set_floatx("float16")
keras.mixed_precision.set_global_policy("mixed_float16")
tf.config.run_functions_eagerly(True)
keras.backend.clear_session()
""",
    "a failure": "x[0] = 7\nwords.append('c')\nbase.fit(x, x)",
    "too long": "words.append('d')\nx[0] = 7\nwhile True:\n    words.append('e')",
}


@pytest.mark.parametrize("source", CHANGING.values(), ids=CHANGING)
def test_nothing_of_the_users_is_changed(names, source):
    name = names["keras"].layers.Dense(1).name  # draws a seed
    before = state_of(names)
    tried(names, source, seconds=15 if "while" not in source else 1)
    assert state_of(names) == before
    number = int(name.rpartition("_")[2] or 0)
    assert names["keras"].layers.Dense(1).name == f"dense_{number + 1}"
    names["base"].fit(names["x"], names["x"][:, :4], epochs=1, verbose=0)
    names["plain"].compile("adam", "mse")
    names["plain"].fit(names["x"], names["x"][:, :4], epochs=1, verbose=0)


def test_the_stream_of_eager_operations_goes_on_as_it_would_have(names):
    tf = names["tf"]
    tf.random.set_seed(1)
    expected = [tf.random.normal([2]).numpy().tolist() for _ in range(2)]
    tf.random.set_seed(1)
    first = tf.random.normal([2]).numpy().tolist()
    tried(names, "tf.random.set_seed(9)\ntf.random.normal([2])\nbase.fit(x, x[:, :4])")
    assert [first, tf.random.normal([2]).numpy().tolist()] == expected


def test_nothing_is_shown_and_no_figure_is_left(names, capsys):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    before = pyplot.get_fignums()
    found = tried(
        names,
        "import matplotlib.pyplot as plt\nprint('hello')\nbase.fit(x, x[:, :4])\n"
        "plt.figure(); plt.plot([1, 2]); plt.show()",
    )
    assert found.status == "finished"
    assert pyplot.get_fignums() == before
    assert capsys.readouterr() == ("", "")


def test_a_model_that_the_cell_saves_is_saved_elsewhere(names, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = tried(names, "base.save('base.keras')\nbase.save_weights('base.weights.h5')")
    assert found.status == "finished"
    assert not list(tmp_path.iterdir())
    wrong = tried(names, "base.save('base.txt')")
    assert (wrong.status, wrong.kind) == ("raised", "ValueError")


def test_callbacks_that_only_watch_are_left_out(names, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = tried(
        names,
        "base.fit(x, x[:, :4], callbacks=[keras.callbacks.ModelCheckpoint('a.keras'),"
        " keras.callbacks.TensorBoard('logs'), keras.callbacks.EarlyStopping('loss')])",
    )
    assert found.status == "finished"
    assert not list(tmp_path.iterdir())


def test_a_callback_that_acts_on_the_training_is_run(names):
    found = tried(
        names,
        "base.fit(x, x[:, :4], callbacks=[keras.callbacks.LearningRateScheduler(lambda e: 'a')])",
    )
    assert found.status == "raised"


@pytest.mark.parametrize(
    "source",
    ["open('a.txt', 'w')", "np.save('a.npy', x)", "import os\nos.system('ls')", "!ls"],
)
def test_a_cell_that_acts_is_not_run(names, source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = tried(names, source)
    assert (found.status, found.reason != "") == ("not run", True)
    assert not list(tmp_path.iterdir())


def test_a_hidden_act_is_refused_while_it_runs(names, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names["write"] = getattr(open, "__call__")  # noqa: B004, B009
    found = tried(names, "write('a.txt', 'w')")
    assert found.status == "not run"
    assert not list(tmp_path.iterdir())


def test_a_cell_that_takes_too_long_is_ended(names):
    found = tried(names, "while True:\n    pass", seconds=0.3)
    assert found.status == "not run"


def test_different_numbers_of_samples_are_not_cut_to_one(names):
    found = tried(names, "base.fit(x[:200], x[:100, :4])")
    assert (found.status, found.kind) == ("raised", "ValueError")


def test_a_fixed_batch_size_is_kept(names):
    source = """
model = keras.Sequential([keras.layers.Input(batch_shape=(32, 6)), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x[:{count}], x[:{count}, 0], batch_size=32)
"""
    assert tried(names, source.format(count=96)).status == "finished"


def test_a_generator_that_the_cell_makes_is_read_and_one_of_the_session_is_not(names):
    exec(
        "def batches():\n    while True:\n        yield x[:8], x[:8, :4]\ngiven = batches()",
        names,
    )
    assert tried(names, "base.fit(batches(), steps_per_epoch=30)").status == "finished"
    assert tried(names, "base.fit(given, steps_per_epoch=30)").status == "not run"


def test_where_a_model_was_compiled_is_known_as_before(names):
    from nbdiag.capture import call_sites

    started = call_sites.install()
    try:
        names["base"].compile("adam", "mse")
        before = call_sites.compile_of(names["base"], lambda _: 1)
        found = tried(names, "base.compile('sgd', 'mae')\nbase.fit(x, x[:, :4])")
        assert found.status == "finished"
        assert call_sites.compile_of(names["base"], lambda _: 1) == before
    finally:
        if started:
            call_sites.uninstall()


@pytest.mark.filterwarnings("ignore")
def test_what_a_model_that_failed_has_left_in_keras_is_left_to_the_session(names):
    source = (
        "given = keras.Input((6,))\nouter = keras.Model(given, Keeper()(given))\n"
        "outer.compile('adam', 'mse')\nouter.fit(x, x[:, :4])"
    )
    broken = """
class Broken(Keeper):
    def call(self, inputs):
        raise ValueError(self.inner(inputs).shape)
Broken()(keras.Input((6,)))
"""
    runs, run = DryRuns(names, lambda _: None), TrainingRun(Cell(9, source))
    with pytest.raises(ValueError, match="4"):
        exec(broken, names)
    for text, status in ((source, "finished"), (broken, "raised"), (source, "finished")):
        found = runs.run(text, run)
        assert (found.status, found.reason if status == "finished" else "") == (status, "")
    exec(source, names)
