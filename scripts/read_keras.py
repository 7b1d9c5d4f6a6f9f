"""Write the tables of nbdiag/keras_api from installed and older Keras.

Usage::

    python scripts/read_keras.py                 what differs between the tables and the Keras here
    python scripts/read_keras.py --write DUMP …  write the tables again from dumps, oldest first
    python scripts/read_keras.py --dump FILE     what the Keras here offers, as JSON

What Keras says of itself is generated: classes, second names, parameters in order, default rates,
and since which version (of those dumped) each is there. What it does not say, such as the role of
a layer or what a loss expects, is kept by hand in the same tables and taken over. A dump of another
version is made with that version on the path::

    pip install --no-deps --target old keras==3.5.0
    KERAS_BACKEND=numpy PYTHONPATH=old python scripts/read_keras.py --dump 3.5.json
"""

import argparse
import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "nbdiag" / "keras_api" / "tables"
VERSION = TABLES / "version.txt"
"""Keras that the tables describe; a newer one may have more, never less."""
OF_MODELS = (
    "compile", "fit", "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch",
    "load_weights", "save_weights", "get_layer", "summary",
)  # fmt: skip
OF_UTILS = (
    "to_categorical", "image_dataset_from_directory", "text_dataset_from_directory",
    "timeseries_dataset_from_array", "set_random_seed", "normalize",
)  # fmt: skip
BY_HAND = "-"
"""In the column ``since``: a row that no Keras 3 has, kept by hand."""

Entry = dict[str, Any]
Dump = dict[str, dict[str, Entry]]


def main() -> int:
    """Dump, write or compare; return 1 when the tables differ from the Keras that is installed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--dump", metavar="FILE", type=Path)
    parser.add_argument("--write", metavar="DUMP", type=Path, nargs="+")
    given = parser.parse_args()
    if given.dump:
        given.dump.write_text(json.dumps(dump(), indent=1), encoding="utf-8")
        return 0
    if given.write:
        dumps = [json.loads(path.read_text(encoding="utf-8")) for path in given.write]
        for family in FAMILIES:
            write(family, dumps)
        VERSION.write_text(version_of(dumps[-1]) + "\n", encoding="utf-8")
        return 0
    found = list(differences())
    print("\n".join(found) or "The tables are what the Keras here offers.")
    return int(bool(found))


def dump() -> Dump:
    """Read what the installed Keras offers."""
    import keras

    found: Dump = {family: reader(keras) for family, reader in FAMILIES.items()}
    found["keras"] = {"version": {"is": keras.__version__}}
    return found


def classes(module: Any, base: type) -> dict[str, Entry]:
    """Read the public classes of a module that have a base, second names joined to their class."""
    found: dict[str, Entry] = {}
    for name in dir(module):
        item = getattr(module, name)
        if not inspect.isclass(item) or not issubclass(item, base) or item is base:
            continue
        entry = found.setdefault(item.__name__, {"also": [], "parameters": parameters(item)})
        if name != item.__name__:
            entry["also"].append(name)
    return found


def parameters(item: Any) -> list[str]:
    """Read the names of parameters in order; those that must be named follow a ``*``."""
    names: list[str] = []
    for each in inspect.signature(item).parameters.values():
        if each.kind is each.KEYWORD_ONLY and "*" not in names:
            names.append("*")
        if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD) and each.name != "self":
            names.append(each.name)
    return names


def read_layers(keras: Any) -> dict[str, Entry]:
    """Read the layers."""
    return classes(keras.layers, keras.layers.Layer)


def read_optimizers(keras: Any) -> dict[str, Entry]:
    """Read the optimizers, with their default learning rates."""
    found = classes(keras.optimizers, keras.optimizers.Optimizer)
    for name, entry in found.items():
        given = inspect.signature(getattr(keras.optimizers, name)).parameters.get("learning_rate")
        entry["rate"] = f"{given.default:g}" if given and isinstance(given.default, float) else ""
    return found


def read_losses(keras: Any) -> dict[str, Entry]:
    """Read the losses."""
    return classes(keras.losses, keras.losses.Loss)


def read_metrics(keras: Any) -> dict[str, Entry]:
    """Read the metrics."""
    return classes(keras.metrics, keras.metrics.Metric)


def read_callbacks(keras: Any) -> dict[str, Entry]:
    """Read the callbacks."""
    return classes(keras.callbacks, keras.callbacks.Callback)


def read_initializers(keras: Any) -> dict[str, Entry]:
    """Read the initializers."""
    return classes(keras.initializers, keras.initializers.Initializer)


def read_activations(keras: Any) -> dict[str, Entry]:
    """Read the activation functions."""
    found: dict[str, Entry] = {}
    for name in dir(keras.activations):
        item = getattr(keras.activations, name)
        if inspect.isfunction(item) and name not in ("get", "serialize", "deserialize"):
            entry = found.setdefault(item.__name__, {"also": [], "parameters": parameters(item)})
            if name != item.__name__:
                entry["also"].append(name)
    return found


def read_methods(keras: Any) -> dict[str, Entry]:
    """Read the methods of models, and functions that cells call with arguments by position."""
    items = {name: getattr(keras.Model, name) for name in OF_MODELS}
    items |= {name: getattr(keras.utils, name) for name in OF_UTILS if hasattr(keras.utils, name)}
    items |= {"add": keras.Sequential.add, "Input": keras.Input}
    return {name: {"also": [], "parameters": parameters(item)} for name, item in items.items()}


FAMILIES = {
    "layers": read_layers,
    "losses": read_losses,
    "metrics": read_metrics,
    "optimizers": read_optimizers,
    "callbacks": read_callbacks,
    "activations": read_activations,
    "initializers": read_initializers,
    "methods": read_methods,
}


def rows(family: str) -> tuple[list[str], dict[str, dict[str, str]]]:
    """Read a table: its columns, and its rows by name."""
    path = TABLES / f"{family}.tsv"
    if not path.exists():
        return ["name", "since", "also", "parameters"], {}
    lines = path.read_text(encoding="utf-8").splitlines()
    columns = lines[0].split("\t")
    cells = (dict(zip(columns, line.split("\t"), strict=True)) for line in lines[1:])
    return columns, {row["name"]: row for row in cells}


def write(family: str, dumps: list[Dump]) -> None:
    """Write a table from dumps, oldest first; what is kept by hand is taken over."""
    columns, old = rows(family)
    kept = [name for name in columns if name not in ("name", "since", "also", "parameters")]
    made = {name: row for name, row in old.items() if row["since"] == BY_HAND}
    newest = dumps[-1][family]
    for name, entry in newest.items():
        since = first_with(name, "", family, dumps)
        names = []
        for each in entry["parameters"]:
            first = first_with(name, each, family, dumps)
            names.append(each if first == since else f"{each}@{first}")
        for each, place, last in dropped(name, family, dumps):
            names.insert(place, f"{each}~{last}")
        row = {"name": name, "since": since, "also": " ".join(entry["also"])}
        row |= {column: entry.get(column, old.get(name, {}).get(column, "")) for column in kept}
        made[name] = row | {"parameters": " ".join(names)}
    lines = ["\t".join(columns)]
    lines += ["\t".join(made[name][column] for column in columns) for name in sorted(made)]
    TABLES.mkdir(parents=True, exist_ok=True)
    (TABLES / f"{family}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def first_with(name: str, parameter: str, family: str, dumps: list[Dump]) -> str:
    """Find the first dumped version that has something; "" for the oldest one."""
    for place, each in enumerate(dumps):
        entry = find(name, each[family])
        if entry is not None and (not parameter or parameter in entry["parameters"]):
            return short(version_of(each)) if place else ""
    return short(version_of(dumps[-1]))


def find(name: str, entries: dict[str, Entry]) -> Entry | None:
    """Find a class by its name or by a second name."""
    if name in entries:
        return entries[name]
    return next((entry for entry in entries.values() if name in entry["also"]), None)


def dropped(name: str, family: str, dumps: list[Dump]) -> Iterator[tuple[str, int, str]]:
    """Find parameters that only older versions have: the name, its place, the last version."""
    newest = find(name, dumps[-1][family]) or {"parameters": []}
    found: dict[str, tuple[int, str]] = {}
    for each in dumps:
        entry = find(name, each[family]) or {"parameters": []}
        for place, parameter in enumerate(entry["parameters"]):
            if parameter not in newest["parameters"]:
                found[parameter] = place, short(version_of(each))
    yield from ((parameter, *where) for parameter, where in found.items())


def version_of(dumped: Dump) -> str:
    """Return the version that a dump was made with."""
    return str(dumped["keras"]["version"]["is"])


def short(version: str) -> str:
    """Leave the patch out of a version."""
    return ".".join(version.split(".")[:2])


def number(version: str) -> tuple[int, ...]:
    """Make versions comparable; what was there from the beginning comes first."""
    return tuple(int(part) for part in version.split(".")) if version else (0,)


def differences() -> Iterator[str]:
    """Compare the tables with the Keras here: what it has that they lack, and the reverse."""
    here = dump()
    version = version_of(here)
    for family in FAMILIES:
        _, table = rows(family)
        second = {also: name for name, row in table.items() for also in row["also"].split()}
        for name, entry in here[family].items():
            row = table.get(name) or table.get(second.get(name, ""))
            if row is None:
                yield f"{family}: {name} is new in Keras {version}"
                continue
            expected = list(parameters_at(row, version))
            if without_star(expected) != without_star(entry["parameters"]):
                there = " ".join(entry["parameters"])
                yield f"{family}: {name} takes {there}, the table says {' '.join(expected)}"
        for name, row in table.items():
            there = row["since"] != BY_HAND and number(row["since"]) <= number(short(version))
            names = {name, *row["also"].split()}
            if there and names.isdisjoint(here[family]):
                yield f"{family}: {name} is gone in Keras {version}"


def parameters_at(row: dict[str, str], version: str) -> Iterator[str]:
    """Return the parameters that a row has in a version of Keras."""
    now = number(short(version))
    for each in row["parameters"].split():
        name, _, last = each.partition("~")
        name, _, first = name.partition("@")
        if number(first) <= now and (not last or now <= number(last)):
            yield name


def without_star(names: list[str]) -> list[str]:
    """Leave the mark before parameters that must be named."""
    return [name for name in names if name != "*"]


if __name__ == "__main__":
    sys.exit(main())
