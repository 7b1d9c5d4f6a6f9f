"""When to look at the model: the start, the first epoch, the end, and more often if it is cheap."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from nbdiag.capture.failure.reason import attempt
from nbdiag.capture.model.model import has_own
from nbdiag.capture.model.traced_graph import TracedGraph
from nbdiag.capture.probe.batch import Batch
from nbdiag.capture.probe.batch_size import Level
from nbdiag.capture.probe.build import build, is_built
from nbdiag.capture.probe.first_break import CellOf
from nbdiag.capture.probe.prober import Moment, Prober, Values
from nbdiag.capture.probe.side_effects import effects_of_model, reason_of
from nbdiag.schema.cell import Shape
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Probe
from nbdiag.schema.setup import Loss

# "full" looks after every epoch while looking takes at most this share of the training's time.
_BUDGET = 0.1
# A run of a thousand epochs must stay a small file: so many probes, and so many lines in them (a
# variable or a layer at one moment; a line is 200 bytes of JSON).
_MOST_PROBES = 40
_MOST_LINES = 2_500
_FEWEST = 4
# The initial values of larger models (80 MB) are not copied to look at them later.
_MOST_VALUES = 20_000_000


class Probing:
    """Takes the probes of one fit."""

    def __init__(self, level: Level, cell_of: CellOf = lambda _: None) -> None:
        self._cell_of = cell_of
        self.probes: list[Probe] = []
        self.why: Missing = Missing(
            "probes are off" if level == "off" else "training did not begin"
        )
        self.spent = 0.0
        self._level = level
        self._prober: Prober | None = None
        self._batch: Batch | None = None
        self._initial: Values | None = None
        self._late: Callable[[], None] | None = None

    def begin(
        self,
        model: Any,
        spec: tuple[Any, Any, Any] | Missing,
        batch: Batch | None,
        losses: Callable[[], Sequence[Loss]],
    ) -> None:
        """Get ready before the first step, and look if a batch is known.

        Parameters
        ----------
        model
            The Keras model; it is built here if it waits for its first batch.
        spec
            Shapes and types of inputs, labels and weights.
        batch
            The probe batch, None for a stream of which nothing has been seen. The initial values
            are kept then, and looked at when the first batch has passed.
        losses
            Gives the losses, once the model is built.
        """
        if isinstance(spec, Missing):
            self.why = spec
            return
        if not is_built(model) and has_own(model, "train_step"):
            # Its own step may call the parts with anything but the inputs of fit: a generator
            # takes noise, and a first call with a picture would give its weights wrong shapes.
            self.why = Missing("the model builds itself in a custom train_step")
            if has_own(model, "call"):
                self._late = lambda: self._begin_late(model, spec, batch, losses)
            return
        before = time.perf_counter()
        if not is_built(model):
            if spec[0] is None:
                self.why = Missing("the model is not built when its training begins")
                return
            effects = effects_of_model(model)
            act = effects.act or effects.counts
            if act is not None:
                self.why = Missing(reason_of(act))
                self._late = lambda: self._begin_late(model, spec, batch, losses)
                return
            build(model, spec[0])
        prober = Prober(model, losses(), self._cell_of)
        prober.prepare(spec)
        self._prober, self._batch = prober, batch
        if batch is None and _size(model) <= _MOST_VALUES:
            self._initial = prober.present()
        self.why = Missing("no batch was seen")
        self.spent += time.perf_counter() - before
        self._look("start", 0)

    def _begin_late(
        self,
        model: Any,
        spec: tuple[Any, Any, Any],
        batch: Batch | None,
        losses: Callable[[], Sequence[Loss]],
    ) -> None:
        """Get ready after an epoch of a model that its own step has built by now.

        The batch of a stream has passed by then.
        """
        self._late = None
        if not is_built(model):
            return
        before = time.perf_counter()
        prober = Prober(model, losses(), self._cell_of)
        prober.prepare(spec)
        self._prober, self._batch = prober, batch or self._batch
        self.spent += time.perf_counter() - before

    def see(self, batch: Batch | None) -> None:
        """Take the probe batch of a stream, and make up for the look at the start."""
        if self._batch is not None or batch is None:
            return
        self._batch = batch
        if self._initial is not None:
            self._look("start", 0, self._initial)
            self._initial = None

    def epoch(self, completed: int, trained: float) -> None:
        """Look after the first epoch; after every one when "full" and within the budget."""
        if self._late is not None:
            attempt("the first probe", self._late)
        if completed == 1 or (self._level == "full" and self.spent <= _BUDGET * trained):
            self._look("epoch", completed)
        self.probes = thinned(self.probes)

    def end(self, completed: int) -> None:
        """Probe at the end; when nothing has changed since the last probe, that one is kept."""
        last = self.probes[-1] if self.probes else None
        still = self._prober is not None and self._prober.unchanged()
        if last is not None and last.epoch == completed and still:
            self.probes.append(replace(last, moment="end"))
        else:
            self._look("end", completed)

    @property
    def output_shapes(self) -> tuple[Shape | Missing, ...]:
        """Shapes of one sample's outputs, empty while nothing has been looked at."""
        return () if self._prober is None else self._prober.output_shapes

    @property
    def graph(self) -> TracedGraph | None:
        """How the layers of a model without a graph are joined, None while that is not known."""
        return None if self._prober is None else self._prober.graph

    def result(self) -> tuple[Probe, ...] | Missing:
        """Return the probes taken."""
        return tuple(self.probes) or self.why

    def _look(self, moment: Moment, epoch: int, values: Values | None = None) -> None:
        if self._prober is None or self._batch is None:
            return
        before = time.perf_counter()
        self.probes.append(self._prober.look(moment, epoch, self._batch, values))
        self.spent += time.perf_counter() - before


def thinned(probes: list[Probe]) -> list[Probe]:
    """Let go of probes while there are too many: start and first epoch stay, and the last."""
    while len(probes) > _FEWEST and (
        len(probes) > _MOST_PROBES or sum(_lines(probe) for probe in probes) > _MOST_LINES
    ):
        # Of the others every second one, counted from the end.
        probes = [*probes[:2], *probes[:1:-2][::-1]]
    return probes


def _lines(probe: Probe) -> int:
    parts = (probe.variables, probe.activations)
    return sum(0 if isinstance(part, Missing) else len(part) for part in parts)


def _size(model: Any) -> int:
    return sum(math.prod(variable.shape) for variable in model.variables)
