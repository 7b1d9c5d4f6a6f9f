"""Rows that nearly repeat others are told from rows that are close by chance."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from nbdiag.capture.data import near_duplicates
from nbdiag.capture.data.near_duplicates import find_near_duplicates
from nbdiag.capture.data.split import describe_split
from nbdiag.rules.data.near_copies_across_the_split import LEAST, LEAST_DIMENSION
from nbdiag.schema.missing import Missing


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def parted(rows, rng, share=0.2):
    order = rng.permutation(len(rows))
    cut = int(len(rows) * share)
    return rows[order[cut:]], rows[order[:cut]]


def naive(training, validation):
    """Count by all distances, in all columns, as the definition says."""
    centre, spread = training.mean(axis=0), training.std(axis=0)
    known, asked = (training - centre) / spread, (validation - centre) / spread
    apart = np.sort(np.linalg.norm(asked[:, None] - known, axis=-1), axis=1)
    return int((apart[:, 0] <= 0.1 * apart[:, 9]).sum())


def test_as_all_distances_say(rng):
    training = rng.normal(size=(300, 12))
    noise = rng.choice([0.02, 0.2, 1.0], size=(60, 1))
    validation = training[:60] + noise * rng.normal(size=(60, 12))
    found = find_near_duplicates([training], [validation])
    assert found.found == naive(training, validation) > 0
    assert (found.looked_at, found.among, found.columns) == (60, 300, 12)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_unit_does_not_matter(rng, scale):
    x = rng.normal(size=(400, 10))
    y = x[:100] + 0.02 * rng.normal(size=(100, 10))
    units = np.r_[np.full(5, scale), np.full(5, 1.0)]
    assert find_near_duplicates([7e5 + x * units], [7e5 + y * units]).found >= 99


def test_the_dimension_of_a_plane_is_found(rng):
    for width in (2, 5):
        x = rng.normal(size=(4000, width)) @ rng.normal(size=(width, 20))
        assert find_near_duplicates(
            *([side] for side in parted(x, rng))
        ).dimension == pytest.approx(width, rel=0.15)


def test_rows_that_are_the_same_byte_for_byte_are_left_to_the_exact_comparison(rng):
    x = rng.normal(size=(400, 10))
    assert find_near_duplicates([x], [x[:100].copy()]).found == 0
    edited = rng.normal(size=(400, 100))
    copies = edited[:100].copy()
    copies[:, 99] += 1e-9
    assert find_near_duplicates([edited], [copies]).found == 100


def test_equal_values_of_another_type_are_near(rng):
    x = rng.integers(0, 256, size=(400, 30), dtype="uint8")
    split = describe_split([x], [x[:100].astype("float32")], [])
    assert isinstance(split.shared_rows, Missing)
    assert split.near.found == 100


def test_pictures_of_another_brightness(rng):
    pictures = rng.integers(0, 200, size=(500, 12, 12, 3), dtype="uint8")
    brighter = (pictures[:100] * 1.02).astype("uint8")
    assert find_near_duplicates([pictures], [brighter]).found == 100
    assert (
        find_near_duplicates([pictures], [rng.integers(0, 200, (100, 12, 12, 3), "uint8")]).found
        == 0
    )


def test_rows_of_several_inputs_belong_together(rng):
    left, right = rng.normal(size=(400, 6)), rng.normal(size=(400, 8))
    shaken = left[:100] + 0.01, right[:100] + 0.01
    assert find_near_duplicates([left, right], list(shaken)).found == 100
    assert find_near_duplicates([left, right], [shaken[0], shaken[1][::-1]]).found == 0


def waves(rng):
    t = np.arange(3000)
    logistic = [0.3]
    for _ in range(2999):
        logistic.append(3.9 * logistic[-1] * (1 - logistic[-1]))
    return {
        "a wave": np.sin(t / 9.3),
        "a wave of a whole period": np.sin(2 * np.pi * t / 500),
        "two waves": np.sin(t / 9.3) + np.sin(t / 4.1),
        "a noisy wave": np.sin(t / 9.3) + 0.05 * rng.normal(size=3000),
        "a random walk": np.cumsum(rng.normal(size=3000)),
        "a chaotic map": np.array(logistic),
        "noise": rng.normal(size=3000),
    }


@pytest.mark.parametrize("stride", [1, 10])
@pytest.mark.parametrize("width", [12, 30])
def test_overlapping_windows_are_no_copies(rng, stride, width):
    for name, series in waves(rng).items():
        windows = sliding_window_view(series, width)[::stride]
        cut = len(windows) * 4 // 5
        for training, validation in (
            (windows[:cut], windows[cut:]),
            parted(windows, rng),
        ):
            assert not suspicious(training, validation), name


def tables(rng):
    kind = np.eye(6)[rng.integers(0, 6, 3000)]
    few = rng.normal(size=(600, 10))
    return {
        "flags": rng.integers(0, 2, size=(3000, 20)),
        "a grid": np.stack(np.meshgrid(*[np.arange(15)] * 3), -1).reshape(-1, 3),
        "levels": rng.integers(0, 5, size=(3000, 9)),
        "counts": rng.poisson(3, size=(3000, 20)),
        "kinds and numbers": np.hstack([kind, rng.normal(size=(3000, 3))]),
        "heavy tails": rng.standard_t(2, size=(3000, 10)),
        "long tails": np.exp(2 * rng.normal(size=(3000, 10))),
        "idle half": np.where(rng.random((3000, 1)) < 0.3, 0.001, 1) * rng.normal(size=(3000, 12)),
        "templates": few[rng.integers(0, 10, 3000)] + 0.01 * rng.normal(size=(3000, 10)),
        "four hidden quantities": np.tanh(rng.normal(size=(3000, 4)) @ rng.normal(size=(4, 30))),
        "word numbers": rng.integers(1, 500, size=(3000, 40)),
        "mostly zeros": np.where(rng.random((3000, 30)) < 0.7, 0, rng.normal(size=(3000, 30))),
    }


def test_neighbours_by_chance_are_no_copies(rng):
    for name, rows in tables(rng).items():
        assert not suspicious(*parted(rows, rng)), name


def suspicious(training, validation):
    found = find_near_duplicates([training], [validation])
    if isinstance(found, Missing) or found.dimension < LEAST_DIMENSION:
        return False
    return found.found >= LEAST * 2 * found.looked_at


@pytest.mark.parametrize(
    ("training", "validation", "reason"),
    [
        ([], [], "no validation data"),
        ([np.array(["a", "b"])], [np.array(["a"])], "not numbers"),
        ([np.ones((300, 9))], [np.ones((300, 8))], "shapes"),
        ([np.ones((50, 9))], [np.ones((50, 9))], "too few samples"),
        ([np.ones((300, 9))], [np.ones((50, 9))], "columns"),
        ([np.ones(300)], [np.ones(300)], "columns"),
    ],
)
def test_what_cannot_be_compared_is_said_so(training, validation, reason):
    assert reason in find_near_duplicates(training, validation).reason


def test_rows_with_nan_are_left_out(rng):
    x = rng.normal(size=(400, 10))
    y = x[:100] + 0.01 * rng.normal(size=(100, 10))
    x[300, 2] = y[5, 3] = np.nan
    found = find_near_duplicates([x], [y])
    assert (found.found, found.looked_at) == (99, 99)
    x[::2, :] = np.nan
    assert isinstance(find_near_duplicates([x], [y]), Missing)


def test_a_sample_of_large_data(rng, monkeypatch):
    monkeypatch.setattr(near_duplicates, "AMONG", 500)
    x = rng.normal(size=(2000, 10))
    found = find_near_duplicates([x], [x + 0.01 * rng.normal(size=x.shape)])
    assert (found.looked_at, found.among) == (256, 500)
    assert 20 < found.found < 130


def test_a_slice_of_a_larger_array_is_not_copied(rng):
    pictures = rng.random((300, 40, 40, 3)).transpose(0, 3, 1, 2)
    before = find_near_duplicates([pictures], [pictures[:50] + 0.001])
    assert before.found == 50


def test_neighbours_are_those_that_scikit_learn_finds(rng):
    from sklearn.neighbors import NearestNeighbors

    known = rng.normal(size=(500, 9)).astype("float32")
    asked = rng.normal(size=(70, 9)).astype("float32")
    search = NearestNeighbors(n_neighbors=near_duplicates.TWENTIETH, algorithm="brute").fit(known)
    distances, places = search.kneighbors(asked)
    found, apart = near_duplicates._neighbours(known, asked)
    assert np.array_equal(found, places)
    assert apart == pytest.approx(distances, rel=1e-4)


@pytest.mark.parametrize("blocks", [1, 7, 40])
def test_the_nearest_are_found_among_blocks(blocks):
    far = np.random.default_rng(blocks).permutation(64 * blocks * 32).reshape(64, blocks * 32)
    expected = np.sort(np.argsort(far, axis=1)[:, :20], axis=1)
    by_blocks = far.astype(np.float32).reshape(64, blocks, 32).transpose(1, 2, 0)
    assert np.array_equal(near_duplicates._smallest(by_blocks, 20), expected)
