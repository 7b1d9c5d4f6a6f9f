"""What must be known beside the findings to read a report."""

import math

from nbdiag.language import say, say_count
from nbdiag.render.words import number, one_line
from nbdiag.schema.run import History, PastRun, TrainingRun


def remarks(run: TrainingRun) -> tuple[str, ...]:
    """Say how the run ended, which fit it was, and what has changed since the run before."""
    said = [*_ending(run)]
    if run.fits > 1:
        said.append(
            say("This is fit {number} of {all} in the cell.", number=run.fit_number, all=run.fits)
        )
    if run.started_trained:
        said.append(say("The model had been trained before this fit began."))
    if run.previous and run.history.completed:
        said.extend(_since(run.previous[-1], run.history))
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


def _since(past: PastRun, history: History) -> list[str]:
    pair = _comparable(past, history)
    if pair is None:
        return []
    label, before, now = pair
    name = one_line(label.removeprefix("val_"), 40)
    return [
        say(
            "The run before ended at validation {metric} {before}; this one at {now}."
            if label.startswith("val_")
            else "The run before ended at {metric} {before}; this one at {now}.",
            metric=say(name),
            before=number(before),
            now=number(now),
        )
    ]


def _comparable(past: PastRun, history: History) -> tuple[str, float, float] | None:
    """Find the accuracy that both runs report, the validation one first."""
    for label in sorted(history.epochs, key=lambda name: not name.startswith("val_")):
        if "acc" not in label:
            continue
        before, now = past.epochs.get(label, ()), history.epochs[label]
        if before and now and math.isfinite(before[-1]) and math.isfinite(now[-1]):
            return label, before[-1], now[-1]
    return None
