"""Another loss."""

from typing import Any

from nbdiag.schema.changes import (
    Change,
    EncodeLabels,
    MetricSpec,
    ReplaceMetric,
    SetLayerArgument,
    SetLoss,
)
from nbdiag.schema.run import TrainingRun
from tests.edits.corpus import output_of
from tests.edits.oracle import LONG

DESCRIBED: dict[str, Change] = {
    "use the loss 'mse'": SetLoss("mse"),
    "use the loss 'mse' for the output 'age'": SetLoss("mse", output="age"),
    "use the loss 'bce' with from_logits=True": SetLoss("bce", from_logits=True),
}

# Tried in every program of tests/property; layers are named by their place.
SAMPLES: dict[str, dict[str, tuple[Change, ...]]] = {
    "binary": {
        "loss": (SetLoss("binary_crossentropy"),),
        "logits": (
            SetLoss("binary_crossentropy", from_logits=True),
            SetLayerArgument("4", "activation", "linear"),
            ReplaceMetric("acc", MetricSpec("BinaryAccuracy", {"threshold": 0.0})),
        ),
        "two units": (
            SetLoss("categorical_crossentropy"),
            SetLayerArgument("4", "units", 2),
            SetLayerArgument("4", "activation", "softmax"),
            EncodeLabels("one_hot", 2),
        ),
    },
    "classes": {"raw scores": (SetLoss("categorical_crossentropy", from_logits=True),)},
    "amounts": {"loss": (SetLoss("mean_absolute_error"),)},
}


def changes_for(run: TrainingRun) -> dict[str, list[Change]]:
    """Changes for a cell of the corpus."""
    output = output_of(run)
    return {
        "loss": [SetLoss("categorical_crossentropy", output=output)],
        "logits": [SetLoss("binary_crossentropy", from_logits=True, output=output)],
    }


def _loss(setup: dict[str, Any], change: SetLoss) -> None:
    def make(old: Any) -> Any:
        name = LONG.get(change.loss, change.loss)
        kept = dict(old[1]) if isinstance(old, list) and old[0] == name else {}
        kept.pop("from_logits", None)
        return [name, {**kept, **({"from_logits": True} if change.from_logits else {})}]

    losses = setup["compile"].get("loss")
    if isinstance(losses, dict):
        key = change.output or next(iter(losses))
        losses[key] = make(losses.get(key))
    elif isinstance(losses, list) and losses and isinstance(losses[0], list):
        raise NotImplementedError("a list of losses")
    else:
        setup["compile"]["loss"] = make(losses)


EXPECTED = {SetLoss: _loss}
