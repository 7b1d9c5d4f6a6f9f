"""NBD424: weights of 0 leave no row, or no class, to learn from."""

from collections.abc import Iterator

from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.outputs import outputs_of
from nbdiag.facts.optimization.step_size import head_contradicts
from nbdiag.language import say, say_count
from nbdiag.rules.base import Rule
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun


class RowsWeightedToNothing(Rule):
    """Weights of 0 leave nothing to learn from.

    What it finds
    -------------
    A ``class_weight`` of 0 for classes that the labels have, and a training with
    ``sample_weight`` whose loss is exactly 0 in every epoch.

    Why it hurts
    ------------
    The loss of a row is multiplied by its weight: at 0 the row has no loss, no gradient and
    no say. With weights of 0 throughout, the loss is 0.0 from the first epoch, which looks like
    a perfect training, and no weight of the model moves. Where one class alone is left, the model
    learns to name it for every row. Whole-number arithmetic is a usual way to get there:
    ``counts // total`` is 0 for every class.

    Example
    -------
    ::

        weights = counts // counts.sum()                        # 0 for all
        model.fit(x, y, sample_weight=weights[y])

    Use instead
    -----------
    ::

        weights = counts.sum() / (len(counts) * counts)
        model.fit(x, y, sample_weight=weights[y])

    Fix safety
    ----------
    display: which weight a row deserves is yours to say.

    Thresholds and their source
    ---------------------------
    None: 0 is compared exactly. Information where two classes and more still count, for a class can
    be left out on purpose. A loss of 0 is not reported where the output cannot return what its loss
    expects: another rule finds that.

    References
    ----------
    keras/src/losses/loss.py, ``reduce_weighted_values``. Measured with Keras 3.15: weights of 0
    give loss 0.0 and an accuracy that does not move.
    """

    code = "NBD424"
    name = "rows-weighted-to-nothing"
    aspect = "labels"
    severity = "error"
    confidence = "proven"
    explains = ("NBD301", "NBD302", "NBD304", "NBD308", "NBD310", "NBD311", "NBD601", "NBD605")
    supersedes = ("NBD202", "NBD203", "NBD207", "NBD210", "NBD211", "NBD408", "NBD419")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look at the weights of the classes, then at what weights of rows left of the loss."""
        if run.error is not None:
            return
        if run.fit.class_weight:
            yield from self._classes(run, run.fit.class_weight)
        elif run.fit.sample_weight and _nothing_lost(run) and not head_contradicts(run):
            losses = run.history.epochs["loss"]
            message = say(
                "Your loss is exactly 0 in every epoch: the sample_weight of your samples is 0, "
                "and without a loss nothing is learnt."
            )
            evidence = Evidence(
                "loss", f"{losses[0]:g} … {losses[-1]:g}", "above 0 and falling", "history"
            )
            yield self._found(message, evidence, "error")

    def _classes(self, run: TrainingRun, weights: dict[int, float]) -> Iterator[Finding]:
        outputs = outputs_of(run)
        if isinstance(outputs, Missing) or len(outputs) != 1:
            return
        labels = outputs[0].labels
        shares = None if isinstance(labels, Missing) else labels.shares
        classifies = task_of_output(run, outputs[0]).kind in ("binary", "multiclass")
        if not shares or not classifies:
            return
        silent = sorted(name for name in shares if weights.get(name, 1.0) == 0)
        heard = sorted(set(shares) - set(silent))
        if not silent or len(shares) == 1:
            return
        named = ", ".join(map(str, silent))
        message = say_count(
            "class_weight is 0 for the class {classes}: its samples have no loss, and it is not "
            "learnt.",
            "class_weight is 0 for the classes {classes}: their samples have no loss, and they "
            "are not learnt.",
            len(silent),
            classes=named,
        )
        severity: Severity = "info"
        if not heard:
            severity = "error"
            message = say(
                "class_weight is 0 for every class of your labels: the loss is 0, and "
                "nothing is learnt."
            )
        elif len(heard) == 1:
            severity = "error"
            message = say(
                "class_weight keeps the class {left} only: the samples of {classes} have the "
                "weight 0, and the model learns to predict {left} for every sample.",
                left=heard[0],
                classes=named,
            )
        evidence = Evidence(say("class_weight of {classes}", classes=named), "0", "above 0", "fit")
        yield self._found(message, evidence, severity)

    def _found(self, message: str, evidence: Evidence, severity: Severity) -> Finding:
        fix = Fix(
            "Give every sample that counts a weight above 0",
            "display",
            (),
            note=say("samples / (classes x samples of the class) weighs all classes alike"),
        )
        return self.finding(message, (evidence,), (fix,), severity=severity)


def _nothing_lost(run: TrainingRun) -> bool:
    losses = run.history.epochs.get("loss", ())
    return bool(losses) and not any(losses)
