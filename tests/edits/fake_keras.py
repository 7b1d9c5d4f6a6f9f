"""A Keras of a few hundred lines that only remembers: what was built, compiled and fitted.

It binds arguments as Keras does, draws the graph of a model, and knows where in a cell each call
was written. With it a cell is run in a millisecond, and two cells are compared by what they build.
"""

import re
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import count
from typing import Any

import numpy as np

from nbdiag.keras_api.layers import ALIASES, LAYERS
from nbdiag.keras_api.methods import METHODS
from nbdiag.keras_api.optimizers import OPTIMIZERS

LOSSES = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
    "MeanSquaredError",
    "MeanAbsoluteError",
    "Huber",
    "KLDivergence",
    "Poisson",
    "Hinge",
]
METRICS = [
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "SparseCategoricalAccuracy",
    "Accuracy",
    "AUC",
    "Precision",
    "Recall",
    "MeanAbsoluteError",
    "RootMeanSquaredError",
]
CALLBACKS = [
    "EarlyStopping",
    "ReduceLROnPlateau",
    "ModelCheckpoint",
    "TerminateOnNaN",
    "TensorBoard",
]

_numbers = count()
_seen: dict[str, Any] = {"cells": {}, "names": {}, "fits": []}


def snake(name: str) -> str:
    """Name that Keras gives to the first layer of a class."""
    name = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def fresh_name(class_name: str) -> str:
    base = snake(class_name)
    number = _seen["names"].get(base, 0)
    _seen["names"][base] = number + 1
    return base if number == 0 else f"{base}_{number}"


def caller() -> tuple[int, int, int, int, int] | None:
    """Cell and position of the innermost line of a cell that led here."""
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if name in _seen["cells"]:
            number, source = _seen["cells"][name]
            position = list(frame.f_code.co_positions())[frame.f_lasti // 2]
            line, end_line, column, end_column = position
            lines = source.split("\n")
            column = len(lines[line - 1].encode()[:column].decode())
            end_column = len(lines[end_line - 1].encode()[:end_column].decode())
            return number, line, column, end_line, end_column
        frame = frame.f_back
    return None


def bind(name: str, order: tuple[str, ...], args: tuple, kwargs: dict) -> dict[str, Any]:
    """Bind arguments as a call does."""
    if len(args) > len(order):
        raise TypeError(f"{name} got {len(args)} arguments")
    given = dict(zip(order, args, strict=False))
    twice = given.keys() & kwargs.keys()
    if twice:
        raise TypeError(f"{name} got several values for {twice}")
    return {**given, **kwargs}


class Tensor:
    """The value of a layer on its inputs."""

    def __init__(self, layer: Any, inputs: tuple = (), shape: Any = None) -> None:
        self.layer, self.inputs, self.number = layer, inputs, next(_numbers)
        self.shape = shape

    def __add__(self, other: Any) -> "Tensor":
        return Tensor("+", (self, other))

    __radd__ = __mul__ = __sub__ = __add__


class Object:
    """Any object of Keras that is no layer: loss, metric, optimizer, callback."""

    def __init__(self, name: str, given: dict[str, Any]) -> None:
        self.class_name, self.given = name, given

    def __repr__(self) -> str:
        return f"{self.class_name}({self.given})"


class Layer:
    """A layer: its class and its arguments."""

    order: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.class_name = type(self).__name__
        self.given = bind(self.class_name, self.order, args, kwargs)
        self.name = self.given.get("name") or fresh_name(self.class_name)
        self.site = caller()
        self.adapted: Any = None
        self.trainable = True

    def __call__(self, *args: Any, **kwargs: Any) -> Tensor:
        flat: list[Any] = []
        for item in args:
            flat += item if isinstance(item, list | tuple) else [item]
        return Tensor(self, tuple(flat))

    def adapt(self, data: Any) -> None:
        self.adapted = np.asarray(data)

    def set_weights(self, weights: Any) -> None:
        pass

    def get_config(self) -> dict[str, Any]:
        return dict(self.given)


def make_layer(name: str, order: tuple[str, ...]) -> type:
    return type(name, (Layer,), {"order": order})


class Strategy:
    """A distribution strategy that distributes nothing."""

    def scope(self) -> Any:
        return nullcontext()


class Dataset:
    """A data set of whole batches: it remembers how it was mapped."""

    def __init__(self, x: Any, y: Any) -> None:
        self.pair = (np.asarray(x), np.asarray(y))

    def map(self, function: Any) -> Any:
        mapped = function(*self.pair)
        return Dataset(*mapped) if isinstance(mapped, tuple) else mapped

    def batch(self, size: int) -> "Dataset":
        return self


class History:
    def __init__(self, labels: list[str]) -> None:
        values = [0.5, 0.4]
        self.history = {key: values for label in labels for key in (label, f"val_{label}")}
        self.epoch = [0, 1]


class Model(Layer):
    """A functional model, or the base of a user's own."""

    kind = "functional"
    order = ("inputs", "outputs")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if type(self) is not Model and not self.given:
            self.kind = "subclass"
        self.compiled: dict[str, Any] | None = None
        self.compile_site: Any = None
        self.__dict__.setdefault("_attributes", [])

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Layer):
            self.__dict__.setdefault("_attributes", []).append(value)
        super().__setattr__(name, value)

    @property
    def outputs(self) -> list[Tensor]:
        found = self.given.get("outputs", self.given.get("output"))
        if isinstance(found, dict):
            return list(found.values())
        return list(found) if isinstance(found, list | tuple) else [found]

    @property
    def output(self) -> Tensor:
        return self.outputs[0]

    @property
    def input(self) -> Any:
        return self.given.get("inputs")

    @property
    def layers(self) -> list[Layer]:
        if self.kind == "subclass":
            return list(self._attributes)
        found: dict[int, Layer] = {}

        def visit(tensor: Any) -> None:
            if not isinstance(tensor, Tensor):
                return
            for source in tensor.inputs:
                visit(source)
            if isinstance(tensor.layer, Layer):
                found.setdefault(tensor.number, tensor.layer)

        for tensor in self.outputs:
            visit(tensor)
        ordered = [found[number] for number in sorted(found)]
        return list(dict.fromkeys(ordered))

    def compile(self, *args: Any, **kwargs: Any) -> None:
        self.compiled = bind("compile", METHODS["compile"], args, kwargs)
        self.compile_site = caller()
        unknown = self.compiled.keys() - set(METHODS["compile"]) - {"jit_compile"}
        if unknown:
            raise TypeError(f"compile got {unknown}")

    def fit(self, *args: Any, **kwargs: Any) -> History:
        given = bind("fit", METHODS["fit"], args, kwargs)
        if self.compiled is None:
            raise ValueError("You must call `compile()` first")
        _seen["fits"].append((self, given, caller(), self.snapshot()))
        names = [getattr(m, "given", {}).get("name") or str(m) for m in self._metrics()]
        return History(["loss", *names])

    def _metrics(self) -> list[Any]:
        found = (self.compiled or {}).get("metrics") or []
        return list(found) if isinstance(found, list | tuple) else [found]

    def snapshot(self) -> dict[str, Any]:
        return {"evaluated": []}

    def evaluate(self, *args: Any, **kwargs: Any) -> list[float]:
        given = bind("evaluate", METHODS["evaluate"], args, kwargs)
        _seen["fits"][-1][3]["evaluated"].append(given)
        return [0.5, 0.5]

    def predict(self, x: Any, **kwargs: Any) -> Any:
        return np.zeros((len(x), 1))

    def summary(self, *args: Any, **kwargs: Any) -> None:
        pass

    build = load_weights = save = save_weights = summary

    def count_params(self) -> int:
        return 7


class Sequential(Model):
    kind = "sequential"
    order = ("layers", "name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._stack: list[Any] = []
        super().__init__(*args, **kwargs)
        self.kind = "sequential"
        for item in self.given.get("layers") or ():
            self.add(item)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def add(self, layer: Any) -> None:
        if not isinstance(layer, Layer | Tensor):
            raise TypeError(f"{layer} is not a layer")
        self._stack.append(layer)

    def pop(self) -> None:
        self._stack.pop()

    @property
    def layers(self) -> list[Layer]:
        return [item for item in self._stack if isinstance(item, Layer)]

    @property
    def outputs(self) -> list[Tensor]:
        stack = list(self._stack)
        first = stack.pop(0) if stack and isinstance(stack[0], Tensor) else None
        tensor = first or Tensor(InputLayer())
        for layer in stack:
            tensor = layer(tensor)
        return [tensor]


InputLayer = make_layer("InputLayer", LAYERS["InputLayer"].positional)


def Input(shape: Any = None, **kwargs: Any) -> Tensor:  # noqa: N802
    return Tensor(InputLayer(shape=shape, **kwargs), (), shape)


def _maker(name: str, order: tuple[str, ...] = ()) -> Any:
    def make(*args: Any, **kwargs: Any) -> Object:
        return Object(name, bind(name, order or ("a", "b", "c"), args, kwargs))

    make.__name__ = name
    return make


def _vgg(weights: Any = "imagenet", include_top: bool = True) -> Model:
    """A model that Keras builds by itself: all its layers are made by one call of the cell."""
    inputs = Input((4,))
    x = inputs
    for _ in range(3):
        x = MODULES["keras.layers"].Conv2D(8, 3)(x)
    return Model(inputs, x)


def to_categorical(y: Any, num_classes: int | None = None) -> np.ndarray:
    values = np.asarray(y, dtype=int).ravel()
    return np.eye(num_classes or values.max() + 1)[values]


def _modules() -> dict[str, types.ModuleType]:
    """All modules, under the names that notebooks import them by."""
    keras = types.ModuleType("keras")
    parts = {name: types.ModuleType(f"keras.{name}") for name in PARTS}
    classes = {name: make_layer(name, row.positional) for name, row in LAYERS.items()}
    classes |= {old: classes[new] for old, new in ALIASES.items() if new in classes}
    classes |= {"Layer": Layer, "Input": Input, "InputLayer": InputLayer}
    vars(parts["layers"]).update(classes)
    vars(parts["models"]).update(Sequential=Sequential, Model=Model)
    vars(parts["optimizers"]).update({n: _maker(n, o) for n, o in OPTIMIZERS.items()})
    parts["optimizers"].schedules = types.SimpleNamespace(
        ExponentialDecay=_maker("ExponentialDecay")
    )
    vars(parts["losses"]).update({n: _maker(n, ("from_logits",)) for n in LOSSES})
    parts["losses"].binary_crossentropy = "binary_crossentropy"
    parts["losses"].categorical_crossentropy = "categorical_crossentropy"
    vars(parts["metrics"]).update({n: _maker(n, ("name",)) for n in METRICS})
    vars(parts["callbacks"]).update({n: _maker(n, ("monitor",)) for n in CALLBACKS})
    parts["utils"].to_categorical = to_categorical
    vars(parts["ops"]).update(
        one_hot=to_categorical,
        argmax=np.argmax,
        round=np.rint,
        cast=lambda x, dtype: np.asarray(x).astype(dtype),
    )
    parts["backend"].clear_session = lambda: None
    parts["utils"].set_random_seed = lambda seed: None
    for part in ("regularizers", "initializers"):
        parts[part].__getattr__ = _maker
    parts["applications"].VGG16 = _vgg
    for name, part in parts.items():
        setattr(keras, name, part)
    vars(keras).update(Sequential=Sequential, Model=Model, Input=Input)
    modules = {"keras": keras} | {f"keras.{name}": part for name, part in parts.items()}
    tensorflow = types.ModuleType("tensorflow")
    tensorflow.keras = keras
    tensorflow.distribute = types.SimpleNamespace(MirroredStrategy=Strategy)
    tensorflow.nn = types.SimpleNamespace(relu="relu", sigmoid="sigmoid", softmax="softmax")
    for name, module in dict(modules).items():
        modules[f"tensorflow.{name}"] = module
    return modules | {"tensorflow": tensorflow}


PARTS = [
    "layers",
    "models",
    "optimizers",
    "losses",
    "metrics",
    "callbacks",
    "utils",
    "regularizers",
    "initializers",
    "applications",
    "ops",
    "backend",
]
MODULES = _modules()


@contextmanager
def fake_session() -> Iterator[dict[str, Any]]:
    """Put the fake in Keras' place; give the record of what happens."""
    saved = {name: sys.modules.get(name) for name in MODULES}
    _seen.update(cells={}, names={}, fits=[])
    sys.modules.update(MODULES)
    try:
        yield _seen
    finally:
        for name, module in saved.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module
