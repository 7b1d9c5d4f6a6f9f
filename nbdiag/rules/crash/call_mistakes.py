"""What NBD823 says of mistakes in a call, and how it repairs them."""

from collections.abc import Callable

from nbdiag.facts.crash.exception import Crash
from nbdiag.facts.crash.misuse import RESERVED, Misuse
from nbdiag.facts.crash.snippet import line_before, rewritten
from nbdiag.language import say
from nbdiag.rules.crash import function_mistakes, value_mistakes
from nbdiag.rules.crash.explanation import Explanation
from nbdiag.rules.crash.failure import fix_of
from nbdiag.rules.crash.same_names import same_name
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import Change, WriteInPlace
from nbdiag.schema.finding import Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import text_of
from nbdiag.syntax.definitions import defined
from nbdiag.syntax.queries.layer_use import as_setting, attention, merged, unpacked
from nbdiag.syntax.text.nodes import (
    CallNode,
    Function,
    code_of,
    docstring_of,
    is_attribute,
    is_call,
    is_class,
    is_format,
    is_function,
    is_name,
    pieces_of,
)


def explain_misuse(run: TrainingRun, crash: Crash, misuse: Misuse) -> Explanation:
    """Explain what was done wrongly, and how it is done right."""
    return _BY_MISTAKE[misuse.mistake](run, crash, misuse)


def begun(run: TrainingRun, owner: str) -> Fix | None:
    """Call ``super().__init__()`` first in a custom class."""
    found = defined(run, owner)
    if found is None or not is_class(found[1]):
        return None
    cell, node = found
    made = [item for item in node.body if is_function(item)]
    start = next((item for item in made if item.name == "__init__"), None)
    if start is None:
        return None
    change = _corrected_super(cell, start)
    if change is None:
        documented = docstring_of(start) is not None and len(start.body) > 1
        change = line_before(cell, start.body[1 if documented else 0], "super().__init__()")
    return fix_of(say("Write super().__init__() as the first line of __init__"), change)


def _corrected_super(cell: Cell, start: Function) -> WriteInPlace | None:
    """Correct ``super(Class).__init__()``, which begins nothing."""
    for node in pieces_of(start):
        if is_call(node) and text_of(cell, node.func).replace(" ", "").startswith("super("):
            inner = node.func.value if is_attribute(node.func) else None
            if is_call(inner) and len(inner.args) == 1:
                return rewritten(cell, inner, "super()")
    return None


def _reserved(run: TrainingRun, crash: Crash, _: Misuse) -> Explanation:
    found = RESERVED.search(crash.line)
    name = (found["name"] or found["listed"]) if found else ""
    owner = (found["owner"] or "") if found else ""
    place = defined(run, owner) if owner else None
    new = _free_name(run, name)
    fix = None
    if place is not None and is_class(place[1]):
        cell, node = place
        hidden = any(
            is_format(part) and f"self.{name}" in code_of(part) for part in pieces_of(node)
        )
        sites: list[Change] = [
            rewritten(cell, part, f"self.{new}")
            for part in pieces_of(node)
            if is_attribute(part)
            and part.attr == name
            and is_name(part.value)
            and part.value.id == "self"
        ]
        fix = None if hidden else fix_of(say("Call it self.{name}", name=new), *sites)
    return Explanation(
        say(
            "self.{name} belongs to Keras: every layer and model has a property {name}, which "
            "cannot be set. Choose another name in your layer.",
            name=name,
        ),
        (say("attribute"), f"self.{name}", say("another name")),
        fix,
        say("Give the attribute another name than {name}", name=name),
    )


def _free_name(run: TrainingRun, name: str) -> str:
    text = "\n".join([run.cell.source, *(cell.source for cell in run.earlier)])
    names = (f"{name}_layer", f"own_{name}", f"{name}_layer_of_mine")
    return next((item for item in names if item not in text), f"{name}_of_mine")


def _not_a_list(run: TrainingRun, _crash: Crash, _: Misuse) -> Explanation:
    found = merged(run)
    if found is None:
        return Explanation(
            say("A merging layer takes one list of tensors."), ("", "", ""), None, ""
        )
    cell, call, layer = found
    texts = [text_of(cell, item) for item in call.args]
    listed = f"[{', '.join(texts)}]"
    changes = [
        rewritten(cell, call.args[0], f"[{texts[0]}"),
        *(
            rewritten(cell, item, text)
            for item, text in zip(call.args[1:-1], texts[1:-1], strict=True)
        ),
        rewritten(cell, call.args[-1], f"{texts[-1]}]"),
    ]
    return Explanation(
        say(
            "{layer} takes its tensors as one list, {listed}, but is given {count} separate "
            "arguments.",
            layer=layer,
            listed=listed,
            count=len(texts),
        ),
        (say("arguments of {layer}", layer=layer), ", ".join(texts), listed),
        fix_of(say("Put them into a list"), *changes),
        "",
    )


def _attention(run: TrainingRun, _crash: Crash, _: Misuse) -> Explanation:
    found = attention(run)
    change = None
    given = "x"
    if found is not None:
        cell, call = found
        given = text_of(cell, call.args[0])
        change = rewritten(cell, call.args[0], f"{given}, {given}")
    return Explanation(
        say(
            "MultiHeadAttention takes two tensors: who asks (query) and what is looked at (value). "
            "A sequence that attends to itself is given twice."
        ),
        (say("arguments of {layer}", layer="MultiHeadAttention"), given, f"{given}, {given}"),
        fix_of(say("Give {name} twice", name=given), change),
        "",
    )


def _unpacked(run: TrainingRun, _crash: Crash, _: Misuse) -> Explanation:
    found = unpacked(run)
    if found is None:
        return Explanation(
            say("A layer returns another number of tensors."), ("", "", ""), None, ""
        )
    fix = None
    shown = f"Bidirectional({found.layer})" if found.both else found.layer
    if not found.states:
        message = say(
            "{layer} gives one tensor unless return_state=True, but {names} names should take it.",
            layer=shown,
            names=found.names,
        )
        advice = say("Give {layer} return_state=True", layer=found.layer)
        states = 2 if found.layer == "LSTM" else 1
        if found.names == 1 + states * (2 if found.both else 1):
            fix = fix_of(advice, _with_states(found.cell, found.made))
    elif found.both:
        message = say(
            "{layer} with return_state gives {gives} tensors: the output, the states of the "
            "forward layer, then those of the backward layer; {names} names should take them.",
            layer=shown,
            gives=found.gives,
            names=found.names,
        )
        advice = say(
            "Take all {gives}, join the forward and backward states with Concatenate, and give "
            "the next layer twice the units",
            gives=found.gives,
        )
    else:
        parts = say("output, h and c") if found.layer == "LSTM" else say("output and state")
        message = say(
            "{layer} with return_state gives {gives} tensors ({parts}), but {names} names should "
            "take them.",
            layer=shown,
            gives=found.gives,
            parts=parts,
            names=found.names,
        )
        advice = say("Take {gives} tensors: {parts}", gives=found.gives, parts=parts)
    return Explanation(message, (say("names"), str(found.names), str(found.gives)), fix, advice)


def _with_states(cell: Cell, made: CallNode) -> Change:
    for item in made.keywords:
        if item.arg == "return_state":
            return rewritten(cell, item.value, "True")
    text = text_of(cell, made)
    inner = text[:-1].rstrip()
    comma = "" if inner.endswith(("(", ",")) else ", "
    return rewritten(cell, made, f"{inner}{comma}return_state=True)")


def _setting(run: TrainingRun, _crash: Crash, _: Misuse) -> Explanation:
    found = as_setting(run)
    if found is None:
        return Explanation(
            say("A layer is given a tensor as one of its settings."), ("", "", ""), None, ""
        )
    cell, call, name = found
    kept = [text_of(cell, item) for item in call.args[:-1]]
    kept += [text_of(cell, item) for item in call.keywords]
    layer = text_of(cell, call.func)
    new = f"{layer}({', '.join(kept)})({name.id})"
    return Explanation(
        say(
            "{layer} is given the tensor {name} among its settings: a layer is made first, and "
            "then called on a tensor, {new}.",
            layer=layer,
            name=name.id,
            new=new,
        ),
        (say("call"), text_of(cell, call), new),
        fix_of(say("Call the layer on {name}", name=name.id), rewritten(cell, call, new)),
        "",
    )


_Builder = Callable[[TrainingRun, Crash, Misuse], Explanation]
_BY_MISTAKE: dict[str, _Builder] = {
    "reserved": _reserved,
    "same name": lambda run, crash, _: same_name(run, crash),
    "not a list": _not_a_list,
    "unpacked": _unpacked,
    "setting": _setting,
    "attention": _attention,
    "not called": function_mistakes.not_called,
    "called": function_mistakes.called,
    "arity": function_mistakes.arity,
    "nothing returned": function_mistakes.nothing,
    "outside": function_mistakes.outside,
    "types": function_mistakes.types,
    "callback class": value_mistakes.callback_class,
    "list yielded": value_mistakes.list_yielded,
    "method": value_mistakes.method,
    "misspelt": value_mistakes.misspelt,
}
