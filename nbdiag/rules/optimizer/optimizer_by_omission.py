"""NBD207: `compile` was called without an optimizer."""

from collections.abc import Iterator

from nbdiag.facts.optimization.updates import optimizer_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import SetOptimizer
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun


class OptimizerByOmission(Rule):
    """``compile`` was called without an optimizer.

    What it finds
    -------------
    A call of ``compile`` that names no optimizer.

    Why it hurts
    ------------
    Keras then takes RMSprop at 0.001. It trains most networks, but nobody chose it: who reads the
    cell does not know, and results differ from those of the same network elsewhere.

    Example
    -------
    ::

        model.compile(loss="mse")

    Use instead
    -----------
    ::

        model.compile(optimizer="adam", loss="mse")

    Fix safety
    ----------
    review: Adam adds momentum to what RMSprop does; the training is another one.

    Thresholds and their source
    ---------------------------
    None. Information.

    References
    ----------
    Keras 3, ``Model.compile``: ``optimizer="rmsprop"`` by default.
    """

    code = "NBD207"
    name = "optimizer-by-omission"
    aspect = "optimizer"
    severity = "info"
    confidence = "proven"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look at how the optimizer was written."""
        optimizer = known(optimizer_of(run))
        if optimizer.written != "omitted":
            return
        seen = say(
            "none given, so {optimizer} at {learning_rate}",
            optimizer=optimizer.name,
            learning_rate=optimizer.learning_rate,
        )
        yield self.finding(
            "You named no optimizer, so Keras chose RMSprop at 0.001 for you.",
            (Evidence("optimizer", seen, "one that you chose", "compile"),),
            (
                Fix(
                    "Name Adam as the optimizer",
                    "review",
                    (SetOptimizer("adam", {"learning_rate": 1e-3}),),
                ),
            ),
        )
