"""A run as it would stand before its first step, had some changes been made."""

from collections.abc import Sequence
from dataclasses import replace

from nbdiag.facts.optimization.updates import steps_per_epoch
from nbdiag.schema.changes import (
    Change,
    InsertLayer,
    RemoveLayer,
    ReplaceLayer,
    SetFitArgument,
    SetLayerArgument,
    SetLoss,
)
from nbdiag.schema.history import History
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Head, Layer, Model
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import CompileSetup

NOT_BEGUN = Missing("the repaired training has not begun")


def imagine(run: TrainingRun, changes: Sequence[Change]) -> TrainingRun:
    """Return the run before its first step with the heads, losses and lengths after changes.

    What was measured of the old training (its curves, its probes) says nothing about the new one
    and is left out; the data are the same. Changes to the data are not made: they are what such a
    run is asked about.

    Parameters
    ----------
    run
        The recorded training.
    changes
        What should be changed; kinds that are not known here leave the run as it is.
    """
    model, setup = run.model, run.compile
    for change in changes:
        if isinstance(change, SetLoss) and not isinstance(setup, Missing):
            setup = _with_loss(setup, change)
        elif not isinstance(model, Missing):
            model = replace(
                model,
                heads=tuple(_with_head(head, model, change) for head in model.heads),
                layers=tuple(_with_layer(layer, change) for layer in model.layers),
            )
    return replace(
        run,
        model=model,
        compile=setup,
        fit=replace(
            run.fit,
            epochs=_whole(_given(changes, "epochs"), run.fit.epochs),
            steps=_steps(run, _given(changes, "batch_size")),
        ),
        history=History(),
        probes=NOT_BEGUN,
        interrupted=False,
        started_trained=False,
    )


def imagined_steps(run: TrainingRun, changes: Sequence[Change]) -> int | Missing:
    """Count the steps of one epoch once the changes are made."""
    steps = _steps(run, _given(changes, "batch_size"))
    return Missing("the number of steps is not known") if steps is None else steps


def _with_loss(setup: CompileSetup, change: SetLoss) -> CompileSetup:
    several = len(setup.losses) > 1
    losses = tuple(
        replace(loss, name=change.loss, from_logits=change.from_logits, custom=False)
        if not several or loss.output == change.output
        else loss
        for loss in setup.losses
    )
    return replace(setup, losses=losses)


def _with_head(head: Head, model: Model, change: Change) -> Head:
    match change:
        case SetLayerArgument(layer=layer, argument="activation", value=str() as activation) if (
            layer == head.activation_layer
        ):
            return replace(head, activation=activation)
        case SetLayerArgument(layer=layer, argument="units" | "filters", value=int() as units) if (
            layer == head.weights_layer
        ):
            return replace(head, units=units)
        case ReplaceLayer(layer=layer, arguments={"activation": str() as activation}) if (
            layer == head.activation_layer
        ):
            return replace(head, activation=activation)
        case RemoveLayer(layer=layer) if layer == head.activation_layer:
            return replace(head, activation="linear")
        case InsertLayer(
            beside=layer, before=False, arguments={"activation": str() as activation}
        ) if layer == head.output and _is_last(layer, model):
            return replace(head, activation=activation)
    return head


def _is_last(name: str, model: Model) -> bool:
    return not any(name in layer.inbound for layer in model.layers)


def _with_layer(layer: Layer, change: Change) -> Layer:
    if not isinstance(change, SetLayerArgument) or change.layer != layer.name:
        return layer
    config = {**layer.config, change.argument: change.value}
    activation = layer.activation
    if change.argument == "activation" and isinstance(change.value, str):
        activation = change.value
    return replace(layer, config=config, activation=activation)


def _given(changes: Sequence[Change], argument: str) -> object:
    found = [item for item in changes if isinstance(item, SetFitArgument)]
    return next((item.value for item in found if item.argument == argument), None)


def _whole(value: object, usual: int) -> int:
    return value if isinstance(value, int) else usual


def _steps(run: TrainingRun, batch_size: object) -> int | None:
    if isinstance(batch_size, int) and batch_size > 0:
        other = replace(run, fit=replace(run.fit, steps=None, batch_size=batch_size))
        found = steps_per_epoch(other)
    else:
        found = steps_per_epoch(run)
    return None if isinstance(found, Missing) else found
