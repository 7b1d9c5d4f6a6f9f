"""Generated cells that failed: changes of the text alone, and the migration, keep what is not theirs.

LibCST, which nbdiag itself does not use, is the second opinion: it parses the new cell with its own
grammar, keeps every space, and must find each statement that the diff does not name as it was.
"""

import ast
import difflib
import re
from collections.abc import Sequence
from typing import get_args

import libcst as cst
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from libcst.metadata import PositionProvider

from nbdiag.edits import NewCell, write_cell
from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.changes import (
    AddCompile,
    Call,
    CallOfKeras,
    Change,
    ConvertData,
    InsertBesideCall,
    InsertFirst,
    SetCallArgument,
    SetInputShape,
    TextChange,
    WriteForKeras3,
    WriteInPlace,
)
from nbdiag.schema.failure import FailureContext, RunError, Variable
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import CellCall, calls_in
from nbdiag.syntax.text.ipython import mask
from tests.edits.corpus import changes_for
from tests.edits.judge import lost_comments
from tests.edits.notebooks import make_run
from tests.edits.test_properties import cells as trained_cells
from tests.exploring import examples

COMMENTS = st.sampled_from(["", "  # why", "  # 注释", "  # it's, here)", "  # a = [1,"])
LAYERS = st.lists(
    st.sampled_from(
        [
            "Dense(8)", "Dense(output_dim=4, init=Q)", "Dropout(p=0.5)", "LSTM(4)", "Flatten()",
            "Convolution2D(8, 3, 3, border_mode=Q)", "TimeDistributedDense(3)", "Activation(Q)",
        ]
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip
IMPORTS = (
    "from keras.utils import np_utils",
    "from keras.layers.core import Dropout, Dense",
    "from keras import backend as K",
    "from keras.optimizers import SGD",
    "from keras.backend.tensorflow_backend import set_session",
)
ABOVE = (
    "K.set_learning_phase(1)",
    "def loss(a, b):\n    return K.mean(K.square(a - b))",
    "y = np_utils.to_categorical(y, nb_classes=3)",
    "for layer in model.layers: print(layer.output_shape)",
    "text = 'nb_epoch'; 名 = 'lr'",
    "!ls  # files",
    "%matplotlib inline",
)
FITS = (
    "fit(x, y, nb_epoch=3)",
    "fit(\n    x,\n    y,  # labels\n    epochs=3,\n)",
    "fit(x=x, y=y, validation_data=(x, y))",
    "fit_generator(batches, samples_per_epoch=64, nb_epoch=2)",
    "fit(x, y, batch_size=8).history['acc']",
)


@st.composite
def failed_cells(draw: st.DrawFn) -> str:
    """A cell that never came to train, in one of the idioms, with comments anywhere."""
    quote = draw(st.sampled_from(["'", '"']))
    texts = [text.replace("Q", f"{quote}same{quote}") for text in draw(LAYERS)]
    texts = [f"layers.{text}" for text in texts]
    shape = draw(st.sampled_from(["(4,)", "x.shape", "(8, 8, 1)", "(7, 2)"]))
    note = [draw(COMMENTS) for _ in range(len(texts) + 4)]
    idiom = draw(st.sampled_from(["list", "add", "functional", "builder"]))
    if idiom == "list":
        rows = [f"    {text},{note[k]}" for k, text in enumerate(texts)]
        first = f"    keras.Input({shape}),{note[-3]}"
        body = [f"model = keras.Sequential([{note[-1]}", first, *rows, f"]){note[-2]}"]
    elif idiom == "functional":
        rows = [f"h = {text}(h){note[k]}" for k, text in enumerate(texts)]
        body = [f"start = keras.Input(shape={shape}){note[-1]}", "h = layers.Dropout(0.1)(start)"]
        body += [*rows, "model = keras.Model(input=start, output=h)"]
    else:
        first = texts[0].replace("()", f"(input_shape={shape})")
        first = first if "input_shape" in first else f"{texts[0][:-1]}, input_shape={shape})"
        rows = [f"model.add({text}){note[k]}" for k, text in enumerate([first, *texts[1:]])]
        body = [f"model = keras.Sequential(){note[-1]}", *rows]
    if idiom == "builder":
        indent = draw(st.sampled_from(["    ", "\t", "  "]))
        body = [f"def build():{note[-2]}", *(indent + line for line in body)]
        body += [f"{indent}return model", "", "model = build()"]
    compiled = draw(
        st.sampled_from(["", "model.compile('adam', loss_function='mse', metrics='accuracy')"])
    )
    return "\n".join(
        [
            draw(st.sampled_from(["%%traindiag", "%%time\n%%traindiag"])),
            "import keras, numpy as np",
            "from keras import layers",
            *draw(st.lists(st.sampled_from(IMPORTS), max_size=2, unique=True)),
            *draw(st.lists(st.sampled_from(ABOVE), max_size=2, unique=True)),
            *body,
            *([f"{compiled}{note[-3]}"] if compiled else []),
            f"model.{draw(st.sampled_from(FITS))}{note[-4]}",
            f"print(model.predict(x)){note[0]}",
            "",
        ]
    )


def failed(source: str) -> TrainingRun:
    """The run of a cell that failed: its names, no model."""
    names = {
        "x": Variable("array", "ndarray", "float32", (50, 4)),
        "y": Variable("array", "ndarray", "int64", (50,)),
    }
    scene = FailureContext((CallSite(3, 1, 0, 1, 1),), names)
    return TrainingRun(cell=Cell(3, source), error=RunError("ValueError", "", "cell", (), scene))


def calls_of_text(source):
    return calls_in(TrainingRun(cell=Cell(3, source)))


@st.composite
def text_changes(draw: st.DrawFn, source: str) -> list[Change]:
    """Changes of the text alone, of any kind."""
    calls = calls_of_text(source)
    layer = draw(st.sampled_from([item for item in calls if is_layer(item)])).call
    predict = next(item.call for item in calls if item.name == "predict")
    every = of_each_kind(layer, predict)
    return draw(st.sampled_from(every[draw(st.sampled_from(sorted(every)))]))


def is_layer(item: CellCall) -> bool:
    return item.name[:1].isupper() and item.name != "Input"


def of_each_kind(layer: Call, predict: Call) -> dict[str, list[list[Change]]]:
    """Changes of every kind of the text, for a layer that is made and a model that predicts."""
    values = {"squeeze": 1, "first_rows": 40}
    forms = ("float32", "stack", "pad", "row", "last_axis", "squeeze", "first_rows", "unlist")
    name = CallSite(layer.cell, layer.line, layer.column, layer.line, layer.column + 6)
    return {
        "keras": [[WriteForKeras3()], [CallOfKeras(predict, "mean")]],
        "shape": [
            [SetInputShape((4,))],
            [SetInputShape((4, 1)), InsertFirst("Reshape", (4, 1))],
            [InsertFirst("Permute", (2, 1))],
        ],
        "inputs": [
            [ConvertData("inputs", form, values.get(form), at=at)]
            for form in forms
            for at in (None, predict)
        ],
        "labels": [[ConvertData("labels", form)] for form in ("float32", "class_numbers")],
        "argument": [[SetCallArgument(layer, name, "7")] for name in ("units", "name")],
        "beside": [[InsertBesideCall("Flatten", layer, before=before)] for before in (True, False)],
        "compile": [[AddCompile("mse", "adam", ("mae",))]],
        "place": [[WriteInPlace(name, "layers", "others")]],
    }


def test_every_kind_of_the_text_is_drawn() -> None:
    call = Call("Dense", 3, 1, 0)
    every = of_each_kind(call, call).values()
    drawn = {type(change) for some in every for changes in some for change in changes}
    assert drawn == set(get_args(TextChange))


def moved(changes: Sequence[Change], old: str, new: str) -> list[Change] | None:
    """Changes whose calls are looked up in the new cell; None when a call is not there once."""
    found: list[Change] = []
    for change in changes:
        if isinstance(change, WriteInPlace):
            return None  # what it names is the old text
        call = getattr(change, "call", None) or getattr(change, "at", None)
        if not isinstance(call, Call):
            found.append(change)
            continue
        before = [item.call for item in calls_of_text(old) if item.name == call.name]
        after = [item.call for item in calls_of_text(new) if item.name == call.name]
        if len(before) != len(after):
            return None
        place = after[before.index(call)]
        kind = type(change)
        fields = {**vars(change), ("call" if "call" in vars(change) else "at"): place}
        found.append(kind(**fields))
    return found


def statements(source: str) -> list[tuple[cst.CSTNode, int, int]]:
    """Every statement of a cell as LibCST reads it, with its first and its last line."""
    module = cst.parse_module(mask(source))
    assert module.code == mask(source)
    wrapper = cst.MetadataWrapper(module, unsafe_skip_copy=True)
    places = wrapper.resolve(PositionProvider)
    kinds = (cst.SimpleStatementLine, cst.BaseCompoundStatement)
    return [
        (node, place.start.line, place.end.line)
        for node, place in places.items()
        if isinstance(node, kinds)
    ]


def touched(old: str, new: str) -> list[tuple[float, float]]:
    """Ranges of lines of a text, from 1, that another text has otherwise; a gap where it has more."""
    matcher = difflib.SequenceMatcher(None, old.split("\n"), new.split("\n"), autojunk=False)
    return [
        (first + 1, last) if last > first else (first + 0.5, first + 0.5)
        for kind, first, last, _, _ in matcher.get_opcodes()
        if kind != "equal"
    ]


def check(cell: str, new: NewCell) -> None:
    ast.parse(mask(new.source))
    assert lost_comments(cell, new.source) == []
    assert new.source.split("\n")[0] == cell.split("\n", maxsplit=1)[0]
    removed = [line[1:] for line in new.diff.split("\n")[2:] if re.match(r"-", line)]
    left = new.source.split("\n")
    for line in cell.split("\n"):
        if line in removed:
            removed.remove(line)
        else:
            assert line in left, f"{line!r} is changed and not in the diff"
    agree(cell, new)


def agree(cell: str, new: NewCell) -> None:
    """Every statement without a line in the diff is in the new cell, space for space."""
    ranges = touched(cell, new.source)
    after = [node for node, _, _ in statements(new.source)]
    for node, first, last in statements(cell):
        if not any(start <= last and first <= end for start, end in ranges):
            same = any(node.deep_equals(other) for other in after)
            assert same, cst.Module(body=[]).code_for_node(node)


@settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(cell=failed_cells(), data=st.data())
def test_a_change_of_the_text_is_sound(cell: str, data: st.DataObject) -> None:
    changes = data.draw(text_changes(cell))
    new = write_cell(failed(cell), changes)
    if not new.edited:
        assert new.note
        body = re.sub(r"(?m)\A(%%.*\n)+", "", cell)
        assert new.source.endswith(body), "what cannot be written leaves the cell as it is"
        return
    assert not new.live
    check(cell, new)


@settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(cell=failed_cells(), data=st.data())
def test_a_change_of_the_text_is_made_once(cell: str, data: st.DataObject) -> None:
    changes = data.draw(text_changes(cell))
    once = write_cell(failed(cell), changes)
    assume(once.edited)
    again = moved(changes, cell, once.source)
    assume(again is not None)
    twice = write_cell(failed(once.source), again or changes)
    assert twice.source == once.source


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(cell=trained_cells(), sites=st.booleans(), data=st.data())
def test_libcst_finds_what_a_fix_does_not_name_as_it_was(
    cell: str, sites: bool, data: st.DataObject
) -> None:
    run = make_run(cell, sites=sites)
    every = changes_for(run)
    new = write_cell(run, every[data.draw(st.sampled_from(sorted(every)))])
    agree(cell, new)
