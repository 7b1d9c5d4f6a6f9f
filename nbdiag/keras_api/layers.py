"""Keras' layers: a row a class, with what each does to a signal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from nbdiag.keras_api.table import parameters, positional, rows, words

Role = Literal[
    "activation",
    "attention",
    "augmentation",
    "cell",
    "convolution",
    "dense",
    "embedding",
    "global_pooling",
    "input",
    "lookup",
    "merge",
    "noise",
    "normalization",
    "other",
    "pooling",
    "preparation",
    "recurrent",
    "reshape",
    "resize",
    "wrapper",
]
Trait = Literal[
    "affine",  # a scale and a shift of each value
    "drops",  # leaves values out in training
    "keeps_scale",  # not linear, but the size of a signal survives it
    "keeps_shape",  # the output has the shape of the input
    "linear",  # a linear function of the input, of about its size
    "moves",  # output values are input values, moved or copied
    "normalizes",  # puts any input on a common scale
    "unbounded",  # output values have no bounds whatever the input is
]


@dataclass(frozen=True, slots=True)
class LayerClass:
    """A class of layers.

    Attributes
    ----------
    name
        Of the class in Keras 3.
    role
        What it is used for.
    axes
        Axes that its input must have, the batch among them; None for any number.
    traits
        What it keeps and changes.
    parameters
        Names in the order of the newest Keras that the table knows.
    positional
        Those of them that can be given by position.
    since
        Version of Keras 3 that has it first, "" for the oldest supported one, "-" for a class that
        only older Keras has.
    """

    name: str
    role: Role
    axes: int | None
    traits: frozenset[str]
    parameters: tuple[str, ...]
    positional: tuple[str, ...]
    since: str


def _layer(row: Mapping[str, str]) -> LayerClass:
    role = row["role"]
    if role not in get_args(Role) or not words(row["traits"]) <= set(get_args(Trait)):
        raise ValueError(f"the row of {row['name']} has an unknown role or trait")
    return LayerClass(
        name=row["name"],
        role=role,  # type: ignore[arg-type]  # compared above
        axes=int(row["axes"]) if row["axes"] else None,
        traits=words(row["traits"]),
        parameters=parameters(row["parameters"]),
        positional=positional(row["parameters"]),
        since=row["since"],
    )


_ROWS = tuple(rows("layers"))
LAYERS: Mapping[str, LayerClass] = {row["name"]: _layer(row) for row in _ROWS}
ALIASES: Mapping[str, str] = {also: row["name"] for row in _ROWS for also in row["also"].split()}
"""Second names of classes (``Convolution2D``) to their own (``Conv2D``)."""


def class_name(name: str) -> str:
    """Return the class that Keras means by a name (``MaxPool2D`` is ``MaxPooling2D``)."""
    return ALIASES.get(name, name)


def layer_class(name: str) -> LayerClass | None:
    """Find a class by its name or second name."""
    return LAYERS.get(class_name(name))


def is_layer(name: str) -> bool:
    """Whether a name is that of a layer whose place in a model is known, ``Input`` among them."""
    return name == "Input" or layer_class(name) is not None


def with_role(*roles: Role) -> frozenset[str]:
    """Return the names of the classes that have one of the roles."""
    return frozenset(name for name, row in LAYERS.items() if row.role in roles)


def with_trait(*traits: Trait) -> frozenset[str]:
    """Return the names of the classes that have one of the traits."""
    return frozenset(name for name, row in LAYERS.items() if not row.traits.isdisjoint(traits))


def with_axes(axes: int) -> frozenset[str]:
    """Return the names of the classes whose input has so many axes, the batch among them."""
    return frozenset(name for name, row in LAYERS.items() if row.axes == axes)
