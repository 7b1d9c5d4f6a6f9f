"""What Keras' functions, objects and methods mean to the reader of a text."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from nbdiag.keras_api.class_words import snake_case
from nbdiag.keras_api.layers import class_name, layer_class, with_role
from nbdiag.static.call_settings import sizes_of
from nbdiag.static.keras_objects import (
    Compilation,
    KerasLayer,
    KerasModel,
    KerasTensor,
    Setting,
    layer_of,
    model_of,
    parts_of,
)
from nbdiag.syntax.imports import keras_name
from nbdiag.syntax.program.domain import (
    ClassValue,
    DictValue,
    Given,
    Imported,
    Instance,
    LibraryObject,
    ListValue,
    Mutable,
    Unknown,
    Value,
    items_of,
)
from nbdiag.syntax.program.library_protocol import Call

OnFit = Callable[[KerasModel, Given, Call], None]

_SETTINGS = ("optimizers", "losses", "metrics", "initializers", "regularizers", "callbacks")
_MERGES = {snake_case(name): name for name in with_role("merge")}
_HARMLESS = frozenset(
    """
    operator numpy pandas matplotlib sklearn scipy tensorflow keras os tf_keras keras_core math
    sys time json random seaborn IPython builtins logging warnings datetime pathlib collections
    itertools gc functools copy pprint cv2 PIL skimage tqdm pickle joblib re visualkeras
    tensorflow_datasets tensorflow_hub tensorflow_addons wandb mlflow kagglehub google plotly
    imblearn nltk gensim librosa torch nbdiag argparse string typing dataclasses shutil glob
    zipfile requests urllib statistics csv io types uuid subprocess
    """.split()  # noqa: SIM905 - a name a line would fill the page
)
"""Packages whose functions train and change no model that they are given."""


class KerasLibrary:
    """Makes layers, tensors and models of what the text of a program calls.

    Parameters
    ----------
    on_fit
        Called for each call of fit.

    Attributes
    ----------
    touch
        Called with what is about to change.
    settings
        What the program has set of the environment (``os.environ``).
    """

    def __init__(self, on_fit: OnFit) -> None:
        self._on_fit = on_fit
        self.touch: Callable[[Mutable], None] = lambda _: None
        self.settings: dict[str, Value] = {}
        self._names: Counter[str] = Counter()

    def is_harmless(self, path: str) -> bool:
        """Whether a function of a library leaves its arguments as they are."""
        return path.partition(".")[0] in _HARMLESS

    def call(self, path: str, given: Given, run: Call) -> Value:
        """Call a function or class of a library by its dotted path."""
        name = keras_name(path)
        home, _, last = (name or "").rpartition(".")
        if name in ("layers.Input", "layers.InputLayer"):
            return self._input(given)
        if name in ("models.Sequential", "models.Model", "models.Functional"):
            return self._model(last, given, run)
        if home == "layers":
            return self._layer(last, given)
        if home == "applications" and last[:1].isupper():
            return self._application(path, last, given)
        if home in _SETTINGS and last != "get":
            return Setting(f"{home}.{last}", given)
        return self._operation(path, given)

    def _name(self, kind: str, given: Given) -> str:
        named = given.named.get("name")
        if isinstance(named, str):
            return named
        word = snake_case(kind)
        count = self._names[word]
        self._names[word] += 1
        return f"{word}_{count}" if count else word

    def _input(self, given: Given) -> KerasTensor:
        shape = sizes_of(given.get(0, "shape", "input_shape"))
        whole = sizes_of(given.get(-1, "batch_shape", "batch_input_shape"))
        layer = KerasLayer("InputLayer", given.site, self._name("input_layer", given), given=given)
        return KerasTensor(None, shape=whole[1:] if whole else shape, input_layer=layer)

    def _layer(self, name: str, given: Given) -> Value:
        if name in _MERGES and name.islower():
            layer = KerasLayer(_MERGES[name], given.site, self._name(_MERGES[name], given))
            layer.given = Given((), given.named, given.complete, given.site)
            return KerasTensor(layer, tuple(_tensors(given.places)))
        known = layer_class(name) is not None
        made = KerasLayer(class_name(name), given.site, self._name(name, given), builtin=known)
        made.given = given
        made.trainable = given.named.get("trainable", True)
        return made

    def _application(self, path: str, name: str, given: Given) -> KerasLayer:
        parts = path.split(".")
        module = parts[-2] if parts[-2] != "applications" else snake_case(name)
        layer = KerasLayer(name, given.site, self._name(name, given), builtin=False)
        layer.application = module
        return layer

    def _model(self, kind: str, given: Given, run: Call) -> KerasModel:
        made = KerasModel("functional", given.site, self._name(kind, given))
        self._fill(made, kind, given)
        del run
        return made

    def _fill(self, model: KerasModel, kind: str, given: Given) -> None:
        """Put into a model what it is made of."""
        if not given.complete:
            model.spoiled = "the arguments that make it are not all in the text"
        if kind == "Sequential":
            model.kind = "sequential"
            layers = given.get(0, "layers")
            listed = [] if layers is None else items_of(layers)
            model.listed = [Unknown()] if listed is None else list(listed)
            return
        model.inputs = tuple(_tensors((given.get(0, "inputs", "input"),)))
        model.outputs = tuple(_tensors((given.get(1, "outputs", "output"),)))

    def _operation(self, path: str, given: Given) -> Value:
        """Apply a function to tensors; of anything else nothing is known."""
        if not any(isinstance(item, KerasTensor) for item in _leaves(given.everything)):
            return Unknown(f"{path} returns it")
        name = path.rpartition(".")[2]
        word = "".join(part[:1].upper() + part[1:] for part in name.split("_"))
        return KerasTensor(word, tuple(_tensors(given.everything)))

    def made(self, instance: Instance) -> None:
        """Begin an object of a class of the program, before its ``__init__`` runs."""
        given = Given((), {}, complete=True, site=instance.site)
        for base in instance.kind.outside():
            name = keras_name(base.path) if isinstance(base, Imported) else None
            word = self._name(instance.kind.name, given) if name else ""
            if name in ("models.Model", "models.Sequential", "models.Functional"):
                model = KerasModel("subclass", instance.site, word, instance=instance)
                instance.parts["model"] = model
            elif name and name.startswith("layers."):
                layer = KerasLayer(instance.kind.name, instance.site, word, builtin=False)
                instance.parts["layer"] = layer

    def apply(self, thing: Value, given: Given, run: Call) -> Value:
        """Call an object of the library, or of a class of the program made from one."""
        del run
        maker = layer_of(thing) or model_of(thing)
        if maker is None:
            return Unknown()
        sources = tuple(_tensors(given.everything))
        return KerasTensor(maker, sources or (KerasTensor("UnknownValue"),))

    def attribute(self, owner: Value, name: str) -> Value | None:
        """Return an attribute of an object; None where it is a method or not known."""
        if isinstance(owner, KerasTensor):
            if name.isdigit() and isinstance(owner.maker, KerasLayer | KerasModel):
                return KerasTensor(owner.maker, owner.sources, place=int(name))
            return Unknown() if name in ("shape", "dtype") else None
        layer = layer_of(owner)
        if layer is not None:
            return self._of_layer(layer, name)
        model = model_of(owner)
        return self._of_model(model, name) if model is not None else None

    @staticmethod
    def _of_layer(layer: KerasLayer, name: str) -> Value | None:
        if name == "trainable":
            return layer.trainable
        if name == "name":
            return layer.name
        if not layer.application:
            return None
        if name == "input":
            return KerasTensor(None)
        return KerasTensor(layer, (KerasTensor(None),)) if name == "output" else None

    @staticmethod
    def _of_model(model: KerasModel, name: str) -> Value | None:
        if name == "trainable":
            return model.trainable
        if name == "name":
            return model.name
        if name == "layers":
            whole = model.kind == "sequential" and not model.spoiled
            layers = [item for item in model.listed if not isinstance(item, KerasTensor)]
            return ListValue(layers) if whole else Unknown()
        if name in ("input", "inputs", "output", "outputs"):
            tensors = model.inputs if name.startswith("input") else model.outputs
            if name.endswith("s"):
                return ListValue(list(tensors)) if tensors else Unknown()
            return tensors[0] if len(tensors) == 1 else Unknown()
        if name == "optimizer" and model.compilation is not None:
            given = model.compilation.given
            return given.get(0, "optimizer")
        return None

    def assign(self, owner: Value, name: str, value: Value) -> None:
        """Set an attribute of an object."""
        if isinstance(owner, Imported):
            if owner.path == "os.environ":
                self.settings[name] = value
            return
        found = layer_of(owner) or model_of(owner)
        if found is not None and name == "trainable":
            self._freeze(found, value)
        elif isinstance(owner, LibraryObject):
            self._spoil(owner, f"its attribute {name} is set")

    def _freeze(self, thing: KerasLayer | KerasModel, value: Value) -> None:
        self.touch(thing)
        thing.trainable = value
        if isinstance(thing, KerasModel):
            for part in held_by(thing):
                self._freeze(part, value)

    def _spoil(self, thing: Mutable, reason: str) -> None:
        self.touch(thing)
        thing.spoiled = thing.spoiled or reason

    def escapes(self, value: Value, reason: str) -> None:
        """Note that code which the text does not show may change a value."""
        if isinstance(value, Instance):
            for part in value.parts.values():
                if isinstance(part, Mutable):
                    self._spoil(part, reason)

    def method(self, owner: Value, name: str, given: Given, run: Call) -> Value:
        """Call a method that the library gives to an object."""
        model = model_of(owner)
        if model is None:
            if isinstance(owner, Setting) and name not in ("get_config", "minimize"):
                self._spoil(owner, f"its method {name} is called")
            return Unknown()
        self.touch(model)
        if name == "__init__":
            self._begin(model, given)
        elif name == "add":
            model.listed.append(given.get(0, "layer"))
        elif name == "pop" and model.listed:
            model.listed.pop()
        elif name == "compile":
            model.compilation = Compilation(given, model.compilation)
            model.steps, model.built = False, {}
        elif name in ("fit", "fit_generator"):
            self._on_fit(model, given, run)
            if not model.steps:
                model.built = {id(part): part.trainable for part in all_layers(model)}
            model.steps = True
        return Unknown()

    def _begin(self, model: KerasModel, given: Given) -> None:
        kind = model.instance.kind if model.instance is not None else None
        bases = kind.outside() if isinstance(kind, ClassValue) else ()
        names = [keras_name(base.path) for base in bases if isinstance(base, Imported)]
        if "models.Sequential" in names:
            self._fill(model, "Sequential", given)
        elif given.has(1, "outputs"):
            model.kind = "functional"
            self._fill(model, "Model", given)


def held_by(model: KerasModel) -> Iterator[KerasLayer | KerasModel]:
    """Go through the layers and models that a model holds directly."""
    for item in model.listed:
        yield from parts_of(item)
    seen: set[int] = set()
    waiting = list(model.outputs)
    while waiting:
        tensor = waiting.pop()
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        if isinstance(tensor.maker, KerasLayer | KerasModel):
            yield tensor.maker
        waiting += tensor.sources
    if model.kind == "subclass" and model.instance is not None:
        for value in model.instance.names.values():
            yield from parts_of(value)


def all_layers(model: KerasModel) -> Iterator[KerasLayer]:
    """Go through all layers of a model, those of the models in it included."""
    for part in held_by(model):
        if isinstance(part, KerasModel):
            yield from all_layers(part)
        else:
            yield part


def _leaves(values: Any, depth: int = 3) -> Iterator[Value]:
    """Go through values and what lists, tuples and dictionaries of them hold."""
    for value in values:
        if isinstance(value, ListValue | tuple) and depth:
            inner = value.items if isinstance(value, ListValue) else value
            yield from _leaves(inner, depth - 1)
        elif isinstance(value, DictValue) and depth:
            yield from _leaves(value.items.values(), depth - 1)
        else:
            yield value


def _tensors(values: Any) -> Iterator[KerasTensor]:
    """Go through the tensors of some arguments; what is not known takes the place of one."""
    for value in _leaves(values):
        if isinstance(value, KerasTensor):
            yield value
        elif isinstance(value, Unknown):
            yield KerasTensor("UnknownValue")
