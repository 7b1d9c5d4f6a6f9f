"""The samples that a training took from its streams, kept for a trial."""

from collections.abc import Mapping
from typing import Any, Protocol


class Streams(Protocol):
    """The streams of a ``fit``, such as `nbdiag.capture.data.stream.Stream`."""

    replaced: dict[str, Any]

    def seen(self, name: str) -> tuple[Any, Any, Any]:
        """Return inputs, labels and weights of all samples kept of one side; None for none."""

    def batch_rows(self) -> int | None:
        """Return the size of the first batch of the training, None before it passed."""


class SeenSamples:
    """Arrays in place of the streams of one ``fit``: a trial must not read these again.

    They are the first samples that passed, as many as `nbdiag.capture.data.iterator_proxy` keeps,
    in their order; those of the validation apart.
    """

    def __init__(self) -> None:
        self.names: frozenset[str] = frozenset()
        self._instead: dict[str, Any] = {}

    def follow(self, stream: Streams | None) -> None:
        """Note which arguments of ``fit`` are streams that are followed."""
        self.names = frozenset() if stream is None else frozenset(stream.replaced)

    def keep(self, stream: Streams, epoch_steps: int | None) -> None:
        """Keep what has passed, before the stream lets go of it.

        Parameters
        ----------
        stream
            The streams of the ``fit``, at its end.
        epoch_steps
            Steps of an epoch that were really run, None when unknown.
        """
        x, y, weights = stream.seen("x")
        if "x" in self.names and x is not None:
            self._instead |= {
                "x": x,
                "y": y,
                "sample_weight": weights,
                "batch_size": stream.batch_rows(),
                "steps_per_epoch": epoch_steps,
                # The order is that of the stream, shuffled by it or not.
                "shuffle": False,
            }
        validation = stream.seen("validation_data")
        if "validation_data" in self.names and validation[0] is not None:
            self._instead["validation_data"] = tuple(
                item for item in validation if item is not None
            )

    def instead_of(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return arguments of ``fit`` with arrays for the streams; without a stream unseen."""
        kept = {name: value for name, value in given.items() if name not in self.names}
        return kept | self._instead
