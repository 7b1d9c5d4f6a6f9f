"""The model layer by layer: where the gradient is lost, what moved, which units are dead."""

import math
from dataclasses import dataclass

from nbdiag.facts.optimization.gradients import activations, by_layer
from nbdiag.facts.training.verdict import first_probe, last_probe
from nbdiag.language import say
from nbdiag.render.phrases import clean, number
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Probe
from nbdiag.schema.report import ReportData

_MOST = 40  # a deeper model is shown by its first and last layers
_BLOCKS = 6
_DECADE = 10.0


@dataclass(frozen=True)
class LayerTable:
    """One row per layer with weights, in the order of the model.

    Attributes
    ----------
    columns
        Headings of the cells.
    rows
        Per layer its name and one text per column, "" where nothing was measured. A gradient is
        shown with a bar that loses one block per power of ten below the greatest of its column.
    left_out
        How many layers in the middle are not shown.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    left_out: int = 0


def layerwise(report: ReportData) -> LayerTable | None:
    """Draw up the layers of a report's model; None with fewer than two that have a gradient."""
    start, last = first_probe(report.run), last_probe(report.run)
    looks = [
        (heading, column)
        for heading, column in (
            (say("gradient before step 1"), _gradients(start)),
            (say("gradient at the end"), _gradients(last)),
            (say("change of the weights"), _changes(last)),
            (say("dead units"), _shares(last, "dead")),
            (say("values at a bound"), _shares(last, "saturated")),
        )
        if column
    ]
    names = list(dict.fromkeys(name for _, column in looks for name in column))
    if len(_gradients(start) or _gradients(last)) < 2:  # noqa: PLR2004 - nothing to compare
        return None
    half = _MOST // 2
    shown = names if len(names) <= _MOST else [*names[:half], *names[-half:]]
    return LayerTable(
        tuple(heading for heading, _ in looks),
        tuple((clean(name), tuple(column.get(name, "") for _, column in looks)) for name in shown),
        len(names) - len(shown),
    )


def _gradients(probe: Probe | None) -> dict[str, str]:
    """Gradient over the size of the weights that it is to change, with its bar."""
    layers = by_layer(probe) if probe else ()
    finite = [item.relative for item in layers if math.isfinite(item.relative)]
    greatest = max(finite, default=0.0)
    return {item.layer: _with_bar(item.relative, greatest) for item in layers}


def _with_bar(value: float, greatest: float) -> str:
    blocks = 0
    if greatest > 0 and math.isfinite(value) and value > 0:
        blocks = max(_BLOCKS + math.ceil(math.log(value / greatest, _DECADE) - 0.5), 0)
    return f"{'█' * blocks} {number(value)}".strip()


def _changes(probe: Probe | None) -> dict[str, str]:
    """Greatest change of a layer's variables since the look before, over their size then."""
    if probe is None or isinstance(probe.variables, Missing):
        return {}
    found: dict[str, float] = {}
    for item in probe.variables:
        if item.update_ratio is not None:
            found[item.layer] = max(found.get(item.layer, 0.0), item.update_ratio)
    return {
        layer: f"{value:,.0%}" if value >= 1 else f"{value:.2%}" for layer, value in found.items()
    }


def _shares(probe: Probe | None, which: str) -> dict[str, str]:
    """Share of dead units, or of saturated values, where there is any."""
    found = activations(probe) if probe else ()
    shares = {item.layer: getattr(item, which) for item in found}
    return {layer: f"{share:.0%}" for layer, share in shares.items() if share}
