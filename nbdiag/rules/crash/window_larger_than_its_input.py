"""NBD814: a window is larger than what it slides over."""

from collections.abc import Iterator

from nbdiag.facts.crash.exception import Crash, shape_after, written
from nbdiag.facts.crash.layer_chain import Step, steps_of, too_wide
from nbdiag.facts.crash.shapes import received
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.layer_chain import declared
from nbdiag.syntax.values import row_shape


class WindowLargerThanItsInput(CrashRule):
    """A window is larger than what it slides over.

    What it finds
    -------------
    A convolution or pooling whose kernel or pool size is larger than the maps that reach it, so
    that nothing would be left.

    Why it hurts
    ------------
    Every unpadded convolution takes kernel - 1 off each side and every pooling divides it. Small
    pictures run out after a few of them.

    Example
    -------
    ::

        layers.Input((8, 8, 1)), layers.Conv2D(16, 5), layers.MaxPooling2D(2), layers.Conv2D(32, 3),

    Use instead
    -----------
    ::

        layers.Conv2D(32, 3, padding="same"),

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with.

    Thresholds and their source
    ---------------------------
    None: sizes are compared exactly.

    References
    ----------
    Keras documentation, Conv2D layer: padding; Dumoulin and Visin, A guide to convolution
    arithmetic for deep learning (2016).
    """

    code = "NBD814"
    name = "window-larger-than-its-input"
    aspect = "architecture"
    kind = "window"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Find every window that does not fit, and pad."""
        row = row_shape(run) or next(iter(declared(run)), None)
        got = received(crash.line)
        steps = steps_of(run)
        wide = too_wide(steps, row) or _like(steps, crash)
        kernel = shape_after(crash.line, "kernel shape=") or shape_after(crash.line, "pool_size=")
        axes = len(got) - 1 if got else 1
        window = kernel[:axes] if kernel else None
        name = wide[0].name if wide else crash.caller or say("A layer")
        yield self.explain(
            crash,
            say(
                "{name} slides a window of {window} over maps of {maps}: it does not fit, nothing "
                "would be left.",
                name=name,
                window=written(window),
                maps=written(got),
            ),
            (
                Evidence(
                    "maps that reach it",
                    written(got),
                    say("at least {window}", window=written(window)),
                    "Keras",
                ),
            ),
            first_of(
                fix_of("Pad the maps", *(step.set("padding", "same") for step in wide)),
                otherwise='Use padding="same", a smaller window or fewer poolings',
            ),
        )


def _like(steps: tuple[Step, ...], crash: Crash) -> tuple[Step, ...]:
    """Return all layers of the failing kind where sizes could not be worked out."""
    pools = "pool_size" in crash.line
    return tuple(
        step
        for step in steps
        if step.needs is not None
        and "Global" not in step.name
        and step.name.startswith(("MaxPooling", "AveragePooling") if pools else "Conv")
        and step.config.get("padding") != "same"
    )
