"""NBD410: training and validation hold other classes, because the rows were sorted."""

import math
from collections.abc import Iterator

from nbdiag.facts.data.arrays import chance_variation, sorted_batches, total_variation
from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.outputs import Output, outputs_of
from nbdiag.facts.training.verdict import ending_of
from nbdiag.fixes.data_lines import with_data
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.changes import (
    ShuffleRows,
    SplitAnew,
    WriteInPlace,
)
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.data.pipelines import place_before_batch, set_argument, unshuffled_source

UNLIKE = 0.25  # total variation: a quarter of the rows would have to change their class
APART = 0.5
EVEN = 0.1
FAR = 5.0  # validation loss over training loss that a split by chance does not make
FEWEST = 20
SORTED = 0.3  # neighbours of one class beyond chance; 0 when shuffled, 1 - 1/K when sorted


class OrderedSplit(Rule):
    """The two sides of the split hold other classes.

    What it finds
    -------------
    Class shares of the training labels that differ from those of the validation labels by more
    than chance: usually rows sorted by class, cut into head and tail. ``validation_split`` always
    takes the last rows, before any shuffling. Sorted rows that are fed without shuffling
    are found as well: each batch then holds a single class. Of a regression, validation targets
    that lie beside those of training: rows sorted by their target. Of a stream the labels of the
    batches that pass in the first epoch are looked at, batch by batch.

    Why it hurts
    ------------
    The model is trained without the classes, or without most rows of the classes, on which it
    is judged. The validation score is too bad (or, with one class left, perfect), and no change
    to the model moves it.

    Example
    -------
    ::

        x = np.concatenate([cats, dogs])
        model.fit(x, y, validation_split=0.2)     # validates on dogs only

    Use instead
    -----------
    ::

        order = np.random.default_rng(0).permutation(len(x))
        model.fit(x[order], y[order], validation_split=0.2)

    Fix safety
    ----------
    review: shuffling is wrong for rows that belong together in time. Where you made the two parts
    yourself, their samples are joined and split again, class by class, as many for each part as
    before; a ``train_test_split`` in the cell gets ``shuffle=True`` and ``stratify=y``.

    Thresholds and their source
    ---------------------------
    Total variation distance of the class shares above 0.25 plus twice what two shuffled samples of
    that size show by chance (`nbdiag.facts.data.arrays.chance_variation`); an error above 0.5, or
    when a twentieth of the validation rows has a class that training never shows. Without new
    classes it is information when the rows are not sorted, or when the training classes are equally
    common and the two sides were given apart: training rows balanced by hand look like it. Targets
    of a regression lie apart when all of one side are a standard deviation and more from the mean
    of the other: a warning when the validation loss ends at five times the training loss and more,
    information otherwise. Batches of a stream are of one class where two samples of a batch share
    theirs 0.3 of the way from chance to always more often: an error when nothing was learnt,
    information when the model learnt nevertheless. The rate is not blamed for their losses.

    References
    ----------
    Keras documentation of ``fit``: validation data are selected from the last samples, before
    shuffling.
    """

    code = "NBD410"
    name = "ordered-split"
    aspect = "split"
    explains = tuple(f"NBD{number}" for number in (306, 308, 309, 310, 311))

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the class shares of both sides, output by output."""
        outputs = known(outputs_of(run))
        quantities = [item for item in outputs if _is_quantity(run, item)]
        for output in quantities:
            yield from self._apart(run, output)
        seen = [item for item in outputs if _has_classes(run, item)]
        if not seen and not quantities:
            raise Skipped("the labels are neither classes nor quantities")
        pure = sorted_batches(run.data.passed)
        if pure:
            # Which classes passed first says nothing about those of the rest.
            yield self._one_class_a_batch(run, pure)
            return
        ordered = 0.0
        if not isinstance(run.data.split, Missing):
            found = run.data.split.ordered
            ordered = 0.0 if isinstance(found, Missing) else found
        for output in seen:
            yield from self._compare(run, output, ordered)
        if ordered > SORTED and run.fit.shuffle is False:
            yield self._unshuffled(ordered)

    def _compare(self, run: TrainingRun, output: Output, ordered: float) -> Iterator[Finding]:
        training, validation = output.labels, output.validation_labels
        if isinstance(training, Missing) or isinstance(validation, Missing):
            return
        if not training.shares or not validation.shares:
            return
        distance = total_variation(training.shares, validation.shares)
        classes = len(training.shares.keys() | validation.shares.keys())
        chance = chance_variation(classes, training.sampled, validation.sampled)
        if distance <= UNLIKE + 2 * chance:
            return
        unseen = sum(
            share for key, share in validation.shares.items() if key not in training.shares
        )
        severity: Severity = "error" if distance > APART or unseen > 1 / 20 else "warning"
        by_hand = run.fit.validation == "data" and _is_even(training.shares)
        if (ordered <= SORTED or by_hand) and unseen <= 1 / 20 and len(validation.shares) > 1:
            severity = "info"
        likeliest = max(validation.shares, key=validation.shares.__getitem__)
        message = say(
            "Class {name} makes up {validation:.0%} of your validation samples and "
            "{training:.0%} of your training samples. ",
            name=likeliest,
            validation=validation.shares[likeliest],
            training=training.shares.get(likeliest, 0.0),
        )
        if severity == "info":
            message += say("Right if you balanced the training samples on purpose.")
        else:
            message += say(
                "Samples sorted by class were cut into a first and a last part: shuffle before "
                "the split."
            )
        evidence = (
            Evidence(
                "difference of the class shares",
                say("{distance:.2f} (total variation)", distance=distance),
                say("at most {limit:.2f}", limit=UNLIKE + 2 * chance),
                "all labels",
            ),
            Evidence(
                "validation samples of classes never trained on",
                f"{unseen:.0%}",
                "none",
                "all labels",
            ),
            Evidence(
                "order of the training samples", f"{ordered:.2f}", "0 (shuffled)", "all labels"
            ),
        )
        yield self.finding(message, evidence, (_fix(run),), severity=severity)

    def _apart(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        training, validation = output.labels, output.validation_labels
        if isinstance(training, Missing) or isinstance(validation, Missing):
            return
        above = validation.minimum >= training.mean + training.std
        below = validation.maximum <= training.mean - training.std
        few = min(training.sampled, validation.sampled) < FEWEST
        if few or training.std <= 0 or not (above or below):
            return
        ends = [run.history.epochs.get(label, ()) for label in ("loss", "val_loss")]
        hurts = all(ends) and ends[1][-1] > FAR * abs(ends[0][-1])
        message = say(
            "Your validation targets lie between {low:.4g} and {high:.4g}, those of training "
            "around {mean:.4g} ± {std:.3g}: samples sorted by their target were cut into a first "
            "and a last part. Right for a forecast; otherwise shuffle before the split.",
            low=validation.minimum,
            high=validation.maximum,
            mean=training.mean,
            std=training.std,
        )
        evidence = Evidence(
            "mean of the validation targets",
            f"{validation.mean:.4g}",
            f"{training.mean:.4g}",
            "all labels",
        )
        yield self.finding(
            message, (evidence,), (_fix(run),), severity="warning" if hurts else "info"
        )

    def _one_class_a_batch(self, run: TrainingRun, pure: float) -> Finding:
        message = say(
            "Your training batches hold few classes each, and often a single one: the samples come "
            "sorted by class. Each batch teaches one class and unlearns the others."
        )
        evidence = Evidence(
            "how far a batch is of one class", f"{pure:.2f}", "0 (shuffled)", "batches that passed"
        )
        ending = ending_of(run)
        severity: Severity = "error" if ending.verdict == "failed" else "warning"
        return self.finding(
            message,
            (evidence,),
            _shuffle_stream(run),
            severity="info" if ending.works else severity,
            confidence="measured",
        )

    def _unshuffled(self, ordered: float) -> Finding:
        message = say(
            "Your samples are sorted by class and fit does not shuffle them: each batch teaches "
            "one class and unlearns the others."
        )
        evidence = Evidence("order of the training samples", f"{ordered:.2f}", "0", "all labels")
        fix = Fix("Shuffle the samples before fit", "review", (ShuffleRows(),))
        return self.finding(message, (evidence,), (fix,), severity="warning")


def _shuffle_stream(run: TrainingRun) -> tuple[Fix, ...]:
    """Shuffle samples before they are put into batches, where the text shows how."""
    title = say("Shuffle the samples of the stream")
    switched_off = unshuffled_source(run)
    if switched_off is not None:
        change = set_argument(run, switched_off, "shuffle", "True")
        if change is not None:
            return (Fix(title, "review", with_data(run, change)),)
    passed, before = run.data.passed, place_before_batch(run)
    if before is not None and not isinstance(passed, Missing):
        rows = math.ceil(passed.training_rows / passed.epoch_share)
        written = WriteInPlace(before, "", f".shuffle({rows})")
        return (Fix(title, "review", with_data(run, written)),)
    note = say("Shuffle before batch: ds.shuffle(number of samples).batch(32)")
    return (Fix(title, "display", (), note=note),)


def _is_even(shares: dict[int, float]) -> bool:
    """Whether all classes are equally common, as after balancing by hand."""
    return total_variation(shares, dict.fromkeys(shares, 1 / len(shares))) < EVEN


def _has_classes(run: TrainingRun, output: Output) -> bool:
    task = task_of_output(run, output)
    return task.kind in ("binary", "multiclass") and task.positions == 1


def _is_quantity(run: TrainingRun, output: Output) -> bool:
    task = task_of_output(run, output)
    return task.kind == "regression" and task.positions == 1 and not task.reconstruction


def _fix(run: TrainingRun) -> Fix:
    if run.fit.validation == "split":
        return Fix("Shuffle the samples before the split", "review", (ShuffleRows(),))
    if run.fit.input_kind in ("numpy", "tensor", "pandas"):
        return Fix("Split the samples at random, class by class", "review", (SplitAnew(),))
    note = "train_test_split(x, y, test_size=0.2, stratify=y, random_state=0)"
    return Fix("Split the samples at random, class by class", "display", (), note=note)
