"""See the batches of a stream as they pass; none is read that the training does not read."""

import math
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np

from nbdiag.capture.data.arrays import as_array
from nbdiag.capture.failure.reason import attempt, message_of
from nbdiag.capture.failure.traces import drop_own_frames
from nbdiag.capture.fit.arguments import kind_of
from nbdiag.schema.missing import Missing

_ROWS = 4096
_BYTES = 32 * 2**20
# Of rows so wide that fewer fit: what a probe needs (capture/batch.py).
_LEAST_ROWS = 16
# Class labels take little room: they are kept for longer, batch by batch.
_LABEL_BYTES = 2**20
_CLASS_COLUMNS = 256
# A pipeline asks for this many batches to be shown, then passes them on unseen.
_BATCHES = 256


class IteratorProxy:
    """Keeps copies of the first batches of a stream: up to 4096 rows or 32 MB, at least one batch.

    A batch that is larger than that itself is cut before it is copied.
    """

    def __init__(self) -> None:
        self.batches: list[Any] = []
        self.trouble: str | None = None
        self.closed = False
        self.labels: list[np.ndarray[Any, Any]] = []
        self._rows = 0
        self._bytes = 0
        self._label_bytes = 0

    @property
    def full(self) -> bool:
        """Whether nothing more is kept."""
        return (
            self.closed or self._rows >= _ROWS or self._bytes >= _BYTES or self.trouble is not None
        )

    def see(self, batch: Any) -> None:
        """Keep a copy of a batch, while there is room; what fails on the way is kept as trouble."""
        if self.closed or self.trouble is not None:
            return
        if self._label_bytes < _LABEL_BYTES:
            kept = attempt("the labels", lambda: self._keep_labels(batch))
            self._label_bytes = _LABEL_BYTES if isinstance(kept, Missing) else self._label_bytes
        if self.full:
            return
        kept = attempt("the batch", lambda: self._keep(batch))
        if isinstance(kept, Missing):
            self.trouble = kept.reason

    def _keep(self, batch: Any) -> None:
        try:
            copy = _copied(batch, _most_rows(_flat(batch)))
        except (TypeError, ValueError) as problem:
            self.trouble = f"the batches hold no plain arrays ({message_of(problem)})"
            return
        leaves = _flat(copy)
        self._rows += len(leaves[0]) if leaves and leaves[0].ndim else 1
        self._bytes += sum(leaf.nbytes for leaf in leaves)
        # One whose parts are others than those of the first could not be joined with it.
        if not self.batches or _form(copy) == _form(self.batches[0]):
            self.batches.append(copy)

    def _keep_labels(self, batch: Any) -> None:
        """Keep the labels of a batch where there is one per sample, or one column per class."""
        labels = _parts(batch)[1]
        shape = _shape(labels)
        flat = len(shape) == 1 or (len(shape) == 2 and (shape[1] or 0) <= _CLASS_COLUMNS)  # noqa: PLR2004
        if not flat:
            self._label_bytes = _LABEL_BYTES
            return
        kept = np.array(labels)
        self._label_bytes += max(kept.nbytes, 1)
        self.labels.append(kept)

    def first(self) -> tuple[Any, Any, Any]:
        """Return inputs, labels and weights of the first batch."""
        return _parts(self.batches[0])

    def first_rows(self) -> int:
        """Return the number of rows of the first batch."""
        leaves = _flat(self.batches[0])
        return len(leaves[0]) if leaves and leaves[0].ndim else 0

    def parts(self) -> tuple[Any, Any, Any]:
        """Return inputs, labels and weights of all rows kept, joined."""
        joined = [_parts(batch) for batch in self.batches]
        if not joined:
            return None, None, None
        x, y, weights = (_joined([item[place] for item in joined]) for place in range(3))
        return x, y, weights


def tapped(data: Any, tap: IteratorProxy) -> Any | Missing:
    """Return a stream that shows its batches to a tap and is otherwise the given one.

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


def _tapped_generator(data: Any, tap: IteratorProxy) -> Iterator[Any]:
    # A loop and not "yield from": closing this generator must not close the user's.
    try:
        for batch in data:
            tap.see(batch)
            yield batch
    except BaseException as error:
        drop_own_frames(error)
        raise


def _tapped_dataset(data: Any, tap: IteratorProxy) -> Any:
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
            try:
                batch = data[index]
            except BaseException as error:
                drop_own_frames(error)
                raise
            tap.see(batch)
            return batch

        def on_epoch_begin(self) -> None:
            data.on_epoch_begin()

        def on_epoch_end(self) -> None:
            data.on_epoch_end()

    return Shown()


def _tapped_pipeline(data: Any, tap: IteratorProxy) -> Any | Missing:
    import tensorflow as tf

    if not hasattr(data, "element_spec") or not hasattr(data, "enumerate"):
        return Missing("the data are spread over devices")
    spec, watching = data.element_spec, weakref.ref(tap)
    leaves = tf.nest.flatten(spec)
    if not all(isinstance(leaf, tf.TensorSpec) for leaf in leaves):
        return Missing("the batches hold ragged or sparse tensors")

    most = _most_rows(leaves)

    def show(*tensors: Any) -> None:
        # TensorFlow never lets go of this function: it must hold neither the user's nor our data.
        tap = watching()
        if tap is not None:
            attempt("the batch", lambda: tap.see(tf.nest.pack_sequence_as(spec, tensors)))

    def cut(element: Any) -> list[Any]:
        flat = zip(tf.nest.flatten(element), leaves, strict=True)
        return [item[:most] if _may_be_longer(leaf.shape, most) else item for item, leaf in flat]

    def look(number: Any, element: Any) -> Any:
        tf.cond(
            number < _BATCHES,
            lambda: tf.numpy_function(show, cut(element), []) and tf.no_op(),
            tf.no_op,
        )
        return element

    # Converting a function by AutoGraph would draw from Python's random numbers.
    return data.enumerate().map(tf.autograph.experimental.do_not_convert(look))


def _most_rows(leaves: list[Any]) -> int:
    """Find how many rows of a batch are kept at most, by the bytes of a row."""
    width = sum(map(_row_bytes, leaves))
    return min(_ROWS, max(_LEAST_ROWS, math.ceil(_BYTES / max(width, 1))))


def _row_bytes(leaf: Any) -> int:
    shape, kind = _shape(leaf), getattr(leaf, "dtype", None)
    size = getattr(kind, "itemsize", None) or getattr(kind, "size", None)
    return math.prod(length or 1 for length in shape[1:]) * (size if isinstance(size, int) else 8)


def _shape(leaf: Any) -> tuple[int | None, ...]:
    shape = getattr(leaf, "shape", None)
    if shape is None or getattr(shape, "rank", 0) is None:
        return ()
    return tuple(None if length is None else int(length) for length in tuple(shape))


def _may_be_longer(shape: Any, most: int) -> bool:
    """Whether the static shape of a tensor leaves room for more rows than are kept."""
    if shape.rank is None or not shape.rank:
        return False
    return shape[0] is None or shape[0] > most


def _copied(given: Any, most: int) -> Any:
    if given is None:
        return None
    if isinstance(given, dict):
        return {key: _copied(item, most) for key, item in given.items()}
    if isinstance(given, list | tuple):
        return tuple(_copied(item, most) for item in given)
    array = as_array(_cut(given, most))
    if array is None:
        raise TypeError(type(given).__name__)
    return np.array(array[:most] if array.ndim else array)


def _cut(given: Any, most: int) -> Any:
    """Cut what is longer and would have to be copied to become an array of NumPy."""
    shape = _shape(given)
    if isinstance(given, np.ndarray) or not shape or (shape[0] or 0) <= most:
        return given
    rows = getattr(given, "iloc", given)
    # What cannot be cut is read whole, and cut then.
    cut = attempt("the rows", lambda: rows[:most])
    return given if isinstance(cut, Missing) else cut


def _form(given: Any) -> Any:
    """Find the parts of a copied batch: keys and places, and whether rows lie there."""
    if isinstance(given, dict):
        return {key: _form(item) for key, item in given.items()}
    if isinstance(given, tuple):
        return tuple(_form(item) for item in given)
    return None if given is None else bool(given.ndim)


def _parts(batch: Any) -> tuple[Any, Any, Any]:
    """Split a batch as Keras does: a tuple is (inputs, labels, weights), all else is inputs."""
    if isinstance(batch, tuple):
        x, y, weights = (*batch, None, None, None)[:3]
        return x, y, weights
    return batch, None, None


def _flat(given: Any) -> list[Any]:
    if given is None:
        return []
    if isinstance(given, dict):
        return [leaf for item in given.values() for leaf in _flat(item)]
    if isinstance(given, list | tuple):
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
