"""NBD711: a callback watches a value that the training does not have."""

from collections.abc import Iterator

from nbdiag.facts.training.verdict import ending_of
from nbdiag.keras_api.callbacks import CALLBACKS
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped
from nbdiag.rules.notebook.holding_out import hold_out
from nbdiag.schema.changes import AddCallback
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import Watcher


class CallbackWatchesNothing(Rule):
    """A callback watches a value that this training does not have.

    What it finds
    -------------
    An ``EarlyStopping``, ``ReduceLROnPlateau`` or ``ModelCheckpoint(save_best_only=True)`` whose
    ``monitor`` is in no epoch of the history, mostly ``val_loss`` where nothing is validated.

    Why it hurts
    ------------
    The callback does nothing: the training never stops early, the rate is never lowered, no file
    is written. Keras says so in a warning per epoch, which is easily lost among others.

    Example
    -------
    ::

        stop = keras.callbacks.EarlyStopping(patience=5)        # watches "val_loss"
        model.fit(x, y, epochs=100, callbacks=[stop])

    Use instead
    -----------
    ::

        model.fit(x, y, epochs=100, callbacks=[stop], validation_split=0.2)

    Fix safety
    ----------
    review: holding out rows takes them from the training; watching the training loss instead does
    not notice overfitting.

    Thresholds and their source
    ---------------------------
    The keys of the history. Information where the model learns all the same. Nothing is reported
    where a custom callback, or one of another library, could add the value.

    References
    ----------
    Keras documentation of ``EarlyStopping``: ``monitor="val_loss"`` by default.
    """

    code = "NBD711"
    name = "callback-watches-nothing"
    aspect = "notebook"
    severity = "warning"
    confidence = "proven"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look for what each callback watches among the curves."""
        if not run.history.completed or run.error is not None:
            raise Skipped("no epoch was completed")
        if not set(run.fit.callbacks) <= CALLBACKS.keys():
            return
        for watcher in run.fit.watchers:
            if watcher.monitor not in run.history.epochs:
                yield self._found(run, watcher)

    def _found(self, run: TrainingRun, watcher: Watcher) -> Finding:
        loss = {
            "EarlyStopping": say("it can never stop the training"),
            "ModelCheckpoint": say("it saves no model"),
        }.get(watcher.name, say("it never lowers the learning rate"))
        message = say(
            "{callback} watches {key}, which this training does not have: {loss}.",
            callback=watcher.name,
            key=watcher.monitor,
            loss=loss,
        )
        there = ", ".join(key for key in run.history.epochs if key != "learning_rate")
        evidence = Evidence("what is watched", watcher.monitor, there, "history")
        severity: Severity = "info" if ending_of(run).works else "warning"
        return self.finding(message, (evidence,), tuple(_fixes(run, watcher)), severity=severity)


def _fixes(run: TrainingRun, watcher: Watcher) -> Iterator[Fix]:
    """Hold rows out where nothing is validated, or watch what there is."""
    inner = watcher.monitor.removeprefix("val_")
    unheard = watcher.monitor != inner and run.fit.validation == "none"
    if unheard and inner in run.history.epochs:
        yield from hold_out(
            run, say("Hold out a fifth of the samples, for {key}", key=watcher.monitor)
        )
        yield _watch(watcher, inner)
    elif "val_loss" in run.history.epochs:
        yield _watch(watcher, "val_loss")
    elif "loss" in run.history.epochs:
        yield _watch(watcher, "loss")


def _watch(watcher: Watcher, key: str) -> Fix:
    title = say("Let {callback} watch {key}", callback=watcher.name, key=key)
    return Fix(title, "review", (AddCallback(watcher.name, {"monitor": key}),))
