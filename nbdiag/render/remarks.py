"""What must be known beside the findings to read a report."""

from nbdiag.language import say, say_count
from nbdiag.render.words import one_line
from nbdiag.schema.run import TrainingRun


def remarks(run: TrainingRun) -> tuple[str, ...]:
    """Say how the run ended, and which fit it was."""
    said = [*_ending(run)]
    if run.fits > 1:
        said.append(
            say("This is fit {number} of {all} in the cell.", number=run.fit_number, all=run.fits)
        )
    if run.started_trained:
        said.append(say("The model had been trained before this fit began."))
    return tuple(said)


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
        return [
            say(
                "You stopped the training {after}: this judges what had happened by then.",
                after=after,
            )
        ]
    if not done and not run.history.step_losses.steps:
        return [say("Judged before training: no epoch was run.")]
    return []


def _error(kind: str, message: str) -> str:
    said = one_line(message)
    return f"{one_line(kind)}: {said}" if said else f"{one_line(kind)}."
