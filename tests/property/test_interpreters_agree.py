"""The two interpreters of a change come to the same: its text, run, and its live setup.

This is why a trial proves the very code that the button inserts.
"""

import contextlib
import functools
import linecache
import os
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nbdiag.edits.changes import kinds, live_edits
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import (
    AddCallback,
    Change,
    DropShared,
    EncodeLabels,
    InsertLayer,
    MakeAgain,
    MetricSpec,
    RemoveLayer,
    ReplaceLayer,
    ReplaceMetric,
    ScaleInputs,
    ScaleTargets,
    SetFitArgument,
    SetLayerArgument,
    SetLoss,
    SetOptimizer,
    SetOptimizerArgument,
    ShuffleRows,
    SplitAnew,
    TextChange,
)
from nbdiag.schema.run import TrainingRun
from tests.edits.changes import tried
from tests.exploring import examples
from tests.property.describing import describe
from tests.property.programs import AMOUNTS, BINARY, CLASSES, DATA, IDIOMS, PROGRAMS, Program

pytestmark = pytest.mark.training

# Layers are named by their place in the program; `on` turns that into the run's own names.
CHANGES: dict[str, dict[str, tuple[Change, ...]]] = {
    program.name: {
        name: changes
        for samples in tried("SAMPLES")
        for name, changes in samples.get(program.name, {}).items()
    }
    for program in PROGRAMS
}


@dataclass(frozen=True)
class Seen:
    """A call of fit that was caught instead of run."""

    model: Any
    arguments: dict[str, Any]
    space: dict[str, Any] = field(default_factory=dict)


@contextlib.contextmanager
def caught_fits() -> Iterator[list[Seen]]:
    """Put a fit in the place of Keras' own that notes its arguments and does not train."""
    import keras

    from nbdiag.trial.setup.training import setup_of

    seen: list[Seen] = []

    @functools.wraps(keras.Model.fit)
    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        named = dict(setup_of(self, args, kwargs).fit_arguments)
        callbacks = named.pop("callbacks", None) or []
        own = [item for item in callbacks if type(item).__module__.startswith("keras")]
        seen.append(Seen(self, {**named, "callbacks": own or None}))
        return keras.callbacks.History()

    patch = pytest.MonkeyPatch()
    patch.setattr(keras.Model, "fit", fit, raising=True)
    try:
        yield seen
    finally:
        patch.undo()


def execute(cell: Cell, space: dict[str, Any]) -> None:
    name = f"<cell {cell.number}>"
    text = cell.source.replace("%%traindiag", "#", 1)
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*input_shape.*")  # half of all notebooks do
        exec(compile(text, name, "exec"), space)


@functools.cache
def watched(data: str, training: str) -> tuple[TrainingRun, Seen]:
    """Run a training cell under the watch; give the run and the caught call."""
    import keras

    from nbdiag.capture import call_sites
    from nbdiag.capture.watch import watch

    assert keras.__version__
    cells = [Cell(1, data), Cell(2, training)]
    files = {f"<cell {cell.number}>": cell.number for cell in cells}
    space: dict[str, Any] = {"__name__": "__main__"}
    call_sites.install()
    try:
        execute(cells[0], space)
        with (
            caught_fits() as seen,
            watch(
                cells[1], earlier=cells[:1], namespace=lambda: space, cell_of=files.get
            ) as watching,
        ):
            execute(cells[1], space)
        (run,) = watching.runs
    finally:
        call_sites.uninstall()
    (call,) = seen
    return run, replace(call, space=space)


def on(call: Seen, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Name the layers of changes as the run does."""
    names = [item.name for item in call.model.layers if type(item).__name__ != "InputLayer"]
    return tuple(
        replace(change, **{field: names[int(getattr(change, field))]})
        if (field := next((f for f in ("layer", "beside") if hasattr(change, f)), None))
        else change
        for change in changes
    )


def by_text(run: TrainingRun, changes: Sequence[Change]) -> dict[str, Any]:
    from nbdiag.edits import write_cell

    cell = write_cell(run, changes)
    assert not cell.live, cell.note
    space: dict[str, Any] = {"__name__": "__main__"}
    for before in run.earlier:
        execute(before, space)
    with caught_fits() as seen:
        execute(Cell(3, cell.source), space)
    (call,) = seen
    return describe(call.model, call.arguments)


def by_hand(call: Seen, changes: Sequence[Change]) -> dict[str, Any]:
    from nbdiag.trial.setup.rebuild import Setup, rebuild

    setup = rebuild(Setup(call.model, call.arguments), live_edits(changes))
    return describe(setup.model, setup.fit_arguments)


def compare(data: str, training: str, changes: Sequence[Change]) -> None:
    run, call = watched(data, training)
    named = on(call, changes)
    text, live = by_text(run, named), by_hand(call, named)
    for part in live:
        assert text[part] == live[part], part
    if changes:
        assert live != by_hand(call, ())


@pytest.mark.parametrize("idiom", IDIOMS)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda item: item.name)
def test_without_a_change_the_cell_is_the_setup(program: Program, idiom: str) -> None:
    compare(DATA, program.text(idiom), ())


def test_every_kind_is_compared() -> None:
    samples = [changes for program in CHANGES.values() for changes in program.values()]
    compared = {type(change) for changes in samples for change in changes}
    # What builds the model again shows nothing on a copy, whose weights are fresh anyway.
    assert compared == {*kinds()} - {*get_args(TextChange), MakeAgain}


@pytest.mark.parametrize("idiom", IDIOMS)
@pytest.mark.parametrize(
    ("program", "changes"),
    [
        pytest.param(program, changes, id=f"{program.name}-{name}")
        for program in PROGRAMS
        for name, changes in CHANGES[program.name].items()
    ],
)
def test_every_change_comes_to_the_same(
    program: Program, changes: tuple[Change, ...], idiom: str
) -> None:
    compare(DATA, program.text(idiom), changes)


REPORTS = Path(__file__).parent.parent / "programs" / "seeds"


@pytest.mark.parametrize(
    ("report", "changes"),
    [
        ("report_000", (SetLoss("binary_crossentropy"),)),
        (
            "report_000",
            (SetOptimizerArgument("learning_rate", 0.0005), ScaleInputs("rescale", 0.005)),
        ),
        (
            "report_000",
            (
                SetLayerArgument("-1", "units", 2),
                InsertLayer("Dropout", "-2", arguments={"rate": 0.2}),
            ),
        ),
        ("report_001", (SetLayerArgument("-1", "activation", "sigmoid"),)),
        (
            "report_001",
            (
                SetLoss("binary_crossentropy", from_logits=True),
                ReplaceMetric("acc", MetricSpec("BinaryAccuracy", {"threshold": 0.0})),
            ),
        ),
    ],
)
def test_the_field_reports_come_to_the_same(report: str, changes: tuple[Change, ...]) -> None:
    program = (REPORTS / f"{report}.py").read_text(encoding="utf-8")
    _, data, training = re.split(r"# %% .*\n", program)
    compare(data, f"%%traindiag\n{training}", changes)


IN_A_LOOP = """%%traindiag
import keras
from keras import layers

model = keras.Sequential([keras.Input(shape=(8,))])
for units in (6, 4):
    model.add(layers.Dense(units, activation="relu"))
model.add(layers.Dense(1, activation="sigmoid"))
model.compile(optimizer="adam", loss="mean_squared_error", metrics=["acc"])
model.fit(x_train, y_train, epochs=2, validation_data=(x_val, y_val))
"""


@pytest.mark.parametrize(
    "changes",
    [
        (SetLayerArgument("1", "activation", "tanh"),),
        (SetLayerArgument("0", "units", 12), SetLoss("binary_crossentropy")),
        (
            SetLayerArgument("1", "activation", "elu"),
            SetLayerArgument("2", "activation", "linear"),
            SetLoss("binary_crossentropy", from_logits=True),
            ReplaceMetric("acc", MetricSpec("BinaryAccuracy", {"threshold": 0.0})),
            SetOptimizerArgument("learning_rate", 0.01),
        ),
        (InsertLayer("BatchNormalization", "0"), SetFitArgument("epochs", 5)),
        (RemoveLayer("1"), EncodeLabels("subtract", 1)),
        (ReplaceLayer("0", "Dense", {"units": 3}), ShuffleRows(2)),
        (SetLayerArgument("0", "units", 3), ScaleInputs("standardize")),
        (SetLayerArgument("0", "units", 3), AddCallback("TerminateOnNaN")),
    ],
)
def test_a_cell_on_live_objects_comes_to_the_same(changes: tuple[Change, ...]) -> None:
    from nbdiag.edits import write_cell

    run, call = watched(DATA, IN_A_LOOP)
    named = on(call, changes)
    cell = write_cell(run, named)
    assert cell.live
    space = dict(call.space)
    with caught_fits() as seen:
        execute(Cell(3, cell.source), space)
    (after,) = seen
    text, live = describe(after.model, after.arguments), by_hand(call, named)
    for part in live:
        assert text[part] == live[part], part


def compatible(names: Sequence[str], program: Program) -> tuple[Change, ...]:
    """Changes of several fixes together, the first one where two name the same thing."""
    chosen: list[Change] = []
    taken: set[Any] = set()
    for name in names:
        changes = CHANGES[program.name][name]
        marks = {mark for change in changes for mark in marks_of(change)}
        if not marks & taken:
            chosen += changes
            taken |= marks
    return tuple(chosen)


def marks_of(change: Change) -> list[Any]:
    """What a change touches."""
    if isinstance(change, SetLayerArgument | RemoveLayer | ReplaceLayer | InsertLayer):
        return ["layer", getattr(change, "layer", None) or change.beside]
    if isinstance(change, SetOptimizer | SetOptimizerArgument):
        return ["optimizer"]
    if isinstance(change, EncodeLabels | ScaleTargets):
        return ["labels"]
    if isinstance(change, SplitAnew | DropShared | ShuffleRows):
        return ["rows"]
    if isinstance(change, ScaleInputs):
        return [change.kind, "rows"] if change.method == "standardize" else [change.kind]
    return [change.kind, getattr(change, "argument", ""), getattr(change, "name", "")]


@pytest.mark.parametrize("program", [BINARY, CLASSES, AMOUNTS], ids=lambda item: item.name)
@settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_fixes_taken_together_come_to_the_same(program: Program, data: st.DataObject) -> None:
    idiom = data.draw(st.sampled_from(IDIOMS))
    names = st.lists(st.sampled_from(list(CHANGES[program.name])), min_size=2, max_size=5)
    changes = compatible(data.draw(names), program)
    compare(DATA, program.text(idiom), changes)
