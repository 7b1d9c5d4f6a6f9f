"""NBD705: a number of epochs under a name that nobody reads."""

import ast
from collections.abc import Iterator

from nbdiag.facts.session import calls
from nbdiag.language import say
from nbdiag.rules.base import Rule
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun

WORDS = ("n_epoch", "n_epochs", "nb_epoch", "nb_epochs", "num_epoch", "num_epochs", "epoch")


class IgnoredArgument(Rule):
    """A number of epochs was given under a name that nobody reads.

    What it finds
    -------------
    A call in the watched cell with ``n_epoch``, ``nb_epoch``, ``num_epochs`` or the like, while
    ``fit`` ran a single epoch and was given no ``epochs``.

    Why it hurts
    ------------
    A wrapper that takes ``**kwargs`` swallows a misspelt argument without a word. One epoch is
    run instead of twenty, and the model looks as if it could not learn.

    Example
    -------
    ::

        train(model, x, y, n_epoch=20)         # train passes only epochs on

    Use instead
    -----------
    ::

        train(model, x, y, epochs=20)

    Fix safety
    ----------
    display: the call is your own function's, and only you know what it passes on.

    Thresholds and their source
    ---------------------------
    The name, a whole number above 1, and one epoch run. Field report 004: ``n_epoch=20`` ran
    one epoch.

    References
    ----------
    Field report 004; Keras 2 renamed ``nb_epoch`` to ``epochs``.
    """

    code = "NBD705"
    name = "ignored-argument"
    aspect = "epochs"
    severity = "warning"
    confidence = "measured"
    explains = ("NBD304", "NBD301")
    supersedes = ("NBD210",)

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Read the cell's calls and compare them with what fit was given."""
        if run.fit.epochs != 1 or "epochs" in run.fit.given or run.error is not None:
            return
        for call in calls(run.cell):
            for keyword in call.keywords:
                value = keyword.value
                if keyword.arg not in WORDS or not isinstance(value, ast.Constant):
                    continue
                if isinstance(value.value, int) and value.value > 1:
                    yield self._found(keyword.arg, value.value)
                    return

    def _found(self, word: str, count: int) -> Finding:
        message = say(
            "You wrote {argument}={count}, but fit ran one epoch: nobody reads an argument of "
            "that name. Keras calls it epochs.",
            argument=word,
            count=count,
        )
        evidence = Evidence("epochs run", "1", str(count), "fit")
        note = say("epochs={count} instead of {argument}={count}", count=count, argument=word)
        fix = Fix("Call it epochs", "display", (), note=note)
        return self.finding(message, (evidence,), (fix,))
