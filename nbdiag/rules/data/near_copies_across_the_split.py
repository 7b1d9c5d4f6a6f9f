"""NBD417: validation rows that nearly repeat a training row."""

from collections.abc import Iterator

from nbdiag.facts.data.arrays import near_share
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.run import TrainingRun

LEAST = 0.05  # a dense corner of the data may hold as many pairs by chance
SOME = 0.2
MOST = 0.5
LEAST_DIMENSION = 6.0


class NearCopiesAcrossTheSplit(Rule):
    """Validation rows repeat training rows but for small differences.

    What it finds
    -------------
    Validation rows whose nearest training row is ten times closer than their tenth nearest:
    copies with a little noise, another brightness, another compression. Nearest neighbours are
    searched on a sample, in columns of quantities that are scaled to the same spread.

    Why it hurts
    ------------
    The model has nearly seen the labels. The validation score measures memory, and a copy that
    is not the same byte for byte hides from a plain search for duplicates.

    Example
    -------
    ::

        x = np.concatenate([x, x + noise])      # augmented rows, then
        x_train, x_val = train_test_split(x)    # a split that parts them from their originals

    Use instead
    -----------
    ::

        x_train, x_val = train_test_split(x)    # first split, then augment
        x_train = np.concatenate([x_train, x_train + noise])

    Several rows of one patient, one film or one place belong on one side: ``GroupShuffleSplit``
    of scikit-learn splits by group.

    Fix safety
    ----------
    display: only you know which row was made from which, or which rows belong together.

    Thresholds and their source
    ---------------------------
    At most 256 validation rows are compared with at most 20,000 training rows in at most 64
    columns that hold 16 values or more and none in half of the rows; the message says how many.
    Neighbours by chance: the nearest of ten is ten times closer than the tenth with a probability
    of 9 / 10^d, d being the dimension that the rows fill; d is estimated from the tenth to the
    twentieth neighbour (Levina, Bickel 2004), and rows that fill fewer than 6 dimensions are not
    judged (waves, grids, curves: neighbours are close without being copies). From 0.05 of
    the validation rows information, from 0.2 a warning, from 0.5 an error; random tables, pictures
    and sliding windows of noise, waves and chaotic maps stay below 0.08.

    References
    ----------
    Levina, Bickel (2004), Maximum likelihood estimation of intrinsic dimension, NIPS 17.
    Barz, Denzler (2020), Do we train on test data? Purging CIFAR of near-duplicates,
    J. Imaging 6(6).
    """

    code = "NBD417"
    name = "near-copies-across-the-split"
    aspect = "split"
    confidence = "measured"
    explains = ("NBD310", "NBD311")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the share of validation rows with a near copy with what chance gives."""
        near = known(known(run.data.split).near)
        if near.dimension < LEAST_DIMENSION:
            raise Skipped("the samples fill so few dimensions that neighbours are close anyway")
        share = known(near_share(known(run.data.split)))
        if share < LEAST:
            return
        severity: Severity = "info"
        if share >= SOME:
            severity = "error" if share >= MOST else "warning"
        message = say(
            "{share:.0%} of your validation samples repeat a training sample except for small "
            "differences: the validation score shows what the model remembers, not what it has "
            "learnt.",
            share=share,
        )
        evidence = Evidence(
            "validation samples ten times closer to a training sample than to their tenth nearest",
            say("{found} of {rows}", found=near.found, rows=near.looked_at),
            "next to none",
            say(
                "a sample: {rows} validation samples against {among:,} training samples in "
                "{columns} columns",
                rows=near.looked_at,
                among=near.among,
                columns=near.columns,
            ),
        )
        note = say(
            "first split, by group where samples belong together: train, test = "
            "next(GroupShuffleSplit(1, test_size=0.2).split(x, y, groups)); then augment "
            "x[train] alone"
        )
        fix = Fix("Split before you copy or augment samples", "display", (), note=note)
        yield self.finding(message, (evidence,), (fix,), severity=severity)
