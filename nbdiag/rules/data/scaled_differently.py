"""NBD412: validation inputs on another scale than training inputs."""

from collections.abc import Iterator

from nbdiag.facts.data.arrays import scale_factor
from nbdiag.facts.data.scale import input_scales
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.run import TrainingRun

MINDS = 2.0  # validation loss over training loss
FACTOR = 10.0  # two halves of one data set differ by far less in both spread and extremes


class ScaledDifferently(Rule):
    """Validation inputs come on another scale than training inputs.

    What it finds
    -------------
    Validation values that are at least ten times larger, or smaller, than training values, in
    spread and in extremes alike: one side was divided by 255 or standardized, the other not.

    Why it hurts
    ------------
    The model is asked about inputs that it has never seen anything like. Training goes well, the
    validation loss is huge or stuck, and it looks like overfitting.

    Example
    -------
    ::

        x_train = x_train / 255
        model.fit(x_train, y_train, validation_data=(x_val, y_val))   # x_val: 0 … 255

    Use instead
    -----------
    ::

        x_train, x_val = x_train / 255, x_val / 255

    or a ``Rescaling`` layer inside the model, where neither side can be forgotten.

    Fix safety
    ----------
    display: which side was meant, and where it was scaled, only you know.

    Thresholds and their source
    ---------------------------
    A factor of 10 or more in root mean square, with the greatest magnitudes agreeing within a
    factor of two (`nbdiag.facts.data.arrays.scale_factor`); one outlier changes only one of them.
    An error when the validation loss ends at twice the training loss or more, a warning before the
    first epoch, information when the model does not mind (it may normalize each row by itself).

    References
    ----------
    None beyond the arithmetic.
    """

    code = "NBD412"
    name = "scaled-differently"
    aspect = "inputs"
    explains = ("NBD308", "NBD309", "NBD306")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the two sides input by input."""
        data = run.data
        if not data.validation_inputs or len(data.validation_inputs) != len(data.inputs):
            raise Skipped("there are no validation inputs to compare")
        scales = known(input_scales(run))
        pairs = zip(scales, data.inputs, data.validation_inputs, strict=True)
        for scale, training, validation in pairs:
            factor = scale_factor(training, validation)
            if factor is None or 1 / FACTOR < factor < FACTOR:
                continue
            if scale.entry.kind != "looked up":
                yield self._found(factor, training, validation, _severity(run))

    def _found(
        self, factor: float, training: ArrayStats, validation: ArrayStats, severity: Severity
    ) -> Finding:
        seen = f"{validation.minimum:.4g} … {validation.maximum:.4g}"
        meant = f"{training.minimum:.4g} … {training.maximum:.4g}"
        words = (
            say("{factor:.3g} times larger", factor=factor)
            if factor > 1
            else say("{factor:.3g} times smaller", factor=1 / factor)
        )
        message = say(
            "Your validation inputs ({seen}) are {comparison} than your training inputs "
            "({meant}): one side was scaled and the other was not.",
            seen=seen,
            comparison=words,
            meant=meant,
        )
        evidence = Evidence("range of the validation inputs", seen, meant, "the arrays")
        note = say("Put the scaling into the model (a Rescaling or Normalization layer).")
        fix = Fix("Scale both sides alike", "display", (), note=note)
        return self.finding(message, (evidence,), (fix,), severity=severity)


def _severity(run: TrainingRun) -> Severity:
    losses = run.history.epochs.get("loss", ())
    others = run.history.epochs.get("val_loss", ())
    if not losses or not others:
        return "warning"
    return "info" if others[-1] < MINDS * losses[-1] else "error"
