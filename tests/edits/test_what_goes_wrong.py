"""What is known to go wrong when code is rewritten; each has gone wrong in some tool."""

from dataclasses import replace

import pytest

from nbdiag.edits import NewCell, write_cell
from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.changes import (
    DropShared,
    InsertLayer,
    RemoveLayer,
    SetFitArgument,
    SetLayerArgument,
    SetLoss,
    SplitAnew,
)
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.run import TrainingRun
from tests.edits.corpus import Case, corpus
from tests.edits.notebooks import make_run

SIGMOID = SetLayerArgument("dense_1", "activation", "sigmoid")
HEAD = """%%traindiag
import keras
from keras import layers

"""
TAIL = """
model.compile("adam", "mse")
model.fit(x, y)
"""


def written(body: str, *changes: object, sites: bool = True) -> NewCell:
    return write_cell(make_run(HEAD + body + TAIL, sites=sites), changes)


def model_lines(new: NewCell) -> str:
    return new.source.removeprefix(HEAD).removesuffix(TAIL)


@pytest.mark.parametrize(
    "case", [case for case in corpus() if len(case.cells) == 1], ids=lambda case: case.name
)
def test_without_a_change_a_complete_cell_stays_byte_for_byte(case: Case) -> None:
    new = write_cell(make_run(case.cells[0], fit=case.fit), [])
    assert (new.source, new.diff, new.live) == (case.cells[0], "", False)


@pytest.mark.parametrize("sites", [True, False])
def test_a_variable_is_replaced_where_it_is_given_and_stays_where_it_is_set(sites: bool) -> None:
    body = "N = 1\nmodel = keras.Sequential([layers.Dense(8), layers.Dense(N)])"
    new = written(body, SetLayerArgument("dense_1", "units", 3), sites=sites)
    assert model_lines(new) == body.replace("Dense(N)", "Dense(3)")


def test_a_call_that_makes_several_layers_is_refused() -> None:
    body = (
        "model = keras.Sequential()\nfor n in (8, 4):\n    model.add(layers.Dense(n))\n"
        "model.add(layers.Dense(1))"
    )
    new = written(body, SIGMOID)
    assert new.live
    assert "one call makes 2 layers" in new.note
    assert "one call makes 2 layers" in new.source


def test_a_call_that_makes_several_layers_is_edited_when_all_of_them_change_alike() -> None:
    body = (
        "model = keras.Sequential()\nfor n in (8, 4):\n    model.add(layers.Dense(n))\n"
        "model.add(layers.Dense(1))"
    )
    relu = [SetLayerArgument(name, "activation", "relu") for name in ("dense", "dense_1")]
    new = written(body, *relu)
    assert model_lines(new) == body.replace("Dense(n)", 'Dense(n, activation="relu")')
    drop = [InsertLayer("Dropout", name, arguments={"rate": 0.5}) for name in ("dense", "dense_1")]
    new = written(body, *drop)
    assert "    model.add(layers.Dense(n))\n    model.add(layers.Dropout(0.5))\n" in new.source
    assert new.source.count("Dropout") == 1


def test_a_call_of_something_else_that_makes_layers_is_not_edited() -> None:
    body = "base = keras.applications.VGG16()\nmodel = keras.Sequential([base, layers.Dense(1)])"
    relu = [SetLayerArgument(n, "activation", "relu") for n in ("conv2d", "conv2d_1", "conv2d_2")]
    new = written(body, *relu)
    assert new.live
    assert "VGG16" not in new.source


def test_a_layer_that_was_copied_has_no_text_of_its_own() -> None:
    body = (
        "def copied(layer):\n    return type(layer)(**layer.get_config())\n\n\n"
        "model = keras.Sequential([layers.Dense(8), copied(layers.Dense(1))])"
    )
    run = make_run(HEAD + body + TAIL)
    copy = run.model.layers[-1].name
    new = write_cell(run, [SetLayerArgument(copy, "activation", "relu")])
    assert new.live or not new.edited
    assert "cannot be found" in new.note


@pytest.mark.parametrize("sites", [True, False])
def test_of_two_models_the_trained_one_is_edited(sites: bool) -> None:
    body = (
        "first = keras.Sequential([layers.Dense(8), layers.Dense(1)])\n"
        "model = keras.Sequential([layers.Dense(8), layers.Dense(1)])"
    )
    new = written(body, SetLayerArgument("dense_3", "activation", "sigmoid"), sites=sites)
    first, second = model_lines(new).split("\n")
    assert first == body.split("\n", maxsplit=1)[0]
    assert second.endswith('layers.Dense(1, activation="sigmoid")])')


@pytest.mark.parametrize("sites", [True, False])
def test_an_imported_class_with_another_name_is_found(sites: bool) -> None:
    body = "from keras.layers import Dense as D\nmodel = keras.Sequential([D(8), D(1)])"
    assert model_lines(written(body, SIGMOID, sites=sites)) == body.replace(
        "D(1)", 'D(1, activation="sigmoid")'
    )


@pytest.mark.parametrize("sites", [True, False])
def test_spread_arguments_are_edited_in_their_dictionary(sites: bool) -> None:
    body = (
        'head = {"activation": "relu",  # bent\n        "use_bias": False}\n'
        "model = keras.Sequential([layers.Dense(8), layers.Dense(1, **head)])"
    )
    new = written(body, SIGMOID, sites=sites)
    assert model_lines(new) == body.replace('"relu"', '"sigmoid"')
    new = written(body, SetLayerArgument("dense_1", "name", "head"), sites=sites)
    assert model_lines(new) == body.replace("1, **head", '1, name="head", **head')


def test_spread_arguments_that_cannot_be_read_are_refused() -> None:
    body = (
        "def head():\n    return {'activation': 'relu'}\n\n\n"
        "model = keras.Sequential([layers.Dense(8), layers.Dense(1, **head())])"
    )
    assert written(body, SIGMOID).live


@pytest.mark.parametrize("sites", [True, False])
def test_an_activation_layer_behind_the_head_is_a_layer_of_its_own(sites: bool) -> None:
    body = (
        "model = keras.Sequential([layers.Dense(8), layers.Dense(1),\n"
        "    layers.Activation('linear')])"
    )
    new = written(body, SetLayerArgument("activation", "activation", "sigmoid"), sites=sites)
    assert model_lines(new) == body.replace("'linear'", "'sigmoid'")


def test_a_comment_behind_a_comma_stays_on_its_line_and_quotes_stay_as_they_are() -> None:
    body = (
        "model = keras.Sequential([\n    layers.Dense(8),\n    layers.Dense(\n        1,  # yes or no\n"
        "        name='head',  # the last\n    ),\n])"
    )
    new = written(body, SetLayerArgument("head", "activation", "sigmoid"))
    assert "        name='head',  # the last\n        activation=" in new.source
    assert '\n        activation="sigmoid",\n    ),\n' in new.source.replace("'", '"')


def test_places_behind_wide_characters_are_right() -> None:
    body = "名 = '模型'; model = keras.Sequential([layers.Dense(8), layers.Dense(1)])  # 头"
    assert model_lines(written(body, SIGMOID)) == body.replace(
        "Dense(1)", 'Dense(1, activation="sigmoid")'
    )


def test_sites_of_another_text_are_not_believed() -> None:
    body = "model = keras.Sequential([layers.Dense(8), layers.Dense(1)])"
    run = make_run(HEAD + body + TAIL)
    moved = HEAD.replace("import keras\n", "import keras\nimport numpy\n") + body + TAIL
    new = write_cell(replace(run, cell=Cell(run.cell.number, moved)), [SIGMOID])
    assert new.source == moved.replace("Dense(1)", 'Dense(1, activation="sigmoid")')


def test_the_fit_of_another_library_is_not_the_models() -> None:
    body = """from sklearn_like import Scaler
scaler = Scaler()
scaler.fit(x)
model = keras.Sequential([layers.Dense(8), layers.Dense(1)])
model.compile("adam", "mse")
getattr(model, "fit")(x, y)
"""
    run = TrainingRun(cell=Cell(3, HEAD + body))
    new = write_cell(run, [SetFitArgument("epochs", 5)])
    assert not new.edited
    assert "scaler.fit(x)\n" in new.source


def test_layers_made_before_nbdiag_are_matched_by_class_and_arguments() -> None:
    body = """left = layers.Dense(8, activation="relu")
right = layers.Dense(4)
inputs = keras.Input((4,))
both = layers.Concatenate()([left(inputs), right(inputs)])
model = keras.Model(inputs, layers.Dense(1)(both))"""
    new = written(body, SetLayerArgument("dense_1", "activation", "tanh"), sites=False)
    assert model_lines(new) == body.replace("Dense(4)", 'Dense(4, activation="tanh")')
    twins = body.replace('8, activation="relu"', "n").replace("Dense(4)", "Dense(n)")
    new = written(f"n = 8\n{twins}", SetLayerArgument("dense_1", "units", 2), sites=False)
    assert new.live, "two branches that look alike cannot be told apart by names"


def test_a_layer_that_is_not_in_the_text_is_not_guessed() -> None:
    body = "model = keras.Sequential([layers.Dense(8), layers.Dense(1)])"
    run = make_run(HEAD + body + TAIL, sites=False)
    other = replace(run.model, layers=(*run.model.layers, Layer("dense_2", "Dense", units=9)))
    new = write_cell(replace(run, model=other), [SIGMOID])
    assert new.live


def test_a_literal_that_disagrees_with_the_live_layer_is_not_its_text() -> None:
    body = "model = keras.Sequential([layers.Dense(8), layers.Dense(1)])"
    run = make_run(HEAD + body + TAIL, sites=False)
    first, last = run.model.layers
    other = replace(run.model, layers=(first, replace(last, units=5, config={"units": 5})))
    assert write_cell(replace(run, model=other), [SIGMOID]).live


def test_an_f_string_is_never_edited() -> None:
    body = (
        "model = keras.Sequential([layers.Dense(8), layers.Dense(1)])\n"
        "print(f\"{model.compile('sgd', 'mae')} {len(model.layers)!r:>3}\")"
    )
    new = written(body, SetLoss("binary_crossentropy"))
    assert body in new.source
    assert 'model.compile("adam", "binary_crossentropy")' in new.source


@pytest.mark.parametrize(
    "source",
    [
        "",
        "%%traindiag",
        "%%traindiag\n",
        "%%traindiag\nmodel.fit(",
        "%%traindiag\nmodel.fit(x, y)",
        "%%traindiag\n!ls\n",
        "%%bash\nls",
        "%%traindiag\nx = 1\r\nmodel.fit(x)\n",
        "%%traindiag\n\tmodel.fit(x, y)\n  model\n",
        "%%traindiag\n" + "(" * 300 + ")" * 300,
        "%%traindiag\nlambda: model.fit(x, y)",
        "%%traindiag\nmodel.fit(x, y).history",
        "\ud800",
    ],
)
def test_no_text_makes_it_raise(source: str) -> None:
    for site in (CallSite(2, 2, 0, 2, 15), Missing("none")):
        run = TrainingRun(
            cell=Cell(2, source),
            earlier=(Cell(1, "x = ("),),
            model=Model("m", "Sequential", "sequential", layers=(Layer("dense", "Dense"),)),
        )
        run = replace(run, fit=replace(run.fit, site=site))
        for change in (SetLoss("mse"), RemoveLayer("dense"), SetFitArgument("epochs", 3)):
            new = write_cell(run, [change])
            assert source.split("\n", maxsplit=1)[0] in new.source
            assert new.edited or new.note


SIDES = "model.fit(x_train, y_train, validation_data=(x_val, y_val))\n"


@pytest.mark.parametrize("change", [SplitAnew(), DropShared("training")], ids=["split", "drop"])
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (f"{SIDES}x_val = x_val / 2\nmodel.evaluate(x_val, y_val)\n", "x_val is assigned again"),
        (SIDES.replace("x_val,", "x_train,"), "both sides are given the same array"),
        (SIDES.replace("=(", "=val_set or ("), "not written as a pair"),
        (SIDES.replace("y_val)", "y_val, np.ones(6))"), "not written as a pair"),
        (SIDES.replace(", val", ", sample_weight=np.ones(6), val"), "the samples have weights"),
        (SIDES.replace("(x_train,", "([x_train],"), "several inputs"),
        (f"pair = (x_val, y_val)\nx_val = x_val / 2\n{SIDES.replace('(x_val, y_val)', 'pair')}",
         "pair was made of other arrays"),
        (f"{SIDES}def last():\n    return model.evaluate(x_val, y_val)\n", "different functions"),
        (f"x_val_mixed = x_val_unshared = 1\n{SIDES}", "names of the new arrays are taken"),
    ],
)  # fmt: skip
def test_sides_that_cannot_be_told_apart_are_not_touched(
    body: str, reason: str, change: SplitAnew | DropShared
) -> None:
    model = 'model = keras.Sequential([layers.Dense(1)])\nmodel.compile("adam", "mse")\n'
    new = write_cell(make_run(HEAD + model + body), [change])
    assert new.live or new.source.endswith(body)
    assert reason in new.note


def test_rows_that_change_sides_do_so_wherever_they_are_read_behind_fit() -> None:
    model = 'model = keras.Sequential([layers.Dense(1)])\nmodel.compile("adam", "mse")\n'
    before = "print(len(x_val))\n"
    after = "scores = [model.evaluate(x_val, y_val) for _ in range(2)]\nx_value = x_val.mean()\n"
    run = make_run(HEAD + model + before + SIDES + after)
    new = write_cell(run, [DropShared("validation")])
    assert new.edited
    assert before in new.source
    for name in ("x_val", "y_val"):
        assert name not in new.source[new.source.index("model.fit") :].replace(
            f"{name}_unshared", ""
        ).replace("x_value", "")
