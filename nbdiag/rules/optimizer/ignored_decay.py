"""NBD206: the optimizer is given a `decay` that Keras 3 ignores."""

from collections.abc import Iterator

from nbdiag.facts.optimization.updates import USUAL_RATES, optimizer_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.cell import Scalar
from nbdiag.schema.changes import AddCallback
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import calls_in
from nbdiag.syntax.text.nodes import code_of


class IgnoredDecay(Rule):
    """The optimizer is given a ``decay`` that Keras 3 ignores.

    What it finds
    -------------
    The keyword ``decay`` in a call of an optimizer, in the watched cell or one before it.

    Why it hurts
    ------------
    Up to Keras 2 the rate fell as ``rate / (1 + decay * step)``. Keras 3 says in a warning that it
    ignores the argument: the rate stays what it is, and a recipe that relied on it does not settle.

    Example
    -------
    ::

        keras.optimizers.SGD(learning_rate=0.1, decay=1e-3, momentum=0.9)

    Use instead
    -----------
    ::

        rate = keras.optimizers.schedules.InverseTimeDecay(0.1, decay_steps=1, decay_rate=1e-3)
        keras.optimizers.SGD(learning_rate=rate, momentum=0.9)

    Fix safety
    ----------
    review: lowering the rate on plateaus is not the same curve, but needs no tuning. The argument
    itself does nothing and may stay or go.

    Thresholds and their source
    ---------------------------
    None. Information: a small decay, such as the 1e-6 of old examples, changed next to nothing.

    References
    ----------
    Keras 3, ``keras.optimizers.Optimizer``: "Argument `decay` is no longer supported and will be
    ignored."
    """

    code = "NBD206"
    name = "ignored-decay"
    aspect = "optimizer"
    severity = "info"
    confidence = "proven"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Read the newest cell in which the optimizer is called with a decay."""
        optimizer = known(optimizer_of(run))
        if optimizer.custom or optimizer.name not in USUAL_RATES:
            return
        for cell in (run.cell, *reversed(run.earlier)):
            if optimizer.name not in cell.source.lower():
                continue  # a long notebook is not read through
            calls = [c for c in calls_in(run, cell) if c.name.lower() == optimizer.name]
            if not calls:
                continue
            given = calls[-1].argument(-1, "decay")
            if given is not None:
                value = code_of(given)
                plateau: dict[str, Scalar] = {"monitor": "loss", "factor": 0.5, "patience": 3}
                yield self.finding(
                    say(
                        "Keras 3 ignores decay={value}: your learning rate stays the same "
                        "throughout.",
                        value=value,
                    ),
                    (Evidence("argument of the optimizer", f"decay={value}", "none", "your cell"),),
                    (
                        Fix(
                            "Lower the learning rate on every plateau",
                            "review",
                            (AddCallback("ReduceLROnPlateau", plateau),),
                        ),
                    ),
                )
            return
