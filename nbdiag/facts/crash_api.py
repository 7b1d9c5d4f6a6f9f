"""Whether an exception says that Keras 3 no longer has something, and what stands for it."""

import re
from dataclasses import dataclass

from nbdiag.facts.crash import Crash
from nbdiag.facts.crash_keras2 import (
    ATTRIBUTES,
    FROM_TENSORFLOW,
    HISTORY,
    METHODS,
    OF_COMPILE,
    OF_FIT,
    OF_LAYERS,
    OF_MODEL,
    OF_OPTIMIZERS,
    OPS,
    argument_today,
    is_old_path,
    path_today,
)
from nbdiag.facts.crash_text import calls_of
from nbdiag.language import say
from nbdiag.schema.run import TrainingRun

_ROOT = r"(?:tensorflow\.(?:python\.|contrib\.)?)?keras(?:\.(?:_tf_keras\.keras|api))?"
_MODULE = re.compile(rf"No module named '(?:{_ROOT})\.(?P<path>[\w.]+)'")
_NAME = re.compile(rf"cannot import name '(?P<name>\w+)' from '(?:{_ROOT})\.?(?P<module>[\w.]*)'")
_OF_MODULE = re.compile(
    rf"module '(?:{_ROOT})\.?(?P<module>[\w.]*)' has no attribute '(?P<name>\w+)'"
)
_OF_OBJECT = re.compile(r"'(?P<owner>\w+)' object has no attribute '(?P<name>\w+)'")
_KEYWORD = re.compile(r"unexpected keyword argument '(?P<name>\w+)'")
_MISSING = re.compile(r"missing \d+ required positional arguments?: (?P<names>.*)")
_DICTIONARY = re.compile(r"(?:not recognized:|arguments passed to \w+:) *\{(?P<names>.*)")
_OLD_CONVOLUTION = ("Convolution2D", "Convolution3D")
_ROWS_AND_COLUMNS = 3


@dataclass(frozen=True)
class Old:
    """Something of Keras 2 and what Keras 3 has instead ("" for nothing)."""

    old: str
    new: str
    what: str


def old_api(run: TrainingRun, crash: Crash) -> tuple[Old, ...]:
    """List what of Keras 2 an exception names; nothing when it has another cause."""
    line = crash.line
    if found := _MODULE.search(line):
        return _moved(run, found["path"])
    if found := _NAME.search(line):
        return _path(f"{found['module']}.{found['name']}".lstrip("."))
    if "`keras.optimizers.legacy` is not supported" in line:
        return (Old("keras.optimizers.legacy", "keras.optimizers", "module"),)
    if found := _OF_MODULE.search(line):
        return _path(f"{found['module']}.{found['name']}".lstrip("."))
    if crash.type == "AttributeError" and (found := _OF_OBJECT.search(line)):
        return _attribute(run, found["owner"], found["name"])
    if found := _KEYWORD.search(line):
        return _arguments([found["name"]])
    if found := _DICTIONARY.search(line):
        return _arguments(re.findall(r"'(\w+)': ", "{" + found["names"]))
    if found := _MISSING.search(line):
        return _missing(run, re.findall(r"'(\w+)'", found["names"]))
    if crash.type == "KeyError":
        return _key(run, line.strip("'\""))
    return _settings(run, crash)


def _moved(run: TrainingRun, path: str) -> tuple[Old, ...]:
    known = is_old_path(path) or path in FROM_TENSORFLOW or path.startswith("preprocessing.text")
    if not known:
        head = path.split(".", maxsplit=1)[0]
        if head in ("wrappers", "contrib", "legacy"):
            return (Old(f"keras.{path}", "", "module"),)
        return ()
    names = re.findall(rf"from\s+[\w.]*{re.escape(path)}[\w.]*\s+import\s+(.+)", _texts(run))
    listed = ", ".join(dict.fromkeys(re.findall(r"\w+", " ".join(names))))
    tensorflow = path.startswith("preprocessing.")
    today = f"tensorflow.keras.{path}" if tensorflow else f"keras.{path_today(path)}"
    return (Old(f"keras.{path}", f"{today}{f' ({listed})' if listed else ''}", "module"),)


def _path(path: str) -> tuple[Old, ...]:
    if not is_old_path(path):
        return ()
    module, _, name = path.rpartition(".")
    if path in FROM_TENSORFLOW:
        return (Old(f"keras.{path}", f"tensorflow.keras.{path}", "name"),)
    if path == "layers.merge":
        new = say("keras.layers.concatenate, add, multiply, average, maximum or dot")
        return (Old("keras.layers.merge", new, "name"),)
    if module == "backend":
        if name.endswith("image_dim_ordering"):
            return (Old(f"keras.{path}", name.replace("dim_ordering", "data_format"), "name"),)
        return (Old(f"keras.{path}", f"keras.ops.{OPS[name]}" if name in OPS else "", "name"),)
    return (Old(f"keras.{path}", f"keras.{path_today(path)}", "name"),)


def _attribute(run: TrainingRun, owner: str, name: str) -> tuple[Old, ...]:
    if name in METHODS:
        new = "predict(…).argmax(axis=-1)" if name == "predict_classes" else METHODS[name]
        return (Old(name, new, "method"),)
    if name in ATTRIBUTES and owner not in ("Series", "DataFrame", "ndarray"):
        return (Old(name, ATTRIBUTES[name], "attribute"),)
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
    written = {k.arg for found in calls_of(run) for k in found.node.keywords if k.arg}
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


def _texts(run: TrainingRun) -> str:
    return "\n".join([*(cell.source for cell in run.earlier[-5:]), run.cell.source])
