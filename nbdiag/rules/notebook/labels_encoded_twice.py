"""NBD702: one-hot labels made one-hot again."""

from collections.abc import Iterator

from nbdiag.facts.model.outputs import outputs_of
from nbdiag.facts.session.runs import encoded_twice
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import EncodeLabels, MakeAgain
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun


class LabelsEncodedTwice(Rule):
    """One-hot labels were made one-hot again.

    What it finds
    -------------
    Labels with one axis more than the output has, whose last axis holds a yes and a no for each
    column of an ordinary one-hot row.

    Why it hurts
    ------------
    The labels no longer have the form of the predictions: Keras raises an error about
    ranks or shapes that names neither the cell nor the second encoding.

    Example
    -------
    ::

        y = to_categorical(y)          # (1000, 10), and run a second time: (1000, 10, 2)

    Use instead
    -----------
    ::

        y_onehot = to_categorical(y, 10)

    Fix safety
    ----------
    review: the greatest of yes and no gives exactly the first encoding back. Where the watched
    cell encodes by itself, each run would encode once more: there the lines of earlier cells that
    make the data are written at the top of the cell.

    Thresholds and their source
    ---------------------------
    None: a last axis of two that sums to 1, of 0 and 1 only, beyond the rank of the output
    (measured with Keras 3.15: ``to_categorical`` of (10, 2) is (10, 2, 2)).

    References
    ----------
    Field report 004; Keras documentation of ``to_categorical``.
    """

    code = "NBD702"
    name = "labels-encoded-twice"
    aspect = "labels"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the labels' axes with the output's."""
        for output in known(outputs_of(run)):
            labels, shape = output.labels, output.head.shape
            if isinstance(labels, Missing) or isinstance(shape, Missing):
                continue
            if len(labels.shape) <= len(shape) or not encoded_twice(labels):
                continue
            once = labels.shape[:-1]
            message = say(
                "Each of your labels has the shape {label_shape}, one-hot of one-hot: the cell "
                "that encodes them ran twice. The model returns {shape}.",
                label_shape=labels.shape,
                shape=shape,
            )
            evidence = Evidence("shape of a label", str(labels.shape), str(once), "training data")
            yield self.finding(message, (evidence,), (_fix(run, output.key),))


def _fix(run: TrainingRun, key: str) -> Fix:
    if "to_categorical" in run.cell.source or "one_hot" in run.cell.source:
        # Taking one encoding back would not do: the next run of the cell encodes again.
        note = "y_onehot = to_categorical(y, classes), and fit on y_onehot"
        again = MakeAgain("data")
        return Fix("Make the data again at the top of the cell", "review", (again,), note=note)
    change = EncodeLabels("class_index", output=key)
    return Fix("Remove the second encoding", "review", (change,))
