"""What is said of a training in which nothing was found: how good it is, and compared with what."""

import math
import re

from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.render.curves.levels import accuracy_levels, guessing_loss
from nbdiag.render.phrases import number, one_line
from nbdiag.schema.run import TrainingRun

SHARES = re.compile(r"(^|_)(acc|accuracy|auc|precision|recall|f1|f1_score|iou)($|_)")
"""Names of metrics that are shares of right predictions; nothing else has a scale with them."""

_NAME = 40


def sound(run: TrainingRun) -> str:
    """Summarise a training without a fault.

    Returns
    -------
    str
        "Sound: validation accuracy 0.905, best in epoch 12; always predicting the commonest class
        gives 0.511."; "" where no epoch has ended or no number is finite.
    """
    label = leading_metric(run)
    if label is None:
        return ""
    values = {"metric": _metric(run, label), "compared": _compared(run, label)}
    if ending_of(run).verdict in ("learnt", "fair"):
        return say("Sound: {metric}{compared}.", **values)
    return say("No fault found: {metric}{compared}.", **values)


def best_epoch(values: tuple[float, ...], *, share: bool) -> int:
    """Return the epoch, from 1, of the best value: the highest share, or the lowest loss."""
    finite = [value for value in values if math.isfinite(value)]
    return values.index(max(finite) if share else min(finite)) + 1


def leading_metric(run: TrainingRun) -> str | None:
    """Choose the metric to speak of: a share before the loss, validation first."""
    epochs = run.history.epochs
    plain = [name for name in epochs if not name.startswith("val_")]
    shares = [name for name in plain if SHARES.search(name)]
    for name in (*shares[:1], "loss"):
        for label in (f"val_{name}", name):
            if epochs.get(label) and math.isfinite(epochs[label][-1]):
                return label
    return None


def metric_name(label: str) -> str:
    """Name a metric of the history: "validation accuracy" for val_acc."""
    plain = label.removeprefix("val_")
    name = one_line(say({"acc": "accuracy"}.get(plain, plain)), _NAME)
    return say("validation {metric}", metric=name) if plain != label else name


def _metric(run: TrainingRun, label: str) -> str:
    values = run.history.epochs[label]
    plain, name = label.removeprefix("val_"), metric_name(label)
    last, best = number(values[-1]), best_epoch(values, share=plain != "loss")
    if len(values) == 1:
        return f"{name} {last}"
    if best == len(values):
        return say("{metric} {value}, best in the last epoch", metric=name, value=last)
    highest = number(values[best - 1])
    if highest == last:
        return say("{metric} {value}, best in epoch {epoch}", metric=name, value=last, epoch=best)
    return say(
        "{metric} {value}, best in epoch {epoch} with {best}",
        metric=name,
        value=last,
        epoch=best,
        best=highest,
    )


def _compared(run: TrainingRun, label: str) -> str:
    """Report what a model reaches that has learnt nothing, where that is known."""
    plain = label.removeprefix("val_")
    if plain == "loss":
        loss = guessing_loss(run)
        return (
            ""
            if loss is None
            else say("; always predicting the same value gives {value}", value=number(loss))
        )
    levels = accuracy_levels(run, [plain])
    if not levels:
        return ""
    chance = number(levels[0].value)
    return say("; always predicting the commonest class gives {value}", value=chance)
