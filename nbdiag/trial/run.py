"""One arm of an experiment: a copy of the training, run from given seeds and read on the way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import keras
import numpy as np

from nbdiag.capture.model.variable_values import value_of
from nbdiag.edits.live.edits import LiveEdits
from nbdiag.syntax.text.lines import split_lines
from nbdiag.trial.callback_calls import Steering
from nbdiag.trial.held_out import HeldOut, Indices, batch_size, batches, training_rows
from nbdiag.trial.initial_values import shared_variables
from nbdiag.trial.race import Course
from nbdiag.trial.scores import Reading, Task, read, task_of
from nbdiag.trial.setup.compile import output_names
from nbdiag.trial.setup.fit_arguments import as_array, row_count, take
from nbdiag.trial.setup.rebuild import rebuild
from nbdiag.trial.setup.split import pooled
from nbdiag.trial.setup.training import Setup

Array = np.ndarray[Any, Any]
Values = list[Array]

# Enough samples to meet every class.
_SAMPLES_FOR_CLASSES = 20_000
# The first reading; from there the distance doubles: the start is where trainings part.
_FIRST_READING = 10
# Of so many seeds the initial values are at hand: those of this round, and of the do-nothing arm.
_SEEDS_AT_HAND = 2


class Arm:
    """A training with changes, to be run from one seed after the other.

    The model is traced once: each seed sets the weights of the same model, and its optimizer back
    to zero.

    Parameters
    ----------
    setup
        The user's training.
    edits
        What this arm does differently.
    held_out
        Samples to judge by.
    like
        The arm to start as: of each seed the same initial values, for all variables whose shape
        and initializer are the same in both.

    Attributes
    ----------
    outputs
        The user's names of the outputs.
    tasks
        What each output should learn, by the user's labels and head.
    """

    def __init__(
        self,
        setup: Setup,
        edits: LiveEdits,
        held_out: HeldOut,
        like: "Arm | None" = None,
    ) -> None:
        self._setup = setup
        self.held_out = held_out
        # Samples stay in the user's order; `training_rows` knows the shuffle and the sides.
        self._edits = edits.in_place()
        live = self._fresh(0)
        self.model, self.given = live.model, live.fit_arguments
        self.steering = Steering(self.given)
        moved = bool(edits.deals)
        # Labels may have another form by now: the user's labels decide which sample goes where.
        order = setup.fit_arguments if moved else self.given
        self.rows = [
            training_rows(order, edits, held_out, fold) for fold in range(len(held_out.folds))
        ]
        self.x, self.y = pooled(self.given) if moved else (self.given["x"], self.given["y"])
        self.model.optimizer.build(self.model.trainable_variables)
        self._slots = [value_of(item) for item in self.model.optimizer.variables]
        self._initial: dict[int, Values] = {}
        self._like = like
        self._shared = shared_variables(self.model, like.model) if like else frozenset()
        self.tasks: dict[str, Task] = like.tasks if like else tasks_of(setup)
        # A change of the last layer renames the output: both sides go by the user's names.
        own = output_names(self.model)
        self.outputs: list[str] = like.outputs if like else output_names(setup.model)
        self._names = dict(zip(own, self.outputs, strict=False))
        self._labels = self.by_output(held_out.of(self.given)[1])
        self._values = {
            name: np.unique(as_array(labels)[:_SAMPLES_FOR_CLASSES])
            for name, labels in self.by_output(self.given["y"]).items()
        }
        self._logits = {
            self._names[name]: takes_logits(self.model, name) for name in own if name in self._names
        }
        self._trainings: dict[int, list[_Training]] = {}
        self._running: _Training | None = None

    @property
    def epoch_steps(self) -> int:
        """Steps of one epoch of the whole training."""
        given = self.given
        if given.get("steps_per_epoch"):
            return int(given["steps_per_epoch"])
        count = row_count(given["x"]) or 1
        if given.get("validation_data") is None:
            count = int(count * (1 - (given.get("validation_split") or 0.0)))
        return max(1, ceil(count / batch_size(given)))

    @property
    def own_steps(self) -> int:
        """Steps of the whole training, as ``fit`` is called."""
        epochs = int(self.given.get("epochs") or 1) - int(self.given.get("initial_epoch") or 0)
        return max(1, epochs) * self.epoch_steps

    def train(self, seed: int, steps: int, *, keep: bool = False) -> Course:
        """Train from a seed up to a step, and read on the way.

        Parameters
        ----------
        seed
            Seeds the weights, the dropout and the order of the samples.
        steps
            Where to stop, counted from the start of the training; the training's own length at
            most.
        keep
            Whether it may have to go on later: then its weights are kept.

        Returns
        -------
        Course
            All readings so far. What the training raised is noted and ends it.
        """
        folds = range(len(self.held_out.folds))
        trainings = self._trainings.pop(seed, None) or [_Training(self, seed, k) for k in folds]
        raised = ""
        try:
            for training in trainings:
                self._switch_to(training)
                training.advance(min(steps, self.own_steps))
        except Exception as problem:  # noqa: BLE001 - a training may fail in any way; that is a result
            raised = _first_line(problem)
        if keep and not raised:
            self._trainings[seed] = trainings
        else:
            self._running = None
        common = set.intersection(*(set(item.outputs) for item in trainings))
        read_at = sorted(common)
        return Course(
            tuple(read_at),
            tuple(self._read([item.outputs[step] for item in trainings]) for step in read_at),
            raised,
        )

    def initial(self, seed: int) -> Values:
        """Return the values of all variables of the model that a seed starts from."""
        if seed not in self._initial:
            values = [value_of(item) for item in self._fresh(seed).model.variables]
            if self._like is not None:
                others = self._like.by_path(seed)
                paths = [item.path for item in self.model.variables]
                values = [
                    others[path] if path in self._shared else value
                    for path, value in zip(paths, values, strict=True)
                ]
            while len(self._initial) >= _SEEDS_AT_HAND:
                self._initial.pop(next(iter(self._initial)))
            self._initial[seed] = values
        return self._initial[seed]

    def by_path(self, seed: int) -> dict[str, Array]:
        """Return the initial values by the path of the variable."""
        paths = [item.path for item in self.model.variables]
        return dict(zip(paths, self.initial(seed), strict=True))

    def by_output(self, values: Any) -> dict[str, Any]:
        """Sort labels or outputs by the user's name of the output."""
        if isinstance(values, dict):
            names = self._names.items()
            known = {user: values.get(own, values.get(user)) for own, user in names}
            return {name: item for name, item in known.items() if item is not None}
        found = per_output(self.model, values)
        return {self._names.get(name, name): item for name, item in found.items()}

    def _read(self, outputs: Sequence[Mapping[str, Array]]) -> tuple[Reading, ...]:
        """Judge the predictions for all folds, output by output."""
        return tuple(
            read(
                task,
                as_array(self._labels[name]),
                np.concatenate([part[name] for part in outputs]),
                self._values[name],
                logits=self._logits[name],
            )
            for name, task in self.tasks.items()
        )

    def _switch_to(self, training: "_Training") -> None:
        if self._running is training:
            return
        if self._running is not None:
            self._running.saved = [value_of(item) for item in self._state()]
        values = training.saved or [*self.initial(training.seed), *self._slots]
        for variable, value in zip(self._state(), values, strict=True):
            variable.assign(value)
        self.model.reset_metrics()
        self.model.stop_training = False
        self._running = training

    def _state(self) -> list[Any]:
        return [*self.model.variables, *self.model.optimizer.variables]

    def _fresh(self, seed: int) -> Setup:
        return rebuild(self._setup, self._edits, seed)


@dataclass
class _Training:
    """One training of an arm: from one seed, without one fold."""

    arm: Arm
    seed: int
    fold: int
    done: int = 0
    stopped: bool = False
    outputs: dict[int, dict[str, Array]] = field(default_factory=dict)
    saved: Values | None = None
    _batches: Iterator[Indices] | None = None
    _callbacks: Any = None

    def advance(self, steps: int) -> None:
        """Train up to a step, and read at the times that all trainings are read at."""
        arm = self.arm
        if self._batches is None:
            self._batches = batches(arm.rows[self.fold], arm.given, self.seed)
            self._callbacks = arm.steering.begin(arm.model, arm.epoch_steps)
        while self.done < steps and not self.stopped:
            self._step(next(self._batches))
            if self.done in _reading_times(steps):
                self._predict()
        if steps not in self.outputs:
            if self.stopped:
                self._callbacks.end()
            self._predict(steps)

    def _step(self, rows: Indices) -> None:
        arm = self.arm
        weights = arm.given.get("sample_weight")
        self._callbacks.before(self.done)
        logs = arm.model.train_on_batch(
            take(arm.x, rows),
            take(arm.y, rows),
            sample_weight=None if weights is None else take(weights, rows),
            class_weight=arm.given.get("class_weight"),
            return_dict=True,
        )
        self.done += 1
        self.stopped = self._callbacks.after(self.done, logs)

    def _predict(self, step: int | None = None) -> None:
        x, _ = self.arm.held_out.of(self.arm.given, self.fold)
        outputs = self.arm.by_output(self.arm.model.predict_on_batch(x))
        self.outputs[step or self.done] = {name: as_array(item) for name, item in outputs.items()}


def _reading_times(last: int) -> set[int]:
    """Return the steps after which a training is read: 10, 20, 40 … and the last one."""
    times = {last}
    step = _FIRST_READING
    while step < last:
        times.add(step)
        step *= 2
    return times


def _first_line(problem: Exception) -> str:
    lines = split_lines(str(problem).strip() or "no message")
    return f"{type(problem).__name__}: {lines[0].rstrip('.')}"


def tasks_of(setup: Setup) -> dict[str, Task]:
    """Find what each output of a training should learn."""
    labels = per_output(setup.model, setup.fit_arguments["y"])
    return {
        name: task_of(as_array(labels[name])[:_SAMPLES_FOR_CLASSES], int(head.shape[-1]))
        for name, head in _heads(setup).items()
        if name in labels
    }


def _heads(setup: Setup) -> dict[str, Any]:
    """Return the outputs of the model, those for one sample where its code makes them."""
    known = getattr(setup.model, "outputs", None)
    if known:
        return dict(zip(output_names(setup.model), known, strict=True))
    one = take(setup.fit_arguments["x"], np.arange(1))
    return per_output(setup.model, rebuild(setup, seed=0).model.predict_on_batch(one))


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


def per_output(model: Any, values: Any) -> dict[str, Any]:
    """Sort labels or outputs by the name of the output."""
    names = output_names(model)
    if isinstance(values, dict):
        return {name: values[name] for name in names if name in values}
    several = len(names) > 1 and isinstance(values, list | tuple)
    if several and all(row_count(item) is not None for item in values):
        return dict(zip(names, values, strict=True))
    return {names[0]: values}
