"""NBD804: pictures come with their channels first, but the layers expect them last."""

from collections.abc import Iterator

from nbdiag.facts.crash.exception import Crash, written
from nbdiag.language import say_count
from nbdiag.rules.crash.failure import CrashRule, fix_of
from nbdiag.schema.changes import Change, InsertFirst, SetInputShape
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.layer_chain import declared
from nbdiag.syntax.values import row_shape


class ChannelsAheadOfThePicture(CrashRule):
    """Pictures come with their channels first, but the layers expect them last.

    What it finds
    -------------
    Rows such as (1, 28, 28) or (3, 32, 32) in front of two-dimensional convolutions of a Keras
    that is set to channels_last, which is the default.

    Why it hurts
    ------------
    The first axis, one or three long, is taken for the height: windows of three do not fit into
    it, and the width is taken for channels.

    Example
    -------
    ::

        layers.Input(shape=(1, 28, 28)),
        layers.Conv2D(32, 3),

    Use instead
    -----------
    ::

        layers.Input(shape=(1, 28, 28)),
        layers.Permute((2, 3, 1)),          # (28, 28, 1)
        layers.Conv2D(32, 3),

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with. The axes are moved inside the model, so that later predictions cannot forget it.

    Thresholds and their source
    ---------------------------
    A first axis of at most 4, and both others at least 6: the channels of grey, colour and
    transparent pictures.

    References
    ----------
    Keras documentation, image_data_format.
    """

    code = "NBD804"
    name = "channels-ahead-of-the-picture"
    aspect = "inputs"
    kind = "channels first"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Find the channel axis and move it inside the model."""
        shape = next(iter(declared(run)), None)
        row = row_shape(run) or shape
        if row is None:
            return
        wanted = (*row[1:], row[0])
        moved: list[Change] = [SetInputShape(row)] if shape not in (None, row) else []
        yield self.explain(
            crash,
            say_count(
                "Each image has the shape {shape}, its {number} channel first, but the layers "
                "expect channels last: {wanted}.",
                "Each image has the shape {shape}, its {number} channels first, but the layers "
                "expect channels last: {wanted}.",
                row[0] or 0,
                shape=written(row),
                wanted=written(wanted),
            ),
            (Evidence("shape of one image", written(row), written(wanted), "inputs"),),
            [fix_of("Move the channels to the end", *moved, InsertFirst("Permute", (2, 3, 1)))],
        )
