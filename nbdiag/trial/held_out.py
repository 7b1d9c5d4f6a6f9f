"""Which samples a trial trains on, and which it keeps back to judge by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbdiag.edits.live.edits import UNCHANGED, CannotRebuild, LiveEdits
from nbdiag.trial.scores import CannotJudge
from nbdiag.trial.setup.fit_arguments import row_count, take
from nbdiag.trial.setup.split import pooled, sides_after, unknown_to_both

Indices = np.ndarray[Any, Any]

# 512 samples put the standard error of an AUC near one half at 0.026; more only cost time.
_MOST = 512
# And 30 put it at 0.11: fewer hide a training that works. Then all samples are judged in turn.
FEW = 30
_LEAST = 10
_SHARE = 0.2
_FOLDS = 5
_DEFAULT_BATCH = 32


@dataclass(frozen=True)
class HeldOut:
    """Samples to judge by.

    Attributes
    ----------
    folds
        Their numbers. Each fold is judged by a training that has not seen it: one training for one
        fold; several where samples are few (cross-fitting), and then every sample is judged once.
    from_validation
        Whether these are samples of the validation data, or of the training data.
    from_both
        Whether they are numbered from the first training sample to the last validation sample,
        because samples change sides; no arm may train on them.
    """

    folds: tuple[Indices, ...]
    from_validation: bool
    from_both: bool = False

    @property
    def count(self) -> int:
        """Number of held-out samples."""
        return sum(map(len, self.folds))

    def of(self, arguments: Mapping[str, Any], fold: int | None = None) -> tuple[Any, Any]:
        """Return inputs and labels of one fold, or of all, in the encoding of one arm."""
        rows = np.concatenate(self.folds) if fold is None else self.folds[fold]
        if self.from_both:
            x, y = pooled(arguments)
        elif self.from_validation:
            x, y = arguments["validation_data"][:2]
        else:
            x, y = arguments["x"], arguments["y"]
        return take(x, rows), take(y, rows)


def possible_held_out(
    arguments: Mapping[str, Any], edits: LiveEdits = UNCHANGED
) -> Iterator[HeldOut]:
    """Yield sets of samples to judge by, the best first.

    Validation data where they are enough, then every fifth training sample, then all of them by
    cross-fitting.

    Parameters
    ----------
    arguments
        Those of the user's ``fit``.
    edits
        What one side of the comparison does differently. Where samples change sides, only those
        are judged that neither side trains on.

    Raises
    ------
    CannotRebuild
        When the samples are not in arrays.
    CannotJudge
        After the last set.
    """
    if edits.deals:
        rows = unknown_to_both(arguments, edits)
        chosen = np.random.default_rng(0).permutation(len(rows))[:_MOST]
        yield HeldOut((np.sort(rows[chosen]),), from_validation=False, from_both=True)
        return
    count = count_samples(arguments)
    validation = arguments.get("validation_data")
    own = row_count(validation[0]) if isinstance(validation, list | tuple) else None
    if own is not None and own >= FEW:
        yield HeldOut((_chosen(own, min(_MOST, own)),), from_validation=True)
    fifth = int(_SHARE * count)
    if fifth >= FEW:
        yield HeldOut((_chosen(count, min(_MOST, fifth)),), from_validation=False)
    elif count >= _LEAST:
        order = np.random.default_rng(0).permutation(count)
        folds = tuple(np.sort(part) for part in np.array_split(order, _FOLDS))
        yield HeldOut(folds, from_validation=False)
    else:
        raise CannotJudge("there are only {count} of them", count=count)


def count_samples(arguments: Mapping[str, Any]) -> int:
    """Count the samples that the arguments of ``fit`` hold.

    Raises
    ------
    CannotRebuild
        When they are not in arrays: data in a stream are not read again.
    """
    given = arguments.get("x")
    count = row_count(given)
    if given is None:
        raise CannotRebuild("no sample was seen of the data")
    if count is None:
        raise CannotRebuild(
            "the samples come from a {kind}, and none was seen in passing",
            kind=type(given).__name__,
        )
    if arguments.get("y") is None:
        raise CannotRebuild("the data have no labels")
    return count


def _chosen(count: int, wanted: int) -> Indices:
    return np.sort(np.random.default_rng(0).permutation(count)[:wanted])


def training_rows(
    arguments: Mapping[str, Any], edits: LiveEdits, held_out: HeldOut, fold: int = 0
) -> Indices:
    """Return the samples that ``fit`` would train on in one arm, in its order.

    Those of the fold to be judged are left out. The arguments are those of the arm, but with the
    samples in the user's order: a shuffle among the edits is applied here, so that it moves no
    sample into or out of the judged ones. Where samples change sides they are numbered from the
    first training sample to the last validation sample.
    """
    judged = held_out.folds[fold]
    if edits.deals:
        order, _ = sides_after(arguments, edits)
        return order[~np.isin(order, judged)]
    order = np.arange(row_count(arguments["x"]) or 0)
    for seed in edits.orders:
        order = order[np.random.default_rng(seed).permutation(len(order))]
    if arguments.get("validation_data") is None:
        order = order[: int(len(order) * (1 - (arguments.get("validation_split") or 0.0)))]
    if not held_out.from_validation:
        order = order[~np.isin(order, judged)]
    return order


def batch_size(arguments: Mapping[str, Any]) -> int:
    """Return the size of a batch, as ``fit`` takes it."""
    return int(arguments.get("batch_size") or _DEFAULT_BATCH)


def batches(rows: Indices, arguments: Mapping[str, Any], seed: int) -> Iterator[Indices]:
    """Yield the samples of each step, without end.

    They are shuffled again in every pass, unless ``fit`` does not shuffle. Two arms with the same
    samples and seed get the same batches.
    """
    size = min(batch_size(arguments), len(rows))
    shuffles = arguments.get("shuffle", True)
    rng = np.random.default_rng(seed)
    waiting: Indices = rows[:0]
    while True:
        while len(waiting) < size:
            waiting = np.concatenate([waiting, rng.permutation(rows) if shuffles else rows])
        yield waiting[:size]
        waiting = waiting[size:]
