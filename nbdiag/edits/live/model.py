"""The text that makes a live model again, layer by layer, with fresh weights."""

from collections.abc import Mapping, Sequence

from nbdiag.edits.live.edits import LiveEdits, NewObject
from nbdiag.edits.text.literals import fraction, write, write_arguments
from nbdiag.facts.data.arrays import normalization_axis
from nbdiag.schema.changes import ScaleInputs
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.model import Layer, Model
from nbdiag.syntax.refusal import Refused

_WRAPPERS = ("TimeDistributed", "Bidirectional")


def rebuild(
    model: Model, name: str, edits: LiveEdits, inputs: str | None, given: Sequence[ArrayStats] = ()
) -> list[str]:
    """Write the lines that make the live model again, with fresh weights and the changes.

    Parameters
    ----------
    model
        The model as it was recorded.
    name
        What the notebook calls it.
    edits
        What should differ; what concerns no layer is passed over.
    inputs
        Text of the training inputs, None when they have none that can be written.
    given
        What is known of them.

    Raises
    ------
    Refused
        When the model cannot be made again from its layers.
    """
    if model.kind == "subclass":
        raise Refused("a custom model class cannot be rebuilt from its layers")
    names = {item.name for item in model.layers}
    nested = {item.name for item in model.layers if item.parent is not None}
    for named in sorted(edits.named - names):
        raise Refused("the model has no layer called {named}", named=named)
    for named in sorted(edits.reshaped & nested):
        raise Refused("{named} is a layer of a nested model", named=named)
    lines = [*_fresh(model, edits), "", ""]
    scaling = next(iter(edits.scalings), None)
    scaler = _scaler(scaling)
    if scaling is not None and scaling.method == "standardize":
        if inputs is None:
            raise Refused("fit has no plain inputs to adapt the scaling to")
        arguments = write_arguments(normalization_axis(given))
        made = f"normalizer = keras.layers.Normalization({arguments})"
        lines += [made, f"normalizer.adapt({inputs})"]
    build = _sequential if model.kind == "sequential" else _functional
    return [*lines, *build(model, name, edits, scaler)]


def _scaler(scaling: ScaleInputs | None) -> str:
    if scaling is None:
        return ""
    if scaling.method == "standardize":
        return "normalizer"
    offset = f", offset={fraction(scaling.offset)}" if scaling.offset else ""
    return f"keras.layers.Rescaling({fraction(scaling.scale)}{offset})"


def _made(new: NewObject) -> str:
    return f"keras.layers.{new.name}({write_arguments(new.arguments)})"


def _fresh(model: Model, edits: LiveEdits) -> list[str]:
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
    for layer, new in edits.replaced.items():
        lines += _if_layer("==", write(layer), f"return {_made(new)}")
    lines.append("    settings = old_layer.get_config()")
    for layer, arguments in edits.arguments.items():
        for argument, value in arguments.items():
            place = _place(layers[layer], argument)
            lines += _if_layer("==", write(layer), f"settings{place} = {write(value)}")
    return [*lines, "    return type(old_layer).from_config(settings)"]


def _place(layer: Layer, argument: str) -> str:
    inner = layer.class_name in _WRAPPERS and argument not in layer.config
    key = f"[{write(argument)}]"
    return f'["layer"]["config"]{key}' if inner else key


def _sequential(_: Model, name: str, edits: LiveEdits, scaler: str) -> list[str]:
    first = f"keras.Input({name}.input_shape[1:], dtype={name}.inputs[0].dtype)"
    lines = [f"new_layers = [{', '.join(item for item in (first, scaler) if item)}]"]
    lines.append(f"for old_layer in {name}.layers:")
    before, after, removed = _texts(edits.before), _texts(edits.after), edits.removed
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


def _functional(model: Model, name: str, edits: LiveEdits, scaler: str) -> list[str]:
    before, after, removed = _texts(edits.before), _texts(edits.after), edits.removed
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


def _texts(inserted: Mapping[str, Sequence[NewObject]]) -> list[tuple[str, str]]:
    """Write the layers that are inserted beside others."""
    return [(beside, _made(new)) for beside, every in inserted.items() for new in every]
