"""Legacy tf_keras, as tf.keras, in a process of its own: the environment chooses it."""

import os
import subprocess
import sys

import pytest


@pytest.mark.training
def test_legacy_keras():
    pytest.importorskip("tensorflow")
    done = subprocess.run(
        [sys.executable, "-m", "tests.capture.legacy_check"],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
        env={**os.environ, "TF_USE_LEGACY_KERAS": "1"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == "seen"
