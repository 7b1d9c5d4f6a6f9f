"""The fixes of layers that do not fit together: in front of a sum, in a decoder, in a Reshape."""

import math
import re
from collections.abc import Sequence

from nbdiag.facts.crash.exception import Crash, written
from nbdiag.facts.crash.layer_chain import steps_of
from nbdiag.facts.crash.snippet import rewritten
from nbdiag.keras_api.layers import LAYERS, with_role
from nbdiag.keras_api.operations import OF_OTHERS
from nbdiag.language import say
from nbdiag.rules.crash.failure import fix_of
from nbdiag.schema.cell import Shape
from nbdiag.schema.changes import (
    Call,
    CallOfKeras,
    InsertBesideCall,
    InsertFirst,
    SetCallArgument,
)
from nbdiag.schema.finding import Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import applied_at, failed_call, text_of
from nbdiag.syntax.calls import calls_in, calls_of, meaning_of, root_name
from nbdiag.syntax.layer_chain import declared
from nbdiag.syntax.queries.class_values import classes_given
from nbdiag.syntax.text.nodes import (
    CallNode,
    Expression,
    code_of,
    is_attribute,
    is_call,
    is_name,
    is_sequence,
)
from nbdiag.syntax.values import row_shape


def count(shape: Shape) -> int:
    """Return the number of values in a sample of a shape; unknown sizes count as one."""
    return math.prod(size or 1 for size in shape)


def resized(run: TrainingRun, own: Shape, weights: Shape) -> Fix | None:
    """Set the sizes of a layer to those of the weights that it is given."""
    names = {"Embedding": ("input_dim", "output_dim"), "Dense": (None, "units")}
    for step in steps_of(run):
        if step.name not in names or len(own) != len(weights) or len(own) != 2:  # noqa: PLR2004 - a matrix
            continue
        first, last = names[step.name]
        if "weights" not in step.config and step.layer is None:
            continue
        if step.config.get(last) not in (own[1], None):
            continue
        changes = [step.set(last, weights[1])]
        if first is not None:
            changes.append(step.set(first, weights[0]))
        elif own[0] != weights[0]:
            return None
        return fix_of(say("Make room for weights of {weights}", weights=written(weights)), *changes)
    return None


def one_width(run: TrainingRun, shapes: Sequence[Shape]) -> Fix | None:
    """Set the units of a layer before a sum to those of the sum's other side."""
    if len(shapes) < 2 or len(shapes[0]) != len(shapes[1]) or shapes[0][:-1] != shapes[1][:-1]:  # noqa: PLR2004 - two sides
        return None
    one, other = shapes[0][-1], shapes[1][-1]
    if one is None or other is None:
        return None
    # Room is made on the narrow side first: nothing that was meant to be learnt is taken away.
    for size, new in sorted(((one, other), (other, one))):
        made = [
            (step, key)
            for step in steps_of(run)
            if (key := _WIDTHS.get(step.name)) is not None and step.config.get(key) == size
        ]
        if len(made) == 1:
            step, key = made[0]
            return fix_of(say("Give both sides {number} features", number=new), step.set(key, new))
    return None


_WIDTHS = {"Dense": "units", "Embedding": "output_dim"}
_PICTURE = 4  # rows, height, width, channels


def halved_unevenly(run: TrainingRun, shapes: Sequence[Shape]) -> bool:
    """Whether maps were pooled and enlarged again to another size than before, by a row or more."""
    names = [step.name for step in steps_of(run)]
    pooled = any(name.startswith("MaxPooling2D") for name in names)
    enlarged = any(name in ("UpSampling2D", "Conv2DTranspose") for name in names)
    return (
        pooled
        and enlarged
        and len(shapes) > 1
        and [len(shape) for shape in shapes[:2]] == [_PICTURE, _PICTURE]
        and shapes[0][1:3] != shapes[1][1:3]
    )


def even_maps(run: TrainingRun, shapes: Sequence[Shape]) -> Fix | None:
    """Pad images to a size that can be halved at every pooling; crop the output back."""
    row = row_shape(run) or next(iter(declared(run)), None)
    steps = steps_of(run)
    if not halved_unevenly(run, shapes) or row is None or len(row) != _PICTURE - 1:
        return None
    pools = [step for step in steps if step.name == "MaxPooling2D"]
    plain = all(step.config.get("pool_size") in (None, 2, (2, 2), [2, 2]) for step in pools)
    whole = 2 ** len(pools)
    lacking = [-(size or 0) % whole for size in row[:2]]
    last = steps[-1].call
    if not plain or any(size % 2 for size in lacking) or not any(lacking) or last is None:
        return None
    sides = (lacking[0] // 2, lacking[1] // 2)
    return fix_of(
        say(
            "Pad the maps to {size}, and crop the output back",
            size=written(tuple((s or 0) + more for s, more in zip(row[:2], lacking, strict=True))),
        ),
        InsertFirst("ZeroPadding2D", sides),
        InsertBesideCall("Cropping2D", last, before=False, values=sides),
    )


def cropped(run: TrainingRun, target: Shape, output: Shape) -> Fix | None:
    """Crop an output to the size of its labels, by as much on every side."""
    steps = steps_of(run)
    last = steps[-1].call if steps else None
    more = [(out or 0) - (size or 0) for size, out in zip(target[1:-1], output[1:-1], strict=True)]
    name = {1: "Cropping1D", 2: "Cropping2D", 3: "Cropping3D"}.get(len(more))
    if name is None or last is None or min(more) < 0 or any(size % 2 for size in more):
        return None
    sides = (more[0] // 2, more[0] // 2) if len(more) == 1 else tuple(size // 2 for size in more)
    return fix_of(
        say("Crop the output to {size}", size=written(target[1:])),
        InsertBesideCall(name, last, before=False, values=sides),
    )


def turned(run: TrainingRun, shapes: Sequence[Shape]) -> Fix | None:
    """Swap steps and features after the RepeatVector that returns them in the wrong order."""
    repeated = [step for step in steps_of(run) if step.name == "RepeatVector"]
    if len(shapes) != 2 or shapes[0] != shapes[1][::-1] or shapes[0] == shapes[1]:  # noqa: PLR2004 - two sides
        return None
    call = repeated[0].call if len(repeated) == 1 and len(shapes[0]) == 2 else None  # noqa: PLR2004 - steps and features
    if call is None:
        return None
    change = InsertBesideCall("Permute", call, before=False, values=(2, 1))
    return fix_of(say("Swap steps and features after RepeatVector"), change)


_CONVOLUTIONS = {2: "Conv1D", 3: "Conv2D", 4: "Conv3D"}


def projected(run: TrainingRun, shapes: Sequence[Shape]) -> Fix | None:
    """Match the channels and the size of a sum's shortcut to those of its other side.

    The shortcut is the side with fewer channels; ``Add()([x, y])`` becomes
    ``Add()([Conv2D(y.shape[-1], 1)(x), y])``, whatever a block is called with.
    """
    found = _applied(run)
    if len(shapes) != 2 or len(shapes[0]) != len(shapes[1]) or found is None:  # noqa: PLR2004 - two sides
        return None
    call, node, texts = found
    name = _CONVOLUTIONS.get(len(shapes[0]))
    known = all(size is not None for shape in shapes for size in shape)
    if name is None or not known:
        return None
    short = 0 if (shapes[0][-1] or 0) < (shapes[1][-1] or 0) else 1
    stride = _stride(shapes[short][:-1], shapes[1 - short][:-1])
    spelt = _beside(run, node, name)
    if stride is None or spelt is None or shapes[0][-1] == shapes[1][-1]:
        return None
    given = "" if stride == 1 else f", strides={stride}"
    texts[short] = f"{spelt}({texts[1 - short]}.shape[-1], 1{given})({texts[short]})"
    return fix_of(
        say("Project the shortcut to as many channels"),
        SetCallArgument(call, "", f"[{', '.join(texts)}]"),
    )


def resized_partner(run: TrainingRun, shapes: Sequence[Shape]) -> Fix | None:
    """Resize the smaller of two maps that are merged to the size of the other.

    ``Concatenate()([x, y])`` becomes ``Concatenate()([Resizing(y.shape[1], y.shape[2])(x), y])``,
    which is right for every call of a block.
    """
    maps = [shape[-_MAPS:] for shape in shapes[:2]]
    found = _applied(run)
    if len(shapes) != 2 or found is None or any(len(shape) != _MAPS for shape in maps):  # noqa: PLR2004 - two sides
        return None
    call, node, sides = found
    spelt = _beside(run, node, "Resizing")
    sizes = [[size or 0 for size in shape[:-1]] for shape in maps]
    small = 0 if sizes[0] < sizes[1] else 1
    # Twice the size is a stride that one side lacks, not a row that was lost by halving.
    fits = all(a <= b < 2 * a for a, b in zip(sizes[small], sizes[1 - small], strict=True))
    adds = meaning_of(run, node.func) not in ("Concatenate", "concatenate")
    if re.search(r"axis=(?!-1\b|3\b)", code_of(node.func)):
        return None
    if spelt is None or not fits or sizes[0] == sizes[1] or 0 in (*sizes[0], *sizes[1]):
        return None
    if adds and maps[0][-1] != maps[1][-1]:
        return None
    other = sides[1 - small]
    sides[small] = f"{spelt}({other}.shape[1], {other}.shape[2])({sides[small]})"
    return fix_of(
        say("Resize the smaller maps before they are merged"),
        SetCallArgument(call, "", f"[{', '.join(sides)}]"),
    )


_MAPS = 3  # height, width, channels


def _applied(run: TrainingRun) -> tuple[Call, CallNode, list[str]] | None:
    """Return the failed application of a layer to two names, and those names."""
    places = run.error.scene.places if run.error is not None else ()
    cells = {cell.number: cell for cell in (run.cell, *run.earlier)}
    cell = cells.get(places[-1].cell) if places else None
    found = applied_at(cell, places[-1]) if cell is not None else None
    if found is None:
        return None
    call, node = found
    sides = node.args[0].elts if is_sequence(node.args[0]) else []
    plain = len(sides) == 2 and all(is_name(item) for item in sides)  # noqa: PLR2004 - two sides
    return (call, node, [code_of(item) for item in sides]) if plain else None


def _stride(one: Shape, other: Shape) -> int | None:
    """Return the stride that makes maps of one size as small as others."""
    ratios = {-(-(a or 0) // (b or 1)) for a, b in zip(one, other, strict=True)}
    fits = len(ratios) == 1 and (ratio := ratios.pop()) >= 1
    same = fits and all(-(-(a or 0) // ratio) == b for a, b in zip(one, other, strict=True))
    return ratio if same else None


def _beside(run: TrainingRun, node: CallNode, name: str) -> str | None:
    """Spell a layer as the layer that is applied is spelt."""
    made = node.func.func if is_call(node.func) else node.func
    if is_attribute(made):
        return f"{code_of(made.value)}.{name}"
    plain = any(item.name == name and is_name(item.node.func) for item in calls_of(run))
    return name if plain else None


def keras_function(run: TrainingRun) -> Fix | None:
    """Call the function of keras.ops that does what one of TensorFlow or NumPy does to arrays."""
    call = failed_call(run)
    if call is None or not is_attribute(call.node.func):
        return None
    name = OF_OTHERS.get(call.name, "")
    owner = root_name(call.node.func)
    if not name or owner not in ("tf", "np", "tensorflow", "numpy"):
        return None
    title = say("Use keras.ops.{name}", name=name)
    return fix_of(title, CallOfKeras(call.call, name))


def made_layer(run: TrainingRun, crash: Crash) -> Fix | None:
    """Make the layer whose class was added, where it needs no arguments."""
    found = re.search(r"<class '[\w.]*\.(\w+)'>", crash.line)
    name = found[1] if found else ""
    changes = [
        rewritten(cell, node, f"{text_of(cell, node)}()") for cell, node in classes_given(run, name)
    ]
    plain = name in _WITHOUT_ARGUMENTS and bool(changes)
    return fix_of(say("Make the layer: {name}()", name=name), *changes) if plain else None


_WITHOUT_ARGUMENTS = frozenset(
    name
    for name in with_role("activation", "global_pooling", "normalization", "pooling")
    if LAYERS[name].parameters[:1] not in (("activation",), ("output_size",))
) | {"Flatten"}


def through_the_model(run: TrainingRun, size: int | None) -> Fix | None:
    """Apply all the last layers of a model that lead on from so many features, not its last alone.

    A decoder of an autoencoder, ``Model(code, autoencoder.layers[-1](code))``.
    """
    widths = [step.config.get("units") for step in steps_of(run) if step.name == "Dense"]
    plain = all(step.name == "Dense" or step.transparent for step in steps_of(run))
    behind = next((n for n in range(2, len(widths)) if widths[-n - 1] == size), None)
    if behind is None or not plain or run.error is None:
        return None
    lines = {site.line for site in run.error.scene.places if site.cell == run.cell.number}
    for found in calls_in(run):
        node = found.argument(1, "outputs")
        here = lines & set(range(found.call.line, (found.node.end_lineno or 0) + 1))
        if found.name == "Model" and here and is_call(node) and len(node.args) == 1:
            owner = _last_layer_of(run, node.func)
            if owner is not None:
                return _decoded(found.call, owner, code_of(node.args[0]), behind)
    return None


def _decoded(call: Call, owner: str, code: str, behind: int) -> Fix | None:
    for place in range(behind, 0, -1):
        code = f"{owner}.layers[-{place}]({code})"
    title = say("Decode with the last {number} layers of {model}", number=behind, model=owner)
    return fix_of(title, SetCallArgument(call, "outputs", code))


def _last_layer_of(run: TrainingRun, node: Expression) -> str | None:
    """Return the model whose last layer an expression, or the value of a name, is."""
    texts = [code_of(node)]
    if is_name(node):
        texts = re.findall(
            rf"(?m)^\s*{re.escape(node.id)}\s*=\s*(.+?)\s*(?:#.*)?$", run.cell.source
        )
    found = re.fullmatch(r"(\w+)\.layers\[-1\]", texts[-1]) if texts else None
    return found[1] if found else None


def reshaped(run: TrainingRun, given_shape: Shape, target: Shape) -> Fix | None:
    """Reshape to as many values as there are."""
    whole = count(given_shape)
    step = next((s for s in steps_of(run) if s.name == "Reshape" and _is(s.config, target)), None)
    if step is None:
        return None
    for place in reversed(range(len(target))):  # channels first, as height and width were meant
        rest = count((*target[:place], *target[place + 1 :]))
        if rest and whole % rest == 0:
            new = (*target[:place], whole // rest, *target[place + 1 :])
            return fix_of(
                say("Reshape to {shape}", shape=written(new)), step.set("target_shape", new)
            )
    return fix_of(
        say("Reshape to {shape}", shape=written((whole,))), step.set("target_shape", (whole,))
    )


def _is(config: dict[str, object], target: Shape) -> bool:
    given_shape = config.get("target_shape")
    known = isinstance(given_shape, list | tuple)
    return not known or tuple(given_shape) == target  # type: ignore[arg-type]
