"""Exceptions of Keras that no rule knows: where in the cell they were raised."""

import ast
from dataclasses import dataclass

from nbdiag.facts.crash import Crash
from nbdiag.facts.crash_text import applied_at, innermost, root_name, statements, things
from nbdiag.schema.finding import Aspect
from nbdiag.schema.run import TrainingRun

_OF_MODELS = (
    "fit", "evaluate", "predict", "compile", "add", "build", "load_weights", "save_weights", "save",
    "train_on_batch", "test_on_batch", "predict_on_batch",
)  # fmt: skip
_PARTS: dict[str, Aspect] = {
    "layers": "architecture",
    "models": "architecture",
    "applications": "architecture",
    "optimizers": "optimizer",
    "losses": "loss",
    "metrics": "metrics",
    "callbacks": "notebook",
    "initializers": "initializer",
    "regularizers": "regularization",
    "datasets": "inputs",
    "utils": "inputs",
    "preprocessing": "inputs",
}
_WORDS: tuple[tuple[str, Aspect], ...] = (
    ("metric", "metrics"),
    ("optimizer", "optimizer"),
    ("learning_rate", "learning_rate"),
    ("loss", "loss"),
    ("y_true", "labels"),
    ("label", "labels"),
    ("target", "labels"),
)


@dataclass(frozen=True)
class Raised:
    """The call of the user's text in which Keras raised an exception.

    Attributes
    ----------
    name
        What was called, as it is written: ``model.fit``, ``layers.Dense``.
    aspect
        What the exception speaks of, or what such a call is given.
    """

    name: str
    aspect: Aspect


def raised_by_keras(run: TrainingRun, crash: Crash) -> Raised | None:
    """Give the call of Keras that failed, None where the user's own code did."""
    places = run.error.scene.places if run.error is not None else ()
    if not places:
        return None
    found = innermost(run)
    if found is None:
        return _applied(run)
    owner = found.node.func.value if isinstance(found.node.func, ast.Attribute) else None
    written = ast.unparse(found.node.func)
    if found.name in _OF_MODELS and owner is not None:
        thing = things(run).get(root_name(owner))
        own = crash.in_fit and found.name in ("fit", "fit_generator")
        if not own and (thing is None or thing.kind != "model"):
            return None
        return Raised(written, _of_method(found.name, crash.line))
    path = _path(run, found.node.func)
    if "keras" not in path:
        return None
    return Raised(written, next((_PARTS[part] for part in path if part in _PARTS), "architecture"))


def _path(run: TrainingRun, node: ast.expr) -> list[str]:
    """Give the full name of what is called, as the cells import it; [] when unknown."""
    names = _imported(run)
    rest: list[str] = []
    while isinstance(node, ast.Attribute):
        rest.insert(0, node.attr)
        node = node.value
    whole = names.get(node.id) if isinstance(node, ast.Name) else None
    return [] if whole is None else [*whole.split("."), *rest]


def _imported(run: TrainingRun) -> dict[str, str]:
    found: dict[str, str] = {}
    for cell in (*run.earlier, run.cell):
        for top in statements(cell):
            if isinstance(top, ast.Import):
                for item in top.names:
                    first = item.name.partition(".")[0]
                    found[item.asname or first] = item.name if item.asname else first
            elif isinstance(top, ast.ImportFrom) and top.module and not top.level:
                for item in top.names:
                    found[item.asname or item.name] = f"{top.module}.{item.name}"
    return found


def _applied(run: TrainingRun) -> Raised | None:
    """Give the layer that is made and applied in one expression."""
    places = run.error.scene.places if run.error is not None else ()
    cell = next((c for c in (run.cell, *run.earlier) if c.number == places[-1].cell), None)
    found = applied_at(cell, places[-1]) if cell is not None else None
    if found is None or not isinstance(found[1].func, ast.Call):
        return None
    made = found[1].func
    known = "keras" in _path(run, made.func)
    return Raised(ast.unparse(made.func), "architecture") if known else None


def _of_method(name: str, line: str) -> Aspect:
    if name in ("add", "build"):
        return "architecture"
    if name in ("load_weights", "save_weights", "save"):
        return "notebook"
    told = next((aspect for word, aspect in _WORDS if word in line.lower()), None)
    return told or ("loss" if name == "compile" else "inputs")
