"""Keras on JAX and on PyTorch, each in a process of its own: the backend is chosen at import."""

import importlib.util
import json
import os
import subprocess
import sys

import pytest


@pytest.mark.training
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_another_backend(backend):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "tests.capture.backend_check"],
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
        env={**os.environ, "KERAS_BACKEND": backend},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    # Every training, on arrays and on streams, was probed: no reason was needed.
    assert all(reasons == [] for reasons in told.values()), told
