"""NBD423: `class_weight` names classes that the labels do not have."""

from collections.abc import Iterator

from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.outputs import outputs_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun


class WeightsForOtherClasses(Rule):
    """``class_weight`` names classes that the labels do not have.

    What it finds
    -------------
    Keys of ``class_weight`` that are not a label, while labels of the training data have no key.

    Why it hurts
    ------------
    Keras looks every label up and takes 1.0 where it finds none, without a word. Weights that are
    counted from 1, or written for other codes, count for the wrong classes or for none.

    Example
    -------
    ::

        model.fit(x, y, class_weight={1: 1.0, 2: 9.0})          # y holds 0 and 1

    Use instead
    -----------
    ::

        model.fit(x, y, class_weight={0: 1.0, 1: 9.0})

    Fix safety
    ----------
    display: which weight belongs to which class is yours to say.

    Thresholds and their source
    ---------------------------
    Both at once: a key without a label and a label without a key. A class that happens to be
    missing from the training rows, or one that is left at 1.0, is not a fault.

    References
    ----------
    keras/src/trainers/data_adapters/data_adapter_utils.py, ``class_weight_to_sample_weights``.
    Measured with Keras 3.15: ``class_weight={5: 100.0}`` on labels 0 and 1 gives the same loss to
    the last digit as none.
    """

    code = "NBD423"
    name = "weights-for-other-classes"
    aspect = "labels"
    severity = "warning"
    confidence = "proven"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the keys of class_weight with the labels."""
        weights = run.fit.class_weight
        if not weights:
            return
        outputs = known(outputs_of(run))
        labels = outputs[0].labels if len(outputs) == 1 else Missing("")
        shares = None if isinstance(labels, Missing) else labels.shares
        classes = len(outputs) == 1 and task_of_output(run, outputs[0]).kind in (
            "binary",
            "multiclass",
        )
        if not shares or not classes:
            raise Skipped("the labels are not classes")
        strange = sorted(set(weights) - set(shares))
        without = sorted(set(shares) - set(weights))
        if not strange or not without:
            return
        message = say(
            "class_weight has the key {strange}, which is not one of your labels, and none for "
            "{without}: Keras gives the samples of those classes the weight 1.",
            strange=", ".join(map(str, strange)),
            without=", ".join(map(str, without)),
        )
        evidence = Evidence(
            "classes with a weight",
            ", ".join(map(str, sorted(weights))),
            ", ".join(map(str, sorted(shares))),
            "fit",
        )
        fix = Fix("Name the classes as the labels have them", "display", ())
        yield self.finding(message, (evidence,), (fix,))
