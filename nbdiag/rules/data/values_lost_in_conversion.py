"""NBD406: a number type that lost the differences between values."""

from collections.abc import Iterator

from nbdiag.facts.data.arrays import blurred_columns
from nbdiag.facts.data.scale import input_scales
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

RARE = 0.05  # of the values is all that is left of pixels divided by 255 in whole numbers
WHOLE_TYPES = ("int", "uint")


class ValuesLostInConversion(Rule):
    """A number type has lost the differences between values.

    What it finds
    -------------
    Columns of numbers so large that float32, in which Keras computes, gives all of them one
    value (addresses, identifiers, timestamps in nanoseconds); and pictures of whole numbers
    in which next to nothing but 0 is left, as after ``x // 255`` or ``(x / 255).astype(int)``.

    Why it hurts
    ------------
    What distinguished the samples is gone before the first layer, and no model brings it back.

    Example
    -------
    ::

        x = np.array([[3232235777, …], [3232235778, …]])     # one number in float32

    Use instead
    -----------
    ::

        x = x - x.min(axis=0)          # in float64, before fit converts

    Fix safety
    ----------
    display: the numbers have to be repaired where they were made.

    Thresholds and their source
    ---------------------------
    A column's deviation below the spacing of float32 at its mean (IEEE 754, 24 bits). Whole
    numbers of rank 3 or 4 in which 0 and 1 are all, 1 in less than 5 %. A warning only
    on a training that learnt little.

    References
    ----------
    IEEE 754-2019; Goldberg (1991), What every computer scientist should know about
    floating-point arithmetic.
    """

    code = "NBD406"
    name = "values-lost-in-conversion"
    aspect = "inputs"
    explains = ("NBD301", "NBD302", "NBD304", "NBD309")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look at each input's type and at its columns."""
        little = ending_of(run).verdict in ("failed", "fair", "open")
        severity: Severity = "warning" if little else "info"
        for scale in known(input_scales(run)):
            if scale.entry.kind == "looked up":
                continue
            yield from self._blurred(scale.stats, severity)
            if _emptied(scale.stats):
                yield self._empty(scale.stats, severity)

    def _blurred(self, stats: ArrayStats, severity: Severity) -> Iterator[Finding]:
        columns = blurred_columns(stats)
        if isinstance(columns, Missing) or not columns or not stats.column_means:
            return
        first = columns[0]
        message = say(
            "Column {column} of your inputs lies around {mean:.10g} and varies by less than "
            "float32 can tell: to the model it is a constant.",
            column=first,
            mean=stats.column_means[first],
        )
        evidence = Evidence(
            "columns that float32 makes constant",
            ", ".join(map(str, columns[:8])),
            "none",
            "training data",
        )
        fix = Fix("Subtract each column's least value in float64", "display", ())
        yield self.finding(message, (evidence,), (fix,), severity=severity)

    def _empty(self, stats: ArrayStats, severity: Severity) -> Finding:
        message = say(
            "Your images are {dtype} and hold only 0 and, in {share:.1%} of the pixels, 1: were "
            "they divided as whole numbers?",
            dtype=stats.dtype,
            share=stats.mean,
        )
        evidence = Evidence("share of pixels that are not 0", f"{stats.mean:.1%}", "more", "data")
        fix = Fix("Divide as numbers with fractions", "display", (), note="x.astype('float32')/255")
        return self.finding(message, (evidence,), (fix,), severity=severity, confidence="suspected")


def _emptied(stats: ArrayStats) -> bool:
    pictures = len(stats.shape) in (2, 3) and min(size or 0 for size in stats.shape[:2]) > 1
    whole = stats.dtype.startswith(WHOLE_TYPES)
    return pictures and whole and (stats.minimum, stats.maximum) == (0, 1) and stats.mean < RARE
