"""NBD409: validation rows that stand in the training data."""

from collections.abc import Iterator

from nbdiag.facts.data.arrays import leaked_share
from nbdiag.fixes.data_lines import with_data
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import (
    DropShared,
    SetFitArgument,
    ShuffleRows,
)
from nbdiag.schema.data import Passed, Split
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.data.pipelines import Step, reshuffled_split, set_argument

FEWEST = 5  # fewer prove nothing in a stream, whose samples may meet by chance
SOME = 0.05  # one row in twenty moves a validation accuracy by as much as epochs differ
MOST = 0.5


class RowsSharedByTheSplit(Rule):
    """Validation rows stand in the training data, byte for byte.

    What it finds
    -------------
    Rows of the validation inputs that are also training rows, more of them than rows repeat
    within the training data anyway: data with few possible rows (truth tables, small
    counts) repeat on both sides without any leak. Of streams (tf.data, generators, data sets of
    batches) the samples that pass in the first epoch are compared, up to 4096 of each side.

    Why it hurts
    ------------
    The model has seen the labels. The validation score measures memory: it looks perfect, and
    neither overfitting nor a wrong model will ever show in it.

    Example
    -------
    ::

        x = np.concatenate([x, augmented])      # copies of rows, then
        x_train, x_val = train_test_split(x)    # a split that parts the copies

    or, where every pass over the data set is in a new order::

        ds = ds.shuffle(1000)
        train, val = ds.take(800), ds.skip(800)

    Use instead
    -----------
    ::

        x_train, x_val = train_test_split(x)    # first split, then copy or augment
        x_train = np.concatenate([x_train, augment(x_train)])

    or ``ds.shuffle(1000, reshuffle_each_iteration=False)`` before ``take`` and ``skip``.

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
    information. Rows are compared byte for byte, all of them; of streams at least five must be
    shared, and their share is scaled up where only a part of a long epoch was compared. One and the
    same data set on both sides is information: it is given so in plain sight.

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
        passed = run.data.passed
        if not isinstance(passed, Missing) and passed.validation_rows:
            yield from self._passed(run, passed)
            return
        split = known(run.data.split)
        leaked = known(leaked_share(split))
        shared = known(split.shared_rows)
        if not shared or not leaked:
            return
        message = say(
            "{shared} of your {rows} validation samples are in the training data byte for byte: "
            "the validation score shows what the model remembers, not what it has learnt.",
            shared=shared,
            rows=split.validation_rows,
        )
        evidence = _evidence(shared, split.validation_rows, say("all samples compared"))
        yield self.finding(
            message, (evidence,), _fixes(run, split, shared), severity=_severity(leaked)
        )

    def _passed(self, run: TrainingRun, passed: Passed) -> Iterator[Finding]:
        """Judge the samples that passed on both sides in the first epoch."""
        leaked = known(leaked_share(passed))
        shared = known(passed.shared_rows)
        if shared < FEWEST or not leaked:
            return
        # Of a long epoch only so many copies can be found as samples of it were compared.
        severity = _severity(leaked / max(passed.epoch_share, leaked))
        message = say(
            "{shared} of the {rows} validation samples that were compared were trained on in the "
            "same epoch: the validation score shows what the model remembers, not what it has "
            "learnt.",
            shared=shared,
            rows=passed.validation_rows,
        )
        evidence = [_evidence(shared, passed.validation_rows, say("samples of the first epoch"))]
        if passed.same_object:
            message += " " + say("The same data are given to train on and to validate on.")
            # Meant where somebody wants to see whether the model can learn them at all.
            yield self.finding(message, evidence, severity="info")
            return
        shuffle = reshuffled_split(run)
        if shuffle is None:
            note = say("Split first, then shuffle the training part alone.")
            fixes = (Fix("Validate on samples that are not trained on", "display", (), note=note),)
            yield self.finding(message, evidence, fixes, severity=severity)
            return
        message += " " + say(
            "shuffle() draws a new order for each pass, so the training and the validation are "
            "cut out of different orders."
        )
        evidence.append(Evidence("order of each pass", "a new one", "the same one", "the cells"))
        yield self.finding(message, evidence, _keep_order(run, shuffle), severity=severity)


def _severity(leaked: float) -> Severity:
    if leaked < SOME:
        return "info"
    return "error" if leaked >= MOST else "warning"


def _evidence(shared: int, rows: int, method: str) -> Evidence:
    return Evidence(
        "validation samples that are training samples",
        say("{shared} of {rows} ({share:.0%})", shared=shared, rows=rows, share=shared / rows),
        "none beyond chance",
        method,
    )


def _keep_order(run: TrainingRun, shuffle: Step) -> tuple[Fix, ...]:
    """Shuffle once, so that every pass is cut in the same order."""
    title = say("Shuffle once, before the split")
    change = set_argument(run, shuffle, "reshuffle_each_iteration", "False")
    if change is None:
        note = "ds.shuffle(1000, reshuffle_each_iteration=False)"
        return (Fix(title, "display", (), note=note),)
    return (Fix(title, "review", with_data(run, change)),)


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
