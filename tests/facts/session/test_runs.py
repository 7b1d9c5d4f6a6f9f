"""What runs of one session have to do with each other."""

import numpy as np
import pytest

from nbdiag.facts.session import runs
from nbdiag.schema.run import PastRun
from tests.factory import describe, make_run, normal, one_hot


def past(rows=200, **fields):
    return PastRun(
        **{
            "cell": 1,
            "model": "sequential",
            "losses": ("binary_crossentropy",),
            "epochs": {"loss": (0.5,)},
            "rows": rows,
            "input_shape": (8,),
        }
        | fields
    )


def after(*former, rows=200, **fields):
    return make_run(inputs=normal(rows, 8), previous=former, **fields)


def test_likes_are_runs_with_equal_losses_and_rows():
    same, other_loss = past(), past(losses=("mean_squared_error",))
    other_shape = past(input_shape=(9,))
    assert runs.likes(after(same, other_loss, other_shape)) == (same,)


@pytest.mark.parametrize(
    ("counts", "rows", "expected"),
    [
        ((1000, 900), 810, (1000, 900, 810)),
        ((500, 1000, 900, 810), 729, (1000, 900, 810, 729)),
        ((1000,), 900, (1000, 900)),
        ((1000, 700), 630, (700, 630)),
        ((1000,), 1000, None),
        ((810,), 900, None),
        ((1000,), 990, None),
        ((1000,), 100, None),
        ((), 900, None),
    ],
)
def test_shrinking_finds_the_series_of_one_ratio(counts, rows, expected):
    found = runs.shrinking(after(*(past(count) for count in counts), rows=rows))
    assert (found.rows if found else None) == expected


def scaled(before, now, **fields):
    values = np.random.default_rng(0).random((200, 8))
    former = describe(values * before)
    earlier = past(
        input_range=(former.minimum, former.maximum), input_digest=former.digest, **fields
    )
    return make_run(inputs=values * now, previous=(earlier,))


def test_rescaled_gives_the_factor():
    found = runs.rescaled(scaled(1.0, 1 / 255))
    assert found.factor == pytest.approx(255)
    assert found.after == pytest.approx(found.before / 255)


def test_rescaled_needs_the_same_rows_at_both_ends():
    assert runs.rescaled(scaled(1.0, 1.0)) is None
    assert runs.rescaled(scaled(1 / 255, 1.0)) is None
    assert runs.rescaled(scaled(1.0, 1 / 255, rows=100)) is None
    other = normal(200, 8)
    earlier = past(input_range=(-3.0, 40.0), input_digest="other")
    assert runs.rescaled(make_run(inputs=other, previous=(earlier,))) is None
    assert runs.rescaled(make_run()) is None


def test_encoded_twice_is_the_one_hot_of_a_one_hot():
    once = one_hot(10, 300)
    twice = np.eye(2)[once.astype(int)]
    assert twice.shape == (300, 10, 2)
    assert runs.encoded_twice(describe(twice))
    assert not runs.encoded_twice(describe(once))
    assert not runs.encoded_twice(describe(normal(300, 10, 2)))
    assert not runs.encoded_twice(describe(one_hot(2)))
