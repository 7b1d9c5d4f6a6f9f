"""A proof in JupyterLab as its reader lives it: a click, a free kernel, results as they come."""

import pytest
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.training,
    pytest.mark.parametrize("server", ["lab"], indirect=True),
]

STARTS = 240  # seconds; TensorFlow's first import on a busy machine is slow
PROVES = 300 * 1000  # ms; a second TensorFlow, and then the trainings
DATA = """\
%load_ext nbdiag
import keras, numpy as np
x = np.random.default_rng(0).normal(size=(800, 8)).astype("float32")
y = (x[:, 0] + x[:, 1] > 0).astype("float32")"""
TRAIN = """\
%%traindiag
keras.utils.set_random_seed(0)
model = keras.Sequential([
    keras.Input((8,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(1, activation="softmax"),
])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=3, verbose=0)
drawn, weights = np.random.get_state()[1].tobytes(), [w.numpy().tobytes() for w in model.weights]"""
SECOND = """\
print(np.random.get_state()[1].tobytes() == drawn, [w.numpy().tobytes() for w in model.weights] == weights)"""
PROVEN = """\
import nbdiag
print([fix.proof.verdict for fix in nbdiag.last_report().principal.fixes if fix.proof])"""


@pytest.mark.timeout(900)
def test_a_fix_is_proven_while_the_kernel_is_free(open_notebook):
    page = open_notebook(DATA, TRAIN, SECOND, PROVEN)
    page.run(0, STARTS)
    page.run(1, STARTS)
    panel = page.panels()
    prove = panel.locator("button.nbdiag-prove:has-text('Prove')")
    cancel = panel.locator("button.nbdiag-cancel")
    expect(cancel).to_be_hidden()

    prove.first.click()
    expect(cancel).to_be_visible(timeout=30_000)
    expect(prove.first).to_be_disabled()
    page.run(2)  # a second cell runs meanwhile
    expect(cancel).to_be_visible()
    expect(page.cell(2).locator(".jp-OutputArea-output").first).to_have_text("True True\n")

    expect(panel.locator(".nbdiag-proving")).to_contain_text("on seed", timeout=PROVES)
    expect(panel.locator(".nbdiag-tried").first).to_contain_text("better", timeout=PROVES)
    expect(cancel).to_be_hidden(timeout=PROVES)
    expect(panel.locator(".nbdiag-tried").first).to_contain_text("tried on")
    page.run(3)
    expect(page.cell(3).locator(".jp-OutputArea-output").first).to_have_text("['better']\n")
    saved = page.save().cells[1].outputs
    assert any("Tried: " in str(item.get("data", {}).get("text/html")) for item in saved)

    prove.last.click()  # the top fixes
    expect(cancel).to_be_visible(timeout=30_000)
    cancel.click()
    expect(cancel).to_be_hidden(timeout=10_000)
    expect(panel.locator(".nbdiag-proving")).to_contain_text("your model is untouched")
    expect(prove.first).to_be_enabled()
