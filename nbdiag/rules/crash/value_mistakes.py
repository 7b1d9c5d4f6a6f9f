"""How NBD823 explains and repairs values of a wrong kind: classes, lists, tensors."""

from nbdiag.facts.crash.exception import Crash
from nbdiag.facts.crash.misuse import METHOD, Misuse, callback_classes
from nbdiag.facts.crash.near_name import misspelling_of
from nbdiag.facts.crash.snippet import rewritten
from nbdiag.keras_api.callbacks import CALLBACKS, without_settings
from nbdiag.keras_api.operations import METHODS
from nbdiag.language import say
from nbdiag.rules.crash.explanation import Explanation
from nbdiag.rules.crash.failure import fix_of
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import Call, CallOfKeras
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import site_of, text_of
from nbdiag.syntax.calls import last_name, meaning_of
from nbdiag.syntax.definitions import defined, has_method
from nbdiag.syntax.queries.tensor_methods import methods_called
from nbdiag.syntax.queries.yields import lists_yielded
from nbdiag.syntax.text.nodes import CallNode, Expression, is_list, is_name


def callback_class(run: TrainingRun, _crash: Crash, _misuse: Misuse) -> Explanation:
    """Explain that fit is given the class of a callback, not an object made from it."""
    given = callback_classes(run)
    names = list(dict.fromkeys(meaning_of(run, node) for _, node in given))
    name = names[0]
    plain = all(item in without_settings() or _takes_nothing(run, item) for item in names)
    changes = [rewritten(cell, node, f"{text_of(cell, node)}()") for cell, node in given]
    return Explanation(
        say(
            "fit is given the class {name}, not a callback made from it: the brackets are missing, "
            "{name}().",
            name=name,
        ),
        ("callbacks", name, f"{name}()"),
        fix_of(say("Make the callback: {name}()", name=name), *changes) if plain else None,
        say("Make the callback with its settings: {name}(…)", name=name),
        aspect="notebook",
    )


def _takes_nothing(run: TrainingRun, name: str) -> bool:
    """Whether a class of the cells is made without arguments, as far as its text says."""
    found = defined(run, name)
    return name not in CALLBACKS and found is not None and not has_method(found[1], "__init__")


def list_yielded(run: TrainingRun, _crash: Crash, _misuse: Misuse) -> Explanation:
    """Explain that a generator yields a list of arrays, which Keras 3 takes for one array."""
    given = list(lists_yielded(run))
    cell, name, first = given[0]
    changes = [rewritten(cell, node, _as_tuple(cell, node)) for cell, _, node in given]
    return Explanation(
        say(
            "The generator {name} yields a list, {text}: several inputs or outputs of a batch must "
            "be a tuple in Keras 3.",
            name=name,
            text=text_of(cell, first),
        ),
        ("yield", text_of(cell, first), _as_tuple(cell, first)),
        fix_of(say("Yield a tuple"), *changes),
        "",
        aspect="inputs",
    )


def _as_tuple(cell: Cell, node: Expression) -> str:
    text = text_of(cell, node)
    if is_name(node):
        return f"tuple({text})"
    inside = text[1:-1].rstrip().removesuffix(",")
    single = is_list(node) and len(node.elts) == 1
    return f"({inside},)" if single else f"({inside})"


def method(run: TrainingRun, crash: Crash, _misuse: Misuse) -> Explanation:
    """Explain that code calls a method of NumPy's arrays on a tensor."""
    told = METHOD.search(crash.line)
    name = told["name"] if told else ""
    found = methods_called(run, METHODS)
    cell, function, calls = found if found is not None else (run.cell, "", ())
    line = next((item.lineno for item in calls if last_name(item) == name), 0)
    changes = [
        CallOfKeras(_call(cell, item), METHODS[last_name(item)], method=True) for item in calls
    ]
    where = say("{function}, line {line}", function=function or say("the cell"), line=line)
    return Explanation(
        say(
            "Your own code ({where}) calls .{name}() on a tensor: only NumPy arrays have this "
            "method, for tensors there is keras.ops.{new}.",
            where=where,
            name=name,
            new=METHODS.get(name, name),
        ),
        (where, f".{name}()", f"keras.ops.{METHODS.get(name, name)}"),
        fix_of(say("Use keras.ops.{name}", name=METHODS.get(name, name)), *changes),
        say("Use functions of keras.ops"),
        aspect="loss" if crash.in_fit else "architecture",
    )


def misspelt(run: TrainingRun, crash: Crash, _misuse: Misuse) -> Explanation:
    """Explain a class, method or argument of Keras whose name is misspelt."""
    found = misspelling_of(run, crash)
    if found is None:
        return Explanation(crash.short, ("", "", ""), None, "")
    changes = [
        rewritten(cell, item.node, f"{item.before}{found.near}{item.after}")
        for cell, item in found.places
    ]
    return Explanation(
        say(
            "{owner} has no {word}: {near} is meant.",
            owner=found.owner,
            word=found.word,
            near=found.near,
        ),
        (found.owner, found.word, found.near),
        fix_of(say("Write {near}", near=found.near), *changes),
        say("Write {near}", near=found.near),
        aspect="notebook",
    )


def _call(cell: Cell, node: CallNode) -> Call:
    site = site_of(cell, node)
    return Call(last_name(node), cell.number, site.line, site.column)
