"""What must be known beside the findings to read a report."""

import math

from nbdiag.render.words import count, number, one_line
from nbdiag.schema.run import History, PastRun, TrainingRun


def remarks(run: TrainingRun) -> tuple[str, ...]:
    """Say how the run ended, which fit it was, and what has changed since the run before."""
    said = [*_ending(run)]
    if run.fits > 1:
        said.append(f"This is fit {run.fit_number} of {run.fits} in the cell.")
    if run.started_trained:
        said.append("The model had been trained before this fit began.")
    if run.previous and run.history.completed:
        said.extend(_since(run.previous[-1], run.history))
    return tuple(said)


def _ending(run: TrainingRun) -> list[str]:
    done = run.history.completed
    after = f"after {count(done, 'epoch')}" if done else "before the first epoch was complete"
    if run.error:
        return [f"Your cell ended {after} with {_error(run.error.type, run.error.message)}"]
    if run.interrupted:
        return [f"You stopped the training {after}: this judges what had happened by then."]
    if not done and not run.history.step_losses.steps:
        return ["Judged before training: no epoch was run."]
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
    side = "validation " if label.startswith("val_") else ""
    return [f"The run before ended at {side}{name} {number(before)}; this one at {number(now)}."]


def _comparable(past: PastRun, history: History) -> tuple[str, float, float] | None:
    """Find the accuracy that both runs report, the validation one first."""
    for label in sorted(history.epochs, key=lambda name: not name.startswith("val_")):
        if "acc" not in label:
            continue
        before, now = past.epochs.get(label, ()), history.epochs[label]
        if before and now and math.isfinite(before[-1]) and math.isfinite(now[-1]):
            return label, before[-1], now[-1]
    return None
