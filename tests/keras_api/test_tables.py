"""The tables of Keras' names: what the installed Keras says, and that they are the only ones."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from nbdiag.keras_api import (
    activations,
    applications,
    callbacks,
    initializers,
    layers,
    losses,
    metrics,
    optimizers,
)
from nbdiag.keras_api.methods import METHODS, parameters
from nbdiag.keras_api.table import parameters as listed
from nbdiag.keras_api.table import positional

ROOT = Path(__file__).resolve().parents[2]
NAMES = frozenset(
    {
        *layers.LAYERS,
        *layers.ALIASES,
        *losses.LOSSES,
        *(row.name for row in losses.LOSSES.values()),
        *metrics.METRICS,
        *(row.name for row in metrics.METRICS.values()),
        *optimizers.OPTIMIZERS,
        *callbacks.CALLBACKS,
        *initializers.CLASSES,
        *initializers.CLASSES.values(),
        *activations.KNOWN,
    }
)
FEW = 3


JAX = importlib.util.find_spec("jax") is not None


@pytest.fixture(scope="module")
def compared():
    """What scripts/read_keras.py says of the installed Keras.

    NumPy is its quickest backend, and works where JAX is installed.
    """
    backend = "numpy" if JAX else "tensorflow"
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "read_keras.py"],
        capture_output=True,
        text=True,
        env=os.environ | {"KERAS_BACKEND": backend},
        check=False,
    )
    assert not done.stderr.strip().endswith("Error"), done.stderr
    return done.stdout.strip().splitlines()


@pytest.mark.parametrize(
    "compared", [pytest.param("", marks=[] if JAX else pytest.mark.training)], indirect=True
)
def test_the_tables_are_what_the_installed_keras_offers(compared):
    from importlib.metadata import version

    described = (ROOT / "nbdiag" / "keras_api" / "tables" / "version.txt").read_text().strip()
    here = tuple(map(int, re.findall(r"\d+", version("keras"))[:3]))
    newer = here > tuple(map(int, described.split(".")))
    # A newer Keras may have more; what it no longer has, or takes in another order, breaks edits.
    wrong = [line for line in compared if not (newer and " is new in Keras " in line)]
    assert wrong == ["The tables are what the Keras here offers."] or (newer and not wrong)


@pytest.mark.training
def test_preprocessing_of_the_applications_is_what_the_table_says():
    import keras
    import numpy as np

    bytes_of = {end: np.full((1, 1, 1, 3), end, "float32") for end in (0.0, 255.0)}
    for module, (low, high) in applications.EXPECTED.items():
        prepare = getattr(keras.applications, module).preprocess_input
        assert prepare(bytes_of[0.0].copy()).min() == pytest.approx(low, abs=1e-3)
        assert prepare(bytes_of[255.0].copy()).max() == pytest.approx(high, abs=1e-3)


def test_a_parameter_that_only_old_versions_have_is_left_out():
    assert listed("axis scale rms~3.10 seed@3.9 * name") == ("axis", "scale", "seed", "name")
    assert positional("axis scale * name") == ("axis", "scale")
    assert positional("* name") == ()


@pytest.mark.parametrize(
    ("name", "first"),
    [("Dense", "units"), ("MaxPool2D", "pool_size"), ("SGD", "learning_rate"), ("Unknown", None)],
)
def test_parameters_are_found_by_either_name(name, first):
    found = parameters(name)
    assert (found[0] if found else None) == first


def test_methods_are_known():
    assert METHODS["fit"][:3] == ("x", "y", "batch_size")
    assert METHODS["compile"][:2] == ("optimizer", "loss")


def test_every_loss_says_what_it_expects_and_how_it_is_called():
    for row in losses.LOSSES.values():
        assert row.family, row
        assert row.expects, row
        assert row.title, row
        assert row.word == row.word.lower()
    assert all(short not in losses.LOSSES for short in losses.SHORT)


def literals(source):
    """Collections of fixed texts in a module; a dictionary of functions is a program, no list."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Set | ast.Tuple | ast.List):
            yield node.lineno, node.elts
        elif isinstance(node, ast.Dict):
            programs = any(
                isinstance(item, ast.Name | ast.Lambda | ast.Call) for item in node.values
            )
            if not programs:
                yield node.lineno, [key for key in node.keys if key is not None]


def test_no_other_module_lists_names_of_keras():
    found = []
    for path in sorted((ROOT / "nbdiag").rglob("*.py")):
        if "keras_api" in path.parts:
            continue
        for line, items in literals(path.read_text(encoding="utf-8")):
            texts = {item.value for item in items if isinstance(item, ast.Constant)}
            known = {text for text in texts if isinstance(text, str) and text in NAMES}
            if len(known) >= FEW:
                found.append(f"{path}:{line}: {', '.join(sorted(known))}")
    assert not found
