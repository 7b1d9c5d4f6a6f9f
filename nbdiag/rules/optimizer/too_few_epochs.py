"""NBD210: the training ended while it was still getting better, far from done."""

from collections.abc import Iterator

from nbdiag.facts.optimization.step_size import harm, head_contradicts, other_suspect
from nbdiag.facts.optimization.updates import USUAL_RATES, optimizer_of, peak_rate, total_steps
from nbdiag.facts.training.curves import curve, pace, straight_fall, turn
from nbdiag.facts.training.verdict import Ending, ending_of, first_probe, last_probe
from nbdiag.fixes.training_time import longer_title
from nbdiag.language import say, say_count
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.changes import AddCallback, SetFitArgument, SetOptimizerArgument
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
WORSE = -0.02  # of the constant's loss, as in worse-than-constant
QUICKER = 10  # times the usual rate: more is a risk that more epochs are not


class TooFewEpochs(Rule):
    """The training ended while it was still getting better, far from done.

    What it finds
    -------------
    A loss that still falls by a per cent or more with each epoch when the epochs run out, in a
    model that has not yet removed half of the loss of always predicting the same value. A model
    that is better than that, and whose loss still falls by 3 %, is reported as information. With a
    single epoch the loss before the first step and after the last are compared. Also a failed
    training whose loss falls in a straight line to the end, however slowly: it is on its way, and
    nothing has stopped it. Nothing is said where the loss on held-out samples has turned upwards:
    what still falls then is memorised.

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
    Half of that loss: a training that has come that far is unfinished, but has not failed. Above
    20,000 steps the number of epochs is not what is missing. A straight line loses in its second
    half at least 60 % of what it lost in the first (`nbdiag.facts.training.curves`); reported as a
    warning where the model ends worse than always predicting the same value, else as information,
    because an epoch or two may have been a first try.

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
    explains = ("NBD302", "NBD304", "NBD310")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Judge the slope at the end, then the level."""
        ending = ending_of(run)
        if ending.gain is None or ending.gain >= DONE or ending.misnamed:
            return
        if run.interrupted or run.history.completed < run.fit.epochs - run.fit.initial_epoch:
            raise Skipped("the training was stopped before its last epoch")
        if turn(run.history.epochs.get("val_loss", ())) is not None:
            return  # what falls is memorised: the loss on held-out samples has turned
        falls, steps = _fall(run), known(total_steps(run))
        if falls > 0 or steps > STEPS or head_contradicts(run) or other_suspect(run):
            return
        if falls <= (STEEP if ending.works else FALLING):
            yield self._unfinished(run, ending, falls, steps)
        elif ending.verdict == "failed" and not harm(run):
            yield from self._on_its_way(run, ending)

    def _unfinished(self, run: TrainingRun, ending: Ending, falls: float, steps: int) -> Finding:
        epochs = min(max(MORE * run.fit.epochs, LEAST), MOST)
        return self.finding(
            say_count(
                "Your training ended too early: after {number} epoch the loss still falls by "
                "{fall:.1%} per epoch, and the model {state}.",
                "Your training ended too early: after {number} epochs the loss still falls by "
                "{fall:.1%} per epoch, and the model {state}.",
                run.history.completed,
                fall=-falls,
                state=say("can do better") if ending.works else say("is still far from good"),
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
            _fixes(run, epochs, validated=run.fit.validation != "none"),
            severity="info" if ending.works else "warning",
        )

    def _on_its_way(self, run: TrainingRun, ending: Ending) -> Iterator[Finding]:
        losses = known(curve(run))
        per_epoch = straight_fall(losses)
        if per_epoch is None or ending.gain is None:
            return
        left = losses[-1] / per_epoch
        yield self.finding(
            say(
                "Your training ended too early: the loss falls by {fall:.3g} with every epoch, as "
                "fast at the end as before, and {loss:.4g} is left.",
                fall=per_epoch,
                loss=losses[-1],
            ),
            (
                Evidence(
                    "epochs",
                    f"{run.history.completed}",
                    say("about {epochs:,} more at this pace", epochs=round(left)),
                    "history",
                ),
                *ending.evidence(),
            ),
            _further(run, left),
            severity="warning" if ending.gain < WORSE else "info",
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


def _further(run: TrainingRun, left: float) -> Iterator[Fix]:
    """Propose to go on, and with longer steps where those are safe and the way is long."""
    optimizer, rate = known(optimizer_of(run)), known(peak_rate(run))
    usual = USUAL_RATES.get(optimizer.name, 0.0)
    # The steps of plain SGD are not bounded.
    quicker = optimizer.name != "sgd" and rate < 2 * usual and left > run.history.completed
    epochs = run.fit.epochs + MORE * left / (QUICKER * usual / rate if quicker else 1)
    epochs = int(min(max(round(epochs, -1), LEAST), MOST))
    more = SetFitArgument("epochs", epochs)
    if quicker:
        better = QUICKER * usual
        title = say(
            "Train for {epochs} epochs with a learning rate of {rate:g}", epochs=epochs, rate=better
        )
        yield Fix(title, "review", (SetOptimizerArgument("learning_rate", better), more))
    yield Fix(longer_title(run, epochs), "review", (more,))


def _fixes(run: TrainingRun, epochs: int, *, validated: bool) -> Iterator[Fix]:
    more = SetFitArgument("epochs", epochs)
    yield Fix(longer_title(run, epochs), "review", (more,))
    if validated:
        stop = AddCallback("EarlyStopping", {"patience": 10, "restore_best_weights": True})
        yield Fix(
            say("Train for up to {epochs} epochs, and keep the best", epochs=epochs),
            "review",
            (more, stop),
        )
