"""NBD706: nothing is held out."""

from collections.abc import Iterator

from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.rules.notebook.holding_out import hold_out
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun

FEWEST = 100  # a fifth of fewer rows measures nothing


class NoValidation(Rule):
    """Nothing is held out.

    What it finds
    -------------
    A ``fit`` on a hundred rows or more without ``validation_data`` and ``validation_split``.

    Why it hurts
    ------------
    Training samples alone do not show whether the model has learnt the task or only memorised them,
    and overfitting stays hidden.

    Example
    -------
    ::

        model.fit(x, y, epochs=50)

    Use instead
    -----------
    ::

        model.fit(x, y, epochs=50, validation_split=0.2)

    Fix safety
    ----------
    review: a fifth of the samples is no longer used for training. The rows are shuffled first,
    because the split takes the last ones.

    Thresholds and their source
    ---------------------------
    A hundred rows: a fifth of fewer measures nothing. Advice only: a held-out set may be
    waiting elsewhere.

    References
    ----------
    Keras documentation of ``fit``.
    """

    code = "NBD706"
    name = "no-validation"
    aspect = "notebook"
    role = "advice"
    severity = "info"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look at what fit was given to validate on."""
        known(run.model)
        if run.fit.loop:
            raise Skipped("a custom loop may validate in ways that nbdiag does not see")
        rows = next((item.rows for item in run.data.inputs if item.rows is not None), None)
        if run.fit.validation != "none" or run.error is not None or (rows or FEWEST) < FEWEST:
            return
        message = say(
            "Nothing is held out: the training loss alone cannot tell whether the model learns "
            "the task or memorises the samples."
        )
        evidence = Evidence("validation data", "none", "a part of the samples", "fit")
        fixes = hold_out(run, say("Hold out a fifth of the samples"))
        yield self.finding(message, (evidence,), fixes)
