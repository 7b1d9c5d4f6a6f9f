"""NBD433: inputs and labels were shuffled separately before they were zipped."""

from collections.abc import Iterator

from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped
from nbdiag.schema.changes import Change, MakeAgain
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.data.pairs import Pairs, zipped_out_of_order


class PairsZippedOutOfOrder(Rule):
    """Inputs and labels were shuffled separately before they were zipped.

    What it finds
    -------------
    A ``zip`` of data sets in the training data, of which one is shuffled and the other is not, or
    both are, without one seed: ``tf.data.Dataset.zip((images.shuffle(500), labels.shuffle(500)))``,
    or images and masks that are read from folders in two random orders.

    Why it hurts
    ------------
    Each shuffle draws a separate order, so each sample is given the label of another one. The
    labels are random, the loss stays at that of always predicting the same value, and what is
    learnt is memorised.

    Example
    -------
    ::

        images = tf.data.Dataset.from_tensor_slices(x).shuffle(500)
        labels = tf.data.Dataset.from_tensor_slices(y).shuffle(500)
        train = tf.data.Dataset.zip((images, labels)).batch(32)

    Use instead
    -----------
    ::

        images = tf.data.Dataset.from_tensor_slices(x)
        labels = tf.data.Dataset.from_tensor_slices(y)
        train = tf.data.Dataset.zip((images, labels)).shuffle(500).batch(32)

    Fix safety
    ----------
    review: the shuffles are taken out and the pairs are shuffled. Two folders are read with one
    seed, which gives both the same order where they hold the same number of files.

    Thresholds and their source
    ---------------------------
    The statement is found or not; shuffles with one seed and one size of the buffer draw one order
    and are left out. The text shows what was written and not what ran, so it is a suspicion: an
    error where nothing was learnt, a warning where little was or before the first epoch; not
    mentioned where the training works.

    References
    ----------
    TensorFlow documentation of ``tf.data.Dataset.shuffle``: ``seed``.
    """

    code = "NBD433"
    name = "pairs-zipped-out-of-order"
    aspect = "labels"
    confidence = "suspected"
    explains = ("NBD302", "NBD304", "NBD308", "NBD309", "NBD310")
    supersedes = ("NBD203", "NBD210")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Read the pipeline, and let the ending say how much it matters."""
        if run.fit.input_kind in ("numpy", "tensor", "pandas"):
            raise Skipped("the data are arrays")
        ending = ending_of(run)
        found = None if ending.works or run.error is not None else zipped_out_of_order(run)
        if found is None:
            return
        severity: Severity = "error" if ending.verdict == "failed" else "warning"
        message = say(
            "zip joins inputs and labels that were shuffled separately (lines {lines}): each "
            "sample is given the label of another one.",
            lines=", ".join(sorted({str(item.call.line) for item in found.shuffles}, key=int)),
        )
        evidence = Evidence(
            "orders of what is zipped", say("drawn separately"), "one order", "your cells"
        )
        yield self.finding(
            message, (evidence, *ending.evidence()), (_fix(run, found),), severity=severity
        )


def _fix(run: TrainingRun, found: Pairs) -> Fix:
    title = say("Zip first, then shuffle the pairs")
    if not found.changes:
        return Fix(title, "display", (), note="tf.data.Dataset.zip((x, y)).shuffle(1000)")
    changes: tuple[Change, ...] = found.changes
    if all(item.code.endswith("seed=0") for item in found.changes):
        title = say("Read both in one order: seed=0")
    if any(item.site.cell != run.cell.number for item in found.changes):
        changes = (MakeAgain("data"), *changes)
    return Fix(title, "review", changes)
