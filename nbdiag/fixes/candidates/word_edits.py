"""Words that Keras does not know, arguments that it does not take, classes that were not called."""

import difflib
import re
from collections.abc import Iterable, Iterator
from functools import cache

from nbdiag.fixes.candidates.possible_edit import Candidate, speaks_of, text_of_error
from nbdiag.keras_api import activations, initializers, losses, metrics, optimizers
from nbdiag.keras_api.callbacks import CALLBACKS
from nbdiag.keras_api.layers import LAYERS
from nbdiag.keras_api.losses import loss_class
from nbdiag.keras_api.methods import parameters
from nbdiag.language import say
from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.changes import WriteInPlace
from nbdiag.schema.finding import Aspect
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import site_of, text_at
from nbdiag.syntax.calls import CellCall, calls_of, full_name, statements
from nbdiag.syntax.text.nodes import (
    Expression,
    code_of,
    is_attribute,
    is_call,
    is_constant,
    is_name,
    is_sequence,
    pieces_of,
)
from nbdiag.syntax.values import literal_of, things

_LIKE = 0.6
_MOST = 3
_UNKNOWN = re.compile(
    r"unexpected keyword argument '(?P<a>\w+)'|"
    r"Unrecognized keyword arguments passed to \w+: \{'(?P<b>\w+)'|"
    r"not recognized: \{'(?P<c>\w+)'|got multiple values for argument '(?P<d>\w+)'|"
    r"'(?P<e>\w+)' is an invalid keyword|Invalid argument:? '?`?(?P<f>\w+)"
)
_QUOTED = re.compile(r"['\"`]([A-Za-z_][\w./-]*)['\"`]")
_LISTED = re.compile(
    r"(?:are|of|among|from)[:\s]+[\[({]?((?:['\"`]?[\w.-]+['\"`]?,\s*)+['\"`]?[\w.-]+)"
)
_MODES = (
    "same", "valid", "causal", "auto", "min", "max", "channels_last", "channels_first", "binary",
    "categorical", "sparse", "int", "rgb", "rgba", "grayscale", "training", "validation",
    "inferred", "bilinear", "nearest", "sum", "mean", "concat", "ave", "mul", "avg", "imagenet",
    "multi_hot", "one_hot", "count", "tf_idf", "fan_in", "fan_out", "batch", "epoch",
)  # fmt: skip
_ASPECTS: tuple[tuple[str, Aspect], ...] = (
    ("activation", "hidden_activation"), ("loss", "loss"), ("metric", "metrics"),
    ("optimizer", "optimizer"), ("initializer", "initializer"), ("regularizer", "regularization"),
    ("monitor", "notebook"),
)  # fmt: skip


def word_edits(run: TrainingRun) -> Iterator[Candidate]:
    """Yield edits of single words."""
    yield from _texts(run)
    yield from _fields(run)
    yield from _arguments(run)
    yield from _classes(run)


def _cells(run: TrainingRun) -> Iterator[Cell]:
    yield run.cell
    yield from reversed(run.earlier)


def _nodes(run: TrainingRun) -> Iterator[tuple[Cell, Expression]]:
    """Go through all expressions of the cells, the watched one first."""
    for cell in _cells(run):
        for top in statements(cell):
            for node in pieces_of(top):
                if is_constant(node) or is_name(node):
                    yield cell, node


def _texts(run: TrainingRun) -> Iterator[Candidate]:
    """Yield near words in the place of a text that the exception names."""
    for cell, node in _nodes(run):
        word = _text_of(run, node)
        if not word or (is_name(node) and cell is not run.cell) or not _is_word(word):
            continue
        if not speaks_of(run, word):
            continue
        for place, near in enumerate(_near(word, [*_offered(run, word), *_vocabulary()])):
            site = site_of(cell, node)
            was = text_at(cell, site)
            mark = was[:1] if is_constant(node) and was[:1] in "'\"" else '"'
            if is_constant(node) and was != f"{mark}{word}{mark}":
                continue
            yield Candidate(
                1.0 + 0.2 * place + _distance(word, near),
                say("Write {new} instead of {old}", new=f"{mark}{near}{mark}", old=was),
                say(
                    "Keras knows no “{word}” here; the name that is nearest to it is “{near}”.",
                    word=word,
                    near=near,
                ),
                _aspect(run),
                (WriteInPlace(site, was, f"{mark}{near}{mark}"),),
            )


_FIELD = re.compile(r"\{(\w+)(?=[:!}])")


def _fields(run: TrainingRun) -> Iterator[Candidate]:
    """Yield near words of the logs in the name of a file, and wherever else they are used."""
    written = [(cell, node) for cell, node in _nodes(run) if cell is run.cell and is_constant(node)]
    texts = {site_of(cell, node): text_at(cell, site_of(cell, node)) for cell, node in written}
    words = [word for text in texts.values() for word in _FIELD.findall(text)]
    for word in dict.fromkeys(words):
        if not speaks_of(run, word) or word in ("epoch", "batch"):
            continue
        for place, near in enumerate(_near(word, [*_logs(run), *_logs(None)])):
            changes = []
            for site, was in texts.items():
                code = re.sub(rf"(?<=\{{){word}(?=[:!}}])", near, was)
                code = code.replace(word, near) if was.strip("\"'") == word else code
                if code != was:
                    changes.append(WriteInPlace(site, was, code))
            yield Candidate(
                1.0 + 0.2 * place + _distance(word, near),
                say("Write {new} instead of {old}", new=near, old=word),
                say(
                    "No value of the name {word} is reported after an epoch; the name that is "
                    "nearest to it is {near}.",
                    word=word,
                    near=near,
                ),
                "notebook",
                tuple(changes),
            )


def _logs(run: TrainingRun | None) -> list[str]:
    """Return the names under which values are reported; of all metrics of Keras for None."""
    names = ["loss", *([] if run is not None else ["accuracy", *metrics.METRICS])]
    if run is not None and not isinstance(run.compile, Missing):
        names += [item.name for item in run.compile.metrics]
    return [f"{before}{name}" for name in names for before in ("", "val_")]


def _text_of(run: TrainingRun, node: Expression) -> str:
    if is_constant(node):
        return node.value if isinstance(node.value, str) else ""
    thing = things(run).get(node.id) if is_name(node) else None
    value = literal_of(thing.value) if thing is not None and thing.kind == "text" else None
    return value if isinstance(value, str) else ""


def _is_word(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z][\w.-]*", text) is not None and len(text) > 1


@cache
def _vocabulary() -> tuple[str, ...]:
    names = [*sorted(activations.KNOWN), *_MODES, *losses.SHORT, *losses.LOSSES, *metrics.METRICS]
    names += [*optimizers.CLASSES, *initializers.CLASSES, "accuracy"]
    words = [re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower() for name in names]
    return tuple(dict.fromkeys(words))


def _offered(run: TrainingRun, word: str) -> list[str]:
    """Return the names that the exception itself lists."""
    text = text_of_error(run)
    listed = [name for group in _LISTED.findall(text) for name in re.findall(r"[\w.-]+", group)]
    return [name for name in dict.fromkeys([*listed, *_QUOTED.findall(text)]) if name != word]


def _near(word: str, names: Iterable[str]) -> list[str]:
    """Return the known names that are like a word, the case ignored."""
    by_form: dict[str, str] = {}
    for name in names:
        if name != word:
            by_form.setdefault(_form(name), name)
    own = by_form.pop(_form(word), None)
    found = difflib.get_close_matches(_form(word), by_form, n=_MOST, cutoff=_LIKE)
    return [*([own] if own else []), *(by_form[form] for form in found)][:_MOST]


def _form(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _distance(word: str, near: str) -> float:
    return 1.0 - difflib.SequenceMatcher(None, _form(word), _form(near)).ratio()


def _aspect(run: TrainingRun) -> Aspect:
    text = text_of_error(run).lower()
    return next((aspect for word, aspect in _ASPECTS if word in text), "notebook")


def _arguments(run: TrainingRun) -> Iterator[Candidate]:
    """Yield other names of an argument that was not taken, and the call without it."""
    found = _UNKNOWN.search(text_of_error(run))
    word = next((name for name in found.groups() if name), "") if found else ""
    if not word:
        return
    for call in calls_of(run):
        if word not in call.named:
            continue
        cell = next((item for item in _cells(run) if item.number == call.call.cell), run.cell)
        for place, near in enumerate(_near(word, parameters(call.name) or ())):
            change = _renamed(cell, call, word, near)
            if change is not None:
                yield Candidate(
                    1.0 + 0.2 * place + _distance(word, near),
                    say("Write {new} instead of {old}", new=f"{near}=", old=f"{word}="),
                    say(
                        "{call} takes no argument {word}; the name nearest to it is {near}.",
                        call=call.name,
                        word=word,
                        near=near,
                    ),
                    _aspect(run),
                    (change,),
                )
        left_out = _left_out(cell, call, word)
        if left_out is not None:
            yield Candidate(
                1.8,
                say("Leave {argument} out of {call}", argument=word, call=call.name),
                say("{call} takes no argument {word}.", call=call.name, word=word),
                _aspect(run),
                (left_out,),
            )


def _renamed(cell: Cell, call: CellCall, word: str, near: str) -> WriteInPlace | None:
    item = next(item for item in call.node.keywords if item.arg == word)
    site = site_of(cell, item)
    was = text_at(cell, site)
    return WriteInPlace(site, was, near + was[len(word) :]) if was.startswith(word) else None


def _left_out(cell: Cell, call: CellCall, word: str) -> WriteInPlace | None:
    """Return the change that takes an argument out of a call, with one comma."""
    given = [*call.node.args, *call.node.keywords]
    place = next(n for n, item in enumerate(given) if getattr(item, "arg", None) == word)
    own = site_of(cell, given[place])
    if place:
        before = site_of(cell, given[place - 1])
        site = CallSite(
            cell.number, before.end_line, before.end_column, own.end_line, own.end_column
        )
    elif len(given) > 1:
        after = site_of(cell, given[1])
        site = CallSite(cell.number, own.line, own.column, after.line, after.column)
    else:
        site = own
    was = text_at(cell, site)
    return None if "#" in was or ")" in was[: was.find(word)] else WriteInPlace(site, was, "")


_NAMES = (
    *LAYERS,
    *CALLBACKS,
    *optimizers.OPTIMIZERS,
    *metrics.METRICS,
    *map(loss_class, losses.LOSSES),
)
_CALLED = frozenset(name for name in _NAMES if name[:1].isupper())


def _classes(run: TrainingRun) -> Iterator[Candidate]:
    """Yield the call of a class that was given without brackets."""
    for call in calls_of(run):
        cell = next((item for item in _cells(run) if item.number == call.call.cell), run.cell)
        given = [*call.node.args, *(item.value for item in call.node.keywords)]
        items = [part for item in given for part in (item.elts if is_sequence(item) else [item])]
        for node in items:
            name = node.attr if is_attribute(node) else node.id if is_name(node) else ""
            if name not in _CALLED or is_call(node):
                continue
            if "keras" not in full_name(run, node).split("."):
                continue
            site = site_of(cell, node)
            was = text_at(cell, site)
            yield Candidate(
                1.2,
                say("Call the class: {code}()", code=was),
                say(
                    "{call} is given the class {name} itself, and takes an object of it: {code}().",
                    call=call.name,
                    name=name,
                    code=code_of(node),
                ),
                "notebook" if name in CALLBACKS else "architecture",
                (WriteInPlace(site, was, f"{was}()"),),
            )
