"""Classes of the user's that cannot be hashed, compared, counted or written are watched all the same."""

import sys
from functools import partial
from types import ModuleType

import numpy as np
import pytest

from nbdiag.capture import call_sites
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
    call_sites.install()
    yield
    call_sites.uninstall()


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
    assert call_sites._made.about(layer) is not None


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
    places = [call_sites._made.about(layer) for layer in (first, second)]
    assert places[0].instruction != places[1].instruction, "equal, and made in two places"
    assert made([first]).count_params() == 5


@pytest.mark.parametrize("name", [None, 5, "", "keras_of_mine"])
def test_a_namespace_with_any_name(noting, name):
    import keras

    found = {"keras": keras, "__name__": name}
    exec("layer = keras.layers.Dense(1)", found)
    assert call_sites._made.about(found["layer"]) is not None


def test_noting_that_fails_ends_no_constructor_and_no_compile(noting, monkeypatch):
    import keras

    monkeypatch.setattr(call_sites, "caller", _refuse)
    monkeypatch.setattr(call_sites, "_left_out", _refuse)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    assert model.compiled


def odd(kind, *given, methods=METHODS[-1], **named):
    """An object of a class like ``kind``, of which some things cannot be asked."""
    return type("Odd", (kind,), dict.fromkeys(methods, _refuse))(*given, **named)


# Keras itself writes losses and metrics, and compares layers.
HELD = ("__eq__", "__hash__", "__format__")
WRITTEN = ("__repr__", "__str__", "__format__")


def odd_optimizer():
    import keras

    return made(optimizer=odd(keras.optimizers.SGD)), {}


def odd_loss():
    import keras

    return made(loss=odd(keras.losses.BinaryCrossentropy, methods=HELD)), {}


def odd_metric():
    import keras

    return made(metrics=[odd(keras.metrics.BinaryAccuracy, methods=HELD)]), {}


def odd_layer():
    import keras

    return made([odd(keras.layers.Dense, 3, methods=WRITTEN)]), {}


def odd_callback():
    import keras

    return made(), {"callbacks": [odd(keras.callbacks.Callback)]}


def odd_container():
    import keras

    model, callback = made(), odd(keras.callbacks.Callback)
    container = keras.callbacks.CallbackList([callback], add_history=True, model=model)
    return model, {"callbacks": container}


def odd_class_weights():
    return made(), {"class_weight": odd(dict, {0: 1.0, 1: 2.0}, methods=WRITTEN)}


def trained(make, epochs=2):
    model, given = make()
    history = model.fit(*rows(), epochs=epochs, verbose=0, **given).history
    return history, given


@pytest.mark.parametrize(
    "make",
    [
        odd_optimizer,
        odd_loss,
        odd_metric,
        odd_layer,
        odd_callback,
        odd_container,
        odd_class_weights,
    ],
)
def test_odd_parts_train_as_without_the_watch(noting, make):
    bare, _ = trained(make)
    with watch(Cell(1, "")) as seen:
        watched, given = trained(make)
    assert watched == bare
    assert len(seen.runs) == 1
    assert (seen.runs[0].fit.epochs, seen.runs[0].history.completed) == (2, 2)
    callbacks = getattr(given.get("callbacks"), "callbacks", ())
    assert not any("nbdiag" in type(item).__module__ for item in callbacks)


def test_a_callback_that_keras_takes_for_none(noting):
    import keras

    class Empty(keras.callbacks.Callback):
        def __len__(self):
            return 0

        def on_train_begin(self, logs=None):
            raise HostileError

    def fit():
        return made().fit(*rows(), callbacks=Empty(), verbose=0).history

    bare = fit()
    with watch(Cell(1, "")) as seen:
        assert fit() == bare
    assert len(seen.runs) == 1


def test_a_callback_that_keras_cannot_count(noting):
    import keras

    def fit():
        made().fit(*rows(), callbacks=odd(keras.callbacks.Callback), verbose=0)

    with pytest.raises(HostileError):
        fit()
    with pytest.raises(HostileError), watch(Cell(1, "")):
        fit()


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
        # A step that was kept shows nothing of itself to a later watch; a fit makes its callbacks.
        assert len(later.runs) == (keep is not saved_step)
        assert len(seen.runs) == 1
    finally:
        end()
    assert "fit" not in vars(keras.Model)
    assert "train_on_batch" not in vars(keras.Model)


def test_unloading_leaves_what_others_put_over_compile(noting):
    import keras

    trainer = call_sites._trainer_of(keras)
    ours = trainer.compile

    def theirs(self, *given, **named):
        return ours(self, *given, **named)

    trainer.compile = theirs
    try:
        call_sites.uninstall()
        assert trainer.compile is theirs
        model = made()
        assert call_sites._compiled.about(model) is None
    finally:
        trainer.compile = ours
    call_sites.install()
    call_sites.uninstall()
    assert "nbdiag" not in trainer.compile.__code__.co_filename


class Claims:
    """A proxy without a target, as web frameworks have them: it fails even to say what it is."""

    __class__ = property(_refuse)


def test_names_of_the_user_that_cannot_be_asked_what_they_are(noting):
    model = made()
    names = {"proxy": Claims(), "odd": odd(object), "model": model}
    with watch(Cell(1, ""), namespace=lambda: names) as seen:
        model.fit(*rows(), verbose=0)
    assert seen.runs[0].model.variable == "model"
    with (
        pytest.raises(KeyError),
        watch(Cell(1, "proxy, odd, model"), namespace=lambda: names) as seen,
    ):
        raise KeyError
    assert seen.runs[0].model.variable == "model"
