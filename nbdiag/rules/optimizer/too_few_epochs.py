"""NBD210: the training ended while it was still getting better, far from done."""

from collections.abc import Iterator

from nbdiag.facts.curves import curve, pace
from nbdiag.facts.ending import ending_of, first_probe, last_probe
from nbdiag.facts.stride import head_contradicts, other_suspect
from nbdiag.facts.updates import total_steps
from nbdiag.language import say, say_count
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.change import AddCallback, SetFitArgument
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

FALLING = -0.01
STEEP = -0.03
DONE = 0.9
LEAST = 20
MORE = 5
MOST = 1000
STEPS = 20_000


class TooFewEpochs(Rule):
    """The training ended while it was still getting better, far from done.

    What it finds
    -------------
    A loss that still falls by a per cent or more with each epoch when the epochs run out, in a
    model that has not yet removed half of what a constant answer loses. A model that has come
    further, and still falls by 3 %, is told as information. With a single epoch the loss before
    the first step and after the last are compared.

    Why it hurts
    ------------
    The model may be right and the result still poor; what looks like a bad architecture is an
    unfinished training.

    Example
    -------
    ::

        model.fit(x, y, epochs=3)     # loss 2.29, 2.27, 2.24 with ten classes

    Use instead
    -----------
    ::

        stop = keras.callbacks.EarlyStopping("val_loss", patience=5, restore_best_weights=True)
        model.fit(x, y, epochs=100, validation_split=0.2, callbacks=[stop])

    Fix safety
    ----------
    review: it costs time in proportion. Early stopping gives back what is not needed.

    Thresholds and their source
    ---------------------------
    A fall of 1 % per epoch, over the last half and in the last epoch: twice what counts as flat.
    Half of the constant's loss: a training that has come that far is unfinished business, but no
    failure. Above 20,000 steps the number of epochs is not what is missing.

    References
    ----------
    Prechelt, "Early stopping - but when?", in: Neural Networks: Tricks of the Trade, 1998.
    """

    code = "NBD210"
    name = "too-few-epochs"
    aspect = "epochs"
    residual = True
    severity = "warning"
    confidence = "measured"
    explains = ("NBD302", "NBD310")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Judge the slope at the end, then the level."""
        ending = ending_of(run)
        if ending.gain is None or ending.gain >= DONE or ending.misnamed:
            return
        if run.interrupted or run.history.completed < run.fit.epochs - run.fit.initial_epoch:
            raise Skipped("the training was stopped before its last epoch")
        falls = _fall(run)
        steps = known(total_steps(run))
        if (
            falls > (STEEP if ending.works else FALLING)
            or steps > STEPS
            or head_contradicts(run)
            or other_suspect(run)
        ):
            return
        epochs = min(max(MORE * run.fit.epochs, LEAST), MOST)
        yield self.finding(
            say_count(
                "Your training stopped too early: after {number} epoch the loss still falls by "
                "{fall:.1%} per epoch, and the model {state}.",
                "Your training stopped too early: after {number} epochs the loss still falls by "
                "{fall:.1%} per epoch, and the model {state}.",
                run.history.completed,
                fall=-falls,
                state=say("can do better") if ending.works else say("is far from done"),
            ),
            (
                Evidence(
                    "change of the loss",
                    say("{change:+.1%} per epoch", change=falls),
                    "near 0 %",
                    "history",
                ),
                Evidence("steps", f"{steps}", "as many as it takes to level off", "history"),
                *ending.evidence(),
            ),
            _fixes(epochs, validated=run.fit.validation != "none"),
            severity="info" if ending.works else "warning",
        )


def _fall(run: TrainingRun) -> float:
    losses = known(curve(run))
    if len(losses) > 1:
        # A curve that has levelled off may have fallen steeply on its way there.
        return max(known(pace(losses)), known(pace(losses[-2:])))
    start, end = first_probe(run), last_probe(run)
    before = Missing("there was no probe") if start is None else start.loss
    after = Missing("there was no probe") if end is None else end.loss
    return known(after) / known(before) - 1


def _fixes(epochs: int, *, validated: bool) -> Iterator[Fix]:
    more = SetFitArgument("epochs", epochs)
    yield Fix(say("Train for {epochs} epochs", epochs=epochs), "review", (more,))
    if validated:
        stop = AddCallback("EarlyStopping", {"patience": 10, "restore_best_weights": True})
        yield Fix(
            say("Train for up to {epochs} epochs, and keep the best", epochs=epochs),
            "review",
            (more, stop),
        )
