"""Whether an exception says that Keras 3 no longer has something, and what replaces it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbdiag.facts.crash.exception import Crash
from nbdiag.keras_api.layers import layer_class
from nbdiag.keras_api.optimizers import CLASSES
from nbdiag.keras_api.renamed.arguments import (
    DROPPED_OF_COMPILE,
    DROPPED_OF_FIT,
    DROPPED_OF_OPTIMIZERS,
    OF_COMPILE,
    OF_FIT,
    OF_FUNCTIONS,
    OF_LAYERS,
    OF_MODEL,
    OF_ONE_LAYER,
    OF_OPTIMIZERS,
    argument_today,
)
from nbdiag.keras_api.renamed.functions import (
    ATTRIBUTES,
    GONE_OF_BACKEND,
    HISTORY,
    METHODS,
    OF_A_LAYER,
    OPS,
    STATES,
    TENSORFLOW_1,
    WORDS,
)
from nbdiag.keras_api.renamed.paths import FROM_TENSORFLOW, MODULES, is_old_path, path_today
from nbdiag.language import say
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import failed_call
from nbdiag.syntax.calls import CellCall, attributes_in, calls_of
from nbdiag.syntax.text.nodes import is_attribute, is_constant

_ROOT = r"(?:tensorflow\.(?:python\.|contrib\.)?)?keras(?:\.(?:_tf_keras\.keras|api))?"
_MODULE = re.compile(rf"No module named '(?:{_ROOT})\.(?P<path>[\w.]+)'")
_NAME = re.compile(rf"cannot import name '(?P<name>\w+)' from '(?:{_ROOT})\.?(?P<module>[\w.]*)'")
_OF_MODULE = re.compile(
    rf"module '(?:{_ROOT})\.?(?P<module>[\w.]*)' has no attribute '(?P<name>\w+)'"
)
_OF_TENSORFLOW = re.compile(
    r"module 'tensorflow(?:\._api\.v2)?\.?(?P<module>[\w.]*)' has no attribute '(?P<name>\w+)'"
)
_WORD = re.compile(r"Could not interpret (?:loss|metric) identifier: '?(?P<name>\w+)")
_OF_OBJECT = re.compile(r"'(?P<owner>\w+)' object has no attribute '(?P<name>\w+)'")
_KEYWORD = re.compile(r"unexpected keyword argument '(?P<name>\w+)'")
_MISSING = re.compile(r"missing \d+ required positional arguments?: (?P<names>.*)")
_DICTIONARY = re.compile(r"(?:not recognized:|arguments passed to \w+:) *\{(?P<names>.*)")
_SIZE_VALUE = re.compile(r"[\w.]*shape(?:\(\))?\[[^\]]*\]\.value\b")
_OLD_CONVOLUTION = ("Convolution2D", "Convolution3D")
_ROWS_AND_COLUMNS = 3


@dataclass(frozen=True)
class Old:
    """Something of Keras 2 and what Keras 3 has instead ("" for nothing).

    Attributes
    ----------
    advice
        What to do by hand, where no text can be written for it.
    """

    old: str
    new: str
    what: str
    advice: str = ""


_WEIGHT = Old('add_weight("…", shape)', 'add_weight(shape=…, name="…")', "argument")


def old_api(run: TrainingRun, crash: Crash) -> tuple[Old, ...]:
    """List what of Keras 2 an exception names; nothing when it has another cause.

    After what the exception names comes what else is old in the cell: all of it is rewritten
    together, or the next line would fail.
    """
    found = _named(run, crash)
    known = {item.old for item in found}
    others = (item for item in old_in_text(run) if item.old not in known)
    return (*found, *dict.fromkeys(others)) if found else ()


def _named(run: TrainingRun, crash: Crash) -> tuple[Old, ...]:
    line = crash.line
    if found := _MODULE.search(line):
        return _moved(run, found["path"])
    if found := (_NAME.search(line) or _OF_MODULE.search(line)):
        return _path(run, f"{found['module']}.{found['name']}".lstrip("."))
    if "`keras.optimizers.legacy` is not supported" in line:
        return (Old("keras.optimizers.legacy", "keras.optimizers", "module"),)
    if crash.type == "AttributeError":
        return _no_attribute(run, line)
    if crash.type == "NotImplementedError":
        return _no_method(run, line)
    if crash.type == "KeyError":
        return _key(run, line.strip("'\""))
    return _given(run, line) or _settings(run, crash)


def _no_attribute(run: TrainingRun, line: str) -> tuple[Old, ...]:
    if found := _OF_TENSORFLOW.search(line):
        path = f"{found['module']}.{found['name']}".lstrip(".")
        new = TENSORFLOW_1.get(path)
        return (Old(f"tf.{path}", f"tf.{new}", "name"),) if new else ()
    found = _OF_OBJECT.search(line)
    return _attribute(run, found["owner"], found["name"]) if found else ()


def _no_method(run: TrainingRun, line: str) -> tuple[Old, ...]:
    """Find add_loss and add_metric of a model: what they are given is no longer a number."""
    call = failed_call(run)
    name = call.name if call is not None and not line else ""
    if "`add_metric()` method is deprecated" in line:
        name = "add_metric"
    if name not in ("add_loss", "add_metric"):
        return ()
    if name == "add_metric":
        new, advice = say("compile(metrics=[…])"), say("Give the metric to compile, or to a layer")
    else:
        new = say("self.add_loss(…) in the call of a layer")
        advice = say(
            "Compute the loss inside the call of a custom layer, and call self.add_loss there: "
            "outside, tensors such as z_mean are symbolic"
        )
    return (Old(f"model.{name}(…)", new, "method", advice),)


def _given(run: TrainingRun, line: str) -> tuple[Old, ...]:
    """Find arguments that are unknown, or missing, under the names of today."""
    if found := _KEYWORD.search(line):
        return _arguments([found["name"]])
    if found := _DICTIONARY.search(line):
        return _arguments(re.findall(r"'(\w+)': ", "{" + found["names"]))
    if found := _MISSING.search(line):
        return _missing(run, re.findall(r"'(\w+)'", found["names"]))
    return ()


def _moved(run: TrainingRun, path: str) -> tuple[Old, ...]:
    known = is_old_path(path) or path in FROM_TENSORFLOW or path.startswith("preprocessing.text")
    if not known:
        head = path.split(".", maxsplit=1)[0]
        if head == "wrappers":
            new = say("keras.wrappers.SKLearnClassifier or SKLearnRegressor")
            return (Old(f"keras.{path}", new, "module"),)
        if head in ("contrib", "legacy"):
            return (Old(f"keras.{path}", "", "module"),)
        return ()
    names = re.findall(rf"from\s+[\w.]*{re.escape(path)}[\w.]*\s+import\s+(.+)", _texts(run))
    listed = ", ".join(dict.fromkeys(re.findall(r"\w+", " ".join(names))))
    if listed in GONE_OF_BACKEND:
        return (Old(f"keras.{path} ({listed})", "", "module"),)
    tensorflow = path.startswith("preprocessing.")
    today = f"tensorflow.keras.{path}" if tensorflow else f"keras.{path_today(path)}"
    return (Old(f"keras.{path}", f"{today}{f' ({listed})' if listed else ''}", "module"),)


def _path(run: TrainingRun, path: str) -> tuple[Old, ...]:
    if not is_old_path(path):
        return ()
    module, _, name = path.rpartition(".")
    if path == "layers.merge":  # a module, but what is imported by name is the function
        new = say("keras.layers.concatenate, add, multiply, average, maximum or dot")
        return (Old("keras.layers.merge", new, "name"),)
    if path in MODULES:
        used = re.findall(rf"\b{re.escape(name)}\.(\w+)", _texts(run))
        listed = [f"keras.{path_today(f'{path}.{item}')}" for item in dict.fromkeys(used)]
        new = ", ".join(listed) or f"keras.{path_today(path)}"
        return (Old(f"keras.{path}", new, "module"),)
    if path in FROM_TENSORFLOW:
        return (Old(f"keras.{path}", f"tensorflow.keras.{path}", "name"),)
    if module == "backend":
        if name.endswith("image_dim_ordering"):
            return (Old(f"keras.{path}", name.replace("dim_ordering", "data_format"), "name"),)
        if name == "function":
            return (Old(f"keras.{path}", say("keras.Model(inputs, outputs)"), "name"),)
        return (Old(f"keras.{path}", f"keras.ops.{OPS[name]}" if name in OPS else "", "name"),)
    return (Old(f"keras.{path}", f"keras.{path_today(path)}", "name"),)


def _attribute(run: TrainingRun, owner: str, name: str) -> tuple[Old, ...]:
    if owner in ("int", "NoneType") and name == "value":
        text = _SIZE_VALUE.search(_texts(run))
        old = f"{text[0]}" if text else ""
        return (Old(old, old.removesuffix(".value"), "attribute"),) if old else ()
    if owner == "tuple" and name == "as_list":
        return (Old(say("shape.as_list()"), say("list(shape)"), "method"),)
    if owner == "KerasTensor" and name in ("get_shape", "set_shape", "_keras_shape"):
        return (Old(name, "shape" if name != "set_shape" else "", "attribute"),)
    if name in METHODS:
        new = "predict(…).argmax(axis=-1)" if name == "predict_classes" else METHODS[name]
        return (Old(name, new, "method"),)
    if name in ATTRIBUTES and owner not in ("Series", "DataFrame", "ndarray"):
        return (Old(name, ATTRIBUTES[name], "attribute"),)
    if name in STATES:
        return (Old(name, say("reset_states() of every stateful layer"), "method"),)
    if name in OF_A_LAYER and re.search(r"\.layers\b|get_layer\(", _texts(run)):
        return (Old(name, OF_A_LAYER[name], "attribute"),)
    if owner == "str" and name == "get" and re.search(r"class_weight\s*=\s*['\"]", _texts(run)):
        return (Old('class_weight="auto"', "class_weight={class: weight}", "argument"),)
    return ()


def _arguments(names: list[str]) -> tuple[Old, ...]:
    pairs = [(name, argument_today(name)) for name in names]
    return tuple(Old(name, new, "argument") for name, new in pairs if new is not None)


def _missing(run: TrainingRun, names: list[str]) -> tuple[Old, ...]:
    """Find missing arguments that were given under their older names."""
    tables = {**OF_LAYERS, **OF_OPTIMIZERS, **OF_COMPILE, **OF_FIT, **OF_MODEL}
    tables |= {"nb_row": "kernel_size", "nb_col": "kernel_size", "length": "n"}
    written = {name for found in calls_of(run) for name in found.named}
    return tuple(
        Old(old, new, "argument")
        for old, new in tables.items()
        if new in names and old in written and old != new
    )


def _key(run: TrainingRun, key: str) -> tuple[Old, ...]:
    back = {new: old for old, new in HISTORY.items()}
    today = HISTORY.get(key) or back.get(key)
    metric = "accuracy" if key in HISTORY else "acc"
    text = _texts(run)
    compiled = re.search(rf"metrics?\s*=\s*\[?[^\])]*['\"]{metric}['\"]", text)
    if today is None or not compiled:
        return ()
    return (Old(f"history.history['{key}']", f"history.history['{today}']", "key"),)


def _settings(run: TrainingRun, crash: Crash) -> tuple[Old, ...]:
    line, text = crash.line, _texts(run)
    word = _WORD.search(line)
    if word is not None and word["name"] in WORDS:
        return (Old(f'"{word["name"]}"', f'"{WORDS[word["name"]]}"', "name"),)
    if "`name` must be passed as a keyword argument" in line:
        return (_WEIGHT,)
    if "Expected `metrics` argument to be a list" in line:
        return (Old('metrics="…"', 'metrics=["…"]', "argument"),)
    if "filepath provided must end in" in line or "Invalid filepath extension" in line:
        return (Old(say("a file name without .keras"), say("a name that ends in .keras"), "name"),)
    if "must end in `.weights.h5`" in line:
        return (
            Old(
                say("a weights file of another name"),
                say("a name that ends in .weights.h5"),
                "name",
            ),
        )
    if "'float' object cannot be interpreted as an integer" in line and "steps" in text:
        return (
            Old(
                say("a fractional number of steps"),
                say("steps_per_epoch as a whole number"),
                "argument",
            ),
        )
    if "output size would be zero or negative" in line:
        for found in calls_of(run):
            rows = len(found.node.args) >= _ROWS_AND_COLUMNS
            if found.name in _OLD_CONVOLUTION and rows:
                old = f"{found.name}(filters, rows, columns)"
                return (Old(old, "Conv2D(filters, (rows, columns))", "call"),)
    return ()


def _attributes(run: TrainingRun) -> Iterator[Old]:
    """Find attributes of an optimizer that are read by an older name."""
    for owner, name in attributes_in(run.cell):
        if owner == "optimizer" and name in ATTRIBUTES:
            yield Old(name, ATTRIBUTES[name], "attribute")


_FITS = ("fit", "evaluate", "predict", *METHODS)
_BOTH = {"alpha", "theta", "dims", "length", "p", "sigma", "stride", "bias", "input", "output"}
"""Older names that another class still uses: alone they prove nothing."""


def old_in_text(run: TrainingRun) -> Iterator[Old]:
    """Find what else a cell calls by an older name, as far as a name alone can prove it."""
    yield from _attributes(run)
    for found in calls_of(run):
        method = is_attribute(found.node.func)
        first = found.argument(0) if found.name == "add_weight" else None
        if is_constant(first) and isinstance(first.value, str):
            yield _WEIGHT
        if method and found.name in METHODS:
            yield Old(found.name, METHODS[found.name], "method")
        for name in found.named:
            new = _table(found).get(name)
            if new is not None and name not in _BOTH:
                yield Old(name, new, "argument")


def _table(found: CellCall) -> dict[str, str]:
    """Return the older names of the arguments of what is called."""
    if is_attribute(found.node.func) and found.name in _FITS:
        return OF_FIT | dict.fromkeys(DROPPED_OF_FIT, "")
    if found.name == "compile":
        return OF_COMPILE | dict.fromkeys(DROPPED_OF_COMPILE, "")
    if found.name.lower() in _OPTIMIZERS:
        return OF_OPTIMIZERS | dict.fromkeys(DROPPED_OF_OPTIMIZERS, "")
    if found.name in OF_FUNCTIONS:
        return OF_FUNCTIONS[found.name]
    if not _may_be_a_layer(found.name):
        return {}
    own = OF_ONE_LAYER.get(found.name, {})
    return {old: new for old, new in (OF_LAYERS | own).items() if new != old}


_OPTIMIZERS = frozenset(CLASSES)


def _may_be_a_layer(name: str) -> bool:
    """Whether a name is that of a layer, today or in older versions of Keras."""
    return layer_class(name) is not None or path_today(f"layers.{name}") != f"layers.{name}"


def _texts(run: TrainingRun) -> str:
    return "\n".join([*(cell.source for cell in run.earlier[-5:]), run.cell.source])
