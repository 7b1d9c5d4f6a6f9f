"""What is known of data that come as a stream."""

from collections.abc import Mapping
from typing import Any

from nbdiag.capture.data.arrays import Array, describe_array, named_arrays
from nbdiag.capture.data.iterator_proxy import IteratorProxy, tapped
from nbdiag.capture.data.split import compare_rows, order_of_batches
from nbdiag.capture.data.tfdata_peek import first_batch
from nbdiag.capture.fit.arguments import Arguments, kind_of
from nbdiag.capture.probe.batch import Batch, take_batch
from nbdiag.capture.probe.tensor_spec import spec_of_rows, spec_of_stream
from nbdiag.schema.data import ArrayStats, Data, Passed
from nbdiag.schema.missing import Missing
from nbdiag.schema.setup import ARRAY_KINDS


class Stream:
    """Training and validation streams of one fit, seen in passing."""

    def __init__(self, arguments: Arguments) -> None:
        self.replaced: dict[str, Any] = {}
        self._given = arguments["x"]
        self._element = getattr(arguments["x"], "element_spec", None)
        self._same = arguments["x"] is not None and arguments["x"] is arguments["validation_data"]
        self._why: Missing | None = None
        self._taps = {"x": IteratorProxy(), "validation_data": IteratorProxy()}
        for name, tap in self._taps.items():
            given = arguments[name]
            if given is None or kind_of(given) in ARRAY_KINDS:
                continue
            followed = tapped(given, tap)
            if not isinstance(followed, Missing):
                self.replaced[name] = followed
            elif name == "x":
                self._why = followed

    @property
    def trains(self) -> bool:
        """Whether the training data are a stream that can be followed."""
        return "x" in self.replaced

    def spec(self) -> tuple[Any, Any, Any] | Missing:
        """Shapes and types of the batches, as far as they are known before the first step."""
        if self._why is not None:
            return self._why
        tap = self._taps["x"]
        if tap.batches:
            x, y, weights = tap.parts()
            return spec_of_rows(x), spec_of_rows(y), spec_of_rows(weights)
        if self._element is not None:
            return spec_of_stream(self._element)
        return Missing("no batch was seen before the first step")

    @property
    def why(self) -> Missing | None:
        """Why the training data cannot be followed, None when they can."""
        return self._why

    def look_ahead(self) -> Missing | None:
        """See a first batch although no training will read one; give why that cannot be.

        Only a pipeline of tf.data can be copied; what else streams has shown its first batch when
        Keras took it, or shows none.
        """
        tap = self._taps["x"]
        if tap.batches:
            return None
        if kind_of(self._given) != "tf.data":
            return Missing("no batch is read before the training")
        batch = first_batch(self._given)
        if isinstance(batch, Missing):
            return batch
        tap.see(batch)
        return None

    def batch(self, most: int) -> Batch | None:
        """Take the probe batch: the first rows that passed."""
        tap = self._taps["x"]
        if not tap.batches:
            return None
        x, y, weights = tap.first()
        taken = take_batch(x, y, weights, tap.first_rows(), most)
        return None if isinstance(taken, Missing) else taken

    def seen(self, name: str) -> tuple[Any, Any, Any]:
        """Return inputs, labels and weights of all samples kept of one side; None for none."""
        return self._taps[name].parts()

    def batch_rows(self) -> int | None:
        """Return the size of the first batch of the training, None before it passed."""
        tap = self._taps["x"]
        return tap.first_rows() if tap.batches else None

    def describe(self, split: Missing) -> Data:
        """Measure what has passed."""
        inputs, labels = self._stats("x")
        others, answers = self._stats("validation_data")
        return Data(inputs, labels, others, answers, split)

    def _stats(self, name: str) -> tuple[tuple[ArrayStats, ...], tuple[ArrayStats, ...]]:
        x, y, _ = self._taps[name].parts()
        return tuple(  # type: ignore[return-value]
            tuple(
                describe_array(item, key, labels=side is y, stream=True)
                for key, item in named_arrays(side).items()
            )
            for side in (x, y)
        )

    def compare(
        self,
        training: Mapping[str, Array],
        validation: Mapping[str, Array],
        epoch_steps: int | None,
    ) -> Passed | Missing:
        """Compare what has passed on both sides; a side of arrays is given.

        Parameters
        ----------
        training, validation
            Inputs of the sides that are arrays, none for a stream.
        epoch_steps
            Steps of an epoch that were really run, None when unknown.
        """
        sides = [list(given.values()) for given in (training, validation)]
        for place, name in enumerate(self._taps):
            if name in self.replaced:
                sides[place] = list(named_arrays(self._taps[name].parts()[0]).values())
        if not sides[0]:
            return Missing("no batch of the training was seen")
        shared, repeated = compare_rows(*sides)
        return Passed(
            training_rows=len(sides[0][0]),
            validation_rows=len(sides[1][0]) if sides[1] else 0,
            shared_rows=shared,
            duplicate_rows=repeated,
            epoch_share=self._epoch_share(len(sides[0][0]), epoch_steps),
            same_object=self._same,
            batch_order=order_of_batches(self._taps["x"].labels),
        )

    def _epoch_share(self, seen: int, steps: int | None) -> float:
        size = self.batch_rows()
        return min(1.0, seen / (size * steps)) if size and steps else 1.0

    def close(self) -> None:
        """Look at no more batches: a second epoch shows the same rows."""
        for tap in self._taps.values():
            tap.closed = True

    def release(self) -> None:
        """Let go of the rows kept."""
        for tap in self._taps.values():
            tap.batches.clear()
            tap.labels.clear()
        self.replaced.clear()
        self._given = None
