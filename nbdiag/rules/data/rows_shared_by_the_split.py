"""NBD409: validation rows that stand in the training data."""

from collections.abc import Iterator

from nbdiag.facts.data.arrays import leaked_share
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import DropShared, SetFitArgument, ShuffleRows
from nbdiag.schema.data import Split
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

SOME = 0.05  # one row in twenty moves a validation accuracy by as much as epochs differ
MOST = 0.5


class RowsSharedByTheSplit(Rule):
    """Validation rows stand in the training data, byte for byte.

    What it finds
    -------------
    Rows of the validation inputs that are also training rows, more of them than rows repeat
    within the training data anyway: data with few possible rows (truth tables, small
    counts) repeat on both sides without any leak.

    Why it hurts
    ------------
    The model has seen the labels. The validation score measures memory: it looks perfect, and
    neither overfitting nor a wrong model will ever show in it.

    Example
    -------
    ::

        x = np.concatenate([x, augmented])      # copies of rows, then
        x_train, x_val = train_test_split(x)    # a split that parts the copies

    Use instead
    -----------
    ::

        x_train, x_val = train_test_split(x)    # first split, then copy or augment
        x_train = np.concatenate([x_train, augment(x_train)])

    Fix safety
    ----------
    review: the score will be lower, and true. Validation data that are nothing but training rows
    are replaced by a split, unless training rows repeat each other: a split would part the copies
    again. Otherwise the shared rows are dropped from one side, and you choose which: without them
    in the training, all validation rows stay; without them in the validation, the model still
    learns from all it had. A side that would lose more than half of its rows keeps them. Where both
    would, or where the data come in ready batches, the fix is only shown.

    Thresholds and their source
    ---------------------------
    Shared rows beyond twice the share of repeated training rows and three deviations of that count
    (`nbdiag.facts.data.arrays.leaked_share`): from 0.05 a warning, from 0.5 an error, below that
    information. Rows are compared byte for byte, all of them.

    References
    ----------
    Kapoor, Narayanan (2023), Leakage and the reproducibility crisis in machine-learning-based
    science, Patterns 4(9).
    """

    code = "NBD409"
    name = "rows-shared-by-the-split"
    aspect = "split"
    explains = ("NBD310", "NBD311")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Weigh the shared rows against the rows that repeat anyway."""
        split = known(run.data.split)
        leaked = known(leaked_share(split))
        shared = known(split.shared_rows)
        if not shared or not leaked:
            return
        severity: Severity = "info"
        if leaked >= SOME:
            severity = "error" if leaked >= MOST else "warning"
        message = say(
            "{shared} of your {rows} validation samples are in the training data byte for byte: "
            "the validation score shows what the model remembers, not what it has learnt.",
            shared=shared,
            rows=split.validation_rows,
        )
        evidence = Evidence(
            "validation samples that are training samples",
            say(
                "{shared} of {rows} ({share:.0%})",
                shared=shared,
                rows=split.validation_rows,
                share=shared / split.validation_rows,
            ),
            "none beyond chance",
            "all samples compared",
        )
        yield self.finding(message, (evidence,), _fixes(run, split, shared), severity=severity)


def _fixes(run: TrainingRun, split: Split, shared: int) -> tuple[Fix, ...]:
    arrays = run.fit.input_kind in ("numpy", "tensor", "pandas", "dict", "list")
    # A split at random parts repeated rows again: only rows that stand there once can be split.
    single = split.duplicate_rows == 0
    by_hand = run.fit.validation == "data"
    if by_hand and shared == split.validation_rows and arrays and single:
        changes = (
            ShuffleRows(),
            SetFitArgument("validation_data", None),
            SetFitArgument("validation_split", 0.2),
        )
        return (
            Fix("Validate on a fifth of the samples, kept out of the training", "review", changes),
        )
    found = []
    if by_hand and run.fit.input_kind in ("numpy", "tensor", "pandas"):
        if shared <= split.validation_rows / 2:
            found.append(
                Fix(
                    "Drop the shared samples from the validation data",
                    "review",
                    (DropShared("validation"),),
                )
            )
        # A shared row may stand in the training as often as rows repeat there, and goes with all.
        repeated = split.duplicate_rows
        if not isinstance(repeated, Missing) and shared + repeated <= split.training_rows / 2:
            found.append(
                Fix(
                    "Drop the shared samples from the training data",
                    "review",
                    (DropShared("training"),),
                )
            )
    if found:
        return tuple(found)
    note = "_, first = np.unique(x, axis=0, return_index=True); x, y = x[first], y[first]"
    return (Fix("Drop the repeated samples before the split", "display", (), note=note),)
