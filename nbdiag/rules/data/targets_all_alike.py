"""NBD419: every training row has the same target."""

from collections.abc import Iterator

from nbdiag.facts.model.losses import CROSS_ENTROPY, DISTANCE, MARGIN
from nbdiag.facts.model.outputs import Output, outputs_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

FEWEST = 10  # rows: a demonstration of one case has as many targets


class TargetsAllAlike(Rule):
    """Every training row has the same target.

    What it finds
    -------------
    Training targets of one value only, or one-hot rows of one class only, under one of Keras' own
    losses.

    Why it hurts
    ------------
    There is nothing to learn but one number: the loss falls to 0, the accuracy reaches 1, and the
    model predicts the same value for every sample. Usually the labels were lost on the way: a
    folder with one class, words turned into 0 by a conversion, a comparison that is never true, or
    a column taken from the wrong place.

    Example
    -------
    ::

        y = (table["kind"] == "yes ").to_numpy()     # a blank too many: False in every row

    Use instead
    -----------
    ::

        y = (table["kind"] == "yes").to_numpy()
        assert len(np.unique(y)) > 1

    Fix safety
    ----------
    display: where the labels were lost, only your code can tell.

    Thresholds and their source
    ---------------------------
    One distinct value, or one class, in ten rows and more. Networks that train against each other
    (a part of the model frozen, or a loop of ``train_on_batch``) are given constant targets on
    purpose, and left alone; so are custom losses, and models with custom layers or arithmetic,
    which may compute a residual that should vanish. Of a stream only the first batches were seen,
    which may hold one class of several: it is not judged. One output of several is a warning.

    References
    ----------
    Idea from TheDeepChecker's output checks (Ben Braiek, Khomh, 2023, ACM TOSEM 32(5)).
    """

    code = "NBD419"
    name = "targets-all-alike"
    aspect = "labels"
    explains = ("NBD301", "NBD302", "NBD304", "NBD309", "NBD311", "NBD601", "NBD603", "NBD604")
    supersedes = ("NBD201", "NBD202", "NBD203", "NBD210", "NBD402", "NBD107")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look for targets without any difference."""
        outputs = known(outputs_of(run))
        if run.fit.loop or _partly_frozen(run):
            raise Skipped("networks that train against each other get constant targets on purpose")
        if _reckons(run):
            raise Skipped("a model with custom computations may be meant to reach one value")
        if not isinstance(outputs[0].labels, Missing) and outputs[0].labels.rows is None:
            raise Skipped("only the first batches of the stream were seen")
        for output in outputs:
            labels = output.labels
            if isinstance(labels, Missing) or not _judges(output) or not _alike(labels):
                continue
            value = labels.minimum if labels.minimum == labels.maximum else None
            seen = f"{value:g}" if value is not None else _class_text(labels)
            yield self.finding(
                say(
                    "All your training targets are the same ({value}): there is nothing to learn "
                    "but one value. Look at where the labels come from.",
                    value=seen,
                ),
                (
                    Evidence("distinct targets", f"1 ({seen})", "2 and more", "training labels"),
                    Evidence(
                        "samples looked at", f"{labels.sampled}", "all alike", "training labels"
                    ),
                ),
                (
                    Fix(
                        "Look at the labels before fit",
                        "display",
                        (),
                        note="np.unique(y, axis=0, return_counts=True)",
                    ),
                ),
                severity="error" if len(outputs) == 1 else "warning",
            )


def _judges(output: Output) -> bool:
    return output.loss_name in CROSS_ENTROPY | DISTANCE | MARGIN


def _alike(labels: ArrayStats) -> bool:
    if labels.sampled < FEWEST or labels.nans or labels.infinities:
        return False
    if labels.minimum == labels.maximum:
        return True
    one_hot = labels.row_sums == (1.0, 1.0) and (labels.minimum, labels.maximum) == (0.0, 1.0)
    return one_hot and labels.whole == 1.0 and labels.shares is not None and len(labels.shares) == 1


def _class_text(labels: ArrayStats) -> str:
    return say("class {name}", name=next(iter(labels.shares or {0: 1.0})))


def _reckons(run: TrainingRun) -> bool:
    """Whether the prediction may be a residual, as of a differential equation or two branches."""
    if isinstance(run.model, Missing):
        return False
    own = any(
        not layer.builtin or layer.operations or layer.class_name in ("Lambda", "Subtract")
        for layer in run.model.layers
    )
    return own or run.model.kind == "subclass" or run.model.custom_train_step


def _partly_frozen(run: TrainingRun) -> bool:
    layers = () if isinstance(run.model, Missing) else run.model.layers
    return any(layer.parameters and not layer.trainable for layer in layers)
