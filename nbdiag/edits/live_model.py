"""The text that makes a live model again, layer by layer, with fresh weights."""

from collections.abc import Sequence

from nbdiag.edits.text.literals import fraction, write, write_arguments
from nbdiag.schema.changes import (
    Change,
    InsertLayer,
    RemoveLayer,
    ReplaceLayer,
    ScaleInputs,
    SetLayerArgument,
)
from nbdiag.schema.model import Layer, Model
from nbdiag.syntax.refusal import Refused

_WRAPPERS = ("TimeDistributed", "Bidirectional")


def rebuild(model: Model, name: str, changes: Sequence[Change], inputs: str | None) -> list[str]:
    """Write the lines that make the live model again, with fresh weights and the changes.

    Parameters
    ----------
    model
        The model as it was recorded.
    name
        What the notebook calls it.
    changes
        What is to change; those that concern no layer are passed over.
    inputs
        Text of the training inputs, None when they have none that can be written.

    Raises
    ------
    Refused
        When the model cannot be made again from its layers.
    """
    if model.kind == "subclass":
        raise Refused("a custom model class cannot be rebuilt from its layers")
    names = {item.name for item in model.layers}
    nested = {item.name for item in model.layers if item.parent is not None}
    shaping = [c for c in changes if isinstance(c, InsertLayer | RemoveLayer)]
    for change in changes:
        named = _layer_of(change)
        if named is not None and named not in names:
            raise Refused("the model has no layer called {named}", named=named)
        if named in nested and change in shaping:
            raise Refused("{named} is a layer of a nested model", named=named)
    lines = [*_fresh(model, changes), "", ""]
    scaling = next((c for c in changes if isinstance(c, ScaleInputs)), None)
    scaler = _scaler(scaling)
    if scaling is not None and scaling.method == "standardize":
        if inputs is None:
            raise Refused("fit has no plain inputs to adapt the scaling to")
        lines += ["normalizer = keras.layers.Normalization()", f"normalizer.adapt({inputs})"]
    build = _sequential if model.kind == "sequential" else _functional
    return [*lines, *build(model, name, shaping, scaler)]


def _layer_of(change: Change) -> str | None:
    if isinstance(change, InsertLayer):
        return change.beside
    if isinstance(change, SetLayerArgument | RemoveLayer | ReplaceLayer):
        return change.layer
    return None


def _scaler(scaling: ScaleInputs | None) -> str:
    if scaling is None:
        return ""
    if scaling.method == "standardize":
        return "normalizer"
    offset = f", offset={fraction(scaling.offset)}" if scaling.offset else ""
    return f"keras.layers.Rescaling({fraction(scaling.scale)}{offset})"


def _made(class_name: str, change: InsertLayer | ReplaceLayer) -> str:
    return f"keras.layers.{class_name}({write_arguments(change.arguments)})"


def _fresh(model: Model, changes: Sequence[Change]) -> list[str]:
    """Write the function that makes one layer again."""
    layers = {item.name: item for item in model.layers}
    lines = ["def fresh_layer(old_layer):"]
    if any(item.parent for item in model.layers):
        lines += [
            "    if isinstance(old_layer, keras.Model):",
            "        return keras.models.clone_model(old_layer, clone_function=fresh)",
        ]
    if model.kind == "functional":
        lines += [
            "    if not isinstance(old_layer, keras.layers.Layer):",
            "        return old_layer  # an operation has no weights",
        ]
    if any(item.class_name == "Lambda" for item in model.layers):
        lines += [
            "    if isinstance(old_layer, keras.layers.Lambda):",
            "        return old_layer  # it has no weights",
        ]
    for change in changes:
        if isinstance(change, ReplaceLayer):
            lines += [
                f"    if old_layer.name == {write(change.layer)}:",
                f"        return {_made(change.class_name, change)}",
            ]
    lines.append("    settings = old_layer.get_config()")
    for change in changes:
        if isinstance(change, SetLayerArgument):
            place = _place(layers[change.layer], change.argument)
            lines += [
                f"    if old_layer.name == {write(change.layer)}:",
                f"        settings{place} = {write(change.value)}",
            ]
    return [*lines, "    return type(old_layer).from_config(settings)"]


def _place(layer: Layer, argument: str) -> str:
    inner = layer.class_name in _WRAPPERS and argument not in layer.config
    key = f"[{write(argument)}]"
    return f'["layer"]["config"]{key}' if inner else key


def _sequential(_: Model, name: str, shaping: Sequence[Change], scaler: str) -> list[str]:
    first = f"keras.Input({name}.input_shape[1:], dtype={name}.inputs[0].dtype)"
    lines = [f"new_layers = [{', '.join(item for item in (first, scaler) if item)}]"]
    lines.append(f"for old_layer in {name}.layers:")
    before, after, removed = _sides(shaping)
    for beside, text in before:
        lines += _if_layer("==", write(beside), f"new_layers.append({text})")
    kept = "new_layers.append(fresh_layer(old_layer))"
    if removed:
        names = ", ".join(write(item) for item in removed)
        lines += _if_layer("not in", f"[{names}]", kept)
    else:
        lines.append(f"    {kept}")
    for beside, text in after:
        lines += _if_layer("==", write(beside), f"new_layers.append({text})")
    return [*lines, f"{name} = keras.Sequential(new_layers, name={name}.name)"]


def _if_layer(how: str, what: str, then: str) -> list[str]:
    return [f"    if old_layer.name {how} {what}:", f"        {then}"]


def _functional(model: Model, name: str, shaping: Sequence[Change], scaler: str) -> list[str]:
    before, after, removed = _sides(shaping)
    inputs = {item.name for item in model.layers if item.class_name == "InputLayer"}
    first = [item.name for item in model.layers if set(item.inbound) & inputs]
    if scaler and len(inputs) != 1:
        raise Refused("the model has several inputs")
    # A twin over the same graph: cloning the model itself would copy how it was compiled.
    twin = f"keras.Model({name}.input, {name}.output, name={name}.name)"
    if not (before or after or removed or scaler):
        return [f"{name} = keras.models.clone_model({twin}, clone_function=fresh_layer)"]
    lines = ["def call_layer(old_layer, *args, **kwargs):"]
    if scaler:
        names = ", ".join(write(item) for item in first)
        lines += _if_layer("in", f"[{names}]", f"args = ({scaler}(args[0]), *args[1:])")
    for beside, text in before:
        lines += _if_layer("==", write(beside), f"args = ({text}(args[0]), *args[1:])")
    for item in removed:
        lines += _if_layer("==", write(item), "return args[0]")
    lines.append("    result = old_layer(*args, **kwargs)")
    for beside, text in after:
        lines += _if_layer("==", write(beside), f"result = {text}(result)")
    return [
        *lines,
        "    return result",
        "",
        "",
        f"{name} = keras.models.clone_model(",
        f"    {twin},",
        "    clone_function=fresh_layer,",
        "    call_function=call_layer,",
        ")",
    ]


def _sides(
    shaping: Sequence[Change],
) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[str]]:
    """Sort what should be inserted before, inserted after, and removed."""
    inserted = [change for change in shaping if isinstance(change, InsertLayer)]
    texts = [(c.beside, _made(c.class_name, c), c.before) for c in inserted]
    return (
        [(name, text) for name, text, before in texts if before],
        [(name, text) for name, text, before in texts if not before],
        [change.layer for change in shaping if isinstance(change, RemoveLayer)],
    )
