"""Which changes only a whole training can show."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nbdiag.edits.live.edits import UNCHANGED, LiveEdits, NewObject
from nbdiag.keras_api.layers import with_role

_NOISE = with_role("noise")
_LENGTH = ("epochs", "initial_epoch", "steps_per_epoch")


def shows(edits: LiveEdits) -> bool:
    """Whether a training differs at all, and not only what is reported of it."""
    deals = [item for item in edits.deals if item.trains]
    return replace(edits, deals=deals, metrics=[]) != UNCHANGED


def needs_whole_training(edits: LiveEdits) -> bool:
    """Whether no change among them shows within a few steps.

    Callbacks act after epochs, a longer training is longer at its end, and what is said against
    overfitting is said of a training that has gone on for long.
    """
    early = replace(
        edits,
        metrics=[],
        callbacks=[],
        fit=_without(edits.fit, lambda name: name in _LENGTH),
        optimizer_arguments=_without(
            edits.optimizer_arguments, lambda name: name == "weight_decay"
        ),
        arguments=_kept(
            {name: _without(item, _regularizes) for name, item in edits.arguments.items()}
        ),
        before=_kept({name: _without_noise(item) for name, item in edits.before.items()}),
        after=_kept({name: _without_noise(item) for name, item in edits.after.items()}),
    )
    return shows(edits) and not shows(early)


def _regularizes(argument: str) -> bool:
    return argument.endswith("_regularizer") or argument in ("rate", "dropout")


def _without_noise(layers: Sequence[NewObject]) -> list[NewObject]:
    return [item for item in layers if item.name not in _NOISE]


def _without(values: Mapping[str, Any], late: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if not late(name)}


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
