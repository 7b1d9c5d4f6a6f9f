"""NBD431: the samples differ by a small part of what they have in common."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from nbdiag.facts.data.arrays import columns_of
from nbdiag.facts.data.scale import LARGE, InputScale, input_scales
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.changes import ScaleInputs
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

ALIKE = 0.05  # length of what differs over the length of a whole sample
UNIT = 1e-4  # how close to 1 the mean squared length of samples of length 1 is, in float32


class InputsNearlyAlike(Rule):
    """The samples differ by a small part of what they have in common.

    What it finds
    -------------
    Inputs of moderate size whose columns vary by less than a twentieth of the length of a sample.
    The usual reason is a function that scales each sample (``keras.utils.normalize``,
    ``sklearn.preprocessing.normalize``) where each column was to be scaled: the largest column
    becomes 1 in all samples, and drowns the others.

    Why it hurts
    ------------
    To the first layer all samples are nearly the same. What they have in common makes up the
    gradient, what tells them apart hardly counts, and the model predicts one value for all.

    Example
    -------
    ::

        table = np.column_stack([income, age, children])      # 42000, 37, 2
        model.fit(keras.utils.normalize(table), y)            # 0.99999, 0.0009, 0.00005

    Use instead
    -----------
    ::

        mean, std = table.mean(axis=0), table.std(axis=0)
        model.fit((table - mean) / std, y)

    Fix safety
    ----------
    review: a ``Normalization`` layer brings each column to mean 0 and deviation 1. It cannot bring
    back what was rounded away: to scale the columns in the place of the samples is better still.

    Thresholds and their source
    ---------------------------
    The root of the summed variances of the columns over the root mean squared length of a sample:
    1 for standardized columns, 0.4 to 0.9 for pixels in [0, 1], and below 0.001 for a table with
    amounts in it that was normalized by rows. Below 0.05 the part that differs has less than a
    four-hundredth of the squared length. Columns beyond a root mean square of 5 are NBD401. An
    error where nothing was learnt, a warning where little was; not mentioned where the training
    works or has not begun.

    References
    ----------
    LeCun, Bottou, Orr, Müller (1998), Efficient BackProp, section 4.3.
    """

    code = "NBD431"
    name = "inputs-nearly-alike"
    aspect = "inputs"
    confidence = "measured"
    explains = ("NBD301", "NBD302", "NBD303", "NBD304", "NBD309", "NBD310")
    supersedes = ("NBD203", "NBD210")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare what differs with what is common, for each input that reaches weights."""
        scales = [item for item in known(input_scales(run)) if item.matters]
        measured = [item for item in map(_likeness, scales) if item is not None]
        if not measured:
            raise Skipped("the inputs have no columns")
        ending = ending_of(run)
        if ending.verdict not in ("fair", "failed"):
            return
        least = min(measured, key=lambda item: item.share)
        if least.share < ALIKE and least.scale.size <= LARGE:
            severity: Severity = "error" if ending.verdict == "failed" else "warning"
            yield self._found(run, least, severity)

    def _found(self, run: TrainingRun, found: "_Likeness", severity: Severity) -> Finding:
        if found.by_rows:
            message = say(
                "Each of your samples was scaled to length 1, and what differs makes up "
                "{share:.2g} of it: column {column} is {mean:.4g} in nearly all of them. Scale "
                "each column, not each sample.",
                column=found.column,
                mean=found.mean,
                share=found.share,
            )
        else:
            message = say(
                "Your samples hardly differ: what varies makes up {share:.2g} of a sample, the "
                "rest is the same in all of them. Standardize the columns.",
                share=found.share,
            )
        evidence = (
            Evidence(
                "part that differs",
                f"{found.share:.2g}",
                say("above {limit}", limit=ALIKE),
                "training data",
            ),
            Evidence(
                say("column {column}", column=found.column),
                say("{mean:.4g} ± {std:.2g}", mean=found.mean, std=found.std),
                "deviation near 1",
                "training data",
            ),
            *ending_of(run).evidence(),
        )
        title = say("Standardize the inputs with a Normalization layer")
        several = len(run.data.inputs) > 1
        fix = Fix(title, "review", (ScaleInputs("standardize"),))
        if several:
            note = "Scale the arrays before fit: (x - mean) / std."
            fix = Fix(say("Scale each input on its own"), "display", (), note=note)
        return self.finding(message, evidence, (fix,), severity=severity)


@dataclass(frozen=True)
class _Likeness:
    """How much the samples of one input have in common.

    Attributes
    ----------
    share
        Length of what differs over the length of a sample.
    column, mean, std
        The column that makes up most of a sample.
    by_rows
        Whether each sample has length 1.
    """

    scale: InputScale
    share: float
    column: int
    mean: float
    std: float
    by_rows: bool


def _likeness(scale: InputScale) -> _Likeness | None:
    columns = columns_of(scale.stats)
    if isinstance(columns, Missing) or not columns or (scale.entry.scale != 1.0):
        return None
    common = sum((mean + scale.entry.offset) ** 2 for mean, _ in columns)
    varying = sum(std**2 for _, std in columns)
    if not 0 < common + varying < math.inf or varying == 0:
        return None
    place = max(range(len(columns)), key=lambda item: abs(columns[item][0]))
    mean, std = columns[place]
    unit = scale.entry.offset == 0.0 and abs(common + varying - 1) < UNIT
    return _Likeness(
        scale,
        math.sqrt(varying / (common + varying)),
        place,
        mean,
        std,
        unit,
    )
