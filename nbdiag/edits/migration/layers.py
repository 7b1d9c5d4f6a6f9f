"""Migration of layers: their classes, their arguments, ``merge``."""

import ast

from nbdiag.edits.migration.context import MigrationContext
from nbdiag.edits.text.arguments import list_items
from nbdiag.edits.text.statements import line_before, remove_statement
from nbdiag.keras_api.layers import with_axes, with_role
from nbdiag.keras_api.renamed.arguments import DROPPED_OF_LAYERS, OF_LAYERS, OF_ONE_LAYER, ORDERINGS
from nbdiag.keras_api.renamed.paths import path_today
from nbdiag.syntax.text.scopes import dotted

_MERGED = {
    "sum": "add",
    "mul": "multiply",
    "concat": "concatenate",
    "ave": "average",
    "max": "maximum",
    "dot": "dot",
    "cos": "dot",
}
_ROWS, _COLUMNS = 1, 2
_OLD_CONVOLUTION = (
    "Convolution2D",
    "AtrousConvolution2D",
    "Deconvolution2D",
    "SeparableConvolution2D",
)
_OF_STEPS = with_role("recurrent", "convolution", "pooling") & with_axes(3)
_STRIDED = with_role("convolution") & with_axes(4) - {"DepthwiseConv2D"}


def migrate_layer(bench: MigrationContext, call: ast.Call, name: str, old: str) -> None:
    """Write the arguments of a layer, and of a class that replaces an older one.

    Parameters
    ----------
    name
        Class today.
    old
        Class as it was written.
    """
    if old == "TimeDistributedDense":
        _wrap_time(bench, call)
        name = "Dense"
    elif old == "Merge":
        _merge_class(bench, call)
        return
    elif old == "ThresholdedReLU" and call.args:
        bench.edits.insert(bench.page.span(call.args[0])[0], "threshold=")
    unwanted = _steps(bench, call, name)
    for keyword in call.keywords:
        if keyword not in unwanted and _argument(bench, call, keyword, name):
            unwanted.append(keyword)
    unwanted += _kernel(bench, call, name, old)
    bench.remove(call, unwanted)


def _argument(bench: MigrationContext, call: ast.Call, keyword: ast.keyword, name: str) -> bool:
    """Write one argument of a layer; say whether it goes."""
    own = OF_ONE_LAYER.get(name, {})
    given = keyword.arg or ""
    if _is_dropped(name, given):
        return True
    if given == "batch_input_shape":
        return _put_input(bench, call, keyword)
    if given in own:
        bench.rename(keyword, own[given])
    elif given in OF_LAYERS and not _is_current(name, given):
        bench.rename(keyword, OF_LAYERS[given])
        _write_value(bench, given, keyword.value)
    return False


def _steps(bench: MigrationContext, call: ast.Call, name: str) -> list[ast.AST]:
    """Join input_length and input_dim of a layer that reads steps; give the argument that goes."""
    named = {keyword.arg: keyword for keyword in call.keywords}
    size, length = named.get("input_dim"), named.get("input_length")
    if size is None or name not in _OF_STEPS:
        return []
    steps = "None" if length is None else bench.page.text(length.value)
    bench.put(size, f"input_shape=({steps}, {bench.page.text(size.value)})")
    return [] if length is None else [length]


def _is_dropped(name: str, argument: str) -> bool:
    if name == "Embedding" and argument in ("input_length", "dropout"):
        return True
    return argument in DROPPED_OF_LAYERS and not _is_current(name, argument)


def _is_current(name: str, argument: str) -> bool:
    """Whether Keras 3 has an argument on that class under its old name."""
    return (name, argument) in {
        ("ELU", "alpha"),
        ("Embedding", "output_dim"),
        ("STFTSpectrogram", "mode"),
        ("RandomErasing", "mode"),
    }


def _write_value(bench: MigrationContext, argument: str, value: ast.expr) -> None:
    if argument == "dim_ordering" and isinstance(value, ast.Constant):
        bench.string(value, ORDERINGS.get(str(value.value), str(value.value)))


def _kernel(bench: MigrationContext, call: ast.Call, name: str, old: str) -> list[ast.AST]:
    """Join rows and columns of a kernel; give the arguments that go."""
    named = {keyword.arg: keyword for keyword in call.keywords}
    rows, columns = named.get("nb_row"), named.get("nb_col")
    page = bench.page
    if rows is not None and columns is not None:
        size = f"({page.text(rows.value)}, {page.text(columns.value)})"
        bench.put(rows, f"kernel_size={size}")
        return [columns]
    first = [item for item in call.args if not isinstance(item, ast.Starred)]
    if name not in _STRIDED or len(first) <= _COLUMNS or not _is_pair(bench, call, old):
        return []
    bench.edits.insert(page.outer_span(first[_ROWS])[0], "(")
    bench.edits.insert(page.outer_span(first[_COLUMNS])[1], ")")
    return []


def _is_pair(bench: MigrationContext, call: ast.Call, old: str) -> bool:
    """Whether the second and third argument are rows and columns, as Keras 1 had them."""
    rows, columns = call.args[_ROWS], call.args[_COLUMNS]
    if isinstance(rows, ast.Tuple | ast.List) or isinstance(columns, ast.Tuple | ast.List):
        return False
    found = bench.place(call.func)
    if found is None or found[0] != "keras":
        return False
    written = {keyword.arg for keyword in call.keywords}
    if old in _OLD_CONVOLUTION or written & {"border_mode", "subsample", "init", "dim_ordering"}:
        return True
    same = bench.page.text(rows) == bench.page.text(columns)
    return (
        same
        and not (isinstance(rows, ast.Constant) and rows.value == 1)
        and "strides" not in written
    )


def _wrap_time(bench: MigrationContext, call: ast.Call) -> None:
    root = (bench.place(call.func) or ("keras", ""))[0]
    outer = bench.spelled(call.func, "layers.TimeDistributed", root)
    prefix = outer.rpartition(".")[0]
    inner = f"{prefix}.Dense" if prefix else bench.imported(root, "layers.Dense", call)
    bench.done.add(call.func)
    bench.put(call.func, f"{outer}({inner}")
    bench.edits.insert(bench.page.span(call)[1], ")")


def _put_input(bench: MigrationContext, call: ast.Call, keyword: ast.keyword) -> bool:
    """Put an Input with the batch's shape in front of the first layer."""
    page = bench.page
    root, path = bench.place(call.func) or ("keras", "")
    name = page.text(call.func)
    first = name.rpartition(".")[0]
    maker = f"{first}.Input" if first and path_today(path) == path else None
    parent = page.parents[call]
    outer = page.parents.get(parent)
    shape = page.text(keyword.value)
    spelled = maker or bench.imported(root, "layers.Input", call)
    text = f"{spelled}(batch_shape={shape})"
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) and parent.args:
        receiver = dotted(parent.func.value)
        if parent.func.attr == "add" and isinstance(outer, ast.Expr) and receiver:
            line_before(page, outer, [f"{receiver}.add({text})"], bench.edits)
            return True
    if isinstance(parent, ast.List) and parent.elts[0] is call:
        list_items(page, parent).insert_before(0, [text], bench.edits)
        return True
    bench.note("batch_input_shape has no successor here: begin the model with an Input.")
    return False


def migrate_merge(bench: MigrationContext, call: ast.Call) -> None:
    """Write ``merge(inputs, mode=…)`` as the function of that mode."""
    named = {keyword.arg: keyword for keyword in call.keywords}
    mode = named.get("mode")
    value = mode.value if mode else (call.args[1] if len(call.args) > 1 else None)
    word = value.value if isinstance(value, ast.Constant) else None if value else "sum"
    if word not in _MERGED:
        bench.done.add(call.func)
        bench.note("merge with a custom mode has no replacement: write it as a Lambda layer.")
        return
    root = (bench.place(call.func) or ("keras", ""))[0]
    new = _MERGED[str(word)]
    bench.done.add(call.func)
    bench.put(call.func, bench.spelled(call.func, f"layers.{new}", root))
    unwanted: list[ast.AST] = [mode] if mode else list(call.args[1:2])
    for old, name in (("concat_axis", "axis"), ("dot_axes", "axes")):
        if old in named:
            if (name == "axis") == (new == "concatenate") and (name == "axes") == (new == "dot"):
                bench.rename(named[old], name)
            else:
                unwanted.append(named[old])
    unwanted += [named[old] for old in ("output_shape", "output_mask", "arguments") if old in named]
    if new == "dot" and "dot_axes" not in named:
        bench.add(call, "axes=-1")
    if word == "cos":
        bench.add(call, "normalize=True")
    bench.remove(call, unwanted)


def _merge_class(bench: MigrationContext, call: ast.Call) -> None:
    """Write ``Merge(mode=…)(inputs)`` as the layer of that mode."""
    named = {keyword.arg: keyword for keyword in call.keywords}
    value = named["mode"].value if "mode" in named else None
    word = value.value if isinstance(value, ast.Constant) else "sum"
    bench.done.add(call.func)
    if word in _MERGED and call.args and _join_models(bench, call, str(word), named):
        return
    if call.args or word not in _MERGED:
        bench.note("Merge of Sequential models has no successor: join them in a functional model.")
        return
    new = _MERGED[str(word)].capitalize()
    root = (bench.place(call.func) or ("keras", ""))[0]
    bench.put(call.func, bench.spelled(call.func, f"layers.{new}", root))
    if "concat_axis" in named and new == "Concatenate":
        bench.rename(named["concat_axis"], "axis")
    bench.remove(call, [named["mode"]] if "mode" in named else [])


def _join_models(
    bench: MigrationContext, call: ast.Call, word: str, named: dict[str | None, ast.keyword]
) -> bool:
    """Join Sequential models: the layers after them become a model on their joined outputs.

    ``m.add(Merge([a, b], mode=…))`` goes; ahead of the first use of the finished ``m`` stands
    ``m = Model([a.inputs[0], b.inputs[0]], m(concatenate([a.outputs[0], b.outputs[0]])))``.
    """
    page = bench.page
    outer = page.parents[call]
    line = page.parents.get(outer)
    given = call.args[0]
    joined = [dotted(item) for item in given.elts] if isinstance(given, ast.List) else []
    known = isinstance(outer, ast.Call) and isinstance(outer.func, ast.Attribute)
    if not known or not isinstance(line, ast.Expr) or not joined or None in joined:
        return False
    assert isinstance(outer, ast.Call)  # noqa: S101 - known above
    assert isinstance(outer.func, ast.Attribute)  # noqa: S101 - known above
    name = dotted(outer.func.value)
    after = _after_adding(bench, line, name)
    if outer.func.attr != "add" or name is None or after is None:
        return False
    root = (bench.place(call.func) or ("keras", ""))[0]
    maker = bench.spelled(call.func, f"layers.{_MERGED[word]}", root)
    model = bench.imported(root, "models.Model", call)
    axis = f", axis={page.text(named['concat_axis'].value)}" if "concat_axis" in named else ""
    options = {"concat": axis, "dot": ", axes=-1", "cos": ", axes=-1, normalize=True"}
    inputs = ", ".join(f"{item}.inputs[0]" for item in joined)
    outputs = ", ".join(f"{item}.outputs[0]" for item in joined)
    text = f"{name} = {model}([{inputs}], {name}({maker}([{outputs}]{options.get(word, '')})))"
    line_before(page, after, [text], bench.edits)
    remove_statement(page, line, bench.edits)
    return True


def _after_adding(bench: MigrationContext, line: ast.stmt, name: str | None) -> ast.stmt | None:
    """Return the first statement that uses a model when all its layers are added."""
    parent = bench.page.parents[line]
    blocks = [getattr(parent, key, None) for key in ("body", "orelse")]
    block: list[ast.stmt] = next((b for b in blocks if isinstance(b, list) and line in b), [])
    behind = block[block.index(line) + 1 :] if line in block else []
    for statement in behind:
        calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
        methods = {
            node.func.attr
            for node in calls
            if isinstance(node.func, ast.Attribute) and dotted(node.func.value) == name
        }
        used = any(
            dotted(n) == name
            for n in ast.walk(statement)
            if isinstance(n, ast.Name | ast.Attribute)
        )
        if used and not methods & {"add"}:
            return statement
    return None
