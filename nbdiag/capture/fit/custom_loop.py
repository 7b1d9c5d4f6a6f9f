"""Training loops without ``fit``: ``train_on_batch``, and steps that the user reports."""

import functools
import inspect
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, Protocol

from nbdiag.capture import call_sites
from nbdiag.capture.data.arrays import describe_array, named_arrays
from nbdiag.capture.data.iterator_proxy import IteratorProxy
from nbdiag.capture.failure.reason import attempt
from nbdiag.capture.fit.step_losses import thin
from nbdiag.capture.model.library import is_legacy
from nbdiag.capture.overrides import Overrides
from nbdiag.capture.probe.batch import class_weights, take_batch
from nbdiag.capture.probe.batch_size import probe_rows
from nbdiag.capture.probe.tensor_spec import spec_of_rows
from nbdiag.capture.session import NO_PROBE, Frame, Session
from nbdiag.schema.data import Data
from nbdiag.schema.history import History, StepCurve
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import FitCall

Way = Literal["train_on_batch", "step"]

_OWN = Missing("the batches come from a custom loop")
# Kept while the loop runs, and in the run: two points a stretch, so that no spike is lost.
_MOST_IN_MEMORY, _MOST_KEPT = 2400, 600


class LoopSession(Session):
    """What the steps of one model's training loop show.

    A loop has no epochs, no call with settings and no end that nbdiag could see before the block
    ends: curves over epochs stay empty, and rules about them have nothing to judge.
    """

    def __init__(self, frame: Frame, model: Any, way: Way) -> None:
        super().__init__(frame, model, _OWN, call_sites.caller())
        self.way: Way = way
        self._tap = IteratorProxy()
        self._losses_seen: list[tuple[int, float]] = []
        self._step = 0

    def begins(self, x: Any, y: Any, weights: Any) -> None:
        """Look at a batch before its step; the first one is the probe batch."""
        if not self._tap.full:
            attempt("the batch", lambda: self._tap.see((x, y, weights)))
        if self._step == 0:
            attempt("the call", self.open)
            attempt("the first probe", self._look_first)

    def ends(self, result: Any) -> None:
        """Note the loss of a step, in what the step gives; None when it is not known."""
        value = attempt("the loss", lambda: _loss(result))
        if isinstance(value, float):
            self._losses_seen.append((self._step, value))
            if len(self._losses_seen) > 2 * _MOST_IN_MEMORY:
                self._losses_seen = thin(self._losses_seen, _MOST_IN_MEMORY)
        self._step += 1

    def close(self, error: BaseException | None) -> TrainingRun:
        """Take the last probe, and end."""
        if not self.ended:
            attempt("the last probe", lambda: self._probing.end(0))
        run = super().close(error)
        self._tap = IteratorProxy()
        return run

    def run(self, error: BaseException | None = None) -> TrainingRun:
        """Return the run: steps instead of epochs."""
        kept = thin(self._losses_seen, _MOST_KEPT)
        curve = StepCurve(tuple(step for step, _ in kept), tuple(loss for _, loss in kept))
        return replace(
            super().run(error),
            fit=FitCall(
                loop=self.way,
                batch_size=_OWN,
                shuffle=_OWN,
                steps=self._step or None,
                site=call_sites.locate(self._place, self.frame.cell_of),
            ),
            history=History(step_losses=curve),
        )

    def _look_first(self) -> None:
        if self.frame.probes == "off":
            return
        if is_legacy(self._model):
            self._probing.why = NO_PROBE
            return
        if not self._tap.batches:
            self._probing.why = Missing(self._tap.trouble or "no batch was seen")
            return
        x, y, weights = self._tap.first()
        most = probe_rows(self.frame.probes, self._model, None)
        batch = take_batch(x, y, weights, self._tap.first_rows(), most)
        if isinstance(batch, Missing):
            self._probing.why = batch
            return
        spec = tuple(spec_of_rows(part, batch.rows) for part in (batch.x, batch.y, batch.weights))
        self._probing.begin(self._model, (spec[0], spec[1], spec[2]), batch, self._losses)

    def _seen_data(self) -> Data:
        x, y, _ = self._tap.parts()
        seen = attempt("the batches", lambda: (_stats(x), _stats(y, labels=True)))
        return (
            Data(split=_OWN)
            if isinstance(seen, Missing)
            else Data(inputs=seen[0], labels=seen[1], split=_OWN)
        )


def _stats(side: Any, *, labels: bool = False) -> tuple[Any, ...]:
    return tuple(
        describe_array(item, key, labels=labels, stream=True)
        for key, item in named_arrays(side).items()
    )


class Loops:
    """The training loops of one watch.

    Parameters
    ----------
    frame
        What all sessions of the watch share.
    add
        Takes each new session, None when loops should be recognised and not followed.
    """

    def __init__(self, frame: Frame, add: Callable[[LoopSession], None] | None) -> None:
        self.met = False
        self._frame = frame
        self._add = add
        self._sessions: dict[int, LoopSession] = {}

    def session(self, model: Any, way: Way) -> LoopSession | None:
        """Find the session of a model, a new one at its first step."""
        self.met = True
        if self._add is None:
            return None
        found = self._sessions.get(id(model))
        if found is None or found.model_of() is not model:
            found = self._sessions[id(model)] = LoopSession(self._frame, model, way)
            self._add(found)
        return None if found.ended else found

    def clear(self) -> None:
        """Let go of every session, and follow no more."""
        self._sessions.clear()
        self._add = None


class Closer(Protocol):
    """Hears of ends."""

    def closed(self, session: Any, error: BaseException | None) -> None:
        """Hear that a session has ended."""


class StepFollower(Closer, Protocol):
    """Hears of single steps."""

    @property
    def loops(self) -> Loops:
        """Where the sessions are kept."""


def follow_steps(
    overrides: Overrides, model_class: Any, follower: StepFollower, inside: threading.local
) -> None:
    """Follow every ``train_on_batch`` that is not part of a ``fit``.

    Parameters
    ----------
    overrides
        What is put over Keras together with it.
    model_class
        ``keras.Model``, which inherits the method.
    follower
        Hears of the steps.
    inside
        Its ``fit`` says whether this thread is inside a ``fit``.
    """
    signature = inspect.signature(model_class.train_on_batch)

    def train_on_batch(original: Any, model: Any, /, *arguments: Any, **keywords: Any) -> Any:
        session = None
        if not getattr(inside, "fit", False):
            session = attempt("the loop", lambda: follower.loops.session(model, "train_on_batch"))
        if session is None or isinstance(session, Missing):
            return original(model, *arguments, **keywords)
        given = attempt("the batch", lambda: signature.bind(model, *arguments, **keywords))
        if not isinstance(given, Missing):
            _begin_step(session, given.arguments)
        inside.fit = True
        try:
            result = original(model, *arguments, **keywords)
        except BaseException as error:
            close(follower, session, error)
            raise
        finally:
            inside.fit = False
        session.ends(result)
        return result

    overrides.put(model_class, "train_on_batch", train_on_batch)


def close(follower: Closer, token: Any, error: BaseException | None) -> None:
    """End a session, whatever it costs us."""
    attempt("the end of the training", lambda: follower.closed(token, error))


def _begin_step(session: LoopSession, given: Mapping[str, Any]) -> None:
    session.begins(given.get("x"), given.get("y"), _weights(given))


def _weights(given: Mapping[str, Any]) -> Any:
    by_class = given.get("class_weight")
    if isinstance(by_class, Mapping):
        return attempt("the weights", lambda: class_weights(given.get("y"), by_class))
    return given.get("sample_weight")


def _loss(result: Any) -> float | None:
    """Find the loss in what ``train_on_batch`` gives: a number, a list or a dictionary."""
    loss = result
    if isinstance(result, Mapping):
        loss = result.get("loss")
    elif isinstance(result, list | tuple):
        loss = result[0] if result else None
    return None if loss is None else float(loss)


def moved(before: Mapping[int, int], namespace: Mapping[str, Any]) -> bool:
    """Whether an optimizer has stepped since `counts` was taken.

    It must have been there before: a model that was loaded meanwhile brings its steps along.
    """
    return any(count > before.get(key, count) for key, count in counts(namespace).items())


def counts(namespace: Mapping[str, Any]) -> dict[int, int]:
    """Count the steps of each Keras optimizer that a namespace holds, alone or in a model."""
    found: dict[int, int] = {}
    for value in list(namespace.values()):
        kinds = {kind.__name__ for kind in type(value).__mro__}
        if kinds & {"Trainer", "Model", "BaseOptimizer", "Optimizer"}:
            # Other libraries have classes of these names, too: whatever they raise does not matter.
            stepped = attempt("the optimizer", functools.partial(_steps_of, value))
            if not isinstance(stepped, Missing):
                found[stepped[0]] = stepped[1]
    return found


def _steps_of(thing: Any) -> tuple[int, int]:
    """Return the identity of an optimizer, or of a model's, and the steps that it has taken."""
    optimizer = getattr(thing, "optimizer", thing)
    return id(optimizer), int(optimizer.iterations.numpy())
