"""Custom classes of Keras: attributes that only Keras sets, constructors that lack arguments."""

import re
from collections.abc import Iterator

from nbdiag.facts.crash.snippet import rewritten
from nbdiag.fixes.candidates.possible_edit import Candidate, text_of_error
from nbdiag.language import say
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import Change
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import text_of
from nbdiag.syntax.calls import last_name
from nbdiag.syntax.definitions import definitions
from nbdiag.syntax.text.nodes import (
    Class,
    Function,
    code_of,
    is_attribute,
    is_call,
    is_class,
    is_function,
    is_name,
    lines_of,
    pieces_of,
)

_NO_SETTER = re.compile(r"property '(?P<name>\w+)' of '(?P<owner>\w+)' object has no setter")
_NOT_REBUILT = re.compile(
    r"could not be deserialized|from_config|get_config|unexpected keyword argument '(?:name|dtype|"
    r"trainable)'"
)


def class_edits(run: TrainingRun) -> Iterator[Candidate]:
    """Yield edits of the user's layers, models, metrics and callbacks."""
    yield from _attributes(run)
    yield from _constructors(run)


def _classes(run: TrainingRun) -> Iterator[tuple[Cell, Class]]:
    for cell, top in definitions(run):
        if is_class(top):
            yield cell, top


def _attributes(run: TrainingRun) -> Iterator[Candidate]:
    """Yield another name for an attribute that the base class computes."""
    found = _NO_SETTER.search(text_of_error(run))
    if found is None:
        return
    for cell, top in _classes(run):
        if top.name != found["owner"]:
            continue
        uses = [
            node
            for node in pieces_of(top)
            if is_attribute(node)
            and node.attr == found["name"]
            and is_name(node.value)
            and node.value.id == "self"
        ]
        new = f"own_{found['name']}"
        yield Candidate(
            1.2,
            say("Call it self.{new}", new=new),
            say(
                "self.{name} belongs to Keras, which sets it: a class that is made from one of "
                "Keras' cannot assign it.",
                name=found["name"],
            ),
            "architecture",
            tuple(rewritten(cell, node, f"self.{new}") for node in uses),
        )


def _constructors(run: TrainingRun) -> Iterator[Candidate]:
    """Yield constructors that hand on the name and the type that Keras saves for each layer."""
    if not _NOT_REBUILT.search(text_of_error(run)):
        return
    for cell, top in _classes(run):
        own = {item.name: item for item in top.body if is_function(item)}
        init = own.get("__init__")
        if init is None or "get_config" not in own or init.args.kwarg is not None:
            continue
        changes = _handed_on(cell, init)
        if changes:
            yield Candidate(
                1.3,
                say("Let {owner} take **kwargs, and hand them on", owner=top.name),
                say(
                    "Keras saves a name and a type with each layer and gives them to {owner} when "
                    "it is loaded: its constructor has to take them and hand them on.",
                    owner=top.name,
                ),
                "architecture",
                changes,
            )


def _handed_on(cell: Cell, init: Function) -> tuple[Change, ...]:
    """Write ``**kwargs`` into a constructor and into its call of the base class's."""
    called = next(
        (
            node
            for node in pieces_of(init)
            if is_call(node)
            and is_attribute(node.func)
            and node.func.attr == "__init__"
            and is_call(node.func.value)
            and last_name(node.func.value) == "super"
        ),
        None,
    )
    arguments = [*init.args.posonlyargs, *init.args.args, *init.args.kwonlyargs]
    if called is None or not arguments:
        return ()
    last = max(
        [*arguments, *init.args.defaults, *(item for item in init.args.kw_defaults if item)],
        key=lambda item: (lines_of(item)[1], getattr(item, "end_col_offset", 0)),
    )
    given = [code_of(item) for item in called.args]
    given += [code_of(item) for item in called.keywords]
    base = f"{text_of(cell, called.func)}({', '.join([*given, '**kwargs'])})"
    written = rewritten(cell, last, f"{text_of(cell, last)}, **kwargs")
    return written, rewritten(cell, called, base)
