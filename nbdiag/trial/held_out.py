"""Which rows a trial trains on, and which it keeps back to judge by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbdiag.edits.live.edits import UNCHANGED, CannotRebuild, LiveEdits
from nbdiag.trial.setup.fit_arguments import row_count, take
from nbdiag.trial.setup.split import pooled, sides_after, unknown_to_both

Indices = np.ndarray[Any, Any]

# 512 rows put the standard error of an AUC near one half at 0.026; more only cost time.
_MOST_ROWS = 512
_SHARE = 0.2
_DEFAULT_BATCH = 32


@dataclass(frozen=True)
class HeldOut:
    """Rows to judge by.

    Attributes
    ----------
    rows
        Their numbers.
    from_validation
        Whether these are rows of the validation data, or of the training data (and then no arm
        may train on them).
    from_both
        Whether they are numbered from the first training row to the last validation row, because
        rows change sides; no arm may train on them.
    """

    rows: Indices
    from_validation: bool
    from_both: bool = False

    @property
    def count(self) -> int:
        """Number of held-out rows."""
        return len(self.rows)

    def of(self, arguments: Mapping[str, Any]) -> tuple[Any, Any]:
        """Return inputs and labels of the held-out rows, in the encoding of one arm."""
        if self.from_both:
            x, y = pooled(arguments)
        elif self.from_validation:
            x, y = arguments["validation_data"][:2]
        else:
            x, y = arguments["x"], arguments["y"]
        return take(x, self.rows), take(y, self.rows)


def hold_out(arguments: Mapping[str, Any], edits: LiveEdits = UNCHANGED) -> HeldOut:
    """Choose the held-out rows: of the validation data where there are some, else every fifth.

    Parameters
    ----------
    arguments
        Those of the user's ``fit``.
    edits
        What one side of the comparison does differently. Where rows change sides, only those are
        judged that neither side trains on.

    Raises
    ------
    CannotRebuild
        When the rows are not in arrays.
    """
    if edits.deals:
        rows = unknown_to_both(arguments, edits)
        chosen = np.random.default_rng(0).permutation(len(rows))[:_MOST_ROWS]
        return HeldOut(np.sort(rows[chosen]), from_validation=False, from_both=True)
    count = row_count(arguments.get("x"))
    if count is None or arguments.get("y") is None:
        raise CannotRebuild("inputs and labels are not both in arrays")
    validation = arguments.get("validation_data")
    own = isinstance(validation, list | tuple) and row_count(validation[0]) is not None
    total = row_count(validation[0]) if own and validation is not None else count
    order = np.random.default_rng(0).permutation(total or 0)
    wanted = _MOST_ROWS if own else min(_MOST_ROWS, max(1, int(_SHARE * count)))
    return HeldOut(np.sort(order[:wanted]), own)


def training_rows(arguments: Mapping[str, Any], edits: LiveEdits, held_out: HeldOut) -> Indices:
    """Return the rows that ``fit`` would train on in one arm, less the held-out ones, in its order.

    The arguments are those of the arm, but with the rows in the user's order: a shuffle
    among the edits is applied here, so that it moves no row into or out of the judged ones.
    Where rows change sides they are numbered from the first training row to the last validation
    row.
    """
    if edits.deals:
        order, _ = sides_after(arguments, edits)
        return order[~np.isin(order, held_out.rows)]
    order = np.arange(row_count(arguments["x"]) or 0)
    for seed in edits.orders:
        order = order[np.random.default_rng(seed).permutation(len(order))]
    if arguments.get("validation_data") is None:
        order = order[: int(len(order) * (1 - (arguments.get("validation_split") or 0.0)))]
    if not held_out.from_validation:
        order = order[~np.isin(order, held_out.rows)]
    return order


def batches(
    rows: Indices, arguments: Mapping[str, Any], seed: int, steps: int
) -> Iterator[Indices]:
    """Yield the rows of each step: shuffled again in every pass, unless ``fit`` does not shuffle.

    Two arms with the same rows and seed get the same batches.
    """
    size = min(arguments.get("batch_size") or _DEFAULT_BATCH, len(rows))
    shuffles = arguments.get("shuffle", True)
    rng = np.random.default_rng(seed)
    waiting: Indices = rows[:0]
    for _ in range(steps):
        while len(waiting) < size:
            waiting = np.concatenate([waiting, rng.permutation(rows) if shuffles else rows])
        yield waiting[:size]
        waiting = waiting[size:]
