"""Classes of the user's that cannot be hashed, compared, counted or written are watched all the same."""

import sys
from functools import partial
from types import ModuleType

import numpy as np
import pytest

from nbdiag.capture import sites
from nbdiag.capture.watch import watch
from nbdiag.schema.cell import Cell

pytestmark = pytest.mark.training


class HostileError(Exception):
    """Cannot be written."""

    def __str__(self):
        raise RuntimeError


def _refuse(*_):
    raise HostileError


METHODS = (
    ("__eq__",),
    ("__hash__",),
    ("__eq__", "__hash__", "__bool__", "__len__", "__repr__", "__str__", "__format__"),
)
EVERY = dict.fromkeys(METHODS[-1], _refuse)


@pytest.fixture
def noting():
    sites.install()
    yield
    sites.uninstall()


def rows():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 4)).astype("float32")
    return x, (x[:, 0] > 0).astype("float32")


def made(layers=(), **settings):
    import keras

    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((4,)), *layers, keras.layers.Dense(1, activation="sigmoid")]
    )
    model.compile(**{"optimizer": "sgd", "loss": "binary_crossentropy", **settings})
    return model


@pytest.mark.parametrize("methods", METHODS, ids="+".join)
def test_layers_can_be_made_and_are_noted(noting, methods):
    import keras

    kind = type("Odd", (keras.layers.Layer,), dict.fromkeys(methods, _refuse))
    layer = kind()
    assert sites._made.about(layer) is not None


def test_a_hash_over_an_attribute_of_init(noting):
    import keras

    class Odd(keras.layers.Layer):
        def __init__(self, k):
            super().__init__()
            self.k = k

        def __hash__(self):
            return hash(self.k)

        def __eq__(self, other):
            return self.k == other.k

        def call(self, x):
            return x

    first, second = Odd(3), Odd(3)
    assert first == second
    places = [sites._made.about(layer) for layer in (first, second)]
    assert places[0].instruction != places[1].instruction, "equal, and made in two places"
    assert made([first]).count_params() == 5


@pytest.mark.parametrize("name", [None, 5, "", "keras_of_mine"])
def test_a_namespace_with_any_name(noting, name):
    import keras

    found = {"keras": keras, "__name__": name}
    exec("layer = keras.layers.Dense(1)", found)
    assert sites._made.about(found["layer"]) is not None


def test_noting_that_fails_ends_no_constructor_and_no_compile(noting, monkeypatch):
    import keras

    monkeypatch.setattr(sites, "caller", _refuse)
    monkeypatch.setattr(sites, "_left_out", _refuse)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    assert model.compiled


def odd(kind, *given, **named):
    """An object of a class like ``kind`` that nothing can be asked of."""
    return type("Odd", (kind,), dict(EVERY))(*given, **named)


def odd_callback():
    import keras

    return {"callbacks": [odd(keras.callbacks.Callback)]}


def odd_callbacks():
    import keras

    return {"callbacks": odd(keras.callbacks.Callback)}


def odd_list():
    import keras

    first = odd(keras.callbacks.Callback)
    return {"callbacks": keras.callbacks.CallbackList([first, keras.callbacks.History()])}


def odd_weights():
    return {"class_weight": odd(dict, {0: 1.0, 1: 2.0})}


def losses():
    import keras

    return {"loss": odd(keras.losses.BinaryCrossentropy)}


def metrics():
    import keras

    return {"metrics": [odd(keras.metrics.BinaryAccuracy)]}


def optimizers():
    import keras

    return {"optimizer": odd(keras.optimizers.SGD)}


def trained(compiled, called, layers):
    model = made(layers(), **compiled())
    x, y = rows()
    return model.fit(x, y, epochs=2, verbose=0, **called()).history


def nothing():
    return {}


def no_layers():
    return []


def odd_layers():
    import keras

    return [odd(keras.layers.Dense, 3)]


FORMS = {
    "optimizer": (optimizers, nothing, no_layers),
    "loss": (losses, nothing, no_layers),
    "metric": (metrics, nothing, no_layers),
    "callback": (nothing, odd_callback, no_layers),
    "single callback": (nothing, odd_callbacks, no_layers),
    "list of callbacks": (nothing, odd_list, no_layers),
    "class weights": (nothing, odd_weights, no_layers),
    "layer": (nothing, nothing, odd_layers),
}


def outcome(work):
    """What some work gives, or the kind of exception that it raises."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - any of the user's
        return type(error)


@pytest.mark.parametrize("form", FORMS)
def test_odd_parts_train_as_without_the_watch(noting, form):
    work = partial(trained, *FORMS[form])
    bare = outcome(work)
    with watch(Cell(1, "")) as seen:
        watched = outcome(work)
    assert watched == bare
    assert isinstance(bare, dict)
    assert len(seen.runs) == 1


@pytest.mark.parametrize("where", ["optimizer", "layers", "name"])
def test_a_model_whose_attributes_fail_is_trained(where):
    import keras

    def read(self):
        raise HostileError

    inner = made()

    class Odd(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = keras.layers.Dense(1)

        def call(self, x):
            return self.dense(x)

        def fit(self, *given, **named):
            setattr(Odd, where, property(read))
            return inner.fit(*given, **named)

    x, y = rows()
    with watch(Cell(1, "")) as seen:
        history = Odd().fit(x, y, verbose=0).history
    assert len(history["loss"]) == 1
    assert len(seen.runs) == 1


def test_an_exception_that_cannot_be_written_stays_the_users(noting):
    model = made()
    with pytest.raises(HostileError), watch(Cell(1, "")):
        model.fit(*rows(), callbacks=[_failing()], verbose=0)
    with pytest.raises(HostileError), watch(Cell(1, "")):
        raise HostileError


def _failing():
    import keras

    class Fails(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            raise HostileError

    return Fails()


def test_another_library_under_the_name_of_keras(monkeypatch):
    monkeypatch.setitem(sys.modules, "tf_keras", ModuleType("tf_keras"))
    with watch(Cell(1, "")) as seen:
        made().fit(*rows(), verbose=0)
    assert len(seen.runs) == 1


def wrapped_by_a_tool(model):
    """Put a tool's function over ``fit``, as autologgers do; give what trains and what ends it."""
    import keras

    original = keras.Model.fit

    def traced(self, *given, **named):
        return original(self, *given, **named)

    keras.Model.fit = traced
    return model.fit, lambda: delattr(keras.Model, "fit")


def saved_with_its_arguments(model):
    return partial(model.fit, batch_size=16), lambda: None


def saved_method(model):
    return model.fit, lambda: None


def saved_step(model):
    step = model.train_on_batch
    return (lambda x, y, verbose=0: step(x, y)), lambda: None


@pytest.mark.parametrize(
    "keep", [wrapped_by_a_tool, saved_with_its_arguments, saved_method, saved_step]
)
@pytest.mark.parametrize("check_only", [False, True])
def test_what_a_cell_kept_is_watched_no_more_after_it(keep, check_only):
    import keras

    model = made()
    x, y = rows()
    with watch(Cell(1, ""), check_only=check_only, loops=True) as seen:
        train, end = keep(model)
        train(x, y, verbose=0)
    try:
        runs, sessions = seen.runs, list(seen._sessions)
        assert len(runs) == 1
        before = [value.copy() for value in model.get_weights()]
        train(x, y, verbose=0)
        assert any((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))
        assert (seen.runs, seen._sessions) == (runs, sessions)
        with watch(Cell(2, ""), loops=True) as later:
            train(x, y, verbose=0)
        assert len(later.runs) == 1
        assert len(seen.runs) == 1
    finally:
        end()
    assert "fit" not in vars(keras.Model)
    assert "train_on_batch" not in vars(keras.Model)


def test_unloading_leaves_what_others_put_over_compile(noting):
    import keras

    trainer = sites._trainer_of(keras)
    ours = trainer.compile

    def theirs(self, *given, **named):
        return ours(self, *given, **named)

    trainer.compile = theirs
    try:
        sites.uninstall()
        assert trainer.compile is theirs
        model = made()
        assert sites._compiled.about(model) is None
    finally:
        trainer.compile = ours
    sites.install()
    sites.uninstall()
    assert "nbdiag" not in trainer.compile.__code__.co_filename


class Claims:
    """A proxy without a target, as web frameworks have them: it fails even to say what it is."""

    __class__ = property(_refuse)


def test_names_of_the_user_that_cannot_be_asked_what_they_are(noting):
    model = made()
    names = {"proxy": Claims(), "odd": type("Odd", (), dict(EVERY))(), "model": model}
    with watch(Cell(1, ""), namespace=lambda: names) as seen:
        model.fit(*rows(), verbose=0)
    assert seen.runs[0].model.variable == "model"
    with pytest.raises(KeyError), watch(Cell(1, "proxy, odd"), namespace=lambda: names) as seen:
        raise KeyError
    assert seen.runs[0].model.variable == "model"
