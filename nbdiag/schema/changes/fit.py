"""Changes of how ``fit`` is called."""

from dataclasses import dataclass, field
from typing import ClassVar

from nbdiag.schema.cell import Scalar


@dataclass(frozen=True)
class SetFitArgument:
    """Change one argument of ``fit`` (epochs, batch_size, validation_split, shuffle …)."""

    kind: ClassVar[str] = "set_fit_argument"
    argument: str
    value: Scalar


@dataclass(frozen=True)
class AddCallback:
    """Add a callback of ``keras.callbacks`` to ``fit``."""

    kind: ClassVar[str] = "add_callback"
    name: str
    arguments: dict[str, Scalar] = field(default_factory=dict)
