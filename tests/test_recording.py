"""`nbdiag.record` in a script."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.training

SCRIPT = """\
import keras
import numpy as np

import nbdiag

keras.utils.set_random_seed(0)
x = np.random.default_rng(0).normal(size=(128, 4)).astype("float32")
y = (x[:, 0] > 0).astype("float32")
with nbdiag.record(ignore=["NBD2"]) as rec:
    model = keras.Sequential([
        keras.Input(shape=(4,)),
        keras.layers.Dense(1, activation="softmax"),
    ])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=2, verbose=0)
report = rec.report
print(report.principal.code, report.run.history.completed)
print([check.code for check in report.checks if check.code.startswith("NBD2")])
print('Dense(1, activation="sigmoid")' in report.principal.fixes[0].source)
print("fit" in vars(keras.Model))
with nbdiag.record() as empty:
    pass
print(empty.report)
with nbdiag.record(stop_on="error") as early:
    history = model.fit(x, y, epochs=50, verbose=0)
stopped = early.report.run.stopped
print(stopped.by, stopped.code, stopped.epochs, len(history.history["loss"]))
print(early.report.principal.code, "50 epochs saved" in " ".join(str(early.report).split()))
try:
    nbdiag.record(stop_on="warning").__enter__()
except ValueError as wrong:
    print(wrong)
try:
    with nbdiag.record(lang="zh") as failed:
        model.fit(x, y[:3], verbose=0)
except ValueError:
    print(failed.report.run.error.type, failed.report.lang)
try:
    with nbdiag.record(lang="fr"):
        print("trained")
except ValueError as why:
    print(why)
"""


def test_a_script_is_watched_and_left_as_it_was(tmp_path):
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=240, check=False
    )

    assert done.stdout.splitlines() == [
        "NBD103 2",
        "[]",
        "True",
        "False",
        "None",
        "error NBD103 0 1",
        "NBD103 True",
        """stop_on takes "error" or "never", not 'warning'.""",
        "ValueError zh",
        "nbdiag speaks en and zh, not 'fr'.",
    ], done.stderr
