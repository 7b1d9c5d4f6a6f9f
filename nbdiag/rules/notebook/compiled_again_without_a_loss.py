"""NBD709: a second `compile` names no loss, so the loss of the first one stays."""

from collections.abc import Iterator

from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import SetLoss
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import CompileSetup


class CompiledAgainWithoutALoss(Rule):
    """The model was compiled again without a loss, and Keras kept the old one.

    What it finds
    -------------
    A call of ``compile`` that names no loss, on a model that had a loss from an earlier call; and
    ``loss_weights`` in such a call.

    Why it hurts
    ------------
    Keras replaces only what is named: loss and metrics of the earlier call stay, without a word.
    Whoever reads this cell cannot see what is minimised. ``loss_weights`` are not read at all, and
    a model that is saved now has no loss when it is loaded: ``fit`` and ``evaluate`` fail.

    Example
    -------
    ::

        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)
        model.compile(optimizer=keras.optimizers.Adam(1e-5))    # still "mse"

    Use instead
    -----------
    ::

        model.compile(optimizer=keras.optimizers.Adam(1e-5), loss="mse")

    Fix safety
    ----------
    review: the loss that is used anyway is written down, but the new cell begins with fresh
    weights, without what an earlier fit has learnt. display: where the loss is a custom function or
    has arguments, or there are several outputs.

    Thresholds and their source
    ---------------------------
    None. Information, because the training minimises what it did before; a warning where
    ``loss_weights`` other than those in use are not read.

    References
    ----------
    keras/src/trainers/trainer.py, ``compile``: the loss is set "if loss is not None". Measured with
    Keras 3.15: the same loss to the last digit after ``compile(optimizer="sgd")``, also with
    ``loss_weights=[5.0]``; "No loss to compute" after saving and loading.
    """

    code = "NBD709"
    name = "compiled-again-without-a-loss"
    aspect = "loss"
    severity = "info"
    confidence = "proven"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look at what the newest compile left out."""
        setup = known(run.compile)
        if "loss" not in setup.kept or not setup.losses:
            return
        names = ", ".join(dict.fromkeys(loss.name for loss in setup.losses))
        severity: Severity = "info"
        words = ""
        if setup.unread:
            severity = "warning"
            words = say(
                " It does not read {arguments} of this call, because they go with a loss.",
                arguments=", ".join(setup.unread),
            )
        message = say(
            "You compiled the model again without a loss: Keras goes on with {names} of the "
            "earlier compile.{words}",
            names=names,
            words=words,
        )
        evidence = Evidence(
            "loss of the newest compile",
            "none",
            say("{names}, written out", names=names),
            "compile",
        )
        yield self.finding(message, (evidence,), (_written_out(setup, names),), severity=severity)


def _written_out(setup: CompileSetup, names: str) -> Fix:
    title = say("Name the loss: {names}", names=names)
    (loss, *others) = setup.losses
    plain = not (loss.custom or loss.output or loss.label_smoothing) and loss.weight == 1.0
    if others or not plain:
        return Fix(title, "display", (), note=say("loss=… in the newest call of compile"))
    note = say(
        "The new cell begins with fresh weights: to go on with the trained ones, write the loss "
        "into your own compile."
    )
    return Fix(title, "review", (SetLoss(loss.name, loss.from_logits),), note=note)
