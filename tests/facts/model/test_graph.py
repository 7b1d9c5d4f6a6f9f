"""The model as a graph, against small models drawn by hand."""

from dataclasses import replace

import numpy as np
import pytest

from nbdiag.facts.model import graph as facts
from nbdiag.facts.model.input_path import entries_of
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Head, Model
from tests.factory import describe, make_layer


def chain(*steps, kind="sequential"):
    """Join layers one after the other; a step is a class name, or a name with fields."""
    made = []
    for place, step in enumerate(steps):
        class_name, fields = (step, {}) if isinstance(step, str) else step
        made.append(
            make_layer(
                class_name,
                f"l{place}",
                **{"inbound": (made[-1].name,) if made else (), **fields},
            )
        )
    head = Head(output=made[-1].name, activation="linear", weights_layer=made[-1].name)
    return Model("m", "Model", kind, layers=tuple(made), heads=(head,))


def dense(units, activation=None, width=8, **fields):
    return ("Dense", {"units": units, "activation": activation, "input_shape": (width,), **fields})


def entries(model, names=None):
    """Entries of arrays under such names, or of a list with an array for each input."""
    starts = facts.roots(model)
    count = 0 if isinstance(starts, Missing) else len(starts)
    keys = [str(place) for place in range(count)] if names is None else names
    return entries_of(model, [describe(np.ones((2, 1)), key) for key in keys])


def pairs(model):
    return [(pair.first.name, pair.second.name) for pair in facts.linear_pairs(model)]


def test_the_first_weights_take_the_input_as_it_is():
    (entry,) = entries(chain("InputLayer", "Dropout", dense(4, parameters=9), dense(1)))
    assert (entry.kind, entry.layer, entry.scale, entry.offset) == ("weighed", "l2", 1.0, 0.0)


def test_rescaling_layers_multiply():
    rescale = ("Rescaling", {"config": {"scale": 1 / 255, "offset": 0.0}})
    centre = ("Rescaling", {"config": {"scale": 2.0, "offset": -1.0}})
    (entry,) = entries(chain(rescale, centre, dense(4)))
    assert entry.kind == "weighed"
    pixels = np.array([0.0, 51.0, 255.0])
    assert pixels * entry.scale + entry.offset == pytest.approx(pixels / 255 * 2 - 1)


def test_a_scale_per_column_is_taken_for_a_normalization():
    columns = ("Rescaling", {"config": {"scale": [0.1, 0.01]}})
    (entry,) = entries(chain(columns, dense(4)))
    assert entry.kind == "normalized"


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        ("Normalization", "normalized"),
        (("BatchNormalization", {"parameters": 16}), "normalized"),
        (("Embedding", {"parameters": 80}), "looked up"),
        ("Lambda", "unknown"),
        (("Whiten", {"builtin": False, "parameters": 3}), "unknown"),
        (("LSTM", {"parameters": 99}), "weighed"),
    ],
)
def test_what_comes_first_decides(first, kind):
    (entry,) = entries(chain("InputLayer", first, dense(1)))
    assert entry.kind == kind


def test_a_mask_on_the_way_is_remembered():
    (entry,) = entries(chain("Masking", ("LSTM", {"parameters": 99})))
    assert entry.masked


def test_the_least_tamed_branch_decides_and_every_input_has_an_entry():
    made = (
        make_layer("InputLayer", "a"),
        make_layer("InputLayer", "b"),
        make_layer("BatchNormalization", "bn", inbound=("a",), parameters=4),
        make_layer("Dense", "wide", inbound=("a",), units=4),
        make_layer("Embedding", "words", inbound=("b",), parameters=40),
        make_layer("Concatenate", "join", inbound=("bn", "wide", "words")),
        make_layer("Dense", "out", inbound=("join",), units=1),
    )
    found = entries(Model("m", "Functional", "functional", layers=made))
    assert [entry.kind for entry in found] == ["weighed", "looked up"]


def two_inputs(*names):
    layers = (
        *(make_layer("InputLayer", name) for name in names),
        make_layer("Embedding", "words", inbound=(names[0],), parameters=40),
        make_layer("Concatenate", "join", inbound=("words", names[1])),
        make_layer("Dense", "out", inbound=("join",), units=1),
    )
    return Model("m", "Functional", "functional", layers=layers)


@pytest.mark.parametrize(
    ("names", "keys", "kinds"),
    [
        ("ab", "01", ["looked up", "weighed"]),  # a list, by place
        ("ab", "ab", ["looked up", "weighed"]),
        ("ab", "ba", ["weighed", "looked up"]),  # a dictionary, by the names of the inputs
        ("ba", "ab", ["weighed", "looked up"]),
        ("ab", "yx", ["weighed", "looked up"]),  # by keys of the model's own, in their order
    ],
)
def test_arrays_find_their_inputs_as_in_keras(names, keys, kinds):
    found = entries(two_inputs(*names), keys)
    assert [entry.kind for entry in found] == kinds


def test_arrays_that_are_not_as_many_as_the_inputs_find_none():
    assert isinstance(entries(two_inputs("a", "b"), "abc"), Missing)


def test_inputs_of_nested_models_are_no_layers_of_the_record():
    made = (
        make_layer("InputLayer", "in"),
        make_layer("Dense", "body", inbound=("input_of_the_nested_model",), units=4),
        make_layer("Dense", "out", inbound=("body",), units=1),
    )
    (entry,) = entries(Model("m", "Functional", "functional", layers=made))
    assert (entry.kind, entry.layer) == ("weighed", "body")


def test_operations_before_the_first_weights_could_do_anything():
    made = (
        make_layer("InputLayer", "in"),
        make_layer("Dense", "out", inbound=("in",), operations=("TrueDivide",), units=1),
    )
    (entry,) = entries(Model("m", "Functional", "functional", layers=made))
    assert entry.kind == "unknown"


@pytest.mark.parametrize(("operation", "count"), [("Relu", 0), ("Add", 1)])
def test_a_bare_operation_may_bend_what_lies_between(operation, count):
    model = chain(dense(16), dense(4, width=16, operations=(operation,)))
    assert len(facts.linear_pairs(model)) == count


def test_a_subclassed_model_has_no_graph():
    made = (make_layer("Dense", "a"), make_layer("Dense", "b"))
    model = Model("m", "Net", "subclass", layers=made)
    assert isinstance(entries(model), Missing)
    assert isinstance(facts.linear_pairs(model), Missing)
    assert isinstance(entries(Model("m", "Net", "subclass")), Missing)


def test_two_straight_layers_in_a_row_are_a_pair_whatever_lies_between():
    model = chain(dense(16), "Dropout", "BatchNormalization", "Flatten", dense(4, width=16))
    assert pairs(model) == [("l0", "l4")]


@pytest.mark.parametrize("between", [("Activation", {"activation": "relu"}), "MaxPooling2D", "Own"])
def test_what_bends_the_signal_parts_a_pair(between):
    step = ("Own", {"builtin": False}) if between == "Own" else between
    assert pairs(chain(dense(16), step, dense(4, width=16))) == []


def test_a_linear_activation_layer_bends_nothing():
    step = ("Activation", {"activation": "linear"})
    assert pairs(chain(dense(16), step, dense(4, width=16))) == [("l0", "l2")]


def test_a_depthwise_layer_belongs_to_the_pointwise_one():
    assert pairs(chain(("DepthwiseConv2D", {}), ("Conv2D", {"units": 8}))) == []


def test_a_residual_sum_before_the_activation_is_no_pair():
    made = (
        make_layer("InputLayer", "in"),
        make_layer("Conv2D", "c1", inbound=("in",), units=8, activation="relu"),
        make_layer("Conv2D", "c2", inbound=("c1",), units=8),
        make_layer("Conv2D", "short", inbound=("in",), units=8),
        make_layer("Add", "sum", inbound=("c2", "short")),
        make_layer("Activation", "act", inbound=("sum",), activation="relu"),
        make_layer("Conv2D", "c3", inbound=("act",), units=8, activation="relu"),
    )
    assert facts.linear_pairs(Model("m", "F", "functional", layers=made)) == ()


def residual(*, activation, operation=False):
    """Draw two blocks that add to a stream, and a last layer that reads it."""
    joins = {"operations": ("Add",)} if operation else {}
    made = [make_layer("InputLayer", "in"), make_layer("Dense", "stem", inbound=("in",), units=8)]
    stream = ("stem",)
    for name in "ab":
        first = make_layer(
            "Dense", f"{name}1", inbound=stream, units=8, activation=activation, **joins
        )
        second = make_layer("Dense", f"{name}2", inbound=(f"{name}1",), units=8)
        made += [first, second]
        stream = (*stream, f"{name}2")
        if not operation:
            made.append(make_layer("Add", f"{name}_sum", inbound=stream))
            stream = (f"{name}_sum",)
    made.append(make_layer("Dense", "out", inbound=stream, units=1, **joins))
    return Model("m", "F", "functional", layers=tuple(made))


@pytest.mark.parametrize("operation", [False, True])
def test_what_a_shortcut_carries_along_is_no_pair(operation):
    assert pairs(residual(activation="relu", operation=operation)) == []
    assert ("a1", "a2") in pairs(residual(activation=None, operation=operation))


def test_branches_side_by_side_are_pairs_with_what_takes_both():
    made = (
        make_layer("Dense", "first", inbound=("in",), units=8, activation="relu"),
        make_layer("Dense", "a", inbound=("first",), units=8),
        make_layer("Dense", "b", inbound=("first",), units=8),
        make_layer("Concatenate", "both", inbound=("a", "b")),
        make_layer("Dense", "out", inbound=("both",), units=1),
    )
    assert pairs(Model("m", "F", "functional", layers=made)) == [("a", "out"), ("b", "out")]


def test_a_code_narrower_than_both_sides_is_marked():
    (code,) = facts.linear_pairs(chain(dense(2, width=24), dense(24, width=2)))
    (waste,) = facts.linear_pairs(chain(dense(16, width=8), dense(1, width=16)))
    assert code.narrow
    assert not waste.narrow


def test_a_narrow_pair_really_has_a_lower_rank():
    rng = np.random.default_rng(0)
    code = rng.normal(size=(24, 2)) @ rng.normal(size=(2, 24))
    waste = rng.normal(size=(8, 16)) @ rng.normal(size=(16, 1))
    assert np.linalg.matrix_rank(code) == 2
    assert np.linalg.matrix_rank(waste) == min(8, 1)


def test_convolutions_are_bottlenecks_only_when_pointwise():
    small = {"units": 4, "input_shape": (9, 9, 16)}
    for kernel, narrow in ([1, 1], True), ([3, 3], False):
        first = ("Conv2D", {**small, "config": {"kernel_size": kernel}})
        (pair,) = facts.linear_pairs(chain(first, ("Conv2D", {"units": 16})))
        assert pair.narrow is narrow


def test_fan_in_counts_what_one_unit_adds_up():
    conv = make_layer("Conv2D", input_shape=(9, 9, 3), config={"kernel_size": [5, 3]})
    assert facts.fan_in(conv) == np.zeros((5, 3, 3)).size
    assert facts.fan_in(make_layer("Dense", input_shape=(7, 12))) == 12
    assert facts.fan_in(make_layer("Dense")) is None


def test_hidden_layers_are_all_but_the_heads():
    model = chain(dense(16, "relu"), "Dropout", dense(4, "relu"), dense(1))
    assert [layer.name for layer in facts.hidden_layers(model)] == ["l0", "l2"]


def test_activation_after_is_the_first_that_bends():
    model = chain(
        dense(16),
        "BatchNormalization",
        ("Activation", {"activation": "tanh"}),
        dense(4, "relu"),
        dense(2),
        dense(1),
    )
    met = [facts.activation_after(layer, model) for layer in facts.layers_with_weights(model)]
    assert met == ["tanh", "relu", None, None]


def test_what_is_inside_a_published_architecture_is_not_the_users():
    model = chain(dense(8), dense(8), dense(1))
    published = replace(
        model,
        layers=tuple(replace(layer, application="resnet") for layer in model.layers[:2])
        + model.layers[2:],
    )
    assert [pair.first.name for pair in facts.linear_pairs(model)] == ["l0", "l1"]
    assert facts.linear_pairs(published) == ()
    assert [layer.name for layer in facts.hidden_layers(model)] == ["l0", "l1"]
    assert facts.hidden_layers(published) == ()


def test_an_output_of_a_custom_class_may_be_any_layer():
    lack = Missing("the output is made by the custom class Net")
    model = replace(chain(dense(8), dense(1), kind="subclass"), heads=(Head("", lack),))
    assert isinstance(facts.hidden_layers(model), Missing)
    assert isinstance(facts.hidden_layers(replace(model, heads=())), Missing)


def test_a_normalization_takes_the_size_of_weights_out_again():
    held = {"parameters": 8}
    model = chain(
        dense(8, **held), ("BatchNormalization", held), "ReLU", dense(8, **held), dense(1, **held)
    )
    assert facts.freely_scaled(model) == {"l0", "l1"}
    assert facts.freely_scaled(chain(dense(8, **held), dense(1, **held))) == frozenset()
    unknown = replace(
        model, layers=tuple(replace(layer, inbound=()) for layer in model.layers), heads=()
    )
    assert facts.freely_scaled(unknown) == {f"l{place}" for place in range(5)}


def test_an_up_convolution_beside_what_was_kept_is_no_straight_pair():
    def up(class_name):
        return Model(
            "m",
            "Functional",
            "functional",
            layers=(
                make_layer("Conv2D", "kept", activation="relu", units=4),
                make_layer(class_name, "up", units=4, inbound=("kept",)),
                make_layer("Concatenate", "join", inbound=("up", "kept")),
                make_layer("Conv2D", "next", activation="relu", units=4, inbound=("join",)),
            ),
        )

    assert facts.linear_pairs(up("Conv2DTranspose")) == ()
    assert [pair.first.name for pair in facts.linear_pairs(up("Conv2D"))] == ["up"]
