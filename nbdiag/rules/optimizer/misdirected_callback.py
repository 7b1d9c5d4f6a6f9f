"""NBD213: a callback reads its curve the wrong way round, or stops too soon."""

from collections.abc import Iterator

from nbdiag.facts.training.curves import pace
from nbdiag.facts.training.verdict import Ending, ending_of
from nbdiag.keras_api.metrics import rising
from nbdiag.language import say
from nbdiag.rules.base import Rule
from nbdiag.schema.changes import AddCallback
from nbdiag.schema.finding import Aspect, Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import Watcher

FALLING = ("loss", "error", "mse", "mae", "mape", "rmse")
RISING = tuple(sorted(rising()))
IMPATIENT = 2
PATIENT = 10  # epochs of patience in Keras' own examples
STILL_FALLING = -0.01
ASPECTS: dict[str, Aspect] = {"ReduceLROnPlateau": "learning_rate"}


class MisdirectedCallback(Rule):
    """A callback reads its curve the wrong way round, or stops too soon.

    What it finds
    -------------
    ``EarlyStopping``, ``ReduceLROnPlateau`` or ``ModelCheckpoint(save_best_only=True)`` that look
    for the greatest loss or the least accuracy; and an early stop after an epoch or two without
    improvement, while the loss was still falling.

    Why it hurts
    ------------
    With the wrong mode a callback does the opposite of what it is for: the training ends when the
    loss falls, and the worst weights are kept.

    Example
    -------
    ::

        stop = keras.callbacks.EarlyStopping("val_loss", mode="max", patience=3)

    Use instead
    -----------
    ::

        stop = keras.callbacks.EarlyStopping("val_loss", patience=10, restore_best_weights=True)
        model.fit(x, y, validation_split=0.2, epochs=100, callbacks=[stop])

    Fix safety
    ----------
    review: which curve is meant, and how long to wait for it, only you know.

    Thresholds and their source
    ---------------------------
    A loss or an error is to fall, an accuracy, AUC, precision or recall to
    rise; other names are not judged. A patience of up to 2 epochs counts as short when the
    training loss fell by 1 % per epoch until the end. A mode that cut a training
    off, or lowered its rate, is an error when nothing was learnt, else a warning; so is a
    checkpoint of the worst weights. All else is information.

    References
    ----------
    Keras documentation of ``EarlyStopping``, ``ReduceLROnPlateau`` and ``ModelCheckpoint``.
    """

    code = "NBD213"
    name = "misdirected-callback"
    aspect = "epochs"
    severity = "info"
    explains = ("NBD302", "NBD304", "NBD309", "NBD310")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Ask of each callback that monitors a curve whether it can do its work."""
        ending = ending_of(run)
        for watcher in run.fit.watchers:
            if run.history.epochs and watcher.monitor not in run.history.epochs:
                continue  # it never acts, which NBD711 tells
            found = self._backwards(run, watcher, ending) or self._impatient(run, watcher, ending)
            if found is not None:
                yield found

    def _backwards(self, run: TrainingRun, watcher: Watcher, ending: Ending) -> Finding | None:
        wanted = _direction(watcher.monitor)
        if wanted is None or watcher.mode not in ("min", "max") or watcher.mode == wanted:
            return None
        severity = _severity(run, watcher, ending)
        return self.finding(
            say(
                "{callback} takes '{monitor}' to be best where it is {extreme} (mode='{mode}'): it "
                "does the opposite of what it is for.",
                callback=watcher.name,
                monitor=watcher.monitor,
                extreme=say("greatest") if watcher.mode == "max" else say("least"),
                mode=watcher.mode,
            ),
            (
                Evidence("mode", watcher.mode, wanted, "fit"),
                _epochs(run),
                *ending.evidence(),
            ),
            (
                Fix(
                    say("Use mode='{mode}'", mode=wanted),
                    "review",
                    (AddCallback(watcher.name, {"mode": wanted}),),
                ),
            ),
            aspect=ASPECTS.get(watcher.name),
            severity=severity,
        )

    def _impatient(self, run: TrainingRun, watcher: Watcher, ending: Ending) -> Finding | None:
        short = watcher.patience is not None and watcher.patience <= IMPATIENT
        if watcher.name != "EarlyStopping" or not short or not _cut_off(run):
            return None
        slope = pace(run.history.epochs.get("loss", ()))
        if ending.verdict not in ("fair", "failed") or isinstance(slope, Missing):
            return None
        if slope > STILL_FALLING:
            return None
        return self.finding(
            say(
                "EarlyStopping ended the training after {epochs} of {planned} epochs, because "
                "'{monitor}' had not improved for {patience}: the loss was still falling by "
                "{fall:.1%} per epoch.",
                epochs=run.history.completed,
                planned=run.fit.epochs,
                monitor=watcher.monitor,
                patience=watcher.patience,
                fall=-slope,
            ),
            (
                Evidence("patience", f"{watcher.patience}", say("5 to 20 epochs"), "fit"),
                _epochs(run),
                *ending.evidence(),
            ),
            (
                Fix(
                    say("Wait longer before stopping: patience={epochs}", epochs=PATIENT),
                    "review",
                    (AddCallback(watcher.name, {"patience": PATIENT}),),
                ),
            ),
            severity="warning",
            confidence="measured",
        )


def _severity(run: TrainingRun, watcher: Watcher, ending: Ending) -> Severity:
    if watcher.name == "ModelCheckpoint":
        return "warning"
    acted = _cut_off(run) if watcher.name == "EarlyStopping" else _lowered(run)
    if not acted:
        return "info"
    return "error" if ending.verdict == "failed" else "warning"


def _direction(monitor: str) -> str | None:
    """Return where a curve is best: "min" for a loss, "max" for an accuracy, None if unknown."""
    name = monitor.removeprefix("val_")
    if name.endswith(RISING):
        return "max"
    return "min" if name.endswith(FALLING) or name.startswith("mean_") else None


def _cut_off(run: TrainingRun) -> bool:
    planned = run.fit.epochs - run.fit.initial_epoch
    ended = not run.interrupted and run.stopped is None and run.error is None
    return ended and 0 < run.history.completed < planned


def _lowered(run: TrainingRun) -> bool:
    rates = run.history.learning_rates
    return len(rates) > 1 and rates[-1] < rates[0]


def _epochs(run: TrainingRun) -> Evidence:
    return Evidence("epochs run", f"{run.history.completed}", f"{run.fit.epochs}", "fit")
