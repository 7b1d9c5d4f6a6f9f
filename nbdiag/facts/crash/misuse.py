"""Mistakes in how a part of Keras is called or made, read from the exception and the text."""

import re
from dataclasses import dataclass
from typing import Literal

from nbdiag.facts.crash.exception import Crash
from nbdiag.facts.crash.near_name import misspelling_of
from nbdiag.keras_api.callbacks import CALLBACKS
from nbdiag.keras_api.operations import METHODS
from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.definitions import bases_of, defined, definitions, failed_definition
from nbdiag.syntax.queries.class_values import classes_given
from nbdiag.syntax.queries.custom_functions import (
    Given,
    computing_function,
    given_functions,
    inner_function,
    is_foreign,
    is_silent,
    silent_call,
)
from nbdiag.syntax.queries.layer_use import as_setting, attention, merged, unpacked
from nbdiag.syntax.queries.tensor_methods import methods_called
from nbdiag.syntax.queries.yields import lists_yielded
from nbdiag.syntax.text.nodes import (
    Expression,
    Node,
    is_function,
)

OF_KERAS = {"Layer", "Model", "Loss", "Metric", "Sequential"}
RESERVED = re.compile(
    r"property '(?P<name>\w+)' of '(?:[\w.<>]*\.)?(?P<owner>\w+)' object has no setter|"
    r"`Model\.(?P<listed>layers)` attribute is reserved"
)
SAME_NAME = re.compile(
    r"The name \"(?P<name>[^\"]+)\" is used (?P<count>\d+) times in the model|"
    r"unique names\. Name '(?P<other>[^']+)' is already"
)
NOT_A_LIST = re.compile(
    r"too many positional arguments|should be called on a list of at least|"
    r"must be called on a list of inputs|takes 1 positional argument but \d+ were given"
)
_UNPACKED = re.compile(r"(?:too many|not enough) values to unpack|Iterating over a symbolic Keras")
_COUNTED = re.compile(
    r"(?P<name>\w+)\(\) (?:takes|missing)|<function (?P<made>\w+)\.<locals>\.(?P<inner>\w+)"
)
_OUTSIDE = re.compile(
    r"Cannot convert a symbolic|'(?:Symbolic|Keras)?Tensor' object has no attribute 'numpy'|"
    r"[Gg]ot <(?:class '[\w.]*SymbolicTensor|tf\.Tensor)|len is not well defined for a symbolic|"
    r"[Uu]sing a symbolic `tf\.Tensor`|Iterating over a symbolic `tf\.Tensor`"
)
_TYPES = re.compile(r"that does not match (?:expected )?type|does not match type \w+ of argument")
_FIRST = re.compile(r"missing a required argument: '(?P<name>\w+)'")

_UNMADE = re.compile(r"\.set_(?:model|params)\(\) missing \d+ required positional arguments?: ")
_LIST = re.compile(r"`output_signature` must contain .* but found <class 'list'>")
METHOD = re.compile(
    r"'?(?:Symbolic|Keras|Eager)?Tensor'? object has no attribute '(?P<name>"
    rf"{'|'.join(METHODS)})'"
)

Mistake = Literal[
    "reserved", "same name", "not a list", "unpacked", "setting", "not called", "called", "arity",
    "nothing returned", "outside", "types", "attention", "callback class", "list yielded", "method",
    "misspelt",
]  # fmt: skip


@dataclass(frozen=True)
class Misuse:
    """What was done wrongly, and with which function of compile, if it was one."""

    mistake: Mistake
    given: Given | None = None


def misuse_of(run: TrainingRun, crash: Crash) -> Misuse | None:
    """Find a mistake in how a part of Keras is called or made; None for anything else."""
    line = crash.line
    if found := RESERVED.search(line):
        owner = found["owner"] or ""
        return Misuse("reserved") if not owner or bases_of(run, owner) & OF_KERAS else None
    if SAME_NAME.search(line):
        return Misuse("same name")
    if NOT_A_LIST.search(line) and merged(run) is not None:
        return Misuse("not a list")
    if _UNPACKED.search(line) and unpacked(run) is not None:
        return Misuse("unpacked")
    if "kerastensor" in line.lower() and as_setting(run) is not None:
        return Misuse("setting")
    if _FIRST.search(line) and attention(run) is not None:
        return Misuse("attention")
    return _of_value(run, crash) or _of_function(run, crash)


def _of_value(run: TrainingRun, crash: Crash) -> Misuse | None:
    """Find a value of a wrong kind, or a name that there is not."""
    line = crash.line
    if misspelling_of(run, crash) is not None:
        return Misuse("misspelt")
    if _UNMADE.search(line) and callback_classes(run):
        return Misuse("callback class")
    if _LIST.search(line) and any(lists_yielded(run)):
        return Misuse("list yielded")
    if (found := METHOD.search(line)) and methods_called(run, (found["name"],)) is not None:
        return Misuse("method")
    return None


def callback_classes(run: TrainingRun) -> tuple[tuple[Cell, Expression], ...]:
    """Return where classes of callbacks are given, of Keras or of the cells."""
    custom = {name for _, top in definitions(run) if (name := top.name) and _is_callback(run, name)}
    return tuple(item for name in (*CALLBACKS, *custom) for item in classes_given(run, name))


def _is_callback(run: TrainingRun, name: str) -> bool:
    return not {"Callback", *CALLBACKS}.isdisjoint(bases_of(run, name))


def _of_function(run: TrainingRun, crash: Crash) -> Misuse | None:
    """Find what is wrong with a function that compile is given."""
    line = crash.line
    given = tuple(given_functions(run))
    if found := _COUNTED.search(line):
        name = found["made"] or found["name"]
        for item in given:
            if item.name == name and (own := defined(run, name)) is not None:
                return _counted(item, own[1], by_name=bool(found["made"]))
        return None
    if crash.in_fit and "None values not supported" in line:
        for item in given:
            function = computing_function(run, item)
            if item.part == "loss" and function is not None and is_silent(function):
                return Misuse("nothing returned", item)
        return Misuse("nothing returned") if silent_call(run) is not None else None
    place = failed_definition(run) if crash.in_fit else None
    for item in given:
        here = place is not None and place[1].name == item.name
        outside = _OUTSIDE.search(line) and (here or is_foreign(run, item))
        if outside and (item.part == "metrics" or "compile_loss" not in line):
            return Misuse("outside", item)
        if here and _TYPES.search(line):
            return Misuse("types", item)
    return None


def _counted(item: Given, own: Node, *, by_name: bool) -> Misuse | None:
    if item.is_made:
        return None if by_name or inner_function(own) is not None else Misuse("called", item)
    if inner_function(own) is not None:
        return Misuse("not called", item)
    return None if by_name or not is_function(own) else Misuse("arity", item)
