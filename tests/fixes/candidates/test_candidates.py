"""Each kind of candidate is written for a text that has its mistake, and not for one without."""

import pytest

from nbdiag.edits import write_cell
from nbdiag.fixes.candidates import candidates_of
from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.failure import FailureContext, RunError, Variable
from nbdiag.schema.run import TrainingRun

IMPORTS = "import keras\nimport numpy as np\nfrom keras import layers\n\n"


def array(*shape, dtype="float32", kind="array", **more):
    return Variable(kind, "ndarray", dtype, shape, **more)


def failed(source, message, names=None, *, at="", kind="ValueError", during="cell", earlier=()):
    """A cell that failed in the piece of it that is named."""
    text = IMPORTS + source
    places = ()
    if at:
        before = text[: text.index(at)]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n") - 1
        places = (CallSite(5, line, column, line, column + len(at)),)
    error = RunError(kind, message, during, (), FailureContext(places, dict(names or {})))
    return TrainingRun(cell=Cell(5, text), earlier=tuple(earlier), error=error)


def written(run):
    """The texts of all candidates that can be written, the likeliest first."""
    cells = [write_cell(run, item.changes) for item in candidates_of(run)]
    return [cell.source for cell in cells if cell.edited and not cell.live]


TARGET = "Arguments `target` and `output` must have the same rank (ndim). Received: target.shape={}, output.shape={}"
MODEL = 'model = keras.Sequential([{}])\nmodel.compile("adam", "{}")\nmodel.fit(x, y)\n'
KINDS = {
    "a word": (
        'layers.Dense(3, activation="Relu")',
        "Could not interpret activation function identifier: Relu",
        {},
        'activation="relu"',
    ),
    "a word in a variable": (
        "layers.Dense(3, activation=name)",
        "Could not interpret activation function identifier: softmx",
        {"name": Variable("text", "str", value="'softmx'")},
        'activation="softmax"',
    ),
    "a word in a dictionary": (
        'settings = {"loss": "binary_crossentopy"}\nmodel.compile(**settings)',
        "Could not interpret loss identifier: binary_crossentopy",
        {},
        '{"loss": "binary_crossentropy"}',
    ),
    "a word of the exception's own list": (
        'model.get_layer("feature")',
        "No such layer: feature. Existing layers are: ['features', 'head'].",
        {},
        'model.get_layer("features")',
    ),
    "an argument's name": (
        "layers.Dense(3, activaton='relu')",
        "Unrecognized keyword arguments passed to Dense: {'activaton': 'relu'}",
        {},
        "layers.Dense(3, activation='relu')",
    ),
    "an argument too many": (
        "layers.Dense(3, colour='red', name='a')",
        "Unrecognized keyword arguments passed to Dense: {'colour': 'red'}",
        {},
        "layers.Dense(3, name='a')",
    ),
    "the only argument": (
        "layers.Flatten(sizes=3)",
        "Unrecognized keyword arguments passed to Flatten: {'sizes': 3}",
        {},
        "layers.Flatten()",
    ),
    "a class": (
        "model = keras.Sequential([layers.Flatten, layers.Dense(1)])",
        "Only instances of `keras.Layer` can be added to a Sequential model.",
        {},
        "[layers.Flatten(), layers.Dense(1)]",
    ),
    "maps before the head": (
        MODEL.format("layers.Conv2D(4, 3), layers.Dense(1)", "mse"),
        TARGET.format("(None, 1)", "(None, 6, 6, 1)"),
        {},
        "layers.Flatten(), layers.Dense(1)",
    ),
    "a list of layers in a variable": (
        "stack = [layers.Conv2D(4, 3), layers.Dense(1)]\nh = x\nfor item in stack:\n    h = item(h)",
        TARGET.format("(None, 1)", "(None, 6, 6, 1)"),
        {},
        "stack = [layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(1)]",
    ),
    "stacked recurrent layers": (
        MODEL.format("layers.LSTM(4), layers.Dropout(0.1), layers.GRU(4), layers.Dense(1)", "mse"),
        "Input 0 of layer 'gru' is incompatible with the layer: expected ndim=3, found ndim=2.",
        {},
        "layers.LSTM(4, return_sequences=True), layers.Dropout(0.1), layers.GRU(4), layers.Dense(1)",
    ),
    "a recurrent layer before RepeatVector": (
        MODEL.format(
            "layers.LSTM(4, return_sequences=True), layers.RepeatVector(3), "
            "layers.GRU(4, return_sequences=True)",
            "mse",
        ),
        "Input 0 of layer 'repeat_vector' is incompatible with the layer: expected ndim=2, found 3",
        {},
        "layers.LSTM(4, return_sequences=False), layers.RepeatVector(3), layers.GRU(4",
    ),
    "a window": (
        MODEL.format("layers.Conv2D(4, 5), layers.Dense(1)", "mse"),
        "Computed output size would be zero or negative. Received `inputs shape=[None, 3, 3, 1]`",
        {},
        'layers.Conv2D(4, 5, padding="same")',
    ),
    "the declared shape": (
        MODEL.format("layers.Input((9,)), layers.Dense(1)", "mse"),
        "expected shape=(None, 9), found shape=(32, 8)",
        {"x": array(60, 8), "y": array(60)},
        "layers.Input((8,))",
    ),
    "an axis": (
        MODEL.format("layers.BatchNormalization(axis=3), layers.Dense(1)", "mse"),
        "tuple index out of range",
        {},
        "layers.BatchNormalization(axis=-1)",
    ),
    "objects": (
        MODEL.format("layers.Dense(1)", "mse"),
        "Invalid dtype: object",
        {"x": array(60, 8, dtype="object"), "y": array(60)},
        'np.asarray(x, dtype="float32")',
    ),
    "names as labels": (
        MODEL.format("layers.Dense(3)", "sparse_categorical_crossentropy").replace(
            "y)", 'table["kind"])'
        ),
        "Invalid dtype: str",
        {"x": array(60, 8)},
        'np.unique(table["kind"], return_inverse=True)[1]',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "message", "names", "expected"), KINDS.values(), ids=KINDS)
def test_the_repair_is_among_the_candidates(source, message, names, expected):
    run = failed(source, message, names)
    texts = written(run)
    assert any(expected in text for text in texts), texts


@pytest.mark.parametrize(("source", "message", "names", "_"), KINDS.values(), ids=KINDS)
def test_nothing_is_tried_for_a_cell_that_did_not_fail(source, message, names, _):
    run = failed(source, message, names)
    assert candidates_of(TrainingRun(cell=run.cell)) == ()


CALLS = {
    "attention to itself": (
        "h = layers.Attention()(h)",
        "Attention.call() missing 1 required positional argument: 'value'",
        "layers.Attention()(h)",
        "layers.Attention()(h, h)",
    ),
    "inputs one by one": (
        "h = layers.concatenate(a, b)",
        "concatenate() takes 1 positional argument but 2 were given",
        "layers.concatenate(a, b)",
        "layers.concatenate([a, b])",
    ),
    "inputs in a list": (
        "h = layers.Attention(3)([a, b])",
        "call() got multiple values, expected tensors and not a list of them",
        "layers.Attention(3)([a, b])",
        "layers.Attention(3)(a, b)",
    ),
}


@pytest.mark.parametrize(("source", "message", "at", "expected"), CALLS.values(), ids=CALLS)
def test_the_failing_call_gets_its_arguments_otherwise(source, message, at, expected):
    run = failed(source, message, at=at, kind="TypeError")
    assert any(expected in text for text in written(run))


def test_a_constant_of_an_earlier_cell_is_edited_there_and_comes_along():
    run = failed(
        "model.compile(**SETTINGS)",
        "Could not interpret loss identifier: binary_crossentopy",
        earlier=[Cell(2, 'SETTINGS = {"loss": "binary_crossentopy", "optimizer": "adam"}')],
    )
    assert any(
        'SETTINGS = {"loss": "binary_crossentropy", "optimizer": "adam"}' in text
        for text in written(run)
    )


def test_a_word_that_the_exception_does_not_name_stays():
    run = failed('layers.Dense(3, activation="relu", name="Relu6")', "Could not interpret: Elu")
    assert not any('name="relu' in text for text in written(run))


def test_candidates_come_in_the_order_of_their_cost_and_once():
    run = failed(*KINDS["maps before the head"][:3])
    found = candidates_of(run)
    assert [item.cost for item in found] == sorted(item.cost for item in found)
    assert len({repr(item.changes) for item in found}) == len(found)


def test_layers_come_last_where_no_shape_is_at_fault():
    source = KINDS["maps before the head"][0].replace("adam", "adan")
    texts = written(failed(source, "Could not interpret optimizer identifier: adan"))
    places = [place for place, text in enumerate(texts) if "Flatten" in text]
    words = [place for place, text in enumerate(texts) if '"adam"' in text]
    assert words[0] == 0
    assert min(places) > max(words)


MEANINGS = {
    "kinds": (array(60, 3, dtype="object", texts=("a",), encoded=5), "x", "get_dummies"),
    "amounts": (array(60, 3, dtype="object", texts=("a",)), "x", None),
    "marks of what is missing": (
        array(60, 3, dtype="object", texts=("a",), marks=("?",)),
        "x",
        "to_numeric",
    ),
    "other texts among numbers": (
        array(60, 3, dtype="object", texts=("a",), marks=("north",)),
        "x",
        None,
    ),
    "labels of different lengths": (array(60, dtype="object", lengths=(2, 5)), "y", None),
}


@pytest.mark.parametrize(("thing", "name", "expected"), MEANINGS.values(), ids=MEANINGS)
def test_texts_become_numbers_only_where_they_mean_the_same(thing, name, expected):
    names = {"x": array(60, 3), "y": array(60)} | {name: thing}
    run = failed(MODEL.format("layers.Dense(1)", "mse"), "Invalid dtype: object", names)
    found = [text for text in written(run) if "get_dummies" in text or "to_numeric" in text]
    found += [text for text in written(run) if "pad_sequences" in text]
    assert bool(found) == (expected is not None)
    assert all(expected in text for text in found)


@pytest.mark.parametrize(
    ("loss", "offered"), [("mse", False), ("sparse_categorical_crossentropy", True)]
)
def test_texts_are_names_of_classes_only_for_a_loss_of_classes(loss, offered):
    source = MODEL.format("layers.Dense(3)", loss).replace("y)", 'table["price"])')
    run = failed(source, "Invalid dtype: str", {"x": array(60, 8)})
    assert any("np.unique" in text for text in written(run)) == offered


def test_changes_with_arguments_of_layers_are_candidates_too():
    source = "e = layers.Embedding(9, 4)(x)\no, s = layers.LSTM(5, return_state=True)(e)\n"
    run = failed(source, "too many values to unpack (expected 2)", at=source.splitlines()[1])
    assert candidates_of(run)
