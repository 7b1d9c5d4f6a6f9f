"""A fix that trains for longer says so in its title."""

import pytest

from nbdiag.fixes.training_time import longer_title
from nbdiag.schema.history import History
from tests.factory import make_run


@pytest.mark.parametrize(
    ("before", "epochs", "seconds", "wanted"),
    [
        (10, 150, (), ["150", "instead of 10"]),
        (10, 150, (0.1, 0.1), ["150", "instead of 10"]),
        (10, 150, (9.0, 2.0, 2.0), ["150", "instead of 10", "about 5 min"]),
        (10, 10, (9.0,), ["10"]),
    ],
)
def test_the_title_names_what_it_costs(before, epochs, seconds, wanted):
    history = History(epochs={"loss": (0.7,) * max(len(seconds), 1)}, seconds=seconds)
    title = longer_title(make_run(history=history, epochs=before), epochs)
    assert all(part in title for part in wanted)
    assert ("min" in title) is ("min" in wanted[-1])
    assert ("instead" in title) is (epochs > before)
