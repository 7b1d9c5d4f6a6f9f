"""Where things are made is found to the character, and Keras is left as it was."""

import linecache
import subprocess
import sys

import pytest

from nbdiag.capture import call_sites
from nbdiag.schema.cell import CallSite
from nbdiag.schema.missing import Missing

SOURCE = """\
import keras
from keras.layers import Dense as D
größe = 4
def head(units=1): return D(units)
层 = [D(größe, name="å"), D(größe)]; last = head()
many = [D(n) for n in (1, 2)]
model = keras.Sequential([keras.Input((3,)), *层, last])
model.compile(
    optimizer="sgd",
    loss="mse",
)
other = keras.Sequential([D(1)])
other.compile(loss="mse")
third = keras.models.clone_model(model)
class Mine(keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.inner = D(units)
mine = Mine(
    3
)
graph = keras.Model(model.inputs, model.outputs)
base = keras.applications.MobileNet(weights=None, alpha=0.25, input_shape=(32, 32, 3), classes=2)
"""
LINES = SOURCE.splitlines()


@pytest.fixture(scope="module")
def names():
    linecache.cache["<cell 5>"] = (len(SOURCE), None, SOURCE.splitlines(True), "<cell 5>")
    call_sites.install()
    found = {}
    exec(compile(SOURCE, "<cell 5>", "exec"), found)
    yield found
    call_sites.uninstall()


def text_of(thing):
    site = call_sites.site_of(thing, {"<cell 5>": 5}.get)
    assert isinstance(site, CallSite), site
    return cut(site)


def cut(site):
    assert site.cell == 5
    lines = LINES[site.line - 1 : site.end_line]
    lines[-1] = lines[-1][: site.end_column]
    lines[0] = lines[0][site.column :]
    return "\n".join(lines)


@pytest.mark.training
def test_layers_of_a_published_architecture_are_known(names):
    def origin(thing):
        return call_sites.origin_of(thing, {"<cell 5>": 5}.get)

    found = {origin(layer).application for layer in names["base"].layers}
    assert found == {"mobilenet"}
    assert origin(names["last"]).application == ""


def test_the_exact_call_is_found(names):
    assert [text_of(layer) for layer in names["层"]] == ['D(größe, name="å")', "D(größe)"]
    assert text_of(names["last"]) == "D(units)"
    assert [text_of(layer) for layer in names["many"]] == ["D(n)", "D(n)"]
    assert text_of(names["model"]) == "keras.Sequential([keras.Input((3,)), *层, last])"
    assert text_of(names["graph"]) == "keras.Model(model.inputs, model.outputs)"


@pytest.mark.training
def test_a_class_of_the_users_own_is_made_where_it_is_called(names):
    assert text_of(names["mine"]) == "Mine(\n    3\n)"
    assert text_of(names["mine"].inner) == "D(units)"


@pytest.mark.training
def test_a_copy_has_no_place(names):
    layer = names["third"].layers[0]
    assert isinstance(call_sites.site_of(layer, {"<cell 5>": 5}.get), Missing)


@pytest.mark.training
def test_compile_and_how_the_optimizer_was_given(names):
    call = call_sites.compile_of(names["model"], {"<cell 5>": 5}.get)
    assert cut(call.site) == 'model.compile(\n    optimizer="sgd",\n    loss="mse",\n)'
    assert (call.optimizer, call.kept, call.unread) == ("string", (), ())
    assert call_sites.compile_of(names["other"], {"<cell 5>": 5}.get).optimizer == "omitted"


@pytest.mark.training
def test_what_a_second_compile_leaves_out(names):
    model = names["keras"].Sequential([names["D"](1)])

    def compiled(**given):
        model.compile("sgd", **given)
        call = call_sites.compile_of(model, {}.get)
        return call.kept, call.unread

    model.compile("sgd", loss="mse")
    left_out = compiled()
    if model._compile_loss is None:  # Keras 3.5 keeps nothing
        assert left_out == ((), ())
        assert compiled(loss_weights=[2.0]) == ((), ())
        return
    assert left_out == (("loss",), ())
    model = names["keras"].Sequential([names["D"](1)])
    assert compiled(metrics=["mae"]) == ((), ()), "nothing is kept that was never given"
    assert compiled(loss_weights=[2.0]) == (("metrics",), ()), "without a loss, fit will fail"
    assert compiled(loss="mse", loss_weights=[2.0], metrics=["mae"]) == ((), ())
    assert compiled() == (("loss", "metrics"), ())
    assert compiled(weighted_metrics=["mae"]) == (("loss",), ())
    assert compiled(loss_weights=[2.0], metrics=[]) == (("loss",), ()), "they are in use already"
    assert compiled(loss_weights=[5.0]) == (("loss", "metrics"), ("loss_weights",))
    assert model._compile_loss._user_loss_weights == [2.0], "Keras has read them"
    assert compiled(loss="mae") == (("metrics",), ())


@pytest.mark.training
def test_code_that_is_in_no_cell(names):
    assert isinstance(call_sites.site_of(names["mine"], lambda _: None), Missing)


@pytest.mark.training
def test_saving_keeps_working(names, tmp_path):
    import keras

    model = names["model"]
    model.optimizer.build(model.trainable_variables)
    model.optimizer.iterations.assign(3)
    model.save(tmp_path / "model.keras")
    back = keras.models.load_model(tmp_path / "model.keras")
    assert int(back.optimizer.iterations.numpy()) == 3


@pytest.mark.training
def test_keras_is_left_as_it_was(names):
    import keras

    trainer = call_sites._trainer_of(keras)
    call_sites.uninstall()
    bare = vars(keras.Layer)["__new__"], vars(trainer)["compile"]
    call_sites.install()
    call_sites.install()
    assert vars(keras.Layer)["__new__"] is not bare[0]
    call_sites.uninstall()
    assert (vars(keras.Layer)["__new__"], vars(trainer)["compile"]) == bare


WAITING = """
import sys
from nbdiag.capture import call_sites
from nbdiag.capture.watch import watch
from nbdiag.schema.cell import Cell
call_sites.install()
with watch(Cell(1, "")) as seen:
    assert "keras" not in sys.modules and "tensorflow" not in sys.modules
    import os
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras, numpy
    assert "exec_module" not in vars(keras.__spec__.loader)
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(numpy.ones((4, 2)), numpy.ones(4), verbose=0)
assert len(seen.runs) == 1, seen.runs
assert not isinstance(call_sites._made.about(model), type(None))
call_sites.uninstall()
assert not any("nbdiag" in type(finder).__module__ for finder in sys.meta_path)
assert "fit" not in vars(keras.Model)
"""


@pytest.mark.training
def test_nothing_is_imported_before_the_user_does():
    done = subprocess.run(
        [sys.executable, "-c", WAITING], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


def test_uninstalling_before_keras_is_imported():
    code = (
        "import sys\nfrom nbdiag.capture import call_sites\ncall_sites.install()\ncall_sites.uninstall()\n"
        "assert not any('nbdiag' in type(f).__module__ for f in sys.meta_path)\n"
        "assert 'keras' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
