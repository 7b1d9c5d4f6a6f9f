"""Migration of methods of models: fit and its kin, compile, saving."""

import ast

from nbdiag.edits.migration.context import MigrationContext
from nbdiag.edits.migration.training import WEIGHTS, WHOLE, put_ending
from nbdiag.keras_api.renamed.arguments import (
    DROPPED_OF_COMPILE,
    DROPPED_OF_FIT,
    OF_COMPILE,
    OF_FIT,
)
from nbdiag.keras_api.renamed.functions import METHODS, WORDS
from nbdiag.keras_api.renamed.paths import path_today
from nbdiag.syntax.text.scopes import binds, dotted

_FITS = ("fit", "evaluate", "predict", *METHODS)
_PLACES = {
    "fit_generator": (
        "x", "steps_per_epoch", "epochs", "verbose", "callbacks", "validation_data",
        "validation_steps",
    ),
    "evaluate_generator": ("x", "steps"),
    "predict_generator": ("x", "steps"),
}  # fmt: skip
_PAIR = 2
_STEPS = ("steps_per_epoch", "validation_steps", "steps")
_OF_SAMPLES = ("samples_per_epoch", "nb_val_samples", "val_samples")
_USUAL_BATCH = "32"  # of the data generators of Keras


def migrate_method(bench: MigrationContext, call: ast.Call) -> None:
    """Write one call of a method."""
    function = call.func
    if not isinstance(function, ast.Attribute):
        return
    name = function.attr
    if name in _FITS:
        _migrate_fit(bench, call, function)
    elif name == "compile":
        _migrate_compile(bench, call)
    elif name == "add_weight":
        _name_weight(bench, call)
    elif name == "as_list" and not call.args and not call.keywords:
        _list_sizes(bench, call, function)
    elif name == "reset_states" and not call.args:
        _reset_layers(bench, call, function)
    elif name == "save" and call.args and _is_model(bench, function.value):
        # Whole models may still be written in the older form, whose name ends in .h5.
        if not str(getattr(call.args[0], "value", "")).endswith((".h5", ".hdf5")):
            put_ending(bench, call.args[0], WHOLE)
    elif name == "save_weights" and call.args:
        put_ending(bench, call.args[0], WEIGHTS)


def _name_weight(bench: MigrationContext, call: ast.Call) -> None:
    """Name the arguments of a weight: the first one was its name, and is its shape now."""
    first = call.args[0] if call.args else None
    if not isinstance(first, ast.Constant | ast.JoinedStr) or len(call.args) > _PAIR:
        return
    if isinstance(first, ast.Constant) and not isinstance(first.value, str):
        return
    for name, value in zip(("name", "shape"), call.args, strict=False):
        bench.edits.insert(bench.page.outer_span(value)[0], f"{name}=")


def _list_sizes(bench: MigrationContext, call: ast.Call, function: ast.Attribute) -> None:
    """Write ``shape.as_list()``: a shape of Keras 3 is a tuple."""
    page, inner = bench.page, function.value
    if "shape" not in page.text(inner) or isinstance(inner, ast.Call):
        return
    (start, end), (first, last) = page.span(call), page.outer_span(inner)
    bench.edits.replace(start, first, "list(") if start != first else bench.edits.insert(
        start, "list("
    )
    bench.edits.replace(last, end, ")")


def _reset_layers(bench: MigrationContext, call: ast.Call, function: ast.Attribute) -> None:
    """Reset the states of a model layer by layer."""
    page, model = bench.page, function.value
    if isinstance(page.parents[call], ast.Expr) and _is_model(bench, model):
        method = f"{bench.quote}reset_states{bench.quote}"
        text = f"for layer in {page.text(model)}.layers if hasattr(layer, {method})"
        bench.put(call, f"[layer.reset_states() {text}]")


def _is_model(bench: MigrationContext, node: ast.expr) -> bool:
    key = dotted(node)
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr in ("compile", *_FITS)
        and dotted(call.func.value) == key
        for call in bench.page.calls
    )


def _migrate_fit(bench: MigrationContext, call: ast.Call, function: ast.Attribute) -> None:
    name = function.attr
    page = bench.page
    for place, value in enumerate(call.args):
        names = _PLACES.get(name, ())
        if 0 < place < len(names) and not isinstance(value, ast.Starred):
            bench.edits.insert(page.outer_span(value)[0], f"{names[place]}=")
            if names[place] in _STEPS:
                _whole(bench, value)
    unwanted: list[ast.AST] = []
    for keyword in call.keywords:
        given = keyword.arg or ""
        auto = isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str)
        if given in DROPPED_OF_FIT or (given == "class_weight" and auto):
            unwanted.append(keyword)
            continue
        today = OF_FIT.get(given, given)
        bench.rename(keyword, today)
        if given in _OF_SAMPLES:
            _divide(bench, call, keyword.value)
        elif today in _STEPS:
            _whole(bench, keyword.value)
    bench.remove(call, unwanted)
    if name in METHODS:
        end = page.span(function)[1]
        bench.edits.replace(end - len(name), end, METHODS[name])
    if name == "predict_classes":
        _take_class(bench, call)


def _divide(bench: MigrationContext, call: ast.Call, value: ast.expr) -> None:
    """Turn a number of samples into one of steps."""
    batch = _batch_of(bench, call)
    start, end = bench.page.outer_span(value)
    low = isinstance(value, ast.BinOp | ast.IfExp | ast.BoolOp) and (start, end) == bench.page.span(
        value
    )
    bench.edits.wrap(start, end, "(" if low else "", f"{')' if low else ''} // {batch}")


def _batch_of(bench: MigrationContext, call: ast.Call) -> str:
    """Return the batch size of the generator that a call is given."""
    given = call.args[0] if call.args else None
    given = given or next((k.value for k in call.keywords if k.arg in ("generator", "x")), None)
    if isinstance(given, ast.Name):
        name = given.id
        for item in ast.walk(bench.page.tree):
            if isinstance(item, ast.Assign) and name in map(dotted, item.targets):
                given = item.value
    for keyword in given.keywords if isinstance(given, ast.Call) else ():
        if keyword.arg == "batch_size":
            return bench.page.text(keyword.value)
    default = _default_of(bench, given, "batch_size")
    if default is not None:
        return default
    # Steps are counted where the call is: names of its function, or of the whole cell.
    scope = bench.page.function(call) or bench.page.tree
    bound = set().union(*(binds(item) for part in (scope, bench.page.tree) for item in part.body))
    return "batch_size" if "batch_size" in bound else _USUAL_BATCH


def _default_of(bench: MigrationContext, given: ast.expr | None, name: str) -> str | None:
    """Return the default of a generator function's parameter."""
    called = dotted(given.func) if isinstance(given, ast.Call) else None
    for item in ast.walk(bench.page.tree):
        if isinstance(item, ast.FunctionDef) and item.name == called:
            named = [argument.arg for argument in item.args.args]
            defaults = dict(zip(reversed(named), reversed(item.args.defaults), strict=False))
            return bench.page.text(defaults[name]) if name in defaults else None
    return None


def _whole(bench: MigrationContext, value: ast.expr) -> None:
    """Keep a number of steps whole: Keras 3 counts them with ``range``."""
    page = bench.page
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div):
        left, right = page.outer_span(value.left)[1], page.outer_span(value.right)[0]
        sign = page.source.index("/", left, right)
        bench.edits.replace(sign, sign + 1, "//")
    elif isinstance(value, ast.Call) and _is_float(dotted(value.func) or ""):
        bench.edits.wrap(*page.outer_span(value), "int(", ")")


def _is_float(name: str) -> bool:
    """Whether a function rounds to a float, as NumPy's do and Python's own do not."""
    return name.endswith((".ceil", ".floor")) and not name.startswith("math.")


def _take_class(bench: MigrationContext, call: ast.Call) -> None:
    """Take the class out of the probabilities, as ``predict_classes`` did."""
    start, end = bench.page.span(call)
    if _is_one_unit(bench):
        bench.edits.wrap(start, end, "(", f" > 0.5).astype({bench.quote}int32{bench.quote})")
    else:
        bench.edits.insert(end, ".argmax(axis=-1)")


def _is_one_unit(bench: MigrationContext) -> bool:
    """Whether the last dense layer of the text has one unit."""
    units: ast.expr | None = None
    for call in bench.page.calls:
        found = bench.place(call.func)
        if found is None or path_today(found[1]) != "layers.Dense":
            continue
        named = {k.arg: k.value for k in call.keywords}
        units = named.get("units") or named.get("output_dim") or next(iter(call.args), None)
    return isinstance(units, ast.Constant) and units.value == 1


def _migrate_compile(bench: MigrationContext, call: ast.Call) -> None:
    unwanted: list[ast.AST] = []
    for keyword in call.keywords:
        given = keyword.arg or ""
        if given in DROPPED_OF_COMPILE:
            unwanted.append(keyword)
            continue
        today = OF_COMPILE.get(given, given)
        bench.rename(keyword, today)
        value = keyword.value
        if today in ("loss", "metrics"):
            _write_words(bench, value)
        text = isinstance(value, ast.Constant) and isinstance(value.value, str)
        made = isinstance(value, ast.Call) and bench.place(value.func) is not None
        if today == "metrics" and (text or made):
            bench.edits.wrap(*bench.page.span(value), "[", "]")
    bench.remove(call, unwanted)


def _write_words(bench: MigrationContext, value: ast.expr) -> None:
    """Write the names of losses and metrics that are called otherwise now."""
    for node in ast.walk(value):
        if isinstance(node, ast.Constant) and node.value in WORDS:
            bench.string(node, WORDS[str(node.value)])
