"""A `TrainingRun`: the record of one watched call of ``fit``.

Numbers are float64, shapes are per sample unless said otherwise, and shares lie in [0, 1].
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from nbdiag.schema.cell import Cell, Shape
from nbdiag.schema.codec import from_json, to_bytes, to_json
from nbdiag.schema.data import Data
from nbdiag.schema.failure import RunError
from nbdiag.schema.history import History
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Model
from nbdiag.schema.probe import Probe
from nbdiag.schema.setup import CompileSetup, FitCall

FORMAT = 1


@dataclass(frozen=True)
class Environment:
    """Versions, and what Keras computes on."""

    python: str = ""
    keras: str = ""
    backend: str = ""
    backend_version: str = ""
    nbdiag: str = ""


StoppedBy = Literal["user", "error"]


@dataclass(frozen=True)
class Stopped:
    """A training that was asked to end before its time, and did.

    Attributes
    ----------
    by
        "user" for a click on Stop, "error" for a finding that was certain.
    code
        Of that finding, "" for a click.
    epochs
        Epochs completed when it was asked; the one that ran then is cut short.
    """

    by: StoppedBy
    code: str = ""
    epochs: int = 0


@dataclass(frozen=True)
class PastRun:
    """A former run of this session, for comparison.

    Attributes
    ----------
    cell, fit
        Number of its cell, and which fit of that cell it was (from 1).
    offers
        Digests of the cells that its report offered as repairs.
    source
        Text of its cell; "" when it was not kept. A session may keep no history of its cells.
    held_out
        Samples of the same arrays that ``validation_split`` put aside.
    """

    cell: int
    model: str
    losses: tuple[str, ...]
    epochs: dict[str, tuple[float, ...]]
    input_digest: str = ""
    label_digest: str = ""
    rows: int | None = None
    input_range: tuple[float, float] | None = None
    input_shape: Shape | None = None
    label_shape: Shape | None = None
    cause: str | None = None
    applied: str | None = None
    fit: int = 1
    offers: tuple[str, ...] = ()
    source: str = ""
    held_out: int = 0


@dataclass(frozen=True)
class TrainingRun:
    """The record of one ``fit``, as a value.

    Attributes
    ----------
    cell
        The watched cell.
    earlier
        Cells that ran before it in this session, oldest first.
    fit_number, fits
        Which fit of the cell this is (from 1), and how many there were.
    started_trained
        Whether the optimizer had already made steps when ``fit`` began.
    previous
        Former runs of the session, oldest first.
    stopped
        Who asked to end the training before its time, None when nobody did.
    """

    cell: Cell
    environment: Environment = Environment()
    earlier: tuple[Cell, ...] = ()
    model: Model | Missing = Missing("no model was seen")
    compile: CompileSetup | Missing = Missing("the model was not compiled")
    fit: FitCall = FitCall()
    data: Data = Data()
    history: History = History()
    probes: tuple[Probe, ...] | Missing = Missing("probes are off")
    error: RunError | None = None
    interrupted: bool = False
    fit_number: int = 1
    fits: int = 1
    started_trained: bool = False
    previous: tuple[PastRun, ...] = ()
    stopped: Stopped | None = None
    format: int = FORMAT

    def to_dict(self) -> dict[str, Any]:
        """Write the run as plain JSON data."""
        plain: dict[str, Any] = to_json(self)
        return plain

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises
        ------
        ValueError
            When the data are not a run, or of a newer format.
        """
        if data.get("format", FORMAT) > FORMAT:
            raise ValueError(
                f"This run has format {data['format']}, newer than {FORMAT}: upgrade nbdiag."
            )
        return from_json(cls, data)

    def save(self, path: str | Path) -> None:
        """Write the whole run to a JSON file, nothing masked; to hand on, save its report."""
        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=1)
        Path(path).write_bytes(to_bytes(text + "\n"))

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a run from a JSON file."""
        return cls.from_dict(json.loads(Path(path).read_text(encoding="utf-8")))
