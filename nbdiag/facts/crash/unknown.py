"""Exceptions of Keras that no rule knows: where in the cell they were raised."""

from dataclasses import dataclass

from nbdiag.facts.crash.exception import Crash
from nbdiag.schema.cell import CallSite
from nbdiag.schema.finding import Aspect
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import applied_at, call_at, innermost
from nbdiag.syntax.calls import CellCall, full_name, root_name
from nbdiag.syntax.definitions import bases_of, failed_definition
from nbdiag.syntax.queries.custom_functions import given_functions
from nbdiag.syntax.queries.failed_code import holds, makes_batches, raises_itself
from nbdiag.syntax.text.nodes import CallNode, code_of, is_call, lines_of
from nbdiag.syntax.values import things

OF_MODELS = (
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
    """Return the call of Keras that failed, None where the user's code did."""
    places = run.error.scene.places if run.error is not None else ()
    if not places:
        return None
    found = innermost(run)
    if found is None:
        return _applied(run)
    owner = found.owner
    written = code_of(found.node.func)
    if found.name in OF_MODELS and owner is not None:
        thing = things(run).get(root_name(owner))
        own = crash.in_fit and found.name in ("fit", "fit_generator")
        if not own and (thing is None or thing.kind != "model"):
            return None
        return Raised(written, _of_method(found.name, crash.line))
    path = full_name(run, found.node.func).split(".")
    if "keras" not in path:
        return None
    return Raised(written, next((_PARTS[part] for part in path if part in _PARTS), "architecture"))


@dataclass(frozen=True)
class OwnFunction:
    """A function of the user's text that Keras called, and that failed.

    Attributes
    ----------
    name, line
        The function or class, and the line in its cell.
    call
        What called it: ``model.fit``.
    aspect
        What the function is for.
    """

    name: str
    line: int
    call: str
    aspect: Aspect


def raised_by_own_function(run: TrainingRun) -> OwnFunction | None:
    """Return the function of the user that failed while Keras ran it.

    None where no call of a model leads to it, and where it raises an exception on purpose.
    """
    places = run.error.scene.places if run.error is not None else ()
    found = failed_definition(run)
    if found is None or len(places) < 2:  # noqa: PLR2004 - the call, and the line in the function
        return None
    (cell, top), last = found, places[-1]
    begin, end = lines_of(top)
    inside = cell.number == last.cell and begin <= last.line <= end
    raised = raises_itself(top, last.line)
    call = next((item for site in places[:-1] if (item := _of_model(run, site)) is not None), None)
    ran = call.node if call is not None else _around_layer(run, top.name, places[-2])
    if not inside or raised or ran is None or holds(top, ran):
        return None
    given = {item.name: item.part for item in given_functions(run)}
    aspect: Aspect = given.get(top.name, "inputs" if makes_batches(top) else "notebook")
    return OwnFunction(top.name, last.line, code_of(ran.func), aspect)


_COMMON = frozenset(
    ["IndexError", "AssertionError", "ZeroDivisionError", "OverflowError", "UnboundLocalError",
     "FailedPreconditionError", "InternalError"]
)  # fmt: skip


def raised_inside(run: TrainingRun, crash: Crash) -> bool:
    """Whether a call of Keras raised what users' code raises as well."""
    own = raised_by_own_function(run) is not None
    return crash.type in _COMMON and not own and raised_by_keras(run, crash) is not None


def _of_model(run: TrainingRun, site: CallSite) -> CellCall | None:
    """Return the call of a model's method that is written at a place."""
    cells = {cell.number: cell for cell in (run.cell, *run.earlier)}
    cell = cells.get(site.cell)
    found = call_at(run, cell, site) if cell is not None else None
    return (
        found if found is not None and found.owner is not None and found.name in OF_MODELS else None
    )


def _around_layer(run: TrainingRun, name: str, site: CallSite) -> CallNode | None:
    """Return the call that ran a layer of the user's, as a model is made of it."""
    cell = next((c for c in (run.cell, *run.earlier) if c.number == site.cell), None)
    if cell is None or not bases_of(run, name) & {"Layer", "Model"}:
        return None
    found, applied = call_at(run, cell, site), applied_at(cell, site)
    return found.node if found is not None else applied[1] if applied is not None else None


def _applied(run: TrainingRun) -> Raised | None:
    """Return the layer that is made and applied in one expression."""
    places = run.error.scene.places if run.error is not None else ()
    cell = next((c for c in (run.cell, *run.earlier) if c.number == places[-1].cell), None)
    found = applied_at(cell, places[-1]) if cell is not None else None
    if found is None or not is_call(found[1].func):
        return None
    made = found[1].func
    known = "keras" in full_name(run, made.func).split(".")
    return Raised(code_of(made.func), "architecture") if known else None


def _of_method(name: str, line: str) -> Aspect:
    if name in ("add", "build"):
        return "architecture"
    if name in ("load_weights", "save_weights", "save"):
        return "notebook"
    told = next((aspect for word, aspect in _WORDS if word in line.lower()), None)
    return told or ("loss" if name == "compile" else "inputs")
