"""One watched ``fit``, from its call to its end."""

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nbdiag.capture import call_sites
from nbdiag.capture.data.arrays_of_fit import Sides, describe_data, find_sides, probe_batch
from nbdiag.capture.data.seen_samples import SeenSamples
from nbdiag.capture.data.stream import Stream
from nbdiag.capture.environment import describe_environment
from nbdiag.capture.failure.error import describe_error
from nbdiag.capture.failure.reason import attempt
from nbdiag.capture.fit.arguments import Arguments, describe_call
from nbdiag.capture.fit.history import Curves
from nbdiag.capture.model.compile import describe_compile, stale_layers
from nbdiag.capture.model.library import is_legacy, library_of
from nbdiag.capture.model.model import describe_model, has_own
from nbdiag.capture.model.outputs import heads_without_graph
from nbdiag.capture.probe.autodiff import BACKENDS
from nbdiag.capture.probe.batch import Batch
from nbdiag.capture.probe.batch_size import Level, probe_rows
from nbdiag.capture.probe.build import is_built
from nbdiag.capture.probe.schedule import Probing
from nbdiag.capture.probe.tensor_spec import spec_of_rows
from nbdiag.schema.cell import Cell
from nbdiag.schema.data import Data, Passed
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Model
from nbdiag.schema.run import PastRun, TrainingRun
from nbdiag.schema.setup import CompileSetup, FitCall, Loss

NO_PROBE = Missing("a probe needs Keras 3: a call of a tf_keras model may change its state")


@dataclass(frozen=True)
class Frame:
    """What every fit of one watch has in common."""

    cell: Cell
    earlier: tuple[Cell, ...]
    probes: Level
    check_only: bool
    previous: tuple[PastRun, ...]
    cell_of: call_sites.CellOf


class Session:
    """Gathers what one ``fit`` shows, and lets go of everything when it ends."""

    def __init__(
        self,
        frame: Frame,
        model: Any,
        arguments: Arguments | Missing,
        place: call_sites.Place | None,
        *,
        saved: bool = False,
    ) -> None:
        # A ``fit`` saved from an earlier cell is met when its streams are being read already.
        self.saved = saved
        self.leave: Callable[[], None] = lambda: None
        self.frame = frame
        self.model_of = weakref.ref(model)
        self.ended = False
        self.library = library_of(model)
        self._model: Any = model
        self._arguments = arguments
        self._place = place
        self._started_trained = attempt("the optimizer", lambda: _has_stepped(model)) is True
        self._described: Model | Missing = Missing("the model was not read")
        self._described_built = False
        self._compile: CompileSetup | Missing = Missing("the model was not compiled")
        self._stale: tuple[str, ...] = ()
        self._sides: Sides | None = None
        self._data = Data(split=Missing("the call of fit could not be read"))
        self._stream: Stream | None = None
        self.seen = SeenSamples()
        self._compared = False
        self._passed: Passed | Missing = Missing("no samples have passed")
        self._call = FitCall()
        self._curves = Curves(running_means=not has_own(model, "train_step"))
        self._probing = Probing(frame.probes, frame.cell_of)

    def open(self) -> dict[str, Any]:
        """Look at the data and the configuration, before ``fit`` begins.

        Returns
        -------
        dict
            Arguments of ``fit`` to replace: streams that show their batches in passing.
        """
        arguments = self._arguments
        stale = attempt("what is trainable", lambda: stale_layers(self._model))
        self._stale = () if isinstance(stale, Missing) else stale
        if isinstance(arguments, Missing):
            self._describe()
            return {}
        place = call_sites.locate(self._place, self.frame.cell_of)
        call = attempt("the call", lambda: describe_call(arguments, place))
        self._call = self._call if isinstance(call, Missing) else call
        if not self.saved:
            stream = attempt("the stream", lambda: Stream(arguments))
            self._stream = None if isinstance(stream, Missing) else stream
            self.seen.follow(self._stream)
        sides = attempt("the data", lambda: find_sides(arguments, self._model))
        if isinstance(sides, Missing):
            self._data = Data(split=sides)
        else:
            self._sides = sides
            data = attempt("the data", lambda: describe_data(sides))
            self._data = Data(split=data) if isinstance(data, Missing) else data
        self._describe()
        return {} if self._stream is None else dict(self._stream.replaced)

    def train_begins(self) -> None:
        """Take the first probe; the model is built by now or can be."""
        if self.frame.probes == "off":
            return
        if is_legacy(self._model):
            self._probing.why = NO_PROBE
            return
        import keras

        batch = self._first_batch()
        if keras.backend.backend() not in BACKENDS:
            batch = Missing(f"probes know no gradients on {keras.backend.backend()}")
        if isinstance(batch, Missing):
            self._probing.why = batch
            return
        model, stream = self._model, self._stream
        spec: Any = Missing("the arguments of fit could not be read")
        if batch is not None:
            spec = tuple(
                spec_of_rows(part, batch.rows) for part in (batch.x, batch.y, batch.weights)
            )
        elif stream is not None:
            spec = stream.spec()
        self._probing.begin(model, spec, batch, self._losses)

    def not_probed(self, why: Missing) -> None:
        """Note why there will be no probe."""
        self._probing.why = why

    def batch_ends(self, batch: int, logs: Any) -> None:
        """Note the running mean of the loss."""
        if self._curves.steps is None and self._call.callbacks:
            rate = attempt("the first rate", self._rate)
            self._curves.first_rate = None if isinstance(rate, Missing) else rate
        attempt("the batch", lambda: self._curves.batch(batch, logs))

    def epoch_begins(self) -> None:
        """Start the clock of an epoch."""
        self._curves.begin()

    def epoch_ends(self, logs: Any) -> None:
        """Note the curves, and look again."""
        self._curves.epoch(logs, self._rate)
        self._catch_up()
        if self._stream is not None:
            self._stream.close()
        self._compare()
        self._probing.epoch(self._curves.completed, self._curves.trained)

    def train_ends(self) -> None:
        """Take the last probe."""
        self._probing.end(self._curves.completed)

    def close(self, error: BaseException | None) -> TrainingRun:
        """End the session and give its run; model and data are let go."""
        self.ended = True
        attempt("the callbacks", self.leave)
        try:
            return self._last_run(error)
        finally:
            if self._stream is not None:
                self._stream.release()
            self.seen = SeenSamples()
            self._model = self._sides = self._stream = None
            self._arguments = Missing("the fit has ended")
            self._probing = Probing("off")

    def _last_run(self, error: BaseException | None) -> TrainingRun:
        if error is not None:
            attempt("the last probe", self._catch_up)
            if self._probing.probes and self._probing.probes[-1].moment != "end":
                attempt("the last probe", lambda: self._probing.end(self._curves.completed))
        self._curves.close()
        self._describe()
        self._compare()
        self._data = self._seen_data()
        stream = self._stream
        if stream is not None and stream.replaced:
            attempt("the samples", lambda: self.seen.keep(stream, self._curves.steps))
        return self.run(error)

    def _rate(self) -> float:
        return float(self._model.optimizer.learning_rate)

    @property
    def completed(self) -> int:
        """Epochs completed so far."""
        return self._curves.completed

    def run(self, error: BaseException | None = None) -> TrainingRun:
        """Return the run so far."""
        frame = self.frame
        failed = error is not None and not isinstance(error, KeyboardInterrupt)
        return TrainingRun(
            cell=frame.cell,
            environment=describe_environment(self.library.__name__),
            earlier=frame.earlier,
            model=self._described,
            compile=self._compile,
            fit=replace(self._call, steps=self._curves.steps),
            data=self._data if self.ended else self._seen_data(),
            history=self._curves.history(),
            probes=self._probing.result(),
            error=describe_error(error, frame.cell.number, frame.cell_of, in_fit=True)
            if error is not None and failed
            else None,
            interrupted=isinstance(error, KeyboardInterrupt),
            started_trained=self._started_trained,
            previous=frame.previous,
        )

    def _describe(self) -> None:
        model, cell_of = self._model, self.frame.cell_of
        self._described = attempt(
            "the model",
            lambda: describe_model(model, lambda thing: call_sites.origin_of(thing, cell_of)),
        )
        shapes = self._probing.output_shapes
        graph = self._probing.graph
        if not isinstance(self._described, Missing) and graph is not None:
            self._described = graph.joined(self._described)
        if not isinstance(self._described, Missing) and shapes and not self._described.heads:
            self._described = replace(self._described, heads=heads_without_graph(model, shapes))
        self._described_built = attempt("the model", lambda: is_built(model)) is True
        self._describe_compile()

    def _describe_compile(self) -> None:
        model, cell_of = self._model, self.frame.cell_of
        heads = () if isinstance(self._described, Missing) else self._described.heads
        self._compile = attempt(
            "the compile configuration",
            lambda: describe_compile(
                model,
                [item.shape for item in self._data.labels],
                [None if isinstance(h.shape, Missing) else h.shape for h in heads],
                call_sites.compile_of(model, cell_of),
                self._stale,
                [head.output for head in heads],
            ),
        )

    def _losses(self) -> Sequence[Loss]:
        """Return the losses; a model that has just been built is described with its outputs."""
        if self._described_built:
            self._describe_compile()
        else:
            self._describe()
        return () if isinstance(self._compile, Missing) else self._compile.losses

    def _first_batch(self) -> Batch | Missing | None:
        """Return the probe batch, None when it has yet to pass."""
        most = self._rows()
        if isinstance(self._arguments, Missing) or self._sides is None:
            return Missing("the arguments of fit could not be read")
        if self._sides.reason is None:
            return probe_batch(self._arguments, self._sides, most)
        if self._stream is not None and self._stream.trains:
            ahead = self._stream.look_ahead() if self.frame.check_only else None
            return self._stream.batch(most) if ahead is None else ahead
        why = None if self._stream is None else self._stream.why
        return why or Missing(self._sides.reason)

    def _rows(self) -> int:
        rows = self._sides.training.rows if self._sides is not None else 0
        epochs = self._call.epochs - self._call.initial_epoch
        return probe_rows(self.frame.probes, self._model, rows * epochs or None)

    def _catch_up(self) -> None:
        """Look at the start of a stream's training, once its first batch has passed."""
        if self.frame.probes == "off" or is_legacy(self._model):
            return
        if self._stream is not None and self._stream.trains:
            self._probing.see(self._stream.batch(self._rows()))

    def _seen_data(self) -> Data:
        """Add to the arrays' statistics those of the streams, as far as they have passed."""
        stream = self._stream
        if stream is None or not stream.replaced:
            return self._data
        seen = attempt("the stream", lambda: stream.describe(Missing("")))
        if isinstance(seen, Missing):
            return self._data
        return replace(
            self._data,
            inputs=self._data.inputs or seen.inputs,
            labels=self._data.labels or seen.labels,
            validation_inputs=self._data.validation_inputs or seen.validation_inputs,
            validation_labels=self._data.validation_labels or seen.validation_labels,
            passed=self._passed,
        )

    def _compare(self) -> None:
        """Compare what passed on both sides, once: a second epoch shows the same samples."""
        stream, sides = self._stream, self._sides
        if stream is None or not stream.replaced or sides is None or self._compared:
            return
        self._compared = True
        validation = sides.validation.inputs if sides.validation is not None else {}
        passed = attempt(
            "the samples",
            lambda: stream.compare(sides.training.inputs, validation, self._curves.steps),
        )
        self._passed = passed


def _has_stepped(model: Any) -> bool:
    iterations = getattr(getattr(model, "optimizer", None), "iterations", None)
    return iterations is not None and _count(iterations) > 0


def _count(iterations: Any) -> int:
    value = getattr(iterations, "numpy", None)
    return int(value() if callable(value) else iterations)
