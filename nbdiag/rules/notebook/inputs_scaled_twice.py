"""NBD703: inputs divided again by what they were divided by."""

from collections.abc import Iterator

from nbdiag.facts.data.scale import input_scales
from nbdiag.facts.session.runs import Rescaled, rescaled
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.changes import MakeAgain, ScaleInputs
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.run import TrainingRun

LEAST = 4.0  # a factor that no other preparation makes of the same rows by accident
SCALED = 1.5  # greatest magnitude of inputs that were scaled to [0, 1] or [-1, 1] already


class InputsScaledTwice(Rule):
    """The inputs were scaled again.

    What it finds
    -------------
    Inputs that lay within [-1, 1] in the last run of the session and are now a fixed factor
    smaller, at both ends of their range.

    Why it hurts
    ------------
    The cell that divides by 255 ran a second time on its own result. Values of 0.004 and less
    hardly move the first layer, and nothing fails loudly.

    Example
    -------
    ::

        x = x / 255                    # run twice: the greatest value is 0.0039

    Use instead
    -----------
    ::

        x_scaled = x / 255

    or a ``Rescaling`` layer in the model, which no second run applies again.

    Fix safety
    ----------
    review: the lines of earlier cells that make the data are written at the top of the cell, so
    that each run scales them once. Where that cannot be done, a Normalization layer in the model
    undoes any factor, however often the cell runs; better load the data again.

    Thresholds and their source
    ---------------------------
    A factor of four or more between two runs on as many rows of one shape, equal at both ends
    within a thousandth. A warning when the training learnt little, information otherwise.

    References
    ----------
    Field report 004.
    """

    code = "NBD703"
    name = "inputs-scaled-twice"
    aspect = "inputs"
    confidence = "measured"
    explains = ("NBD301", "NBD304", "NBD309")
    supersedes = ("NBD401",)

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the inputs' range with that of the last run."""
        if not run.previous:
            raise Skipped("this is the first run of the session")
        found = rescaled(run)
        if found is None or found.factor < LEAST or found.before > SCALED:
            return
        if not any(item.matters for item in known(input_scales(run))):
            return
        severity: Severity = "info" if ending_of(run).works else "warning"
        yield self._found(found, severity)

    def _found(self, found: Rescaled, severity: Severity) -> Finding:
        message = say(
            "Your inputs reach {after:.3g} now and reached {before:.3g} in the last run: they "
            "were divided by {factor:.4g} again. Load them again.",
            after=found.after,
            before=found.before,
            factor=found.factor,
        )
        evidence = Evidence(
            "greatest input", f"{found.after:.3g}", f"{found.before:.3g}", "session"
        )
        # Taking the factor back would be wrong once more when the dividing line runs with the cell.
        note = say("Better load the data again, and give the scaled inputs a new name.")
        change = ScaleInputs("standardize")
        fix = Fix(
            "Standardize inside the model, however often they were divided",
            "review",
            (change,),
            note=note,
        )
        again = Fix("Make the data again at the top of the cell", "review", (MakeAgain("data"),))
        return self.finding(message, (evidence,), (again, fix), severity=severity)
