"""Which changes can be made together, and what they come to."""

from collections.abc import Iterable, Sequence

from nbdiag.edits.changes import kind_of
from nbdiag.facts.model.outputs import outputs_of
from nbdiag.schema.changes import Change
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun


def merged(parts: Iterable[Sequence[Change]]) -> tuple[Change, ...]:
    """Join changes that do not contradict each other; each is made once.

    What would be changed of a layer that is taken out is left out.
    """
    every: list[Change] = []
    for change in (item for part in parts for item in part):
        if change not in every:
            every.append(change)
    claims = [kind_of(item).conflicts(item, {}) for item in every]
    void = [item for claimed in claims for item in claimed.voids]
    return tuple(
        change
        for change, claimed in zip(every, claims, strict=True)
        if not any(item in void for item in claimed.needs)
    )


def contradiction(run: TrainingRun, one: Sequence[Change], other: Sequence[Change]) -> str:
    """Name what two sets of changes would each set in their own way.

    Parameters
    ----------
    run
        The run whose cell is to change; it knows which layers end the model.
    one, other
        Changes that belong together, of one fix each.

    Returns
    -------
    str
        "the loss", "epochs of fit" …; "" when both can be made.
    """
    ends = _ends(run)
    mine, its = (
        [kind_of(item).conflicts(item, ends) for item in some if item not in others]
        for some, others in ((one, other), (other, one))
    )
    met = [claim for claims in mine for others in its for claim in claims.meet(others)]
    # How an output ends says most: the rest follows from it.
    return next((claim.words for claim in sorted(met, key=lambda claim: not claim.is_end)), "")


def _ends(run: TrainingRun) -> dict[str, str]:
    """Find the output of each layer that ends the model."""
    outputs = outputs_of(run)
    if isinstance(outputs, Missing):
        return {}
    return {
        layer: output.key
        for output in outputs
        for layer in (output.head.activation_layer, output.head.weights_layer)
        if layer is not None
    }
