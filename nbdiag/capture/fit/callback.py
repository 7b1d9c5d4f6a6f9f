"""The Keras callback through which a session hears of the training."""

from collections.abc import Callable
from typing import Any, Protocol

from nbdiag.capture.failure.reason import attempt
from nbdiag.capture.model.library import library_of
from nbdiag.capture.session import Session


class CheckOnly(BaseException):
    """Ends a cell that should be judged before training; `watch` swallows it."""


class Listener(Protocol):
    """Listens to the recorder."""

    def begins(self, session: Session) -> bool:
        """Hear that the first step is next; say whether the training is to end with it."""

    def steps(self, session: Session, batch: int, batches: int | None) -> bool:
        """Hear that a batch has ended; say whether the training is to end."""

    def report(self, session: Session) -> bool:
        """Hear that an epoch has ended; say whether the training is to end."""

    @property
    def pressing(self) -> bool:
        """Whether a validation that runs is to end, too."""


def make_recorder(
    session: Session, listener: Listener, last: Callable[[], None] = lambda: None
) -> Any:
    """Make the callback; Keras is imported by now.

    Parameters
    ----------
    session
        Hears of every step.
    listener
        Hears of every epoch, and may stop the training.
    last
        Called when the training has ended.
    """
    callback: Any = session.library.callbacks.Callback

    class Recorder(callback):  # type: ignore[misc]  # Keras is untyped here
        # Keras may report batches from another thread, as it would without this callback.
        async_safe = True

        def on_train_begin(self, logs: Any = None) -> None:  # noqa: ARG002
            _begin(session, listener, self.model)

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
            session.epoch_begins()

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            session.batch_ends(batch, logs)
            # A custom container may hand on neither parameters nor model.
            steps = (self.params or {}).get("steps")
            if not session.ended and listener.steps(session, batch, steps):
                self.model.stop_training = True

        def on_test_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
            if not session.ended and listener.pressing:
                self.model.stop_evaluating = True

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
            attempt("the epoch", lambda: session.epoch_ends(logs))
            if not session.ended and listener.report(session):
                self.model.stop_training = True

        def on_train_end(self, logs: Any = None) -> None:  # noqa: ARG002
            attempt("the last probe", session.train_ends)
            last()

    return Recorder()


def _begin(session: Session, listener: Listener, model: Any) -> None:
    """Look before the first step; a training that is only to be checked ends here."""
    if session.ended:
        return
    attempt("the first probe", session.train_begins)
    if session.frame.check_only:
        raise CheckOnly
    if listener.begins(session):
        model.stop_training = True


def join(given: Any, recorder: Any, model: Any) -> tuple[Any, Callable[[], None]]:
    """Put the recorder after the user's callbacks, in the form that they have.

    Parameters
    ----------
    given
        The ``callbacks`` argument of ``fit``.
    recorder
        The callback to add.
    model
        The model that is trained.

    Returns
    -------
    tuple
        The argument to pass, and what takes the recorder away again. A list stays a list; a
        single callback becomes a dictionary of two, which Keras flattens, for a list would
        change how Keras dispatches its batches.
    """
    # Keras asks it in this way: a callback that counts itself as empty is none.
    if not given:
        return [recorder], _nothing
    if isinstance(given, list | tuple):
        return [*given, recorder], _nothing
    if isinstance(given, library_of(model).callbacks.CallbackList):
        prepare(recorder, given, model)
        given.callbacks.append(recorder)
        return given, lambda: _remove(recorder, given.callbacks)
    return {"0": given, "1": recorder}, _nothing


def prepare(recorder: Any, container: Any, model: Any) -> None:
    """Hand a recorder the model and parameters that a container handed its callbacks."""
    recorder.set_model(model)
    # Older versions of Keras keep no parameters where none were set.
    recorder.set_params(getattr(container, "params", None))


def _remove(recorder: Any, callbacks: list[Any]) -> None:
    """Take the recorder out; the user's callbacks may not be able to compare."""
    callbacks[:] = [item for item in callbacks if item is not recorder]


def _nothing() -> None:
    """Take nothing away."""
