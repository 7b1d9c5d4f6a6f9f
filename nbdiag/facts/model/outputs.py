"""Each output of a model with its own loss, metrics and labels, and what it returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from nbdiag.facts.cache import per_run
from nbdiag.facts.model.losses import canonical
from nbdiag.keras_api.activations import KNOWN, RANGES, with_trait
from nbdiag.language import say
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Head, Model
from nbdiag.schema.probe import OutputProbe
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import Loss, Metric

T = TypeVar("T", Loss, ArrayStats)
SHARES = with_trait("sums_to_one")

Gives = Literal["distribution", "probabilities", "scores"]

ROW_SUM_TOLERANCE = 1e-2  # a float16 softmax of a few hundred units sums to 1 within 0.4 %


@dataclass(frozen=True)
class Output:
    """One output of the model and what ``compile`` and ``fit`` gave it.

    Attributes
    ----------
    key
        How changes name the output: "" when the model has one.
    loss, labels
        Its own loss and labels.
    loss_name
        Keras' full name of the loss, "" for a custom one or none.
    """

    key: str
    head: Head
    loss: Loss | Missing
    labels: ArrayStats | Missing
    validation_labels: ArrayStats | Missing
    metrics: tuple[Metric, ...] = ()

    @property
    def loss_name(self) -> str:
        """Keras' full name of the loss, "" when it is custom or unknown."""
        return "" if isinstance(self.loss, Missing) else canonical(self.loss)

    @property
    def from_logits(self) -> bool:
        """Whether the loss expects raw scores."""
        return not isinstance(self.loss, Missing) and self.loss.from_logits

    @property
    def label(self) -> str:
        """Words for the output in a sentence: "the output", or "the output 'kind'"."""
        return say("the output '{key}'", key=self.key) if self.key else say("the output")

    @property
    def opening(self) -> str:
        """The same words, to begin a sentence with."""
        return f"{self.label[0].upper()}{self.label[1:]}"


@dataclass(frozen=True)
class Seen:
    """The range of an output over all probes.

    Attributes
    ----------
    inside
        Least share of values in [0, 1] over the probes.
    row_sums
        Least and greatest sum over the last axis.
    """

    low: float
    high: float
    inside: float
    row_sums: tuple[float, float]


@per_run
def outputs_of(run: TrainingRun) -> tuple[Output, ...] | Missing:
    """Pair every output of the model with its loss, labels and metrics.

    Parameters
    ----------
    run
        The recorded training.

    Returns
    -------
    tuple of Output
        In the model's order; `Missing` when the model or its compilation was not seen.
    """
    if isinstance(run.model, Missing):
        return run.model
    if isinstance(run.compile, Missing):
        return run.compile
    setup = run.compile
    heads = run.model.heads or _unnamed(run.model, len(setup.losses))
    if not heads:
        return Missing("the model's outputs were not seen")
    single = len(heads) == 1
    names = [head.output for head in heads]
    losses = {item.output: item for item in setup.losses}
    labels = {item.name: item for item in run.data.labels}
    validation = {item.name: item for item in run.data.validation_labels}
    return tuple(
        Output(
            key="" if single else head.output,
            head=head,
            loss=_of(losses, names, place, "loss"),
            labels=_of(labels, names, place, "label"),
            validation_labels=_of(validation, names, place, "validation label"),
            metrics=tuple(
                item for item in setup.metrics if single or item.output in ("", head.output)
            ),
        )
        for place, head in enumerate(heads)
    )


def _unnamed(model: Model, losses: int) -> tuple[Head, ...]:
    """Stand in for the one output of a model that has no graph to read."""
    lack = Missing(say("the output is made by the custom class {model}", model=model.class_name))
    return (Head("", lack),) if losses == 1 and model.kind == "subclass" else ()


def output_of(run: TrainingRun, key: str = "") -> Output | Missing:
    """Return one output by its key; "" is the only one, or the first."""
    outputs = outputs_of(run)
    if isinstance(outputs, Missing):
        return outputs
    named = [item for item in outputs if key in (item.key, item.head.output)]
    if named or not key:
        return (named or list(outputs))[0]
    return Missing(say("the model has no output '{output}'", output=key))


def seen_range(run: TrainingRun, output: Output) -> Seen | Missing:
    """Measure the range of an output over all probes.

    Returns
    -------
    Seen
        `Missing` without probes, or where an output was not finite.
    """
    probes = _probes_of(run, output)
    if isinstance(probes, Missing):
        return probes
    if any(item.nans for item in probes):
        return Missing("the output was not a number")
    return Seen(
        low=min(item.minimum for item in probes),
        high=max(item.maximum for item in probes),
        inside=min(item.in_unit for item in probes),
        row_sums=(
            min(item.row_sums[0] for item in probes),
            max(item.row_sums[1] for item in probes),
        ),
    )


def gives(run: TrainingRun, output: Output) -> Gives | Missing:
    """Find what an output returns, by its activation or else by its measured range.

    An output whose activation is not in the configuration (a Lambda, an operation, a subclassed
    model) is judged by what it returned on the probe batch alone.

    Returns
    -------
    {"distribution", "probabilities", "scores"}
        "distribution": numbers in [0, 1] that sum to 1 over two or more units. "probabilities":
        numbers in [0, 1]. "scores": anything else.
    """
    activation = output.head.activation
    if activation in SHARES:
        return "distribution"
    if isinstance(activation, str) and activation in KNOWN:
        return "probabilities" if RANGES.get(activation) == (0.0, 1.0) else "scores"
    seen = seen_range(run, output)
    if isinstance(seen, Missing):
        return seen
    if seen.low < 0 or seen.high > 1:
        return "scores"
    low, high = seen.row_sums
    summed = abs(low - 1) < ROW_SUM_TOLERANCE and abs(high - 1) < ROW_SUM_TOLERANCE
    return "distribution" if summed and (output.head.units or 1) > 1 else "probabilities"


def is_configured(output: Output) -> bool:
    """Whether the configuration itself shows the output's activation."""
    return output.head.activation in KNOWN


def _probes_of(run: TrainingRun, output: Output) -> list[OutputProbe] | Missing:
    if isinstance(run.probes, Missing):
        return run.probes
    found = [
        item
        for probe in run.probes
        for item in probe.outputs
        if not output.key or item.output == output.head.output
    ]
    return found or Missing("the output was not probed")


def _of(items: Mapping[str, T], names: list[str], place: int, what: str) -> T | Missing:
    """Find an output's item by name, or by place when none of them is named after an output."""
    if names[place] in items:
        return items[names[place]]
    if len(items) == len(names) and not set(items) & set(names):
        return list(items.values())[place]
    return Missing(
        say("no {what} was seen for the output '{output}'", what=say(what), output=names[place])
    )
