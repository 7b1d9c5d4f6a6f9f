"""How NBD823 explains and repairs custom losses and metrics."""

from nbdiag.facts.crash.exception import Crash
from nbdiag.facts.crash.misuse import Misuse
from nbdiag.facts.crash.snippet import line_before, rewritten
from nbdiag.keras_api.metrics import reading
from nbdiag.language import say
from nbdiag.rules.crash.explanation import Explanation
from nbdiag.rules.crash.failure import fix_of
from nbdiag.schema.changes import MetricSpec, ReplaceMetric, SetCallArgument
from nbdiag.schema.finding import Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import text_of
from nbdiag.syntax.calls import root_name, statements
from nbdiag.syntax.definitions import defined
from nbdiag.syntax.queries.custom_functions import (
    foreign_name,
    function_of,
    inner_function,
    silent_call,
)
from nbdiag.syntax.text.nodes import (
    Expression,
    code_of,
    docstring_of,
    is_bare,
    is_constant,
    is_function,
    is_import,
)


def not_called(run: TrainingRun, _crash: Crash, misuse: Misuse) -> Explanation:
    """Explain that the maker of a function was passed instead of the function."""
    given = misuse.given
    own = defined(run, given.name) if given else None
    if given is None or own is None or not is_function(own[1]):
        return Explanation(
            say("compile is given a function that makes a function."), ("", "", ""), None, ""
        )
    settings = own[1].args
    needed = settings.args[: len(settings.args) - len(settings.defaults)]
    inner = inner_function(own[1])
    new = f"{code_of(given.node)}()"
    return Explanation(
        say(
            "{name} makes and returns the {part} {inner}, it is not that function itself: it "
            "must be called, {part}={name}(…).",
            name=given.name,
            part=given.part if given.part == "loss" else say("metric"),
            inner=inner.name if inner else "",
        ),
        (given.part, given.name, new),
        None if needed else _instead(run, misuse, new, say("Call {name}", name=given.name)),
        say(
            "Call {name} with its settings: {needed}",
            name=given.name,
            needed=", ".join(item.arg for item in needed),
        ),
        aspect=given.part,
    )


def _instead(run: TrainingRun, misuse: Misuse, code: str, title: str) -> Fix | None:
    """Write something else in the place of a function that compile is given."""
    given = misuse.given
    if given is None:
        return None
    for cell in (run.cell, *reversed(run.earlier)):
        if cell.number == given.compiled.call.cell:
            return fix_of(title, rewritten(cell, given.node, code))
    return None


def called(run: TrainingRun, _crash: Crash, misuse: Misuse) -> Explanation:
    """Explain that a function was called where it should be passed."""
    name = misuse.given.name if misuse.given else ""
    return Explanation(
        say(
            "{name}() calls the function before there is anything to compare: compile takes the "
            "function itself, {name} without brackets.",
            name=name,
        ),
        (say("given to compile"), f"{name}()", name),
        _instead(run, misuse, name, say("Give compile {name} itself", name=name)),
        "",
        aspect=misuse.given.part if misuse.given else "loss",
    )


def arity(run: TrainingRun, _crash: Crash, misuse: Misuse) -> Explanation:
    """Explain which arguments Keras calls a function with."""
    given = misuse.given
    own = function_of(run, given) if given else None
    names = ", ".join(item.arg for item in own[1].args.args) if own else "?"
    return Explanation(
        say(
            "Keras calls {name} with two arguments, the labels and the outputs, but it takes "
            "({names}).",
            name=given.name if given else "",
            names=names,
        ),
        (say("arguments"), names, "y_true, y_pred"),
        None,
        say("Define it with the two arguments y_true and y_pred"),
        aspect=given.part if given else "loss",
    )


def nothing(run: TrainingRun, _crash: Crash, misuse: Misuse) -> Explanation:
    """Explain that a function or a layer returns nothing."""
    given = misuse.given
    if given is not None:
        own, name = function_of(run, given), given.name
    else:
        found = silent_call(run)
        own = (found[0], found[1]) if found else None
        name = say("call of {name}", name=found[2]) if found else ""
    fix = None
    last = own[1].body[-1] if own else None
    if own is not None and is_bare(last) and not _is_shown(last.value):
        fix = fix_of(
            say("Return what it computes"),
            rewritten(own[0], last, f"return {text_of(own[0], last)}"),
        )
    return Explanation(
        say("{name} returns nothing: the line with return is missing.", name=name),
        (say("returned"), "None", say("a tensor")),
        fix,
        say("Return what it computes"),
        aspect="loss" if given is not None else "architecture",
    )


def _is_shown(node: Expression) -> bool:
    return is_constant(node) or root_name(node) == "print"


_KERAS_METRICS = {
    "roc_auc_score": "auc",
    "accuracy_score": "accuracy",
    "mean_squared_error": "mse",
    "mean_absolute_error": "mae",
    "precision_score": "precision",
    "recall_score": "recall",
}
_OF_YES_OR_NO = reading("binary") - {"binary_accuracy"}


def outside(run: TrainingRun, _crash: Crash, misuse: Misuse) -> Explanation:
    """Explain that a function computes outside the graph."""
    given = misuse.given
    if given is None:
        return Explanation(
            say("A function of compile computes with NumPy."), ("", "", ""), None, ""
        )
    foreign = foreign_name(run, given)
    today = _KERAS_METRICS.get(foreign, "")
    if today in _OF_YES_OR_NO and not _is_yes_or_no(run):
        today = ""
    by = f"sklearn.metrics.{foreign}" if foreign else "NumPy"
    message = say(
        "The {part} {name} needs numbers ({by}), but while Keras builds the training its labels "
        "and outputs are symbolic tensors without values.",
        part=given.part if given.part == "loss" else say("metric"),
        name=given.name,
        by=by,
    )
    fix = None
    if given.part == "metrics":
        if today:
            written = _written(run, given.name)
            fix = fix_of(
                say("Report {metric} of Keras", metric=today),
                ReplaceMetric(written, MetricSpec(today)),
            )
        else:
            fix = fix_of(
                say("Let the metric see numbers: run_eagerly=True, which is slower"),
                SetCallArgument(given.compiled.call, "run_eagerly", "True"),
            )
    return Explanation(
        message,
        (given.part, by, say("a metric of keras.metrics, or keras.ops")),
        fix,
        say("Write it with keras.ops, or compute it after the training on model.predict(…)"),
        aspect=given.part,
    )


def _written(run: TrainingRun, name: str) -> str:
    metrics = () if isinstance(run.compile, Missing) else run.compile.metrics
    return next((item.written for item in metrics if name in (item.name, item.written)), name)


def _is_yes_or_no(run: TrainingRun) -> bool:
    heads = () if isinstance(run.model, Missing) else run.model.heads
    return len(heads) == 1 and heads[0].units == 1 and heads[0].activation == "sigmoid"


def types(run: TrainingRun, _crash: Crash, misuse: Misuse) -> Explanation:
    """Explain that a function mixes whole numbers and floats."""
    given = misuse.given
    own = function_of(run, given) if given else None
    fix = None
    if own is not None:
        cell, function = own
        names = [item.arg for item in function.args.args]
        cast = _cast(run)
        start = function.body[1:] if docstring_of(function) else function.body
        if cast and start and len(names) == 2:  # noqa: PLR2004 - labels and outputs
            code = f"{names[0]} = {cast}({names[0]}, {names[1]}.dtype)"
            fix = fix_of(
                say("Give the labels the type of the outputs"), line_before(cell, start[0], code)
            )
    return Explanation(
        say(
            "{name} computes with labels and outputs of different types, whole numbers and "
            "floats: TensorFlow converts neither by itself.",
            name=given.name if given else "",
        ),
        (say("types"), "int, float", "float, float"),
        fix,
        say("Convert the labels in the function: keras.ops.cast(y_true, y_pred.dtype)"),
        aspect=given.part if given else "metrics",
    )


def _cast(run: TrainingRun) -> str:
    """Spell the function that converts, with what the cells have imported."""
    bound: set[str] = set()
    for cell in (run.cell, *run.earlier):
        for top in statements(cell):
            if is_import(top):
                bound |= {f"{i.name}:{i.asname or i.name}" for i in top.names}
    known = {
        "ops:ops": "ops.cast",
        "keras:keras": "keras.ops.cast",
        "tensorflow:tf": "tf.cast",
    }
    return next((text for name, text in known.items() if name in bound), "")
