"""NBD710: `trainable` was changed after the training step had been built."""

from collections.abc import Iterator

from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.model import Layer
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.queries.compile_statement import compiled_above_fit

MOST_NAMED = 3


class FrozenAfterTheFirstFit(Rule):
    """Layers were frozen or unfrozen after the first fit, which has no effect without compile.

    What it finds
    -------------
    A ``fit`` that goes on with a training step built earlier, while ``trainable`` of some layers is
    no longer what it was then.

    Why it hurts
    ------------
    Keras builds the training step at the first batch after ``compile``, with the weights that are
    trainable at that moment, and uses it until ``compile`` is called again. Layers that you
    unfreeze afterwards stay as they are, layers that you freeze go on learning, and Keras says
    nothing.

    Example
    -------
    ::

        base.trainable = False
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)
        base.trainable = True
        model.fit(x, y)                                         # the base does not move

    Use instead
    -----------
    ::

        base.trainable = True
        model.compile(optimizer=keras.optimizers.Adam(1e-5), loss="mse")
        model.fit(x, y)

    Fix safety
    ----------
    review: the call of compile is written once more above this fit. Unfrozen layers mostly need a
    lower learning rate, which only you can choose.

    Thresholds and their source
    ---------------------------
    The variables that the optimizer was built with against those that are trainable now. A warning
    where layers were unfrozen and this is the only model of the session; otherwise information: two
    networks that train against each other freeze one another on purpose.

    References
    ----------
    Keras guide "Transfer learning & fine-tuning": call ``compile`` again after changing
    ``trainable``. Measured with Keras 3.15 on TensorFlow: an unfrozen layer moved by exactly 0, a
    frozen one by as much as before.
    """

    code = "NBD710"
    name = "frozen-after-the-first-fit"
    aspect = "notebook"
    severity = "info"
    confidence = "proven"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare what is trainable with what the training step changes."""
        stale = known(run.compile).stale
        model = known(run.model)
        if run.fit.loop:
            raise Skipped("a custom loop builds its training step in its own way")
        layers = [layer for layer in model.layers if layer.name in stale]
        for trainable in (True, False):
            changed = [layer for layer in layers if layer.trainable is trainable]
            if changed:
                alone = {past.model for past in run.previous} <= {model.name}
                severity: Severity = "warning" if trainable and alone else "info"
                yield self._found(run, changed, severity, trainable=trainable)

    def _found(
        self, run: TrainingRun, layers: list[Layer], severity: Severity, *, trainable: bool
    ) -> Finding:
        names = ", ".join(layer.name for layer in layers[:MOST_NAMED])
        names += ", …" if len(layers) > MOST_NAMED else ""
        if trainable:
            message = say(
                "You unfroze {names} after the first fit, but did not compile again: this fit "
                "left {names} unchanged.",
                names=names,
            )
            seen, wanted = say("not trained"), say("trained")
        else:
            message = say(
                "You froze {names} after the first fit, but did not compile again: this fit went "
                "on training {names}.",
                names=names,
            )
            seen, wanted = say("trained"), say("not trained")
        evidence = Evidence(say("layers {names}", names=names), seen, wanted, "optimizer")
        return self.finding(message, (evidence,), (_fix(run),), severity=severity)


def _fix(run: TrainingRun) -> Fix:
    """Write the call of compile once more, right above this fit."""
    title = say("Compile again after changing trainable")
    change = compiled_above_fit(run)
    if change is None:
        note = say("model.compile(…) with optimizer, loss and metrics, right before this fit")
        return Fix(title, "display", (), note=note)
    return Fix(title, "review", (change,))
