"""Somebody else's repair: a text is run up to its fit on copies, and compared."""

from typing import Any

import numpy as np
import pytest

import nbdiag
from nbdiag.candidate import CannotCompare, training_of
from nbdiag.trial.worker import close_worker

# Keras warns of the fault.
pytestmark = [pytest.mark.training, pytest.mark.filterwarnings("ignore")]

CELL = """
import keras
keras.utils.set_random_seed(1)
x *= 1.0
seen.append(len(x))
model = keras.Sequential([
    keras.Input((8,)),
    keras.layers.Dense(16, "relu"),
    keras.layers.Dense(1, "{activation}"),
])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=5, verbose=0)
"""
FAULTY, SOUND = CELL.format(activation="softmax"), CELL.format(activation="sigmoid")


@pytest.fixture
def names() -> dict[str, Any]:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(600, 8)).astype("float32")
    return {"x": x, "y": (x[:, 0] + x[:, 1] > 0).astype("float32"), "seen": []}


@pytest.fixture(scope="module", autouse=True)
def worker() -> Any:
    yield
    close_worker()


def compare(names: dict[str, Any], before: Any, after: Any, **options: Any) -> Any:
    return eval(
        "compare(before, after, **options)", {**names, **locals(), "compare": nbdiag.compare}
    )


def test_a_text_is_run_up_to_its_fit_and_changes_nothing(names: dict[str, Any]) -> None:
    import random

    from tests.trial.conftest import session_state

    before = {name: np.array(value).tobytes() for name, value in names.items()}
    random.seed(3)
    state = session_state()
    model, given = training_of(SOUND, names)
    assert {name: np.array(value).tobytes() for name, value in names.items()} == before
    assert set(names) == set(before)
    assert session_state() == state
    assert given["epochs"] == 5
    assert not model.optimizer.built or int(model.optimizer.iterations.numpy()) == 0


def test_a_true_repair_is_better_and_its_undoing_worse(names: dict[str, Any]) -> None:
    assert compare(names, FAULTY, SOUND).verdict == "better"
    assert compare(names, SOUND, FAULTY, here=True).verdict == "worse"


def test_pairs_of_a_model_and_its_arguments_are_compared(names: dict[str, Any]) -> None:
    first, second = training_of(FAULTY, names), training_of(SOUND, names)
    proof = compare(names, first, second, seeds=2)
    assert proof.verdict == "undecided"
    assert len(proof.trials[0].seeds) == 2


def test_other_samples_are_not_compared(names: dict[str, Any]) -> None:
    proof = compare(names, FAULTY, SOUND.replace("x *= 1.0", "x, y = x[:300], y[:300]"))
    assert proof.verdict == "cannot be judged"
    assert "600 and 300" in proof.summary


@pytest.mark.parametrize(
    ("text", "why"),
    [("1 / 0", "ZeroDivisionError"), ("x +", "not Python"), ("x.sum()", "calls no fit")],
)
def test_a_text_without_a_fit_is_refused(names: dict[str, Any], text: str, why: str) -> None:
    with pytest.raises(CannotCompare, match=why):
        training_of(text, names)
    with pytest.raises(ValueError, match=why):
        compare(names, FAULTY, text)
