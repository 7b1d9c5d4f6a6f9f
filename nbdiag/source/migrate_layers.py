"""Migration of layers: their classes, their arguments, ``merge``."""

import ast

from nbdiag.facts.crash_keras2 import (
    DROPPED_OF_LAYERS,
    OF_LAYERS,
    OF_ONE_LAYER,
    ORDERINGS,
    path_today,
)
from nbdiag.source.items import list_items
from nbdiag.source.lines import line_before
from nbdiag.source.migrate_workbench import Workbench
from nbdiag.source.scopes import dotted

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
_STRIDED = ("Conv2D", "SeparableConv2D", "Conv2DTranspose")


def migrate_layer(bench: Workbench, call: ast.Call, name: str, old: str) -> None:
    """Write the arguments of a layer, and of a class that stands for an older one.

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
    own = OF_ONE_LAYER.get(name, {})
    unwanted: list[ast.AST] = []
    for keyword in call.keywords:
        given = keyword.arg or ""
        if _is_dropped(name, given):
            unwanted.append(keyword)
        elif given == "batch_input_shape":
            if _put_input(bench, call, keyword):
                unwanted.append(keyword)
        elif given in own:
            bench.rename(keyword, own[given])
        elif given in OF_LAYERS and not _is_current(name, given):
            bench.rename(keyword, OF_LAYERS[given])
            _write_value(bench, given, keyword.value)
    unwanted += _kernel(bench, call, name, old)
    bench.remove(call, unwanted)


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


def _write_value(bench: Workbench, argument: str, value: ast.expr) -> None:
    if argument == "dim_ordering" and isinstance(value, ast.Constant):
        bench.string(value, ORDERINGS.get(str(value.value), str(value.value)))


def _kernel(bench: Workbench, call: ast.Call, name: str, old: str) -> list[ast.AST]:
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


def _is_pair(bench: Workbench, call: ast.Call, old: str) -> bool:
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


def _wrap_time(bench: Workbench, call: ast.Call) -> None:
    root = (bench.place(call.func) or ("keras", ""))[0]
    outer = bench.spelled(call.func, "layers.TimeDistributed", root)
    prefix = outer.rpartition(".")[0]
    inner = f"{prefix}.Dense" if prefix else bench.imported(root, "layers.Dense", call)
    bench.done.add(call.func)
    bench.put(call.func, f"{outer}({inner}")
    bench.edits.insert(bench.page.span(call)[1], ")")


def _put_input(bench: Workbench, call: ast.Call, keyword: ast.keyword) -> bool:
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


def migrate_merge(bench: Workbench, call: ast.Call) -> None:
    """Write ``merge(inputs, mode=…)`` as the function of that mode."""
    named = {keyword.arg: keyword for keyword in call.keywords}
    mode = named.get("mode")
    value = mode.value if mode else (call.args[1] if len(call.args) > 1 else None)
    word = value.value if isinstance(value, ast.Constant) else None if value else "sum"
    if word not in _MERGED:
        bench.done.add(call.func)
        bench.note("merge with a mode of your own has no successor: write it as a Lambda layer.")
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


def _merge_class(bench: Workbench, call: ast.Call) -> None:
    """Write ``Merge(mode=…)(inputs)`` as the layer of that mode."""
    named = {keyword.arg: keyword for keyword in call.keywords}
    value = named["mode"].value if "mode" in named else None
    word = value.value if isinstance(value, ast.Constant) else "sum"
    bench.done.add(call.func)
    if call.args or word not in _MERGED:
        bench.note("Merge of Sequential models has no successor: join them in a functional model.")
        return
    new = _MERGED[str(word)].capitalize()
    root = (bench.place(call.func) or ("keras", ""))[0]
    bench.put(call.func, bench.spelled(call.func, f"layers.{new}", root))
    if "concat_axis" in named and new == "Concatenate":
        bench.rename(named["concat_axis"], "axis")
    bench.remove(call, [named["mode"]] if "mode" in named else [])
