"""NBD426: labels and predictions from two passes over a data set that shuffles."""

from collections.abc import Iterator

from nbdiag.fixes.data_lines import with_data
from nbdiag.language import say
from nbdiag.rules.base import Rule
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.data.passes import TwoPasses, compared_passes


class LabelsOfAnotherPass(Rule):
    """Labels and predictions that are compared come from two passes over a data set that shuffles.

    What it finds
    -------------
    A cell that predicts a whole data set (``model.predict(val_ds)``), reads the labels in a loop
    over it, and compares the two, where the data set draws another order for each pass: it is read
    from a folder with ``shuffle=True``, which is the default, or goes through ``shuffle``. It is
    read from the text of the cells.

    Why it hurts
    ------------
    Each label is compared with the prediction of another sample. The accuracy that is computed so,
    the confusion matrix and the report per class are those of guessing, however good the model is:
    ``fit`` and ``evaluate`` show other numbers.

    Example
    -------
    ::

        val_ds = keras.utils.image_dataset_from_directory("val")
        y_pred = model.predict(val_ds).argmax(axis=1)
        y_true = np.concatenate([y for x, y in val_ds])
        confusion_matrix(y_true, y_pred)

    Use instead
    -----------
    ::

        val_ds = keras.utils.image_dataset_from_directory("val", shuffle=False)

    Fix safety
    ----------
    review: the first pass is kept in memory (``cache``), and those after it read the same samples
    in the same order. ``shuffle=False`` would cut another validation part where the folder is split
    by ``validation_split``. A flow of an ``ImageDataGenerator`` is read without shuffling.

    Thresholds and their source
    ---------------------------
    None: the comparison is in the text, or not.

    References
    ----------
    Keras documentation of ``image_dataset_from_directory`` (``shuffle``), TensorFlow documentation
    of ``Dataset.shuffle`` (``reshuffle_each_iteration``).
    """

    code = "NBD426"
    name = "labels-of-another-pass"
    aspect = "metrics"
    role = "cause"
    severity = "warning"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Follow labels and predictions through the text of the cell."""
        found = compared_passes(run)
        if found is None:
            return
        message = say(
            "{comparison} compares labels and predictions of two passes over {data}, and "
            "{source}(…) draws a new order for each pass: each label meets the prediction of "
            "another sample. The training itself is not at fault.",
            comparison=found.comparison,
            data=found.data,
            source=found.step.name,
        )
        evidence = Evidence("order of each pass", "a new one", "the same one", "the cells")
        yield self.finding(message, (evidence,), (_fix(run, found),))


def _fix(run: TrainingRun, found: TwoPasses) -> Fix:
    title = say("Read {data} in one order", data=found.data)
    if found.change is None:
        return Fix(title, "display", (), note="shuffle=False")
    return Fix(title, "review", with_data(run, found.change))
