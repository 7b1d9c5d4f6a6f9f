"""Another optimizer, and other arguments of it."""

from typing import Any

from nbdiag.schema.changes import Change, SetOptimizer, SetOptimizerArgument
from nbdiag.schema.run import TrainingRun
from tests.edits.oracle import CLASSES

DESCRIBED: dict[str, Change] = {
    "use the optimizer SGD(learning_rate=0.1)": SetOptimizer("sgd", {"learning_rate": 0.1}),
    "set clipnorm of the optimizer to 1.0": SetOptimizerArgument("clipnorm", 1.0),
}

# Tried in every program of tests/property; layers are named by their place.
SAMPLES: dict[str, dict[str, tuple[Change, ...]]] = {
    "binary": {
        "optimizer": (SetOptimizer("SGD", {"learning_rate": 0.1, "momentum": 0.9}),),
        "rate": (SetOptimizerArgument("learning_rate", 0.001),),
        "epsilon and clipping": (
            SetOptimizerArgument("epsilon", 0.001),
            SetOptimizerArgument("clipnorm", 1.0),
        ),
    },
    "classes": {"optimizer argument": (SetOptimizerArgument("momentum", 0.9),)},
    "amounts": {
        "optimizer": (SetOptimizer("Adam", {"learning_rate": 0.01}),),
        "rate": (SetOptimizerArgument("learning_rate", 0.01),),
    },
}


def changes_for(_: TrainingRun) -> dict[str, list[Change]]:
    """Changes for a cell of the corpus."""
    return {
        "optimizer": [SetOptimizer("SGD", {"learning_rate": 0.01, "momentum": 0.9})],
        "rate": [SetOptimizerArgument("learning_rate", 1e-4)],
        "clip": [
            SetOptimizerArgument("clipnorm", 1.0),
            SetOptimizerArgument("learning_rate", 0.01),
        ],
    }


def _optimizer(setup: dict[str, Any], change: SetOptimizer) -> None:
    name = CLASSES.get(change.name.lower(), change.name)
    setup["compile"]["optimizer"] = {"object": name, **change.arguments}


def _optimizer_argument(setup: dict[str, Any], change: SetOptimizerArgument) -> None:
    setup["compile"]["optimizer"][change.argument] = change.value


EXPECTED = {SetOptimizer: _optimizer, SetOptimizerArgument: _optimizer_argument}
