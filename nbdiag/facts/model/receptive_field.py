"""How much of a picture one unit of a convolutional model sees."""

from dataclasses import dataclass

from nbdiag.keras_api.layers import with_axes, with_role, with_trait
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer, Model

_SLIDING = frozenset(
    name
    for name in with_role("convolution", "pooling") & with_axes(4)
    if not name.endswith("Transpose") and not name.startswith("Adaptive")
)
_POINTWISE = with_trait("keeps_shape") | with_role("input") | {"ZeroPadding2D"}


@dataclass(frozen=True)
class View:
    """What a unit in front of a pooling over the whole map sees.

    Attributes
    ----------
    pooling
        Name of that pooling layer.
    seen
        Side of the square of pixels that reaches one unit.
    side
        Shorter side of the picture.
    """

    pooling: str
    seen: int
    side: int


def view_of(model: Model) -> View | Missing:
    """Compute the receptive field in front of a global pooling.

    Each layer widens the field by (kernel - 1) * dilation steps of the strides before it (Araujo,
    Norris, Sim 2019, Computing receptive fields, equation 2).

    Returns
    -------
    View | Missing
        Missing for models that are not a plain chain from an image to a global pooling.
    """
    seen, step, side = 1, 1, None
    for layer in model.layers:
        if side is None and isinstance(layer.input_shape, tuple) and len(layer.input_shape) == 3:  # noqa: PLR2004 - rows, columns, channels
            side = min(size or 0 for size in layer.input_shape[:2])
        if layer.class_name.startswith("Global") and layer.class_name.endswith("2D"):
            return View(layer.name, seen, side) if side else Missing("the image has no fixed size")
        if len(layer.inbound) > 1 or layer.operations or not layer.builtin:
            return Missing("the model is not a plain chain")
        if layer.class_name in _SLIDING:
            size, stride, dilation = _window(layer)
            seen += (size - 1) * dilation * step
            step *= stride
        elif layer.class_name not in _POINTWISE:
            return Missing("no global pooling ends a chain of convolutions")
    return Missing("no global pooling ends a chain of convolutions")


def _window(layer: Layer) -> tuple[int, int, int]:
    size = layer.config.get("kernel_size") or layer.config.get("pool_size") or 1
    return (
        _side(size),
        _side(layer.config.get("strides") or 1),
        _side(layer.config.get("dilation_rate") or 1),
    )


def _side(value: object) -> int:
    """Return the longer side of a window that is one number or a pair."""
    if isinstance(value, list | tuple):
        return max((item for item in value if isinstance(item, int)), default=1)
    return value if isinstance(value, int) else 1
