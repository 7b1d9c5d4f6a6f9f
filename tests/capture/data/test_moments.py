"""Block by block gives what NumPy gives on the whole."""

import numpy as np
import pytest

from nbdiag.capture.data import moments
from nbdiag.capture.data.moments import moments_of

GENERATOR = np.random.default_rng(0)
SAMPLES = {
    "flat": GENERATOR.normal(size=(301, 7)).astype("float32"),
    "far from zero": GENERATOR.normal(size=(301, 7)) + 1e6,
    "bytes": GENERATOR.integers(0, 256, (50, 8, 8, 3), dtype="uint8"),
    "labels": GENERATOR.integers(0, 10, 400),
    "flags": GENERATOR.random((40, 3)) > 0.5,
    "half": GENERATOR.random((40, 12)).astype("float16"),
    "one row": np.array([[1.0, 2.5]]),
    "one number": np.array([3.0]),
    "wide": GENERATOR.random((3, 9, 11)),
}


@pytest.mark.parametrize("block", [1, 10, 100, 10**6])
@pytest.mark.parametrize("name", SAMPLES)
def test_as_numpy_says(name, block, monkeypatch):
    monkeypatch.setattr(moments, "_BLOCK", block)
    sample = SAMPLES[name]
    found = moments_of(sample)
    numbers = sample.astype("float64")
    rows = numbers.reshape(len(numbers), -1)
    assert found.mean == pytest.approx(numbers.mean())
    assert found.std == pytest.approx(numbers.std(), rel=1e-9, abs=1e-12)
    assert found.whole == pytest.approx((numbers == np.rint(numbers)).mean())
    assert found.means == pytest.approx(rows.mean(axis=0))
    assert np.sqrt(found.variances) == pytest.approx(rows.std(axis=0), rel=1e-9, abs=1e-12)
    assert found.lows == pytest.approx(rows.min(axis=0))
    assert found.highs == pytest.approx(rows.max(axis=0))
    if sample.ndim == 1:
        assert found.row_sums is None
    else:
        sums = numbers.sum(axis=-1)
        assert found.row_sums == pytest.approx((sums.min(), sums.max()))


def test_the_sample_is_left_as_it_is():
    sample = SAMPLES["flat"].copy()
    moments_of(sample)
    assert np.array_equal(sample, SAMPLES["flat"])
