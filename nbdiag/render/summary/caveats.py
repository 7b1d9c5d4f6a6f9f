"""What must be known beside the findings to read a report."""

from nbdiag.facts.training.savings import seconds_saved
from nbdiag.language import say, say_count
from nbdiag.render.phrases import duration, one_line
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import Stopped, TrainingRun


def remarks(run: TrainingRun) -> tuple[str, ...]:
    """Report how the run ended, and which fit it was."""
    said = [*_ending(run)]
    if run.fit.loop:
        said.extend(_loop(run))
    elif run.fits > 1:
        said.append(
            say("This is fit {number} of {all} in the cell.", number=run.fit_number, all=run.fits)
        )
    if run.started_trained:
        said.append(say("The model had been trained before this fit began."))
    return tuple(said)


def _loop(run: TrainingRun) -> list[str]:
    said = [
        say_count(
            "Your own loop trained this model for {number} step: it has no epochs to judge.",
            "Your own loop trained this model for {number} steps: it has no epochs to judge.",
            run.fit.steps or 0,
        )
    ]
    if isinstance(run.compile, Missing):
        said.append(
            say(
                "Give the model your loss and optimizer with model.compile(optimizer, loss), and "
                "nbdiag judges them too: it changes nothing in your loop."
            )
        )
    return said


def _ending(run: TrainingRun) -> list[str]:
    done = run.history.completed
    after = (
        say_count("after {number} epoch", "after {number} epochs", done)
        if done
        else say("before the first epoch was complete")
    )
    if run.error:
        error = _error(run.error.type, run.error.message)
        return [say("Your cell ended {after} with {error}", after=after, error=error)]
    if run.interrupted:
        return [_stopped_by_user(after)]
    if run.stopped is not None:
        return [_stop(run, run.stopped)]
    if not done and not run.history.step_losses.steps and not run.fit.loop:
        return [say("Judged before training: no epoch was run.")]
    return []


def _stop(run: TrainingRun, stopped: Stopped) -> str:
    """Report who ended the training, and what that saved."""
    asked = run.fit.epochs - run.fit.initial_epoch
    after = (
        say("after {done} of {asked} epochs", done=stopped.epochs, asked=asked)
        if stopped.epochs
        else say("in the first of {asked} epochs", asked=asked)
    )
    if stopped.by == "user":
        return _stopped_by_user(after)
    return say(
        "nbdiag ended the training {after}, as you asked (stop on error), because {code} was "
        "certain. {spared}",
        after=after,
        code=stopped.code,
        spared=_spared(run, asked - stopped.epochs),
    )


def _stopped_by_user(after: str) -> str:
    return say("Stopped by you {after}; the report covers those.", after=after)


def _spared(run: TrainingRun, left: int) -> str:
    seconds = seconds_saved(run)
    if isinstance(seconds, Missing):
        return say_count(
            "{number} epoch saved.",
            "{number} epochs saved.",
            left,
        )
    return say_count(
        "{number} epoch saved, about {time} (estimated from the epochs before).",
        "{number} epochs saved, about {time} (estimated from the epochs before).",
        left,
        time=duration(seconds),
    )


def _error(kind: str, message: str) -> str:
    said = one_line(message)
    return f"{one_line(kind)}: {said}" if said else f"{one_line(kind)}."
