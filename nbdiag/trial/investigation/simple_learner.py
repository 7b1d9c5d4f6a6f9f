"""Whether there is a signal at all: what simple learners of scikit-learn find in the samples."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbdiag.edits.live.edits import UNCHANGED
from nbdiag.silence import silent
from nbdiag.trial.held_out import HeldOut, training_rows
from nbdiag.trial.investigation.judgement import NOTHING, skill
from nbdiag.trial.scores import CannotJudge, Task, area, determination
from nbdiag.trial.setup.fit_arguments import as_array, row_count
from nbdiag.trial.setup.training import Setup

Array = np.ndarray[Any, Any]

_MOST_SAMPLES = 3000
_MOST_COLUMNS = 1024
# Trees take a second for so many columns times classes.
_MOST_FOR_TREES = 300
_MOST_TARGETS = 16
_ROUNDS = 60


def simple_skill(setup: Setup, held_out: HeldOut, task: Task, *, words: bool = False) -> float:
    """Return the skill of the better one of two simple learners on the judged samples.

    They are a linear model and boosted trees. Each learns what a copy of the training learns from.

    Parameters
    ----------
    setup
        The user's training, with one output.
    held_out
        Samples to judge by.
    task
        What the output should learn.
    words
        Whether the inputs are numbers of words, which mean nothing as numbers.

    Raises
    ------
    CannotJudge
        When simple learners say nothing about such samples, with the reason.
    """
    if words:
        raise CannotJudge("the inputs are numbers of words")
    x, y = _columns(setup.fit_arguments["x"]), _targets(setup.fit_arguments["y"], task)
    sides = [_side(setup, held_out, fold) for fold in range(len(held_out.folds))]
    judged_x, judged_y = held_out.of(setup.fit_arguments)
    judged, truth = _columns(judged_x), _targets(judged_y, task)
    lengths = np.cumsum([len(fold) for fold in held_out.folds])[:-1]
    parts = np.split(judged, lengths)

    def found(learner: str, seed: int | None = None) -> float:
        answers = []
        for rows, part in zip(sides, parts, strict=True):
            learnt = y[rows]
            if seed is not None:
                learnt = learnt[np.random.default_rng(seed).permutation(len(learnt))]
            answers.append(_answers(learner, task, x[rows], learnt, part, y))
        return _skill(task, truth, np.concatenate(answers), y)

    with silent():
        try:
            best, learner = max((found(name), name) for name in _learners(x, y, task))
            chance = found(learner, seed=0)
        except ImportError as problem:
            raise CannotJudge("scikit-learn is not installed") from problem
    if chance > max(NOTHING, best / 2):
        raise CannotJudge("it finds as much in shuffled labels")
    return best


def _columns(x: Any) -> Array:
    """Return samples as rows of numbers."""
    if row_count(x) is None or isinstance(x, dict | list | tuple):
        raise CannotJudge("the inputs are not one array")
    array = np.asarray(as_array(x))
    if not np.issubdtype(array.dtype, np.number) and array.dtype != bool:
        raise CannotJudge("the inputs are not numbers")
    rows = array.reshape(len(array), -1)
    if rows.shape[1] > _MOST_COLUMNS:
        raise CannotJudge("a sample has {count} numbers", count=rows.shape[1])
    return np.asarray(np.nan_to_num(rows.astype("float64"), posinf=0.0, neginf=0.0))


def _targets(y: Any, task: Task) -> Array:
    """Return class numbers or names, or columns of targets."""
    array = np.asarray(as_array(y))
    if task == "classes" and array.ndim > 1 and array.shape[-1] > 1:
        array = array.argmax(axis=-1)
    rows = array.reshape(len(array), -1)
    if task == "classes":
        if rows.shape[1] != 1:
            raise CannotJudge("a sample has several answers")
        return np.asarray(rows[:, 0])
    if rows.shape[1] > _MOST_TARGETS:
        raise CannotJudge("a sample has {count} targets", count=rows.shape[1])
    return np.asarray(rows)


def _side(setup: Setup, held_out: HeldOut, fold: int) -> Array:
    rows = training_rows(setup.fit_arguments, UNCHANGED, held_out, fold)
    return np.random.default_rng(fold).permutation(rows)[:_MOST_SAMPLES]


def _learners(x: Array, y: Array, task: Task) -> Iterator[str]:
    yield "linear"
    answers = len(np.unique(y)) if task == "classes" else y.shape[1]
    if x.shape[1] * answers <= _MOST_FOR_TREES:
        yield "trees"


def _answers(learner: str, task: Task, x: Array, y: Array, judged: Array, every: Array) -> Array:
    """Learn, and predict the judged samples: one column per class or target."""
    if task == "classes":
        classes = np.unique(every)
        answers = np.zeros((len(judged), len(classes)))
        if len(np.unique(y)) > 1:
            model = _classifier(learner).fit(x, y)
            answers[:, np.searchsorted(classes, model.classes_)] = model.predict_proba(judged)
        return answers
    columns = []
    for k in range(y.shape[1]):
        if np.ptp(y[:, k]) == 0:
            columns.append(np.full(len(judged), float(y[0, k])))
        elif task == "tags":
            model = _classifier(learner).fit(x, y[:, k] > 0)
            columns.append(model.predict_proba(judged)[:, 1])
        else:
            columns.append(_regressor(learner).fit(x, y[:, k]).predict(judged))
    return np.stack(columns, axis=1)


def _classifier(learner: str) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if learner == "trees":
        return HistGradientBoostingClassifier(max_iter=_ROUNDS, random_state=0)
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=300))


def _regressor(learner: str) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if learner == "trees":
        return HistGradientBoostingRegressor(max_iter=_ROUNDS, random_state=0)
    return make_pipeline(StandardScaler(), Ridge())


def _skill(task: Task, truth: Array, answers: Array, every: Array) -> float:
    if task == "numbers":
        return skill(task, determination(truth, answers))
    if task == "tags":
        areas = [area(truth[:, k] > 0, answers[:, k]) for k in range(truth.shape[1])]
    else:
        areas = [area(truth == name, answers[:, k]) for k, name in enumerate(np.unique(every))]
    known = [item for item in areas if not np.isnan(item)]
    return skill(task, float(np.mean(known))) if known else 0.0
