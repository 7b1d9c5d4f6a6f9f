"""NBD432: training and validation inputs were each standardized by their own mean and deviation."""

import math
from collections.abc import Iterator

from nbdiag.facts.data.arrays import chance_variation, columns_of, total_variation
from nbdiag.facts.data.scale import input_scales
from nbdiag.fixes.data_lines import with_data
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.data import ArrayStats, Data
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.data.scalers import FittedAgain, scaler_fitted_again

EXACT = 1e-4  # how close to 0 and 1 the mean and the deviation are that a column was given
SAMPLED = 6.0  # standard errors, for what 4,096 of more samples show
MINDS = 2.0  # validation loss over training loss
SHIFT = 0.3  # standard deviations between the mean targets of both sides
VARIATION = 0.1  # total variation between the classes of both sides, beyond chance
FEW = 30  # validation samples whose own mean and deviation are too uncertain to scale by


class SidesScaledApart(Rule):
    """Training and validation inputs were each standardized by their own mean and deviation.

    What it finds
    -------------
    Validation inputs whose mean is 0 and whose deviation is 1 to four digits, as those of the
    training inputs are: a sample of scaled data comes close to that, and only data that were
    scaled by themselves hit it.

    Why it hurts
    ------------
    One and the same value becomes two different inputs on the two sides. Where they come from
    unlike places (last summer against the whole year, another hospital), the model is asked about
    other samples than those that it is given, and the validation score says nothing. So does each
    prediction of new samples that are scaled by themselves.

    Example
    -------
    ::

        x_train = scaler.fit_transform(x_train)
        x_val = scaler.fit_transform(x_val)

    Use instead
    -----------
    ::

        x_train = scaler.fit_transform(x_train)
        x_val = scaler.transform(x_val)

    Fix safety
    ----------
    review: ``fit_transform`` of the validation inputs becomes ``transform`` where the text shows
    that the scaler was fitted before. Elsewhere only what to do is shown.

    Thresholds and their source
    ---------------------------
    Mean within 0.0001 of 0 and deviation within 0.0001 of 1: the mean of 10,000 samples of
    standardized data deviates by 0.01. Both sides of one random split hardly differ, and then it
    does little harm. So it is an error where the validation loss ends at twice the training loss
    and the sides are unlike: their mean targets lie 0.3 deviations apart, their classes differ by
    a tenth beyond chance, or fewer than 30 samples are validated on. Otherwise information.

    References
    ----------
    scikit-learn user guide, "Common pitfalls and recommended practices", section on data leakage.
    """

    code = "NBD432"
    name = "sides-scaled-apart"
    aspect = "inputs"
    confidence = "measured"
    explains = ("NBD306", "NBD308", "NBD309")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look for inputs of both sides with mean 0 and deviation 1."""
        data = run.data
        if not data.validation_inputs or len(data.validation_inputs) != len(data.inputs):
            raise Skipped("there are no validation inputs to compare")
        scales = known(input_scales(run))
        pairs = zip(scales, data.inputs, data.validation_inputs, strict=True)
        for scale, training, validation in pairs:
            if scale.entry.kind != "looked up" and _apart(training, validation):
                yield self._found(run, training, validation, scaler_fitted_again(run))
                return

    def _found(
        self,
        run: TrainingRun,
        training: ArrayStats,
        validation: ArrayStats,
        again: FittedAgain | None,
    ) -> Finding:
        reason = _unlike(run.data)
        minds = _loss_ratio(run) >= MINDS
        severity: Severity = "error" if minds and reason is not None else "info"
        message = say(
            "Your {rows} validation inputs have mean 0 and deviation 1, like the training inputs: "
            "each side was scaled by itself, so one value becomes two different inputs.",
            rows=validation.sampled,
        )
        if again is not None:
            message += " " + say("{code} fits the scaler a second time.", code=again.code)
        evidence = [
            Evidence(
                "validation inputs",
                _spread(validation),
                say("{spread} for the training inputs", spread=_spread(training)),
                "the arrays",
            ),
            *(() if reason is None else (reason,)),
        ]
        title = say("Scale the validation inputs as the training inputs")
        note = "scaler.fit(x_train); x_train, x_val = scaler.transform(x_train), …"
        fix = Fix(title, "display", (), note=note)
        if again is not None:
            fix = Fix(title, "review", with_data(run, again.change))
        return self.finding(message, evidence, (fix,), severity=severity)


def _spread(stats: ArrayStats) -> str:
    return say("mean {mean:.5f}, deviation {std:.5f}", mean=abs(stats.mean), std=stats.std)


def _apart(training: ArrayStats, validation: ArrayStats) -> bool:
    """Whether both sides have mean 0 and deviation 1, each by a separate scale."""
    same = training.digest and training.digest == validation.digest
    whole = validation.rows == validation.sampled > 1
    return not same and whole and _standard(validation, EXACT) and _standardized(training)


def _standardized(stats: ArrayStats) -> bool:
    """Whether a side has mean 0 and deviation 1, as far as the samples measured tell."""
    if stats.rows == stats.sampled:
        return _standard(stats, EXACT)
    return _standard(stats, SAMPLED / math.sqrt(max(stats.sampled, 1)))


def _standard(stats: ArrayStats, margin: float) -> bool:
    """Whether all columns, or all values together, have mean 0 and deviation 1."""
    # pandas divides by one sample less.
    less = math.sqrt(max(stats.sampled - 1, 1) / max(stats.sampled, 1))
    columns = columns_of(stats)
    varying = [] if isinstance(columns, Missing) else [item for item in columns if item[1] > 0]
    for given in ((stats.mean, stats.std),), varying:
        for deviation in (1.0, less):
            if given and all(
                abs(mean) < margin and abs(std - deviation) < margin for mean, std in given
            ):
                return True
    return False


def _loss_ratio(run: TrainingRun) -> float:
    losses = run.history.epochs.get("loss", ())
    others = run.history.epochs.get("val_loss", ())
    if not losses or not others or losses[-1] <= 0:
        return 0.0
    return others[-1] / losses[-1]


def _unlike(data: Data) -> Evidence | None:
    """Find what shows that the two sides do not come from one place."""
    for training, validation in zip(data.labels, data.validation_labels, strict=False):
        if validation.sampled < FEW:
            return Evidence(
                "validation samples",
                f"{validation.sampled}",
                say("{limit} or more", limit=FEW),
                "the arrays",
            )
        if training.shares and validation.shares:
            apart = total_variation(training.shares, validation.shares)
            chance = chance_variation(len(training.shares), training.sampled, validation.sampled)
            if apart - chance > VARIATION:
                return Evidence(
                    "classes of the two sides",
                    say("{apart:.0%} of the shares differ", apart=apart),
                    say("{chance:.0%} by chance", chance=chance),
                    "the arrays",
                )
        elif training.std > 0 and abs(validation.mean - training.mean) > SHIFT * training.std:
            return Evidence(
                "mean target of the validation samples",
                f"{validation.mean:.4g}",
                say("{mean:.4g} for the training samples", mean=training.mean),
                "the arrays",
            )
    return None
