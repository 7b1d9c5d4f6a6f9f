"""NBD418: validation data that are augmented like training data."""

from collections.abc import Iterator

from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.data.augmentation import augmented_validation


class AugmentedValidation(Rule):
    """The validation data are augmented at random, as training data are.

    What it finds
    -------------
    ``validation_data`` that come out of a ``map`` which flips, turns or shifts pictures at random,
    or of an ``ImageDataGenerator`` with such settings. It is read from the text of the cells:
    looking at the data twice to see whether they change would disturb the training.

    Why it hurts
    ------------
    The validation score then belongs to distorted pictures, which nobody will ask the model
    about, and differs from epoch to epoch by the draw: early stopping and comparisons follow luck.

    Example
    -------
    ::

        augment = keras.Sequential([layers.RandomFlip(), layers.RandomRotation(0.1)])
        val = val.map(lambda x, y: (augment(x, training=True), y))

    Use instead
    -----------
    ::

        train = train.map(lambda x, y: (augment(x, training=True), y))
        model.fit(train, validation_data=val)       # as they are

    Fix safety
    ----------
    display: which steps of a pipeline prepare the data and which distort them, you know better.

    Thresholds and their source
    ---------------------------
    None: the call is found, or not. Layers count when they are called with ``training=True``.
    Information only: such a training works, its score is what suffers.

    References
    ----------
    Keras guide, "Data loading and augmentation": augmentation is off outside of training.
    """

    code = "NBD418"
    name = "augmented-validation"
    aspect = "split"
    role = "advice"
    severity = "info"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Follow the validation data through the text of the cells."""
        if run.fit.validation == "none":
            raise Skipped("there is no validation data")
        call = augmented_validation(run)
        if call is None:
            return
        yield self.finding(
            say(
                "Your validation data go through {call}, which changes them at random: the "
                "validation score is that of distorted samples, and differs by the draw. Augment "
                "the training data alone.",
                call=call,
            ),
            (Evidence("validation data", call, "as they are", "the cells"),),
            (Fix("Validate on the samples as they are", "display", ()),),
        )
