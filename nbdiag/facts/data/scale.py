"""The scale on which inputs reach the first weights, and what it does there."""

import math
from dataclasses import dataclass
from typing import Literal

from nbdiag.facts.data.arrays import column_sizes, rms
from nbdiag.facts.model.input_path import Entry, entries_of
from nbdiag.facts.model.outputs import outputs_of
from nbdiag.facts.optimization.gradients import activations, saturated_layers
from nbdiag.facts.training.verdict import first_probe, start_loss_share
from nbdiag.keras_api.applications import EXPECTED
from nbdiag.language import say
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Probe
from nbdiag.schema.run import TrainingRun

LARGE = 5.0
"""Root mean square of a column above which it is far from unit scale. Standardized columns have
1, pixels in [0, 1] about 0.5, a uniform draw from [-5, 5] 2.9."""

HUGE = 50.0
"""The same for bytes (rms about 100), amounts, years and identifiers."""

FAINT = 0.05
"""Length of a row below which a first layer of unit scale hands on next to nothing. Pixels that
were divided by 255 twice give about 0.03, a row of TF-IDF weights 1."""

LOSS_SHARE = 3.0
LOSS_SHARE_SEVERE = 8.0
"""Loss before the first step over the best constant's: sound models start below 1.3, models on
raw bytes between 8 and 50,000 (measured, Keras 3.15 on TensorFlow)."""

OUTPUT_RATIO = 10.0
OUTPUT_RATIO_SEVERE = 100.0
"""Typical first answer over the typical target, or over 1 for smaller targets: about 1 for data
and weights of unit scale."""

SATURATED = 0.5
SATURATED_SEVERE = 0.9
"""Share of a sigmoid or tanh layer's values at its bounds before the first step: under 0.02 for
standardized inputs and Glorot's weights."""


@dataclass(frozen=True)
class InputScale:
    """One input as the first weights see it.

    Attributes
    ----------
    stats
        Of the raw values.
    entry
        How the input reaches the first weights; of kind "unknown" when there is no graph.
    low, high
        Range after ``Rescaling`` layers.
    size
        Root mean square of the largest column (of all values, where columns were not measured).
    length
        Typical Euclidean length of a row.
    """

    stats: ArrayStats
    entry: Entry
    low: float
    high: float
    size: float
    length: float

    @property
    def matters(self) -> bool:
        """Whether the scale reaches weights: names of things and normalized values do not.

        Nor do pixels that a published architecture was made for, large as they may be.
        """
        if self.expected and self.expected[0] <= self.low and self.high <= self.expected[1]:
            return False
        return self.entry.kind in ("weighed", "unknown") and math.isfinite(self.size)

    @property
    def expected(self) -> tuple[float, float] | None:
        """Range that the published architecture at this input was made for, None without one."""
        return EXPECTED.get(self.entry.application)


@dataclass(frozen=True)
class Effect:
    """Something measured before the first step that a wrong scale explains.

    Attributes
    ----------
    strength
        1 clear, 2 severe.
    """

    name: str
    observed: str
    expected: str
    strength: Literal[1, 2]


def input_scales(run: TrainingRun) -> tuple[InputScale, ...] | Missing:
    """Return the scale of every input after the layers that rescale it, in the order of inputs."""
    if isinstance(run.model, Missing):
        return run.model
    if not run.data.inputs:
        return Missing("the inputs were not seen")
    ways = entries_of(run.model, run.data.inputs)
    if isinstance(ways, Missing):
        ways = (Entry("unknown"),) * len(run.data.inputs)
    return tuple(map(_scale, run.data.inputs, ways))


def _scale(stats: ArrayStats, entry: Entry) -> InputScale:
    ends = sorted(value * entry.scale + entry.offset for value in (stats.minimum, stats.maximum))
    size = math.hypot(stats.mean * entry.scale + entry.offset, stats.std * entry.scale)
    length = size * math.sqrt(math.prod(axis or 1 for axis in stats.shape))
    columns = column_sizes(stats)
    if not isinstance(columns, Missing) and columns and (entry.scale, entry.offset) == (1.0, 0.0):
        size = max(size, *columns)
    return InputScale(stats, entry, ends[0], ends[1], size, length)


def scale_effects(run: TrainingRun) -> tuple[Effect, ...]:
    """Find what a too large scale does before the first step; empty without a probe."""
    probe = first_probe(run)
    if probe is None:
        return ()
    found = (_loss_effect(run), _output_effect(run, probe), _saturation(probe))
    return tuple(effect for effect in found if effect is not None)


def _strength(value: float, severe: float) -> Literal[1, 2]:
    return 2 if value >= severe else 1


def _loss_effect(run: TrainingRun) -> Effect | None:
    """Cross-entropies only: the first loss of a distance is large for large targets as well."""
    outputs = outputs_of(run)
    if isinstance(outputs, Missing) or not all("cross" in item.loss_name for item in outputs):
        return None
    share = start_loss_share(run)
    if isinstance(share, Missing) or share < LOSS_SHARE:
        return None
    return Effect(
        "loss before the first step",
        say("{share:.3g} times that of always predicting the same value", share=share),
        "at most 1.3 times",
        _strength(share, LOSS_SHARE_SEVERE),
    )


def _output_effect(run: TrainingRun, probe: Probe) -> Effect | None:
    outputs = outputs_of(run)
    if isinstance(outputs, Missing) or len(outputs) != len(probe.outputs):
        return None
    found: list[Effect] = []
    for output, seen in zip(outputs, probe.outputs, strict=True):
        if isinstance(output.labels, Missing):
            continue
        size, target = math.hypot(seen.mean, seen.std), rms(output.labels)
        # Answers of unit size are sound for targets however small.
        ratio = size / max(target, 1.0)
        if math.isfinite(ratio) and ratio >= OUTPUT_RATIO:
            strength = _strength(ratio, OUTPUT_RATIO_SEVERE)
            observed = say(
                "typically {size:.3g}, targets typically {target:.3g}", size=size, target=target
            )
            found.append(
                Effect("predictions before the first step", observed, "of one size", strength)
            )
    return max(found, key=lambda effect: effect.strength, default=None)


def _saturation(probe: Probe) -> Effect | None:
    layers = saturated_layers(probe, SATURATED) if activations(probe) else ()
    heads = {item.output for item in probe.outputs}
    worst = max(
        (layer for layer in layers if layer.layer not in heads),
        key=lambda layer: layer.saturated or 0.0,
        default=None,
    )
    if worst is None or worst.saturated is None:
        return None
    return Effect(
        say(
            "'{layer}' at the bounds of {activation}",
            layer=worst.layer,
            activation=worst.activation,
        ),
        say("{share:.0%} of its values before the first step", share=worst.saturated),
        "under 2 %",
        _strength(worst.saturated, SATURATED_SEVERE),
    )
