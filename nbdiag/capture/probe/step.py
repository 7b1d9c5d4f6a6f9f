"""Run a model forward and backward on one batch and take its measures, in one traced function."""

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbdiag.capture.failure.reason import attempt
from nbdiag.capture.model.layers import shape_of
from nbdiag.capture.model.traced_graph import TracedGraph, read_graph
from nbdiag.capture.probe import forward
from nbdiag.capture.probe.autodiff import with_slopes
from nbdiag.capture.probe.batch import Batch
from nbdiag.capture.probe.first_break import CellOf, find_break
from nbdiag.capture.probe.graph_cache import find_graph, keep_graph, structure_of
from nbdiag.capture.probe.measure import (
    measure_activation,
    measure_gradient,
    measure_output,
    measure_pictures,
)
from nbdiag.capture.probe.moving_averages import averages_of, caught_up
from nbdiag.capture.probe.tensor_spec import as_tensors
from nbdiag.capture.probe.unoptimized_graph import unoptimized
from nbdiag.schema.cell import Shape
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Break

# Up to this many numbers NumPy measures a tensor sooner than TensorFlow traces the operations.
_SMALL = 500_000
_ROWS = 256

Measure = Callable[[Any, Any], dict[str, Any]]


@dataclass(frozen=True)
class _Slot:
    """A placeholder of a tensor in a form; ``measure`` must still be applied to its values."""

    place: int
    measure: Measure | None = None


@dataclass(frozen=True)
class _Later:
    """A tensor that is small enough to be measured outside of the graph."""

    tensor: Any
    measure: Measure


class Acts(Exception):  # noqa: N818 - says that a probe may not run
    """A call of the model would act outside of it: print, or call Python."""


class ProbeStep:
    """Looks through one model, with values of its variables that are given.

    Parameters
    ----------
    model, loss
        The Keras model and its loss.
    two_modes
        Whether the model acts differently in training. Then loss and outputs come from a pass in
        inference mode, gradients from one in training mode.
    """

    def __init__(self, model: Any, loss: Any, *, two_modes: bool) -> None:
        self._model = model
        self._loss = loss
        self._two_modes = two_modes
        self._traced: Any = None
        self._form: Any = None
        self._key: str | None = None
        self.output_shapes: tuple[Shape | Missing, ...] = ()
        self.graph: TracedGraph | None = None

    def trace(self, spec: tuple[Any, Any, Any]) -> Any:
        """Trace for inputs, labels and weights of some form; give the graph of TensorFlow.

        JAX traces when it is given the first batch; PyTorch runs as it reads. None as well where
        a model that is built alike has been traced before.
        """
        import keras

        backend = keras.backend.backend()
        if backend == "jax":
            self._traced = _staged(self._tensors)
        if backend != "tensorflow":
            return None
        import tensorflow as tf

        self._key = structure_of(self._model, self._loss, spec)
        kept = find_graph(self._key, self._model) if self._key else None
        if kept is not None:
            self._key = None
            self._traced, self._form = kept.function, kept.form
            self.output_shapes = kept.output_shapes
            return None
        values = tuple(
            [tf.TensorSpec(v.shape, v.value.dtype) for v in variables]
            for variables in (self._model.trainable_variables, self._model.non_trainable_variables)
        )
        # A graph that is kept keeps what it was traced from: not the model.
        work = [self._tensors]

        def look(*arguments: Any) -> list[Any]:
            return work[0](*arguments)

        # Without AutoGraph, as Keras traces its own training step.
        traced = tf.function(look, autograph=False)
        # The one form is called directly: finding it among several takes as long as a small model.
        self._traced = traced.get_concrete_function(*values, *spec)
        work.clear()
        return self._traced.graph

    def keep(self) -> None:
        """Let models that are built alike use what was traced."""
        if self._key is not None:
            keep_graph(self._key, self._model, self._traced, self._form, self.output_shapes)
            self._key = None

    def run(self, trainable: Sequence[Any], other: Sequence[Any], batch: Batch) -> dict[str, Any]:
        """Look through the model.

        Parameters
        ----------
        trainable, other
            Values of its variables.
        batch
            The rows to look at.

        Returns
        -------
        dict
            "loss", "penalty" and "returned loss" (when there are), and measures: "gradients" per
            trainable variable, "outputs", "activations" by layer with the name of the function,
            "pictures" by layer.
        """
        arguments = as_tensors((list(trainable), list(other), batch.x, batch.y, batch.weights))
        run = self._tensors if self._traced is None else self._traced
        with unoptimized():
            leaves = [_numbers(leaf) for leaf in run(*arguments)]
        found: dict[str, Any] = _fill(self._form, leaves)
        return found

    def find_break(
        self, values: tuple[Any, Any], batch: Batch, layers: Sequence[str], cell_of: CellOf
    ) -> Break | Missing:
        """Find where the values of this look stop being numbers; only TensorFlow's graph tells."""
        if not hasattr(self._traced, "captured_inputs"):
            return Missing("the model was not traced by TensorFlow")
        import tensorflow as tf

        given = as_tensors((*map(list, values), batch.x, batch.y, batch.weights))
        flat = [item for item in tf.nest.flatten(given) if item is not None]
        return find_break(self._traced, flat, layers, cell_of)

    def _tensors(self, *arguments: Any) -> list[Any]:
        """Measure; tensors go back in a list, what holds no tensor stays in a form."""
        leaves: list[Any] = []
        self._form = _empty(self._measure(*arguments), leaves)
        return leaves

    def _measure(self, trainable: Any, other: Any, x: Any, y: Any, weights: Any) -> dict[str, Any]:
        import keras

        model, loss, batch = self._model, self._loss, (x, y, weights)

        def state_of(values: Sequence[Any]) -> list[tuple[Any, Any]]:
            return [
                *zip(model.trainable_variables, values, strict=True),
                *zip(model.non_trainable_variables, other, strict=True),
            ]

        def run(state: list[tuple[Any, Any]], *, training: bool, record: bool) -> forward.Pass:
            return forward.run(model, loss, state, batch, training=training, record=record)

        taught, slopes = with_slopes(
            lambda values: run(state_of(values), training=True, record=not self._two_modes),
            trainable,
        )
        shown = taught
        if self._two_modes:
            state = state_of(trainable)
            if taught.averages and _are_ours(keras.tree.flatten(taught.averages)):
                state = caught_up(averages_of(model), taught.averages, state)
            shown = run(state, training=False, record=True)
        outputs = keras.tree.flatten(shown.outputs)
        self.output_shapes = tuple(shape_of(item) for item in outputs)
        calls = [call for call in shown.calls if _is_traced((*call.taken, *call.returned))]
        if calls and _is_traced(outputs):
            graph = attempt("the graph", lambda: read_graph(calls, shown.outputs))
            self.graph = None if isinstance(graph, Missing) else graph
        gradients = slopes if isinstance(slopes, Missing) else [_gradient(item) for item in slopes]
        found: dict[str, Any] = {
            "loss": shown.loss,
            "gradients": gradients,
            "outputs": [_measured(item, measure_output) for item in outputs],
            "activations": {
                name: (
                    kind,
                    _measured(tensor, functools.partial(measure_activation, activation=kind)),
                )
                for name, (tensor, kind) in shown.seen.items()
                if _is_ours(tensor)
            },
        }
        if taught.pictures:
            found["pictures"] = {
                name: _compared(*pair) for name, pair in taught.pictures.items() if _are_ours(pair)
            }
        if shown.penalty is not None:
            found["penalty"] = shown.penalty
        if shown.returned_loss is not None:
            found["returned loss"] = shown.returned_loss
        return found


def _measured(tensor: Any, measure: Measure) -> Any:
    from keras import ops

    tensor = ops.cast(tensor, "float32")
    size = 1
    for part in tensor.shape:
        size *= _ROWS if part is None else int(part)
    return _Later(tensor, measure) if size <= _SMALL else measure(tensor, ops)


def _compared(before: Any, after: Any) -> Any:
    """Measure pictures before and after a layer."""
    from keras import ops

    sizes = [math.prod(int(size) for size in item.shape[1:]) for item in (before, after)]
    rows = [
        ops.reshape(ops.cast(item, "float32"), (-1, size))
        for item, size in zip((before, after), sizes, strict=True)
    ]
    together = ops.concatenate(rows, axis=1)
    return _measured(together, functools.partial(measure_pictures, before=sizes[0]))


def _gradient(gradient: Any) -> Any:
    if gradient is None:
        return Missing("the loss does not depend on this variable")
    return _measured(gradient, measure_gradient)


def _is_ours(tensor: Any) -> bool:
    """Whether a tensor can be read here: not one from inside a loop's body."""
    import keras

    if keras.backend.backend() != "tensorflow":
        return True
    import tensorflow as tf

    if tf.executing_eagerly():
        return True
    return getattr(tensor, "graph", None) is tf.compat.v1.get_default_graph()


def _are_ours(tensors: Sequence[Any]) -> bool:
    return all(map(_is_ours, tensors))


def _is_traced(tensors: Sequence[Any]) -> bool:
    """Whether the operations that made tensors are known: TensorFlow's are, in a graph."""
    return all(_is_ours(item) and hasattr(item, "op") for item in tensors)


def _empty(found: Any, leaves: list[Any]) -> Any:
    """Take the tensors out of a structure into ``leaves``, leaving slots."""
    if isinstance(found, dict):
        return {key: _empty(item, leaves) for key, item in found.items()}
    if isinstance(found, list | tuple):
        return [_empty(item, leaves) for item in found]
    if isinstance(found, Missing | str):
        return found
    later = isinstance(found, _Later)
    leaves.append(found.tensor if later else found)
    return _Slot(len(leaves) - 1, found.measure if later else None)


def _fill(form: Any, leaves: Sequence[Any]) -> Any:
    """Put numbers into the slots of a form."""
    if isinstance(form, dict):
        return {key: _fill(item, leaves) for key, item in form.items()}
    if isinstance(form, list):
        return [_fill(item, leaves) for item in form]
    if not isinstance(form, _Slot):
        return form
    if form.measure is None:
        return float(leaves[form.place])
    with np.errstate(all="ignore"):
        numbers = form.measure(leaves[form.place], np)
    return {key: float(value) for key, value in numbers.items()}


def _staged(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function with JAX at its first call.

    Raises
    ------
    Acts
        At a call, when the function would do more than compute.
    """
    import jax

    compiled: list[Any] = []

    def run(*arguments: Any) -> Any:
        if not compiled:
            traced = jax.jit(function).trace(*arguments)
            if traced.jaxpr.effects:
                raise Acts
            compiled.append(traced.lower().compile())
        return compiled[0](*arguments)

    return run


def _numbers(leaf: Any) -> Any:
    import keras

    if keras.backend.backend() == "torch" and hasattr(leaf, "detach"):
        leaf = leaf.detach().cpu()
    return np.asarray(leaf)
