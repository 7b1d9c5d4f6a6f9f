"""A training in JupyterLab as its reader lives it: curves move, a fault appears, Stop stops."""

import time

import pytest
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.training,
    pytest.mark.parametrize("server", ["lab"], indirect=True),
]

STARTS = 240  # seconds; TensorFlow's first import on a busy machine is slow
DATA = """\
%load_ext nbdiag
import time
import keras, numpy as np
keras.utils.set_random_seed(0)
x = np.random.default_rng(0).normal(size=(1280, 8)).astype("float32")
y = (x[:, 0] * x[:, 1] > 0).astype("float32")

class Slow(keras.callbacks.Callback):  # the work of a larger model
    def on_train_batch_end(self, batch, logs=None):
        time.sleep(0.02)"""
TRAIN = """\
%%traindiag
model = keras.Sequential([
    keras.Input((8,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(1, activation="softmax"),
])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=50, validation_split=0.2, callbacks=[Slow()])
print("and on it went")"""
READ_OUT = """\
import nbdiag
run = nbdiag.last_report().run
print(0 < len(history.history["loss"]) < 50, run.stopped.by, run.error, run.interrupted)
print(len(history.history["loss"]) == run.history.completed == run.stopped.epochs + 1)"""


@pytest.mark.timeout(600)
def test_a_training_is_followed_and_stopped(open_notebook):
    page = open_notebook(DATA, TRAIN, READ_OUT)
    page.run(0, STARTS)
    page.start(1)
    panel = page.panels()
    expect(panel).to_have_count(1, timeout=60_000)
    finding = panel.locator(".nbdiag-finding")
    expect(finding).to_contain_text("NBD103", timeout=60_000)
    expect(finding).to_contain_text("certain already")

    curves = panel.locator("img.nbdiag-curves")
    expect(curves).to_be_visible(timeout=60_000)
    seen = {(curves.get_attribute("src"), curves.get_attribute("alt"))}
    end = time.monotonic() + 60
    while len(seen) < 3 and time.monotonic() < end:
        page.page.wait_for_timeout(100)
        seen.add((curves.get_attribute("src"), curves.get_attribute("alt")))
    assert len(seen) >= 3
    assert curves.evaluate("image => image.complete && image.naturalWidth") == 900
    expect(page.cell(1).locator(".jp-InputPrompt").first).to_have_text("[*]:")

    panel.locator("button.nbdiag-stop").click()
    expect(page.cell(1).locator(".jp-OutputArea")).to_contain_text("and on it went", timeout=2_000)
    page.wait(1)

    expect(panel.locator("button.nbdiag-fix")).to_have_count(1)
    expect(panel).to_have_count(1)
    expect(panel).to_contain_text("Stopped by you after")
    expect(panel.locator("button.nbdiag-stop")).to_have_count(0)
    assert curves.evaluate("image => image.complete && image.naturalWidth") == 1800
    expect(page.page.locator(".nbdiag-report")).to_be_hidden()
    page.run(2)
    answer = page.cell(2).locator(".jp-OutputArea-output").first
    expect(answer).to_have_text("True user None False\nTrue\n")
    page.click_fix(0)
    assert 'activation="sigmoid"' in page.wait_for_cells(4)[2]
