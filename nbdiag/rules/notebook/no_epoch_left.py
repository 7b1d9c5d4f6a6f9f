"""NBD712: `initial_epoch` leaves no epoch to run."""

from collections.abc import Iterator

from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped
from nbdiag.schema.changes import SetFitArgument
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun


class NoEpochLeft(Rule):
    """No epoch was run, because the training begins where it ends.

    What it finds
    -------------
    A ``fit`` whose ``initial_epoch`` is not below ``epochs``.

    Why it hurts
    ------------
    ``epochs`` is the number of the last epoch, not how many more are run. Keras runs none,
    without a word, and gives an empty history.

    Example
    -------
    ::

        model.fit(x, y, epochs=10)
        model.fit(x, y, epochs=5, initial_epoch=10)             # none

    Use instead
    -----------
    ::

        model.fit(x, y, epochs=15, initial_epoch=10)

    Fix safety
    ----------
    review: as many more epochs as ``epochs`` said are run; you may have meant another number.

    Thresholds and their source
    ---------------------------
    None: with ``initial_epoch`` >= ``epochs`` no epoch runs.

    References
    ----------
    Keras documentation of ``fit``: "the model is trained until the epoch of index epochs is
    reached".
    """

    code = "NBD712"
    name = "no-epoch-left"
    aspect = "epochs"
    severity = "warning"
    confidence = "proven"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare where the training begins with where it ends."""
        if run.fit.unread:
            raise Skipped("the text does not show how many epochs are asked for")
        first, last = run.fit.initial_epoch, run.fit.epochs
        if run.fit.loop or run.error is not None or run.history.completed or not first >= last:
            return
        message = say(
            "No epoch was run: epochs={last} is the number of the last epoch, and initial_epoch="
            "{first} is already there.",
            first=first,
            last=last,
        )
        evidence = Evidence("epochs run", "0", str(last), "fit")
        fix = Fix(
            say("Train up to epoch {number}", number=first + last),
            "review",
            (SetFitArgument("epochs", first + last),),
        )
        yield self.finding(message, (evidence,), (fix,))
