"""How a repaired model is followed from a row of its data to its labels."""

import pytest

from nbdiag.edits.changes import kind_of
from nbdiag.facts.crash.layer_chain import Step
from nbdiag.facts.crash.output import CATEGORICAL, SPARSE, Labels, head_changes
from nbdiag.facts.crash.plan import Plan
from nbdiag.facts.crash.shape_walk import after, chain_of
from nbdiag.fixes.follow_up import follow_up
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import (
    Call,
    ConvertData,
    EncodeLabels,
    InsertBesideCall,
    InsertFirst,
    SetInputShape,
    SetLoss,
)
from nbdiag.schema.failure import FailureContext, RunError, Variable
from nbdiag.schema.model import Layer
from nbdiag.schema.run import TrainingRun


def with_change(plan, change):
    return kind_of(change).follow(plan, change)


LAYERS = [
    ("Dense", {"units": 5}, (7, 3)),
    ("Flatten", {}, (4, 3, 2)),
    ("Reshape", {"target_shape": (6, 2)}, (12,)),
    ("Reshape", {"target_shape": (-1, 3)}, (4, 6)),
    ("Permute", {"dims": (2, 3, 1)}, (3, 8, 9)),
    ("RepeatVector", {"n": 4}, (5,)),
    ("Embedding", {"input_dim": 9, "output_dim": 4}, (6,)),
    ("LSTM", {"units": 4}, (6, 2)),
    ("GRU", {"units": 4, "return_sequences": True}, (6, 2)),
    ("Conv1D", {"filters": 4, "kernel_size": 3}, (9, 2)),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "strides": 2}, (9, 8, 2)),
    ("Conv2D", {"filters": 4, "kernel_size": (3, 2), "padding": "same"}, (9, 8, 2)),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 3, "strides": 2}, (5, 6, 2)),
    (
        "Conv2DTranspose",
        {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"},
        (5, 6, 2),
    ),
    ("SeparableConv2D", {"filters": 4, "kernel_size": 3}, (9, 8, 2)),
    ("DepthwiseConv2D", {"kernel_size": 3}, (9, 8, 2)),
    ("MaxPooling2D", {"pool_size": 2}, (9, 8, 2)),
    ("AveragePooling1D", {"pool_size": 3, "strides": 1}, (9, 2)),
    ("GlobalAveragePooling2D", {}, (9, 8, 2)),
    ("UpSampling2D", {"size": 2}, (4, 5, 2)),
    ("UpSampling1D", {"size": 3}, (4, 2)),
    ("ZeroPadding2D", {"padding": (1, 2)}, (4, 5, 2)),
    ("Dropout", {"rate": 0.5}, (4, 5)),
]


@pytest.mark.training
@pytest.mark.parametrize(("name", "config", "row"), LAYERS)
def test_a_shape_behind_a_layer_is_the_one_that_keras_works_out(name, config, row):
    keras = pytest.importorskip("keras")
    layer = getattr(keras.layers, name)(**config)
    expected = tuple(layer(keras.Input(row)).shape[1:])
    assert after(Step(name, config), row) == expected
    assert after(Step(name, layer.get_config()), row) == expected


@pytest.mark.training
def test_a_shape_behind_a_wrapped_layer_is_the_one_that_keras_works_out():
    keras = pytest.importorskip("keras")
    both = keras.layers.Bidirectional(keras.layers.LSTM(4, return_sequences=True))
    each = keras.layers.TimeDistributed(keras.layers.Dense(3))
    for layer in (both, each):
        expected = tuple(layer(keras.Input((6, 2))).shape[1:])
        assert after(Step(type(layer).__name__, layer.get_config()), (6, 2)) == expected


@pytest.mark.parametrize(
    ("name", "config", "row"),
    [
        ("LSTM", {"units": 4}, (6,)),
        ("Conv2D", {"filters": 4, "kernel_size": 3}, (9, 8)),
        ("Reshape", {"target_shape": (5, 2)}, (12,)),
        ("Permute", {"dims": (1, 2)}, (3, 8, 9)),
        ("RepeatVector", {"n": 4}, (5, 2)),
        ("LSTM", {"units": 4, "return_state": True}, (6, 2)),
        ("Conv2D", {"filters": 4, "kernel_size": 3, "dilation_rate": 2}, (9, 8, 2)),
        ("Own", {}, (6, 2)),
    ],
)
def test_what_cannot_be_worked_out_is_not_guessed(name, config, row):
    assert after(Step(name, config), row) is None


def test_a_window_that_does_not_fit_leaves_nothing():
    shape = after(Step("Conv2D", {"filters": 4, "kernel_size": 5}), (3, 8, 1))
    assert shape is not None
    assert shape[0] < 1


def failed(source, **names):
    error = RunError("ValueError", "no matter", "cell", (), FailureContext((), names))
    return TrainingRun(cell=Cell(1, f"%%traindiag\n{source}"), error=error)


START = "import keras\nfrom keras import layers\n\n"
CHAINS = {
    "a list": (
        "m = keras.Sequential([keras.Input((4,)), layers.Dense(2), layers.Softmax()])",
        ["Dense", "Softmax"],
    ),
    "added": (
        "m = keras.Sequential()\nm.add(layers.Flatten())\nm.add(layers.Dense(2))",
        ["Flatten", "Dense"],
    ),
    "functional": (
        "a = keras.Input((4,))\nb = layers.Dense(2)(a)\nm = keras.Model(a, layers.Dense(1)(b))",
        ["Dense", "Dense"],
    ),
    "one in another": (
        "a = keras.Input((4,))\nm = keras.Model(a, layers.Dense(1)(layers.Dense(2)(a)))",
        None,
    ),
    "two outputs": (
        (
            "a = keras.Input((4,))\nb = layers.Dense(2)(a)\nc = layers.Dense(3)(a)\n"
            "m = keras.Model(a, [b, c])"
        ),
        None,
    ),
    "wrapped": (
        "m = keras.Sequential([layers.Bidirectional(layers.LSTM(2)), layers.Dense(1)])",
        ["LSTM", "Dense"],
    ),
    "two branches": (
        (
            "a = keras.Input((4,))\nb = layers.Dense(2)(a)\nc = layers.Dense(2)(a)\n"
            "m = keras.Model(a, layers.Add()([b, c]))"
        ),
        None,
    ),
    "a layer of one's own": ("m = keras.Sequential([Own(), layers.Dense(2)])", None),
    "a loop": (
        "m = keras.Sequential()\nfor n in (4, 2):\n    m.add(layers.Dense(n))",
        None,
    ),
    "two models": (
        "m = keras.Sequential([layers.Dense(2)])\nn = keras.Sequential([layers.Dense(2)])",
        None,
    ),
    "a layer made before": (
        "d = layers.Dense(2)\nm = keras.Sequential([d, layers.Dense(1)])",
        None,
    ),
}


@pytest.mark.parametrize("name", CHAINS)
def test_only_a_plain_chain_of_known_layers_is_followed(name):
    source, expected = CHAINS[name]
    steps = chain_of(failed(START + source))
    assert (None if steps is None else [step.name for step in steps]) == expected


def array(*shape, **more):
    return Variable("array", "ndarray", "float32", shape, **more)


def test_a_repair_is_followed_by_what_would_fail_next():
    source = (
        f"{START}m = keras.Sequential([keras.Input((20,)), layers.LSTM(8), layers.LSTM(4), "
        'layers.Dense(3, activation="softmax")])\n'
        'm.compile("adam", "categorical_crossentropy")\nm.fit(x, y)\n'
    )
    run = failed(source, x=array(50, 20), y=array(50, form="whole", span=(0.0, 4.0)))
    lstm, last = (step.call for step in chain_of(run)[:3:2])
    more = follow_up(run, [InsertFirst("Reshape", (20, 1))])
    assert [(item.argument, item.code) for item in more if hasattr(item, "code")] == [
        ("return_sequences", "True"),
        ("units", "5"),
    ]
    assert [item.call for item in more if hasattr(item, "code")] == [lstm, last]
    assert SetLoss(SPARSE) in more


def test_nothing_follows_where_all_fits():
    source = (
        f"{START}m = keras.Sequential([keras.Input((9,)), layers.Dense(1)])\n"
        'm.compile("adam", "mse")\nm.fit(x, y)\n'
    )
    run = failed(source, x=array(50, 8), y=array(50))
    assert follow_up(run, [SetInputShape((8,))]) == ()


def test_nothing_follows_where_the_model_cannot_be_followed():
    source = f"{START}m = build()\nm.fit(x, y)\n"
    run = failed(source, x=array(50, 8), y=array(50))
    assert follow_up(run, [SetInputShape((8,))]) == ()


def step(name, **config):
    return Step(name, config, layer=Layer(name.lower(), name))


ENDS = [
    # loss, output, labels, what must change
    (SPARSE, (3,), Labels((), "whole", (0, 2)), []),
    (SPARSE, (3,), Labels((1,), "whole", (0, 2)), []),
    (SPARSE, (3,), Labels((), "whole", (1, 3)), ["EncodeLabels"]),
    (SPARSE, (3,), Labels((), "whole", (0, 3)), ["SetLayerArgument"]),
    (SPARSE, (3,), Labels((3,), "one-hot", (0, 1)), ["SetLoss"]),
    (SPARSE, (4,), Labels((3,), "one-hot", (0, 1)), ["SetLoss", "SetLayerArgument"]),
    (CATEGORICAL, (3,), Labels((3,), "one-hot", (0, 1)), []),
    (CATEGORICAL, (4,), Labels((3,), "one-hot", (0, 1)), ["SetLayerArgument"]),
    (CATEGORICAL, (3,), Labels((), "whole", (0, 2)), ["SetLoss"]),
    ("binary_crossentropy", (1,), Labels((), "whole", (0, 1)), []),
    ("binary_crossentropy", (2,), Labels((), "whole", (0, 1)), ["SetLayerArgument"] * 2),
    ("mean_squared_error", (1,), Labels((), "", (-1, 1)), []),
    ("mean_squared_error", (1,), Labels((4,), "", (-1, 1)), ["SetLayerArgument"]),
    ("mean_squared_error", (5, 1), Labels((5, 1), "", (-1, 1)), []),
    ("mean_squared_error", (5, 1), Labels((), "", (-1, 1)), ["InsertLayer"]),
    ("my_own_loss", (5, 1), Labels((), "", (-1, 1)), []),
]


@pytest.mark.parametrize(("loss", "output", "labels", "kinds"), ENDS)
def test_the_end_of_a_model_is_fitted_to_its_labels(loss, output, labels, kinds):
    steps = (step("Dense", units=output[-1], activation="softmax"),)
    found = head_changes(steps, output, labels, loss)
    assert [type(item).__name__ for item in found] == kinds


def test_a_model_without_a_head_is_given_one():
    found = head_changes((step("Conv1D"),), (28, 2), Labels((), "whole", (0, 2)), SPARSE)
    assert [(item.class_name, item.arguments) for item in found] == [
        ("Flatten", {}),
        ("Dense", {"units": 3, "activation": "softmax"}),
    ]


LABELS = [
    (EncodeLabels("one_hot", 4), Labels((4,), "one-hot", (0.0, 1.0))),
    (EncodeLabels("subtract", 1), Labels((), "whole", (0, 3))),
    (ConvertData("labels", "class_numbers"), Labels((), "whole")),
    (ConvertData("labels", "float32"), Labels((), "whole", (1, 4))),
    (ConvertData("labels", "pad"), None),
]


@pytest.mark.parametrize(("change", "labels"), LABELS)
def test_labels_are_followed_through_a_change(change, labels):
    plan = Plan((4,), None, (step("Dense"),), Labels((), "whole", (1, 4)), SPARSE)
    assert with_change(plan, change).labels == labels


def test_layers_put_behind_a_layer_stand_in_their_order():
    call = Call("Conv1D", 1, 2, 3)
    source = "m.add(Conv1D(2, 2))\n"
    found = next(iter(chain_of(failed(f"m = keras.Sequential()\n{source}"))))
    plan = Plan((4, 1), None, (found,), None, "")
    for name in ("Flatten", "Dense"):
        plan = with_change(plan, InsertBesideCall(name, found.call, before=False))
    assert [item.name for item in plan.steps] == ["Conv1D", "Flatten", "Dense"]
    assert with_change(plan, InsertBesideCall("Flatten", call)) is None
