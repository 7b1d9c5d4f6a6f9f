"""Mistakes in how a part of Keras is called or made, read from the exception and the text."""

import re
from dataclasses import dataclass
from typing import Literal

from nbdiag.facts.crash.exception import Crash
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.definitions import bases_of, defined, failed_definition
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
from nbdiag.syntax.text.nodes import (
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

Mistake = Literal[
    "reserved", "same name", "not a list", "unpacked", "setting", "not called", "called", "arity",
    "nothing returned", "outside", "types", "attention",
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
    return _of_function(run, crash)


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
