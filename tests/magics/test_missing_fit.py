"""Cells that train without fit are told how to be seen, calmly."""

import pytest

import nbdiag
from nbdiag.magics.missing_fit import NO_FIT, without_fit

BUILD = """
import keras, numpy as np, tensorflow as tf
keras.utils.set_random_seed(0)
x = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
y = (x[:, :1] > 0).astype("float32")
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="softmax")])
model.compile("adam", "binary_crossentropy")
"""
ON_BATCH = """\
for start in range(0, 64, 16):
    last = model.train_on_batch(x[start:start + 16], y[start:start + 16])
"""
STEP = """
optimizer = keras.optimizers.Adam()
@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.binary_crossentropy(y, model(x)))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss
step(x, y)
"""


def test_a_cell_without_any_training_is_told_where_the_magic_goes():
    assert without_fit("y = 3", stepped=False) == NO_FIT


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("model.train_on_batch(x, y)", "train_on_batch"),
        ("with tf.GradientTape() as tape: pass", "rec.step(model, x, y, loss=loss)"),
        ("optimizer.apply_gradients(pairs)", "rec.step(model, x, y, loss=loss)"),
    ],
)
def test_a_loop_is_told_the_code_to_use(source, said):
    message = without_fit(source, stepped=False)
    assert message.startswith("nbdiag sees no fit")
    assert "with nbdiag.record() as rec:" in message
    assert said in message
    compile(
        message[message.index("    import") :].replace("\n    ", "\n").strip().replace("…", "..."),
        "",
        "exec",
    )


def test_a_loop_that_is_recorded_is_told_nothing():
    source = "with nbdiag.record() as rec:\n    model.train_on_batch(x, y)"
    assert without_fit(source, stepped=True) is None


@pytest.mark.training
def test_loops_in_cells(book, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    book.run(BUILD)
    assert book.error("%%traindiag\n" + ON_BATCH) is None
    assert "nbdiag sees no fit" in book.text
    assert "train_on_batch" in book.text
    assert book.tracebacks == []
    assert book.run("float(last) > 0 and 'train_on_batch' in vars(keras.Model)").result is False
    assert nbdiag.last_report() is None

    book.run(STEP)
    assert book.error("%%traindiag\nfor _ in range(3):\n    step(x, y)") is None
    assert "rec.step(model, x, y, loss=loss)" in book.text

    book.run("%traindiag on")
    book.run("step(x, y)")
    assert "rec.step" in book.text
    book.run("model.save('stepped.keras')\nother = keras.models.load_model('stepped.keras')")
    assert book.run("int(other.optimizer.iterations.numpy()) > 0").result is True
    assert "nbdiag" not in book.text
    book.run("%traindiag off")

    book.run(
        "import nbdiag\nwith nbdiag.record() as rec:\n"
        + "".join(f"    {line}\n" for line in ON_BATCH.splitlines())
        + "rec.report"
    )
    assert "NBD103" in book.text
