"""Keras' metrics: their names, the labels they read, and which direction is better."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from nbdiag.keras_api.table import parameters, rows, words

Trait = Literal["accuracy", "of_classes", "threshold"]


@dataclass(frozen=True, slots=True)
class MetricClass:
    """A metric.

    Attributes
    ----------
    name
        Of the class.
    word
        Its key in the history.
    better
        "higher", "lower", or "" where neither is.
    labels
        "binary", "one_hot", "class_numbers", or "" for any.
    traits
        "accuracy": a share of samples that are right. "of_classes": means nothing for numbers.
        "threshold": cuts the prediction somewhere.
    parameters
        Of the class, in order.
    """

    name: str
    word: str
    better: str
    labels: str
    traits: frozenset[str]
    parameters: tuple[str, ...]


METRICS: Mapping[str, MetricClass] = {
    row["word"]: MetricClass(
        name=row["name"],
        word=row["word"],
        better=row["better"],
        labels=row["labels"],
        traits=words(row["traits"]),
        parameters=parameters(row["parameters"]),
    )
    for row in rows("metrics")
}
"""By the key in the history."""


def with_trait(trait: Trait) -> frozenset[str]:
    """Return the keys of the metrics that have a trait."""
    return frozenset(word for word, row in METRICS.items() if trait in row.traits)


def rising() -> frozenset[str]:
    """Return the keys of the metrics that are better when they are higher, "acc" among them."""
    return frozenset(word for word, row in METRICS.items() if row.better == "higher") | {"acc"}


def reading(labels: str) -> frozenset[str]:
    """Return the keys of the metrics that read labels of a form."""
    return frozenset(word for word, row in METRICS.items() if row.labels == labels)


def names_of(word: str) -> frozenset[str]:
    """Return both names of a metric: its key and its class."""
    return frozenset({word, METRICS[word].name}) if word in METRICS else frozenset({word})
