"""One side of a trial: a copy of the training that runs a few steps from given seeds."""

from typing import Any

import keras
import numpy as np

from nbdiag.capture.model.variable_values import value_of
from nbdiag.edits.live.edits import LiveEdits
from nbdiag.trial.held_out import HeldOut, batches, training_rows
from nbdiag.trial.scores import Reading, Task, read, task_of
from nbdiag.trial.setup.compile import output_names
from nbdiag.trial.setup.fit_arguments import as_array, row_count, take
from nbdiag.trial.setup.rebuild import rebuild
from nbdiag.trial.setup.split import pooled
from nbdiag.trial.setup.training import Setup

Weights = dict[str, np.ndarray[Any, Any]]

# Enough rows to meet every class.
_ROWS_FOR_CLASSES = 20_000


class Arm:
    """A training with changes, to be begun from one seed after the other.

    The model is traced once: each seed sets the weights of the same model, and its optimizer back
    to zero.

    Parameters
    ----------
    setup
        The user's training.
    edits
        What this side does differently.
    held_out
        Rows to judge by.
    """

    def __init__(self, setup: Setup, edits: LiveEdits, held_out: HeldOut) -> None:
        self._setup = setup
        self._held_out = held_out
        # Rows stay in the user's order; `training_rows` knows the shuffle and the sides.
        self._edits = edits.in_place()
        self._live = self._fresh(0)
        given = self._live.fit_arguments
        moved = bool(edits.deals)
        # Labels may have another form by now: the user's labels decide which row goes where.
        self._rows = training_rows(setup.fit_arguments if moved else given, edits, held_out)
        self._x, self._y = pooled(given) if moved else (given["x"], given["y"])
        self._live.model.optimizer.build(self._live.model.trainable_variables)
        self._slots = [value_of(item) for item in self._live.model.optimizer.variables]

    def begin(self, seed: int, like: Weights | None = None) -> Weights:
        """Set the model to the fresh weights of a seed.

        Parameters
        ----------
        seed
            Seeds the weights and the dropout.
        like
            Weights of the other side, taken over wherever name and shape agree.

        Returns
        -------
        dict
            The weights that this side starts from.
        """
        fresh = self._fresh(seed).model
        for live, new in zip(self._live.model.variables, fresh.variables, strict=True):
            live.assign(new)
        start = _by_path(self._live.model)
        for path, variable in start.items():
            other = (like or {}).get(path)
            if other is not None and other.shape == tuple(variable.shape):
                variable.assign(other)
        for variable, value in zip(self._live.model.optimizer.variables, self._slots, strict=True):
            variable.assign(value)
        self._live.model.reset_metrics()
        return {path: value_of(variable) for path, variable in start.items()}

    def train(self, seed: int, steps: int) -> None:
        """Run so many steps on the batches of that seed."""
        given = self._live.fit_arguments
        weights = given.get("sample_weight")
        for rows in batches(self._rows, given, seed, steps):
            self._live.model.train_on_batch(
                take(self._x, rows),
                take(self._y, rows),
                sample_weight=None if weights is None else take(weights, rows),
                class_weight=given.get("class_weight"),
            )

    def read(self) -> Reading:
        """Judge the model on the held-out rows: the mean over its outputs."""
        x, y = self._held_out.of(self._live.fit_arguments)
        outputs = _per_output(self._live.model, self._live.model.predict_on_batch(x))
        labels = _per_output(self._live.model, y)
        known = _per_output(self._live.model, self._live.fit_arguments["y"])
        asked = _per_output(self._setup.model, self._setup.fit_arguments["y"])
        readings = [
            read(
                self._task(asked[name], self._setup.model, name),
                as_array(labels[name]),
                as_array(outputs[name]),
                np.unique(as_array(known[name])[:_ROWS_FOR_CLASSES]),
                logits=takes_logits(self._live.model, name),
            )
            for name in labels
        ]
        failed = next((item for item in readings if item.error), None)
        return failed or Reading(
            float(np.mean([item.value for item in readings])),
            float(np.mean([item.accuracy for item in readings])),
            learnt=all(item.learnt for item in readings),
        )

    def task(self) -> Task:
        """Find what the first output should learn."""
        asked = _per_output(self._setup.model, self._setup.fit_arguments["y"])
        name = next(iter(asked))
        return self._task(asked[name], self._setup.model, name)

    def _task(self, labels: Any, model: Any, name: str) -> Task:
        place = output_names(model).index(name)
        return task_of(as_array(labels)[:_ROWS_FOR_CLASSES], int(model.outputs[place].shape[-1]))

    def _fresh(self, seed: int) -> Setup:
        return rebuild(self._setup, self._edits, seed)


def takes_logits(model: Any, output: str) -> bool:
    """Whether the loss of an output takes raw scores."""
    loss = model.loss
    if isinstance(loss, dict):
        loss = loss.get(output)
    elif isinstance(loss, list | tuple) and len(loss) == len(output_names(model)):
        loss = loss[output_names(model).index(output)]
    if not isinstance(loss, keras.losses.Loss):
        return False
    return bool(getattr(loss, "from_logits", False) or _setting(loss, "from_logits"))


def _setting(loss: Any, name: str) -> Any:
    return getattr(loss, "_fn_kwargs", {}).get(name)


def _by_path(model: Any) -> dict[str, Any]:
    return {variable.path: variable for variable in model.variables}


def _per_output(model: Any, values: Any) -> dict[str, Any]:
    """Sort labels or outputs by the name of the output."""
    names = output_names(model)
    if isinstance(values, dict):
        return {name: values[name] for name in names if name in values}
    several = len(names) > 1 and isinstance(values, list | tuple)
    if several and all(row_count(item) is not None for item in values):
        return dict(zip(names, values, strict=True))
    return {names[0]: values}
