"""Recorded runs as they stood after fewer epochs: what a live judgement sees."""

from dataclasses import replace

from nbdiag.schema.history import StepCurve
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun


def after(run: TrainingRun, epochs: int) -> TrainingRun:
    """Give the run as it stood when so many epochs were completed."""
    history, steps = run.history, run.history.step_losses
    seen = [
        (step, loss)
        for step, loss in zip(steps.steps, steps.losses, strict=True)
        if run.fit.steps and step < epochs * run.fit.steps
    ]
    probes = run.probes
    if not isinstance(probes, Missing):
        taken = tuple(item for item in probes if item.moment != "end" and item.epoch <= epochs)
        probes = taken or Missing("no batch was seen")
    return replace(
        run,
        history=replace(
            history,
            epochs={name: curve[:epochs] for name, curve in history.epochs.items() if epochs},
            completed=epochs,
            seconds=history.seconds[:epochs],
            learning_rates=history.learning_rates[:epochs],
            step_losses=StepCurve(tuple(s for s, _ in seen), tuple(loss for _, loss in seen)),
        ),
        probes=probes,
        error=None,
        interrupted=False,
    )
