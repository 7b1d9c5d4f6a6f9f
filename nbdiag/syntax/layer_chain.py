"""The layers that the text declares: the shapes of one row."""

from collections.abc import Iterator

from nbdiag.schema.cell import Shape
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import calls_of
from nbdiag.syntax.values import value_of


def declared(run: TrainingRun) -> Iterator[Shape]:
    """Return the shapes of one row that the text declares, in ``Input`` or ``input_shape``."""
    for found in calls_of(run):
        if found.name in ("Input", "InputLayer"):
            shape = _sizes(value_of(run, found.argument(0, "shape", "input_shape")))
            batch = _sizes(value_of(run, found.argument(-1, "batch_shape", "batch_input_shape")))
        else:
            shape = _sizes(value_of(run, found.argument(-1, "input_shape")))
            batch = _sizes(value_of(run, found.argument(-1, "batch_input_shape")))
            size = value_of(run, found.argument(-1, "input_dim"))
            if shape is None and isinstance(size, int) and found.name != "Embedding":
                shape = (size,)
        if shape is not None:
            yield shape
        elif batch:
            yield batch[1:]


def _sizes(value: object) -> Shape | None:
    if isinstance(value, tuple) and all(item is None or isinstance(item, int) for item in value):
        return value
    return None
