"""See the batches of a stream as they pass; none is read that the training does not read."""

import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np

from nbdiag.capture.arrays import Array, as_array
from nbdiag.capture.call import kind_of
from nbdiag.schema.missing import Missing

_ROWS = 4096
_BYTES = 32 * 2**20
# A pipeline asks for this many batches to be shown, then passes them on unseen.
_BATCHES = 256


class Tap:
    """Keeps copies of the first batches of a stream: up to 4096 rows or 32 MB, at least one."""

    def __init__(self) -> None:
        self.batches: list[Any] = []
        self.trouble: str | None = None
        self.closed = False
        self._rows = 0
        self._bytes = 0

    @property
    def full(self) -> bool:
        """Whether nothing more is kept."""
        return (
            self.closed or self._rows >= _ROWS or self._bytes >= _BYTES or self.trouble is not None
        )

    def see(self, batch: Any) -> None:
        """Keep a copy of a batch, while there is room."""
        if self.full:
            return
        try:
            copy = _copied(batch)
        except (TypeError, ValueError) as problem:
            self.trouble = f"the batches hold no plain arrays ({problem})"
            return
        leaves = _flat(copy)
        self._rows += len(leaves[0]) if leaves and leaves[0].ndim else 1
        self._bytes += sum(leaf.nbytes for leaf in leaves)
        self.batches.append(copy)

    def first(self) -> tuple[Any, Any, Any]:
        """Give inputs, labels and weights of the first batch."""
        return _parts(self.batches[0])

    def first_rows(self) -> int:
        """Give the number of rows of the first batch."""
        leaves = _flat(self.batches[0])
        return len(leaves[0]) if leaves and leaves[0].ndim else 0

    def parts(self) -> tuple[Any, Any, Any]:
        """Give inputs, labels and weights of all rows kept, joined."""
        joined = [_parts(batch) for batch in self.batches]
        if not joined:
            return None, None, None
        x, y, weights = (_joined([item[place] for item in joined]) for place in range(3))
        return x, y, weights


def tapped(data: Any, tap: Tap) -> Any | Missing:
    """Give a stream that shows its batches to a tap and is otherwise the one given.

    Returns
    -------
    Any or Missing
        Missing when the stream cannot be followed without changing it.
    """
    kind = kind_of(data)
    if kind == "generator":
        return _tapped_generator(data, tap)
    if kind == "PyDataset":
        if data.use_multiprocessing:
            return Missing("the batches are made in other processes")
        return _tapped_dataset(data, tap)
    if kind == "tf.data":
        return _tapped_pipeline(data, tap)
    return Missing("the form of the data is not known to nbdiag")


def _tapped_generator(data: Any, tap: Tap) -> Iterator[Any]:
    # A loop and not "yield from": closing this generator must not close the user's.
    for batch in data:
        tap.see(batch)
        yield batch


def _tapped_dataset(data: Any, tap: Tap) -> Any:
    import keras

    class Shown(keras.utils.PyDataset):  # type: ignore[misc]  # Keras is untyped here
        """Asks the user's data set for everything."""

        workers = property(lambda _: data.workers)
        use_multiprocessing = property(lambda _: data.use_multiprocessing)
        max_queue_size = property(lambda _: data.max_queue_size)
        num_batches = property(lambda _: data.num_batches)

        def __init__(self) -> None:
            """Take nothing: every setting is the user's."""

        def __getitem__(self, index: int) -> Any:
            batch = data[index]
            tap.see(batch)
            return batch

        def on_epoch_begin(self) -> None:
            data.on_epoch_begin()

        def on_epoch_end(self) -> None:
            data.on_epoch_end()

    return Shown()


def _tapped_pipeline(data: Any, tap: Tap) -> Any | Missing:
    import tensorflow as tf

    if not hasattr(data, "element_spec") or not hasattr(data, "enumerate"):
        return Missing("the data are spread over devices")
    spec, watching = data.element_spec, weakref.ref(tap)
    leaves = tf.nest.flatten(spec)
    if not all(isinstance(leaf, tf.TensorSpec) for leaf in leaves):
        return Missing("the batches hold ragged or sparse tensors")

    def show(*tensors: Any) -> None:
        # TensorFlow never lets go of this function: it must hold neither the user's nor our data.
        tap = watching()
        if tap is not None:
            tap.see(tf.nest.pack_sequence_as(spec, tensors))

    def look(number: Any, element: Any) -> Any:
        tf.cond(
            number < _BATCHES,
            lambda: tf.numpy_function(show, tf.nest.flatten(element), []) and tf.no_op(),
            tf.no_op,
        )
        return element

    # Converting a function by AutoGraph would draw from Python's random numbers.
    return data.enumerate().map(tf.autograph.experimental.do_not_convert(look))


def _copied(given: Any) -> Any:
    if given is None:
        return None
    if isinstance(given, dict):
        return {key: _copied(item) for key, item in given.items()}
    if isinstance(given, list | tuple):
        return tuple(_copied(item) for item in given)
    array = as_array(given)
    if array is None:
        raise TypeError(type(given).__name__)
    return np.array(array)


def _parts(batch: Any) -> tuple[Any, Any, Any]:
    """Split a batch as Keras does: a tuple is (inputs, labels, weights), all else is inputs."""
    if isinstance(batch, tuple):
        x, y, weights = (*batch, None, None)[:3]
        return x, y, weights
    return batch, None, None


def _flat(given: Any) -> list[Array]:
    if given is None:
        return []
    if isinstance(given, dict):
        return [leaf for item in given.values() for leaf in _flat(item)]
    if isinstance(given, tuple):
        return [leaf for item in given for leaf in _flat(item)]
    return [given]


def _joined(items: list[Any]) -> Any:
    first = items[0]
    if first is None:
        return None
    if isinstance(first, dict):
        return {key: _joined([item[key] for item in items]) for key in first}
    if isinstance(first, tuple):
        return tuple(_joined([item[place] for item in items]) for place in range(len(first)))
    fitting = [item for item in items if item.shape[1:] == first.shape[1:]]
    return np.concatenate(fitting) if first.ndim else np.array(items)
