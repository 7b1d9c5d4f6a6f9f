"""NBD805: pictures come without a channel axis."""

from collections.abc import Iterator

from nbdiag.facts.crash.exception import Crash, written
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.changes import InsertFirst
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.layer_chain import declared
from nbdiag.syntax.values import row_shape


class PictureWithoutChannelAxis(CrashRule):
    """Pictures come without a channel axis.

    What it finds
    -------------
    Rows of two axes in front of a two-dimensional convolution or pooling (or of three in front of
    a three-dimensional one): grey pictures of (28, 28) instead of (28, 28, 1).

    Why it hurts
    ------------
    A convolution needs height, width and channels. Data sets of grey pictures, MNIST first of
    all, are stored without the last.

    Example
    -------
    ::

        model = Sequential([Conv2D(16, 3), Flatten(), Dense(10)])
        model.fit(x, y)                    # x.shape is (60000, 28, 28)

    Use instead
    -----------
    ::

        model = Sequential([Reshape((28, 28, 1)), Conv2D(16, 3), Flatten(), Dense(10)])

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with. The axis is added inside the model, so that later predictions cannot forget it.

    Thresholds and their source
    ---------------------------
    None: sizes are compared exactly.

    References
    ----------
    Keras documentation, Conv2D layer: input shape.
    """

    code = "NBD805"
    name = "picture-without-channel-axis"
    aspect = "inputs"
    kind = "channel axis"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Add the axis inside the model."""
        row = row_shape(run) or next(iter(declared(run)), None)
        if row is None:
            return
        wanted = (*row, 1)
        change = None
        if all(size is not None for size in row):
            change = InsertFirst("Reshape", tuple(size or 1 for size in wanted))
        yield self.explain(
            crash,
            say(
                "Each sample has the shape {row}, but {layer} needs a channel axis at the end: "
                "{wanted}.",
                row=written(row),
                layer=crash.layer or say("the first layer"),
                wanted=written(wanted),
            ),
            (Evidence("shape of one sample", written(row), written(wanted), "inputs"),),
            first_of(
                fix_of("Add the channel axis inside the model", change),
                otherwise="Give fit the images as X[..., np.newaxis]",
            ),
        )
