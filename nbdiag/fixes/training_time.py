"""How a fix that trains for longer is named: what it costs is in its title."""

from statistics import median

from nbdiag.language import say
from nbdiag.schema.run import TrainingRun

_MINUTE = 60.0  # seconds; less needs no warning


def longer_title(run: TrainingRun, epochs: int) -> str:
    """Name a training of more epochs, with those of the run and the minutes where it takes some."""
    before = run.fit.epochs
    if epochs <= before:
        return say("Train for {epochs} epochs", epochs=epochs)
    seconds = median(run.history.seconds) * epochs if run.history.seconds else 0.0
    if seconds < _MINUTE:
        return say("Train for {epochs} epochs instead of {before}", epochs=epochs, before=before)
    return say(
        "Train for {epochs} epochs instead of {before}, about {minutes:.0f} min",
        epochs=epochs,
        before=before,
        minutes=seconds / _MINUTE,
    )
