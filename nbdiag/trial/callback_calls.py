"""The user's callbacks in a trial: those that steer a training take part."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from nbdiag.capture.fit.callback_list import listed, steers
from nbdiag.trial.held_out import batch_size
from nbdiag.trial.setup.fit_arguments import fresh_callback, row_count, take

# Of the validation samples, to compute what a callback watches.
_MOST_ROWS = 512


class Steering:
    """The callbacks of one arm.

    Parameters
    ----------
    given
        Arguments of ``fit`` of the arm.
    """

    def __init__(self, given: Mapping[str, Any]) -> None:
        every = listed(given.get("callbacks"))
        self._callbacks = [item for item in every if steers(item)]
        self._given = given

    def begin(self, model: Any, epoch_steps: int) -> "CallbackCalls":
        """Begin a training with copies of the callbacks."""
        copies = [fresh_callback(item) for item in self._callbacks]
        return CallbackCalls(model, copies, self._given, epoch_steps)


class CallbackCalls:
    """The calls of the callbacks along one training.

    Parameters
    ----------
    model, callbacks, given, epoch_steps
        What is trained, what is called, the arguments of ``fit``, and the length of an epoch.
    """

    def __init__(
        self, model: Any, callbacks: list[Any], given: Mapping[str, Any], epoch_steps: int
    ) -> None:
        self._model = model
        self._given = given
        self._steps = epoch_steps
        self._first = int(given.get("initial_epoch") or 0)
        self._list = None
        if callbacks:
            self._list = keras.callbacks.CallbackList(
                callbacks,
                add_history=False,
                add_progbar=False,
                model=model,
                verbose=0,
                epochs=int(given.get("epochs") or 1),
                steps=epoch_steps,
            )
            self._list.on_train_begin()

    def before(self, done: int) -> None:
        """Call what comes before the step after so many."""
        if done % self._steps == 0:
            self._model.reset_metrics()
            if self._list is not None:
                self._list.on_epoch_begin(self._first + done // self._steps)
        if self._list is not None:
            self._list.on_train_batch_begin(done % self._steps)

    def after(self, done: int, logs: Mapping[str, Any]) -> bool:
        """Call what comes after a step; return whether the training ends there."""
        if self._list is None:
            return False
        self._list.on_train_batch_end((done - 1) % self._steps, dict(logs))
        if done % self._steps == 0:
            epoch = self._first + done // self._steps - 1
            self._list.on_epoch_end(epoch, {**logs, **self._validation_logs()})
        return bool(self._model.stop_training)

    def end(self) -> None:
        """Call what comes after a training that a callback has ended."""
        if self._list is not None:
            self._list.on_train_end()

    def _validation_logs(self) -> dict[str, Any]:
        sides = self._validation()
        if sides is None:
            return {}
        self._model.reset_metrics()
        logs = self._model.test_on_batch(*sides, return_dict=True)
        return {f"val_{name}": value for name, value in logs.items()}

    def _validation(self) -> tuple[Any, Any] | None:
        given = self._given
        validation = given.get("validation_data")
        if isinstance(validation, list | tuple):
            x, y, start = validation[0], validation[1], 0
        elif given.get("validation_split"):
            x, y = given["x"], given["y"]
            start = int((row_count(x) or 0) * (1 - given["validation_split"]))
        else:
            return None
        rows = np.arange(start, row_count(x) or 0)[: max(_MOST_ROWS, batch_size(given))]
        return (take(x, rows), take(y, rows)) if len(rows) else None
