"""How the shape of one row changes on its way through a plain chain of layers."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nbdiag.facts.cache import per_run
from nbdiag.facts.crash.layer_chain import RECURRENT, Step, after_window, steps_of
from nbdiag.schema.cell import Shape
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.queries.plain_model import is_plain_model

_WINDOWS = ("Conv", "SeparableConv", "MaxPooling", "AveragePooling", "DepthwiseConv")
# Not ``add``: it puts a layer into a model as well, and merges where it is given a list.


@per_run
def chain_of(run: TrainingRun) -> tuple[Step, ...] | None:
    """Return the layers of a model that is one plain chain, None for any other.

    Returns
    -------
    tuple or None
        None too when a layer is not known, is made in a loop, or there is more than one model.
    """
    steps = steps_of(run)
    if not steps:
        return None
    if steps[0].layer is not None:
        return steps if _in_a_row(steps) else None
    made = [step.found for step in steps if step.found is not None]
    return steps if is_plain_model(run, made) else None


def _in_a_row(steps: tuple[Step, ...]) -> bool:
    before = ""
    for step in steps:
        layer = step.layer
        if layer is None or layer.parent is not None or layer.operations or not layer.builtin:
            return False
        if len(layer.inbound) > 1 or (before and layer.inbound != (before,)):
            return False
        before = layer.name
    return True


def after(step: Step, row: Shape) -> Shape | None:
    """Return the shape of one sample after a layer; None when it cannot be computed.

    A layer whose window does not fit leaves a size below 1.
    """
    name, config = step.name, step.config
    if step.transparent:
        return row
    if step.needs is not None and step.needs != len(row):
        return None
    if name in RECURRENT:
        return _recurrent(step, row)
    if name.startswith("ConvLSTM"):
        frame = _spatial(step, row[1:])
        return frame if frame is None or not returns_steps(step) else (row[0], *frame)
    axes = re.search(r"([123])D(?:Transpose)?$", name)
    if axes and name.startswith(("Global", *_WINDOWS, "UpSampling", "ZeroPadding")):
        return _spatial(step, row) if int(axes[1]) == len(row) - 1 else None
    found = _PLAIN.get(name)
    return found(config, row) if found is not None else None


def _dense(config: dict[str, Any], row: Shape) -> Shape | None:
    units = config.get("units")
    return (*row[:-1], units if isinstance(units, int) else None) if row else None


def _flatten(_: dict[str, Any], row: Shape) -> Shape:
    known = all(size is not None for size in row)
    return (math.prod(size or 1 for size in row) if known else None,)


def _reshape(config: dict[str, Any], row: Shape) -> Shape | None:
    target = config.get("target_shape")
    if not isinstance(target, list | tuple) or None in row:
        return None
    whole = math.prod(size or 1 for size in row)
    rest = math.prod(size for size in target if isinstance(size, int) and size != -1)
    if not rest or any(not isinstance(size, int) for size in target) or whole % rest:
        return None
    if -1 not in target and rest != whole:
        return None
    return tuple(whole // rest if size == -1 else size for size in target)


def _permute(config: dict[str, Any], row: Shape) -> Shape | None:
    dims = config.get("dims")
    if not isinstance(dims, list | tuple) or sorted(dims) != list(range(1, len(row) + 1)):
        return None
    return tuple(row[place - 1] for place in dims)


def _repeat(config: dict[str, Any], row: Shape) -> Shape | None:
    count = config.get("n")
    return (count, row[0]) if len(row) == 1 and isinstance(count, int) else None


def _embedding(config: dict[str, Any], row: Shape) -> Shape | None:
    size = config.get("output_dim")
    return (*row, size if isinstance(size, int) else None)


def _per_step(config: dict[str, Any], row: Shape) -> Shape | None:
    inner = config.get("layer")
    if not isinstance(inner, dict) or len(row) < 2:  # noqa: PLR2004 - steps and features
        return None
    found = after(Step(str(inner.get("class_name")), inner.get("config") or {}), row[1:])
    return None if found is None else (row[0], *found)


_PLAIN: dict[str, Callable[[dict[str, Any], Shape], Shape | None]] = {
    "Dense": _dense,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "RepeatVector": _repeat,
    "Embedding": _embedding,
    "TimeDistributed": _per_step,
}


def inner_config(step: Step) -> dict[str, Any]:
    """Return the configuration of a recurrent layer, of the wrapped one where it is wrapped."""
    inner = step.config.get("layer")
    config = inner.get("config") if isinstance(inner, dict) else None
    return config if isinstance(config, dict) else step.config


def returns_steps(step: Step) -> bool:
    """Whether a recurrent layer returns all its steps."""
    return bool(inner_config(step).get("return_sequences"))


def _recurrent(step: Step, row: Shape) -> Shape | None:
    config = inner_config(step)
    if config.get("return_state") or step.name == "RNN":
        return None
    units = config.get("units")
    both = step.doubled or step.name == "Bidirectional"
    if both and step.config.get("merge_mode", "concat") != "concat":
        return None
    size = units * (1 + both) if isinstance(units, int) else None
    return (row[0], size) if returns_steps(step) else (size,)


def _spatial(step: Step, row: Shape) -> Shape | None:
    name, config = step.name, step.config
    unusual = config.get("data_format") == "channels_first" or config.get("keepdims")
    if unusual or set(_each(config.get("dilation_rate") or 1, len(row) - 1) or (0,)) != {1}:
        return None
    sizes = row[:-1]
    if name.startswith("Global"):
        return row[-1:]
    if name.startswith("UpSampling"):
        factors = _each(config.get("size", 2), len(sizes))
        return None if factors is None else (*_times(sizes, factors), row[-1])
    if name.startswith("ZeroPadding"):
        given = config.get("padding", 1)
        added = _each(_sides(given), len(sizes))
        if added is None or None in sizes:
            return None
        return (*(size + 2 * by for size, by in zip(sizes, added, strict=True) if size), row[-1])
    new = _transposed(config, sizes) if "Transpose" in name else after_window(step, sizes)
    if new is None:
        return None
    channels = row[-1] if "Pooling" in name else config.get("filters")
    if name.startswith("DepthwiseConv"):
        channels = row[-1] if config.get("depth_multiplier", 1) == 1 else None
    return (*new, channels if isinstance(channels, int) else None)


def _sides(padding: Any) -> Any:
    """Return one number a side for padding that is written twice a side, ((1, 1), (2, 2))."""
    if not isinstance(padding, list | tuple):
        return padding
    pairs = [item for item in padding if isinstance(item, list | tuple) and len(set(item)) == 1]
    return [item[0] for item in pairs] if len(pairs) == len(padding) else padding


def _times(sizes: Shape, factors: tuple[int, ...]) -> Shape:
    return tuple(None if a is None else a * b for a, b in zip(sizes, factors, strict=True))


def _transposed(config: dict[str, Any], sizes: Shape) -> Shape | None:
    strides = _each(config.get("strides") or 1, len(sizes))
    window = _each(config.get("kernel_size"), len(sizes))
    if strides is None or window is None or None in sizes or config.get("output_padding"):
        return None
    if config.get("padding") == "same":
        return _times(sizes, strides)
    return tuple(
        (size or 0) * by + max(wide - by, 0)
        for size, by, wide in zip(sizes, strides, window, strict=True)
    )


def _each(value: Any, count: int) -> tuple[int, ...] | None:
    if isinstance(value, int):
        return (value,) * count
    if isinstance(value, list | tuple) and len(value) == count:
        return tuple(value) if all(isinstance(item, int) for item in value) else None
    return None


def with_argument(step: Step, argument: str, value: Any) -> Step:
    """Return a layer as it would be with another argument."""
    inner = step.config.get("layer")
    if isinstance(inner, dict) and isinstance(inner.get("config"), dict):
        within = {**inner, "config": {**inner["config"], argument: value}}
        return replace(step, config={**step.config, "layer": within})
    return replace(step, config={**step.config, argument: value})


def is_known(row: Shape | None) -> bool:
    """Whether all sizes of a shape are known."""
    return row is not None and all(size is not None for size in row)
