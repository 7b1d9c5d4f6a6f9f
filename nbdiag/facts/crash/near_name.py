"""A name of Keras that an exception says there is not, and the one that is nearest to it."""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nbdiag.facts.crash.exception import Crash
from nbdiag.facts.crash.unknown import OF_MODELS
from nbdiag.keras_api import initializers, optimizers
from nbdiag.keras_api.callbacks import CALLBACKS
from nbdiag.keras_api.layers import ALIASES, LAYERS, layer_class
from nbdiag.keras_api.losses import LOSSES, loss_class
from nbdiag.keras_api.methods import METHODS
from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import innermost
from nbdiag.syntax.definitions import bases_of
from nbdiag.syntax.queries.names_written import (
    Written,
    arguments_written,
    attributes_written,
    imports_written,
)

LENGTH = 0.05  # a letter more or less weighs against a transposition
_LIKE = 0.75
"""How like a name must be: classes of Keras differ by a word, "Conv1D" and "Conv2D" by a letter."""
_MODELS = {"Sequential", "Functional", "Model"}
_OF_MODULE = re.compile(
    r"module '(?:\w+\.)*keras\.(?:\w+\.)*(?P<module>\w+)' has no attribute '(?P<name>\w+)'"
)
_OF_MODEL = re.compile(r"'(?P<owner>\w+)' object has no attribute '(?P<name>\w+)'")
_IMPORTED = re.compile(
    r"cannot import name '(?P<name>\w+)' from '(?:\w+\.)*keras\.(?:\w+\.)*(?P<module>\w+)'"
)
_ARGUMENT = re.compile(
    r"Unrecognized keyword arguments passed to (?P<owner>\w+): \{'(?P<name>\w+)'|"
    r"(?P<other>\w+)(?:\.__init__)?\(\) got an unexpected keyword argument '(?P<given>\w+)'|"
    r"Argument\(s\) not recognized: \{'(?P<setting>\w+)'"
)
_OF_ALL_LAYERS = ("name", "dtype", "trainable", "input_shape", "activity_regularizer")


@dataclass(frozen=True)
class Misspelling:
    """A name that Keras does not know.

    Attributes
    ----------
    owner
        Module, class or method that lacks it.
    near
        The name that is meant.
    places
        Where it is written.
    """

    word: str
    owner: str
    near: str
    places: tuple[tuple[Cell, Written], ...]


def misspelling_of(run: TrainingRun, crash: Crash) -> Misspelling | None:
    """Find the name that an exception says there is not; None for anything else."""
    if found := _OF_MODULE.search(crash.line):
        return _near(found["name"], found["module"], _names_in(found["module"]), run)
    if found := _IMPORTED.search(crash.line):
        module = found["module"]
        return _near(found["name"], module, _names_in(module), run, written=imports_written)
    if found := _OF_MODEL.search(crash.line):
        owner = found["owner"]
        models = owner in _MODELS or bool(bases_of(run, owner) & _MODELS)
        return _near(found["name"], owner, OF_MODELS, run) if models else None
    if found := _ARGUMENT.search(crash.line):
        call = innermost(run)
        owner = found["owner"] or found["other"] or (call.name if call is not None else "")
        word = found["name"] or found["given"] or found["setting"]
        return _near(word, owner, _parameters(owner), run, written=arguments_written)
    return None


_Find = Callable[[TrainingRun, str], Iterator[tuple[Cell, Written]]]


def _near(
    word: str,
    owner: str,
    known: Sequence[str],
    run: TrainingRun,
    *,
    written: _Find = attributes_written,
) -> Misspelling | None:
    near = near_words(word, known, _LIKE)
    places = tuple(written(run, word))
    if not near or near[0] == word or not places:
        return None
    return Misspelling(word, owner, near[0], places)


def _names_in(module: str) -> tuple[str, ...]:
    """Return the classes of a module of Keras, () for one whose names are not known."""
    tables: Mapping[str, Sequence[str]] = {
        "layers": (*LAYERS, *ALIASES, "Input"),
        "optimizers": tuple(optimizers.OPTIMIZERS),
        "losses": tuple(map(loss_class, LOSSES)),
        "callbacks": tuple(CALLBACKS),
        "initializers": tuple(initializers.CLASSES.values()),
        "models": ("Sequential", "Model", "load_model", "clone_model"),
    }
    return tuple(tables.get(module, ()))


def _parameters(owner: str) -> tuple[str, ...]:
    layer = layer_class(owner)
    if layer is not None:
        return (*layer.parameters, *_OF_ALL_LAYERS)
    tables = (optimizers.OPTIMIZERS, CALLBACKS, METHODS)
    return next((tuple(table[owner]) for table in tables if owner in table), ())


def near_words(name: str, known: Sequence[str], like: float = 0.6) -> list[str]:
    """Return the known words that a word is meant to be, the likeliest first; case is ignored."""
    words = {_plain(item): item for item in reversed(known)}
    if (same := words.get(_plain(name))) is not None:
        return [same]
    found = difflib.get_close_matches(_plain(name), words, n=5, cutoff=like)
    near = [words[item] for item in sorted(found, key=lambda item: _distance(_plain(name), item))]
    return near or [*_continued(name, known)]


def _continued(name: str, known: Sequence[str]) -> Iterator[str]:
    return (item for item in known if item.startswith(f"{name}_"))


def _plain(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")


def _distance(name: str, other: str) -> float:
    """Compute how unlike two names are; exchanged letters count less than missing ones."""
    like = difflib.SequenceMatcher(None, name, other).ratio()
    return abs(len(name) - len(other)) * LENGTH - like
