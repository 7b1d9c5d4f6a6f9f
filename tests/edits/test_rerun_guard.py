"""Cells that spoil what they start from, and their repair: run twice, it trains on the same."""

from dataclasses import dataclass

import numpy as np
import pytest

from nbdiag.edits import write_cell
from nbdiag.schema.changes import MakeAgain, SetFitArgument
from tests.edits.judge import lost_comments
from tests.edits.notebooks import make_run, play

DATA, MODEL = [MakeAgain("data")], [MakeAgain("model")]
IMPORTS = "import keras\nimport numpy as np\n"
LOAD = "rng = np.random.default_rng(3)\nX = 255 * rng.random((40, 4))\nY = rng.integers(0, 3, 40)\n"
TRAIN = """model = keras.Sequential([keras.layers.Dense(3)])  # small
model.compile("adam", "mse")
model.fit(X, Y)
"""


@dataclass(frozen=True)
class Story:
    """Cells before the first training, one between it and the second, and the watched cell.

    ``exact`` is False where other numbers were drawn between the generator's birth and the data.
    """

    name: str
    before: tuple[str, ...]
    watched: str
    between: tuple[str, ...] = ()
    exact: bool = True

    @property
    def first(self) -> list[str]:
        return [*self.before, f"%%traindiag\n{self.watched}"]

    @property
    def second(self) -> list[str]:
        return [*self.first, *self.between, f"%%traindiag\n{self.watched}"]


STORIES = [
    Story("scaled", (IMPORTS + LOAD,), "# unit scale\nX = X / 255\n" + TRAIN),
    Story("scaled-in-place", (IMPORTS, LOAD), "X /= 255\n" + TRAIN),
    Story("scaled-by-rows", (IMPORTS, LOAD), "X[:] = X / 255\n" + TRAIN),
    Story(
        "split-by-slices",
        (IMPORTS, LOAD),
        "cut = int(0.9 * len(X))\nX_test, Y_test = X[cut:], Y[cut:]\nX, Y = X[:cut], Y[:cut]\n" + TRAIN,
    ),
    Story(
        "split-by-scikit-learn",
        (IMPORTS, "from sklearn.model_selection import train_test_split\n", LOAD),
        "X, X_test, Y, Y_test = train_test_split(X, Y, test_size=0.1, random_state=0)\n" + TRAIN,
    ),
    Story("encoded", (IMPORTS + LOAD,), "Y = np.eye(4)[Y.astype(int)]\n" + TRAIN),
    Story(
        "by-a-function",
        (IMPORTS, "def shrink(rows):\n    rows /= 255\n", LOAD),
        "shrink(X)\n" + TRAIN,
    ),
    Story(
        "in-a-cell-of-its-own",
        (IMPORTS, LOAD, "X = X / 255  # once\nprint(X.max())\n"),
        TRAIN,
        ("X = X / 255  # once\nprint(X.max())\n",),
    ),
    Story(
        "made-by-a-function",
        (
            IMPORTS + "rng = np.random.default_rng(3)\nLEVELS = 255\n",
            "def rows(count):\n    return LEVELS * rng.random((count, 4))\n",
            "X = rows(9)\n",
            "X = rows(40)  # all\nY = X[:, 0] > 99\nprint(len(X))\n",
        ),
        "X = X / 255\n" + TRAIN,
        exact=False,
    ),
    Story(
        "seeded-above",
        (IMPORTS, "np.random.seed(4)\nX = np.random.rand(40, 4)\nY = np.arange(40)\nnp.random.shuffle(X)\n"),
        "X = X / 255\n" + TRAIN,
    ),
    Story(
        "collected-in-a-loop",
        (IMPORTS, "X = []\nfor k in range(40):\n    X.append([k, k])\nX = np.array(X)\nY = X[:, 0]\n"),
        "X = X * 2\n" + TRAIN,
    ),
]  # fmt: skip


def rows_of(cells: list[str]) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(given["x"], given["y"]) for _, given, _, _ in play(cells, NAMES).fits]


NAMES = {"__name__": "__main__", "get_ipython": lambda: None}


def same(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> bool:
    return all(map(np.array_equal, one, other))


@pytest.mark.parametrize("sites", [True, False], ids=["sites", "names"])
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_new_cell_trains_on_the_first_data_whenever_it_runs(story: Story, sites: bool) -> None:
    # The fake fit keeps the array itself, which cells may write to: each story is told anew.
    (first,) = rows_of(story.first)
    spoilt = rows_of(story.second)[-1]
    assert not same(spoilt, first)
    *earlier, watched = story.second
    new = write_cell(make_run(watched, *earlier, sites=sites, names=NAMES), DATA)
    assert new.edited
    assert not new.live, new.note
    once, twice = rows_of([*story.second, new.source, new.source])[-2:]
    assert same(once, twice)
    assert same(once, first) == story.exact
    assert [len(part) for part in once] == [len(part) for part in first]
    assert lost_comments(watched, new.source) == []
    body = story.watched.partition("\n")[2]
    assert new.source.endswith(body)
    again = write_cell(make_run(new.source, *story.second, sites=sites, names=NAMES), DATA)
    assert again.source == new.source


def test_a_cell_that_makes_its_data_itself_stays_as_it_is() -> None:
    cell = f"%%traindiag\n{IMPORTS}{LOAD}X = X / 255\n{TRAIN}"
    new = write_cell(make_run(cell, cell, names=NAMES), DATA)
    assert (new.source, new.note) == (cell, "")


@pytest.mark.parametrize(
    ("earlier", "reason"),
    [
        ((IMPORTS,), "no earlier cell makes X, Y"),
        ((IMPORTS + LOAD, f"%%traindiag\nX = X / 3\n{TRAIN}"), "an earlier cell that trains"),
        ((IMPORTS + LOAD + "Y = model.fit(X, Y, epochs=2).epoch",), "an earlier cell that trains"),
    ],
)
def test_data_whose_making_cannot_be_told_are_not_guessed(
    earlier: tuple[str, ...], reason: str
) -> None:
    cell = f"%%traindiag\nX = X / 255\n{TRAIN}"
    names = {**NAMES, "X": np.ones((4, 4)), "Y": np.arange(4)}
    ready = f"{IMPORTS}model = keras.Sequential([keras.layers.Dense(3)])\nmodel.compile('adam', 'mse')\n"
    new = write_cell(make_run(cell, ready, *earlier, names=names), DATA)
    assert not new.edited
    assert reason in new.note
    assert new.source.endswith(cell.removeprefix("%%traindiag\n"))


BUILD = "def build():\n    # small\n    return keras.Sequential([keras.layers.Dense(3)])\n"
MAKE = "model = build()\nmodel.compile('adam', 'mse')\n"
FIT = "%%traindiag\nhistory = model.fit(x, y)  # on\n"


@pytest.mark.parametrize("cells", [(IMPORTS + BUILD, MAKE), (IMPORTS + BUILD + MAKE,)])
def test_the_model_is_built_in_the_cell_that_trains_it(cells: tuple[str, ...]) -> None:
    new = write_cell(make_run(FIT, *cells, FIT), MODEL)
    assert new.edited
    assert not new.live, new.note
    assert new.source.endswith(FIT.removeprefix("%%traindiag\n"))
    models = [model for model, *_ in play([*cells, FIT, new.source, new.source]).fits]
    assert len({id(model) for model in models}) == 3
    assert all(model.compiled == models[0].compiled for model in models)
    assert write_cell(make_run(new.source, *cells, FIT), MODEL).source == new.source
    more = write_cell(make_run(FIT, *cells, FIT), [*MODEL, SetFitArgument("epochs", 9)])
    assert more.source == new.source.replace("fit(x, y)", "fit(x, y, epochs=9)")


def test_a_model_that_no_line_builds_is_rebuilt_from_the_live_one() -> None:
    ready = f"{IMPORTS}nets = [keras.Sequential([keras.layers.Dense(3)])]\n"
    ready += "for model in nets:\n    model.compile('adam', 'mse')\n"
    new = write_cell(make_run(FIT, ready), MODEL)
    assert new.live
    assert "fresh" in new.source
