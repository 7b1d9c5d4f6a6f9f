"""NBD708: one validation set has chosen among many runs."""

from collections.abc import Iterator

from nbdiag.facts.session.runs import likes
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun

MANY = 10  # looks; the best of ten equal models is 1.5 standard errors better than it is


class ValidationUsedForTuning(Rule):
    """One validation set has chosen among many runs.

    What it finds
    -------------
    Ten or more runs of the session that were validated while the training data stayed the same.

    Why it hurts
    ------------
    Choosing the best of many runs by their validation score also chooses the luckiest. The best
    of ten equally good models looks about one and a half standard errors better than it is.

    Example
    -------
    ::

        for units in (8, 16, 32, 64, 128):       # and again with other rates
            build(units).fit(x, y, validation_data=(x_val, y_val))

    Use instead
    -----------
    Keep a third part, the test set, and look at it once, when everything has been chosen.

    Fix safety
    ----------
    No fix is offered: only you know whether a test set is waiting.

    Thresholds and their source
    ---------------------------
    Ten runs; the expected greatest of ten standard normal numbers is 1.54. Advice only.

    References
    ----------
    Cawley, Talbot (2010), On over-fitting in model selection, JMLR 11.
    """

    code = "NBD708"
    name = "validation-used-for-tuning"
    aspect = "notebook"
    role = "advice"
    severity = "info"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Count validated runs on the same data."""
        if run.fit.validation == "none" or not run.data.inputs:
            raise Skipped("there is no validation data")
        digest = run.data.inputs[0].digest
        looks = 1 + sum(
            past.input_digest == digest and "val_loss" in past.epochs for past in likes(run)
        )
        if looks < MANY:
            return
        message = say(
            "This validation set has judged {looks} runs of this session. The best of them also "
            "had the most luck: keep a test set for the end.",
            looks=looks,
        )
        evidence = Evidence(
            "validated runs on the same data",
            str(looks),
            say("under {limit}", limit=MANY),
            "session",
        )
        yield self.finding(message, (evidence,))
