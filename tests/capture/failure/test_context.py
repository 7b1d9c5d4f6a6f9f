"""What was there at a failure is described value by value."""

import numpy as np

from nbdiag.capture.failure.context import describe_context
from nbdiag.capture.failure.reason import attempt, in_a_line
from nbdiag.schema.cell import Cell


class Refuses:  # noqa: PLW1641
    """A value of which everything that is asked fails."""

    def __getattribute__(self, name):
        raise OSError(name)

    __len__ = __iter__ = __repr__ = __bool__ = __hash__ = lambda self: 1 / 0
    __eq__ = lambda self, other: 1 / 0  # noqa: E731


class Number(float):
    def __repr__(self):
        raise OSError


def test_a_value_that_fails_leaves_the_others():
    names = {
        "a": Refuses(),
        "x": np.zeros((3, 2)),
        "b": Number(3),
        "rest": np.ones(4),
        "c": Refuses(),
    }
    scene = describe_context(KeyError("k"), [Cell(1, "f(a, b, x)")], names, {}.get)
    assert set(scene.names) == {"x", "rest"}
    assert scene.names["x"].shape == (3, 2)


def test_an_exception_that_cannot_be_written_is_named_by_its_class():
    class MuteError(Exception):
        def __str__(self):
            raise RuntimeError

    def fail():
        raise MuteError

    assert in_a_line(MuteError()) == "MuteError"
    assert "MuteError" in attempt("the data", fail).reason
