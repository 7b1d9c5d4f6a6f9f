"""The fixes of layers that do not fit together: in front of a sum, in a decoder, in a Reshape."""

import ast
import math
import re
from collections.abc import Sequence

from nbdiag.facts.crash import Crash, written
from nbdiag.facts.crash_chain import steps_of
from nbdiag.facts.crash_text import calls_in, calls_of, last_name
from nbdiag.language import say
from nbdiag.rules.crash.failure import fix_of
from nbdiag.schema.cell import Shape
from nbdiag.schema.change import Call, SetCallArgument
from nbdiag.schema.finding import Fix
from nbdiag.schema.run import TrainingRun


def count(shape: Shape) -> int:
    """Give the number of values in a row of a shape; unknown sizes count as one."""
    return math.prod(size or 1 for size in shape)


def resized(run: TrainingRun, own: Shape, weights: Shape) -> Fix | None:
    """Give the layer of given weights the sizes that they have."""
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
    """Give a layer in front of a sum as many units as the other side of it has."""
    if len(shapes) < 2 or len(shapes[0]) != len(shapes[1]) or shapes[0][:-1] != shapes[1][:-1]:  # noqa: PLR2004 - two sides
        return None
    one, other = shapes[0][-1], shapes[1][-1]
    steps = steps_of(run)
    for size, new in ((one, other), (other, one)):
        made = [s for s in steps if s.name == "Dense" and s.config.get("units") == size]
        if len(made) == 1 and size is not None and new is not None:
            return fix_of(
                say("Give both sides {number} features", number=new), made[0].set("units", new)
            )
    return None


def made_layer(run: TrainingRun, crash: Crash) -> Fix | None:
    """Make the layer whose class was added, where it needs no arguments."""
    found = re.search(r"<class '[\w.]*\.(\w+)'>", crash.line)
    name = found[1] if found else ""
    calls = [
        (item, node)
        for item in calls_of(run)
        if item.name == "add"
        and last_name(node := item.argument(0, "layer") or ast.Constant(0)) == name
    ]
    plain = name in _WITHOUT_ARGUMENTS and bool(calls)
    changes = [SetCallArgument(c.call, "layer", f"{ast.unparse(node)}()") for c, node in calls]
    return fix_of(say("Make the layer: {name}()", name=name), *changes) if plain else None


_WITHOUT_ARGUMENTS = (
    "Flatten", "BatchNormalization", "LayerNormalization", "ReLU", "LeakyReLU", "PReLU", "ELU",
    "Softmax", "Masking", "MaxPooling1D", "MaxPooling2D", "AveragePooling1D", "AveragePooling2D",
    "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D",
)  # fmt: skip


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
    for found in calls_in(run.cell):
        node = found.argument(1, "outputs")
        here = lines & set(range(found.call.line, (found.node.end_lineno or 0) + 1))
        if found.name == "Model" and here and isinstance(node, ast.Call) and len(node.args) == 1:
            owner = _last_layer_of(run, node.func)
            if owner is not None:
                return _decoded(found.call, owner, ast.unparse(node.args[0]), behind)
    return None


def _decoded(call: Call, owner: str, code: str, behind: int) -> Fix | None:
    for place in range(behind, 0, -1):
        code = f"{owner}.layers[-{place}]({code})"
    title = say("Decode with the last {number} layers of {model}", number=behind, model=owner)
    return fix_of(title, SetCallArgument(call, "outputs", code))


def _last_layer_of(run: TrainingRun, node: ast.expr) -> str | None:
    """Give the model of which an expression, or what a name was given, is the last layer."""
    texts = [ast.unparse(node)]
    if isinstance(node, ast.Name):
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
    for place in range(len(target)):
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
