"""Where a probe's values stop being numbers, forward or backward.

Read off the graph that the probe has run: it is copied, every tensor is asked whether it is finite,
and from the broken result the way goes back to the operation that took numbers and returned none.
No code of the user runs again; TensorFlow keeps the line that made each operation.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np

from nbdiag.schema.cell import CallSite
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Break

CellOf = Callable[[str], "int | None"]

_BACKWARD = "gradient_tape/"
_IN_LOSS = "compile_loss"
# Operations that are not finite, or not smooth, somewhere within reach of finite numbers.
_RISKY = {
    "Acos", "Acosh", "Asin", "Atan2", "Atanh", "Div", "DivNoNan", "Erfinv", "Exp", "Expm1", "Log",
    "Log1p", "Pow", "RealDiv", "Reciprocal", "Rsqrt", "Sqrt", "Tan", "Xdivy", "Xlog1py", "Xlogy",
}  # fmt: skip
_COUNTED = re.compile(r"_\d+$")
_FLOATS = {"float16", "bfloat16", "float32", "float64"}


def find_break(
    function: Any, arguments: Sequence[Any], layers: Sequence[str], cell_of: CellOf
) -> Break | Missing:
    """Find the operation that returned the first value that is not finite.

    Parameters
    ----------
    function
        TensorFlow's concrete function of a probe.
    arguments
        What it was called with, flat.
    layers
        Names of the model's layers.
    cell_of
        Returns the number of the cell that a file holds.
    """
    graph = function.graph
    sound = _soundness(function, arguments)
    end = _broken_result(function, sound)
    if end is None:
        return Missing("every result is a number")
    culprit = _source(end, sound)
    if not _floats(culprit.inputs):
        return Missing("what the model was given is not finite")
    backward = _BACKWARD in culprit.name
    made = _forward_of(culprit, graph) if backward else culprit
    if made is None:
        return Missing("the operation that the gradient breaks at is not known")
    low, high = _range(function, arguments, made)
    scope = made.name.split("/")
    return Break(
        direction="backward" if backward else "forward",
        operation=made.type,
        layer=_layer(scope, set(layers)),
        in_loss=_IN_LOSS in scope,
        low=low,
        high=high,
        site=_site(made, cell_of),
    )


def _layer(scope: Sequence[str], layers: AbstractSet[str]) -> str:
    """Name the innermost layer of a scope; TensorFlow counts scopes that occur again."""
    for part in reversed(scope):
        for name in (part, _COUNTED.sub("", part)):
            if name in layers:
                return name
    return ""


def _copied(function: Any, ask: Callable[[Any], Any]) -> Any:
    """Import a graph and add the questions to it."""
    import tensorflow as tf

    definition = function.graph.as_graph_def()

    def body() -> None:
        tf.graph_util.import_graph_def(definition, name="")
        ask(tf.compat.v1.get_default_graph())

    return tf.compat.v1.wrap_function(body, [])


def _run(function: Any, arguments: Sequence[Any], ask: Callable[[Any], Any]) -> Any:
    """Run a copy of the graph and return what was asked of it."""
    asked: list[Any] = []
    copy = _copied(function, lambda graph: asked.append(ask(graph)))
    feeds = [copy.graph.get_tensor_by_name(item.name) for item in function.inputs]
    given = [*arguments, *function.captured_inputs]
    return copy.prune(feeds, asked[0])(*given)


def _soundness(function: Any, arguments: Sequence[Any]) -> dict[str, bool]:
    """Whether all values of each tensor of the graph are finite, by its name."""
    import tensorflow as tf

    names = [
        tensor.name
        for operation in function.graph.get_operations()
        for tensor in operation.outputs
        if tensor.dtype.name in _FLOATS
    ]

    def ask(graph: Any) -> Any:
        return [tf.reduce_all(tf.math.is_finite(graph.get_tensor_by_name(name))) for name in names]

    found = _run(function, arguments, ask)
    return {name: bool(value) for name, value in zip(names, found, strict=True)}


def _broken_result(function: Any, sound: dict[str, bool]) -> Any:
    """Return the maker of a result that is not finite, the loss and the outputs first."""
    broken = [item for item in function.outputs if not sound.get(item.name, True)]
    broken.sort(key=lambda item: _BACKWARD in item.op.name)
    return broken[0].op if broken else None


def _source(operation: Any, sound: dict[str, bool]) -> Any:
    """Go back from a broken operation to one that took numbers alone."""
    seen: set[str] = set()
    while True:
        seen.add(operation.name)
        broken = [item.op for item in operation.inputs if not sound.get(item.name, True)]
        following = next((item for item in broken if item.name not in seen), None)
        if following is None:
            return operation
        operation = following


def _floats(tensors: Sequence[Any]) -> list[Any]:
    return [item for item in tensors if item.dtype.name in _FLOATS]


def _forward_of(operation: Any, graph: Any) -> Any:
    """Find the operation of the model or the loss whose slope is not finite.

    The step back takes what the step forward took or returned, so that they share a tensor.
    """
    touched = set(_forward_inputs(operation))
    risky = [
        item
        for item in graph.get_operations()
        if item.type in _RISKY
        and _BACKWARD not in item.name
        and not touched.isdisjoint({tensor.name for tensor in (*item.inputs, *item.outputs)})
    ]
    return risky[-1] if risky else None


def _forward_inputs(operation: Any) -> Iterator[str]:
    """Names of the tensors of the way forward that a step back depends on, the nearest ones."""
    waiting, seen = [operation], set()
    while waiting:
        current = waiting.pop()
        for tensor in current.inputs:
            if _BACKWARD not in tensor.op.name:
                yield tensor.name
            elif tensor.op.name not in seen:
                seen.add(tensor.op.name)
                waiting.append(tensor.op)


def _range(function: Any, arguments: Sequence[Any], operation: Any) -> tuple[float, float]:
    """Least and greatest number that an operation took; of a quotient, its divisor."""
    taken = _floats(operation.inputs)[-1].name

    def ask(graph: Any) -> Any:
        import tensorflow as tf

        tensor = tf.cast(graph.get_tensor_by_name(taken), "float32")
        return [tf.reduce_min(tensor), tf.reduce_max(tensor)]

    low, high = (float(np.asarray(item)) for item in _run(function, arguments, ask))
    return low, high


def _site(operation: Any, cell_of: CellOf) -> CallSite | Missing:
    """Return the innermost line of the user's cells that made an operation."""
    for frame in reversed(list(operation.traceback)):
        number = cell_of(frame.filename)
        if number is not None:
            return CallSite(number, frame.lineno, 0, frame.lineno, len(frame.line or ""))
    return Missing("no line of a cell made it")
