"""Look at the model on one fixed batch, without touching the training."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from nbdiag.capture.data.arrays import as_array
from nbdiag.capture.data.baseline import constant_loss
from nbdiag.capture.failure.reason import attempt, in_a_line
from nbdiag.capture.model.compile import output_names
from nbdiag.capture.model.layers import acts_in_training, walk
from nbdiag.capture.model.model import has_own
from nbdiag.capture.model.traced_graph import TracedGraph
from nbdiag.capture.model.variable_values import value_of
from nbdiag.capture.probe.batch import Batch
from nbdiag.capture.probe.first_break import CellOf
from nbdiag.capture.probe.measure import (
    activation_probe,
    output_probe,
    picture_probe,
    variable_probe,
)
from nbdiag.capture.probe.side_effects import (
    ACTS,
    attributes_preserved,
    effect_of,
    effects_of_loss,
    effects_of_model,
    foreign_state,
    reason_of,
)
from nbdiag.capture.probe.step import Acts, ProbeStep
from nbdiag.capture.state_guard import preserve_state
from nbdiag.schema.cell import Shape
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Probe, VariableProbe
from nbdiag.schema.setup import Loss

_OWN_LOSS = "the model computes its loss in a custom compute_loss"

Moment = Literal["start", "epoch", "end"]
Values = tuple[list[Any], list[Any]]


class Prober:
    """Looks at one model, as often as asked.

    The loss is taken in inference mode, gradients in training mode, as the optimizer meets them
    (batch statistics, dropout). Random masks come from a copy of the layers' seeds, and every
    assignment is thrown away.
    """

    def __init__(
        self, model: Any, losses: Sequence[Loss], cell_of: CellOf = lambda _: None
    ) -> None:
        self._model = model
        self._cell_of = cell_of
        self._losses = losses
        self._names = output_names(model)
        self._before: list[Any] | None = None
        self._look_through: ProbeStep | None = None
        self._effect: str | None = None
        self._constant: float | Missing | None = None
        self._owners = {
            id(weight): layer.name for layer, _ in walk(model) for weight in layer.trainable_weights
        }
        # One pass serves for both modes when no layer acts differently in training.
        self._two_modes = has_own(model, "call") or any(
            acts_in_training(layer) for layer, _ in walk(model)
        )
        self._loss: Any = None
        self._attributes: tuple[tuple[Any, str], ...] = ()
        self._spec: tuple[Any, Any, Any] | None = None

    def prepare(self, spec: tuple[Any, Any, Any]) -> None:
        """Trace the probe for batches of some form; the user's Python code runs here only.

        A graph as in ``fit``: an eager pass can give another loss. A model that is to run eagerly
        does.
        """
        self._spec = spec
        self._judge_code()
        if self._effect is not None:
            return
        with preserve_state(runs_user_code=True), attributes_preserved(self._attributes):
            if not isinstance(self._loss, Missing):
                self._loss = fresh_loss(self._model)
            self._look_through = ProbeStep(self._model, self._loss, two_modes=self._two_modes)
            if not self._model.run_eagerly:
                graph = self._look_through.trace(spec)
                self._effect = None if graph is None else effect_of(graph, self._loss)
            self._effect = self._effect or foreign_state(self._model)
            if self._effect is None:
                self._look_through.keep()

    def _judge_code(self) -> None:
        """Find out what the user's code may be called: none that would act once more."""
        of_model = effects_of_model(self._model)
        self._attributes = of_model.attributes
        if of_model.act is not None:
            self._effect = reason_of(of_model.act)
        if isinstance(self._loss, Missing):
            return
        if has_own(self._model, "compute_loss"):
            self._loss = Missing(_OWN_LOSS)
            return
        own = getattr(self._model, "_compile_loss", None)
        of_loss = effects_of_loss(getattr(own, "_user_loss", None))
        self._attributes += of_loss.attributes
        if of_loss.act is not None:
            self._loss = Missing(reason_of(of_loss.act))

    @property
    def _runs_code(self) -> bool:
        """Whether a look runs the model's Python code: JAX does so at its first look."""
        import keras

        return bool(self._model.run_eagerly) or keras.backend.backend() != "tensorflow"

    @property
    def output_shapes(self) -> tuple[Shape | Missing, ...]:
        """Shapes of one sample's outputs, as the last pass had them."""
        return () if self._look_through is None else self._look_through.output_shapes

    @property
    def graph(self) -> TracedGraph | None:
        """How the layers of a model without a graph were joined in the trace."""
        return None if self._look_through is None else self._look_through.graph

    def look(self, moment: Moment, epoch: int, batch: Batch, values: Values | None = None) -> Probe:
        """Take a probe.

        Parameters
        ----------
        moment, epoch
            When it is taken.
        batch
            The rows to look at.
        values
            Variables' values to look at, the present ones by default.
        """
        values = values or self.present()
        if self._effect is not None:
            return self._without_a_pass(moment, epoch, batch, values)
        try:
            with (
                preserve_state(runs_user_code=self._runs_code),
                attributes_preserved(self._attributes),
            ):
                return self._look(moment, epoch, batch, values)
        except Acts:
            self._effect = ACTS
            return self._without_a_pass(moment, epoch, batch, values)
        except Exception as problem:  # noqa: BLE001 - a probe that fails must not end the training
            reason = Missing(f"the probe could not run: {in_a_line(problem)}")
        if self._spec is None or isinstance(self._loss, Missing):
            return Probe(moment, epoch, batch.rows, reason)
        # Labels out of range end the whole graph: the outputs can still be seen without the loss.
        self._loss = reason
        self.prepare(self._spec)
        return self.look(moment, epoch, batch, values)

    def present(self) -> Values:
        """Copy the values of all variables as they are now."""
        return (
            [value_of(v) for v in self._model.trainable_variables],
            [value_of(v) for v in self._model.non_trainable_variables],
        )

    def unchanged(self) -> bool:
        """Whether the trainable variables are what they were at the last probe."""
        if self._before is None:
            return False
        now = self._model.trainable_variables
        return all(
            np.array_equal(value_of(variable), old, equal_nan=True)
            for variable, old in zip(now, self._before, strict=True)
        )

    def _without_a_pass(self, moment: Moment, epoch: int, batch: Batch, values: Values) -> Probe:
        """Measure what needs no call of the model: the weights and how they move."""
        why = Missing(self._effect or ACTS)
        variables = self._variables(values[0], why)
        return Probe(moment, epoch, batch.rows, why, variables=variables)

    def _variables(
        self, trainable: list[Any], gradients: list[Any] | Missing
    ) -> tuple[VariableProbe, ...]:
        before = self._before or [None] * len(trainable)
        self._before = trainable
        return tuple(
            variable_probe(
                variable,
                self._owners.get(id(variable), ""),
                gradients if isinstance(gradients, Missing) else gradients[place],
                weights,
                before[place],
            )
            for place, (variable, weights) in enumerate(
                zip(self._model.trainable_variables, trainable, strict=True)
            )
        )

    def _look(self, moment: Moment, epoch: int, batch: Batch, values: Values) -> Probe:
        trainable, other = values
        if self._look_through is None:
            raise RuntimeError("prepare comes before look")
        found = self._look_through.run(trainable, other, batch)
        if self._constant is None:
            self._constant = _constant_loss(self._losses, batch, self._names)
        variables = self._variables(trainable, found["gradients"])
        keys = self._names
        if self.graph is not None and len(keys) != len(found["outputs"]):
            keys = tuple(head.output for head in self.graph.heads)
        keys = keys if len(keys) == len(found["outputs"]) else ()
        probe = Probe(
            moment=moment,
            epoch=epoch,
            rows=batch.rows,
            loss=found["loss"],
            outputs=tuple(
                output_probe(keys[place] if keys else str(place), numbers)
                for place, numbers in enumerate(found["outputs"])
            ),
            variables=variables,
            activations=tuple(
                activation_probe(name, kind, numbers)
                for name, (kind, numbers) in found["activations"].items()
            ),
            constant_loss=self._constant,
            penalty=found.get("penalty", 0.0),
            returned_loss=found.get("returned loss", Missing("the loss takes what is returned")),
            pictures=tuple(
                picture_probe(name, numbers)
                for name, numbers in found.get("pictures", {}).items()
                if moment == "start"
            ),
        )
        return self._with_break(probe, values, batch) if _breaks(probe) else probe

    def _with_break(self, probe: Probe, values: Values, batch: Batch) -> Probe:
        """Find out where the values stop being numbers."""
        if self._look_through is None:
            raise RuntimeError("prepare comes before look")
        names = [layer.name for layer, _ in walk(self._model)]
        step = self._look_through
        found = attempt(
            "the first break", lambda: step.find_break(values, batch, names, self._cell_of)
        )
        return replace(probe, first_break=found)


def _breaks(probe: Probe) -> bool:
    """Whether a probe of weights that are numbers has a result that is none."""
    variables = () if isinstance(probe.variables, Missing) else probe.variables
    if any(item.nans or not math.isfinite(item.weight_norm) for item in variables):
        return False
    results = (probe.loss, *(item.gradient_norm for item in variables))
    return any(item.nans for item in probe.outputs) or not all(
        isinstance(item, Missing) or math.isfinite(item) for item in results
    )


def _constant_loss(losses: Sequence[Loss], batch: Batch, names: Sequence[str]) -> float | Missing:
    labels = labels_by_output(batch.y, names)
    total = 0.0
    for place, loss in enumerate(losses):
        array = labels[place] if len(losses) == len(labels) and place < len(labels) else None
        if array is None:
            return Missing("there is not one array of labels for each output")
        least = constant_loss(loss, array, batch.weights)
        if isinstance(least, Missing):
            return least
        total += loss.weight * least
    return total if losses else Missing("the model has no loss")


def labels_by_output(y: Any, names: Sequence[str]) -> list[Any]:
    """Order labels as the outputs stand."""
    if isinstance(y, dict):
        return [as_array(y[name]) if name in y else None for name in names]
    if isinstance(y, list | tuple):
        return [as_array(item) for item in y]
    return [None if y is None else as_array(y)]


def fresh_loss(model: Any) -> Any:
    """Make the model's loss again: its own would count the probe in the user's metrics."""
    own = getattr(model, "_compile_loss", None)
    if own is None:
        return None
    return type(own)(
        own._user_loss,  # noqa: SLF001 - the only place that keeps what compile was given
        own._user_loss_weights,  # noqa: SLF001
        output_names=own.output_names,
    )
