"""NBD208: the optimizer may change no weight at all."""

from collections.abc import Iterator

from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.model import Model
from nbdiag.schema.run import TrainingRun


class NothingTrainable(Rule):
    """The optimizer may change no weight at all.

    What it finds
    -------------
    A model without a single trainable weight: every layer is frozen, or none has weights.

    Why it hurts
    ------------
    ``fit`` runs through all epochs and changes nothing. Freezing the model itself
    (``model.trainable = False``) freezes a new head along with the body.

    Example
    -------
    ::

        model = keras.Sequential([body, layers.Dense(3, activation="softmax")])
        model.trainable = False

    Use instead
    -----------
    ::

        body.trainable = False      # the head stays trainable; set it before compile

    Fix safety
    ----------
    display: where the freezing is written, in which of the lines above ``compile``, only you
    know. Take that line out, or make it name the body alone, then compile again.

    Thresholds and their source
    ---------------------------
    None: the number of trainable weights is 0.

    References
    ----------
    Keras, "Transfer learning and fine-tuning".
    """

    code = "NBD208"
    name = "nothing-trainable"
    aspect = "architecture"
    severity = "error"
    confidence = "proven"
    explains = ("NBD301", "NBD302", "NBD304", "NBD601")
    supersedes = ("NBD202", "NBD203", "NBD210")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Count the weights that may change."""
        model = known(run.model)
        if model.trainable_parameters or not model.layers or model.custom_train_step:
            return
        frozen = (
            say("all {parameters:,} are frozen", parameters=model.parameters)
            if model.parameters
            else say("it has none")
        )
        yield self.finding(
            say("Your model has no weight that may be trained: {frozen}.", frozen=frozen),
            (Evidence("trainable weights", "0", "more than 0", "model"),),
            _fixes(model),
        )


def _fixes(model: Model) -> Iterator[Fix]:
    frozen = [layer for layer in model.layers if layer.parameters and not layer.trainable]
    if frozen:
        note = say(
            "Take out the line that sets trainable = False, or let it name the body alone, and "
            "compile afterwards: '{layer}' at least must stay trainable.",
            layer=frozen[-1].name,
        )
        yield Fix(say("Leave '{layer}' trainable", layer=frozen[-1].name), "display", (), note=note)
