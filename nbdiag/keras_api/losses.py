"""Keras' losses: their names, and what they expect of the output and the labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from nbdiag.keras_api.table import parameters, rows, words

Family = Literal[
    "alignment",
    "binary",
    "categorical",
    "counting",
    "distance",
    "divergence",
    "margin",
    "overlap",
    "similarity",
    "sparse",
    "sparse_generalized",
]


@dataclass(frozen=True, slots=True)
class LossClass:
    """A loss.

    Attributes
    ----------
    name
        Of the class.
    word
        The name that ``compile(loss=…)`` takes, and that a report uses.
    family
        What it compares, and in which form the labels are.
    expects
        Of the output, without ``from_logits``: "probabilities", a "distribution", "signs",
        "numbers", "positive" numbers, "vectors" or "logits".
    traits
        "scale_free": means the same for standardized targets.
    title
        The name in a sentence.
    parameters
        Of the class, in order.
    """

    name: str
    word: str
    family: str
    expects: str
    traits: frozenset[str]
    title: str
    parameters: tuple[str, ...]


_ROWS = tuple(rows("losses"))
LOSSES: Mapping[str, LossClass] = {
    row["word"]: LossClass(
        name=row["name"],
        word=row["word"],
        family=row["family"],
        expects=row["expects"],
        traits=words(row["traits"]),
        title=row["title"],
        parameters=parameters(row["parameters"]),
    )
    for row in _ROWS
}
"""By the word that compile takes."""
SHORT: Mapping[str, str] = {short: row["word"] for row in _ROWS for short in row["short"].split()}
"""Short and older words ("mse") to the full ones."""


def full_name(word: str) -> str:
    """Return the full word of a loss ("mse" is "mean_squared_error")."""
    return SHORT.get(word.lower(), word)


def loss_class(word: str) -> str:
    """Return the class of a loss ("binary_crossentropy" is made by "BinaryCrossentropy")."""
    word = full_name(word)
    known = LOSSES.get(word)
    return known.name if known else "".join(part.capitalize() for part in word.split("_"))


def of_family(*families: Family) -> frozenset[str]:
    """Return the words of the losses of one of the families."""
    return frozenset(word for word, row in LOSSES.items() if row.family in families)


def scale_free() -> frozenset[str]:
    """Return the words of the losses that mean the same for standardized targets."""
    return frozenset(word for word, row in LOSSES.items() if "scale_free" in row.traits)
