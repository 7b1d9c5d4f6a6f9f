"""NBD512: convolutions that see a few pixels, averaged over the whole picture."""

from collections.abc import Iterator

from nbdiag.facts.model.receptive_field import view_of
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun

SHARE = 0.25  # of the picture's side


class NarrowView(Rule):
    """Convolutions see a few pixels each, and an average over the picture follows.

    What it finds
    -------------
    A chain of convolutions and poolings that ends in a global pooling while one unit sees
    less than a quarter of the picture's side, on a training that learnt little.

    Why it hurts
    ------------
    What a unit does not see it cannot recognize: a field of 5 x 5 pixels distinguishes textures,
    not shapes, and the global pooling after it counts textures.

    Example
    -------
    ::

        layers.Conv2D(32, 3), layers.Conv2D(32, 3), layers.GlobalAveragePooling2D()   # on 128 x 128

    Use instead
    -----------
    ::

        layers.Conv2D(32, 3), layers.MaxPooling2D(), layers.Conv2D(64, 3), layers.MaxPooling2D(), …

    Fix safety
    ----------
    No fix is offered: how far to look is a matter of the task.

    Thresholds and their source
    ---------------------------
    A quarter of the shorter side, by the formula of Araujo et al. Advice only: textures can be
    what is asked for.

    References
    ----------
    Araujo, Norris, Sim (2019), Computing receptive fields of convolutional neural networks.
    """

    code = "NBD512"
    name = "narrow-view"
    aspect = "architecture"
    role = "advice"
    severity = "info"
    confidence = "suspected"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the receptive field with the picture."""
        view = known(view_of(known(run.model)))
        if ending_of(run).verdict not in ("fair", "failed") or view.seen >= SHARE * view.side:
            return
        message = say(
            "Each unit in front of '{pooling}' sees {seen} x {seen} of your {side} pixels a side: "
            "enough for textures, not for shapes. Pool in between.",
            pooling=view.pooling,
            seen=view.seen,
            side=view.side,
        )
        evidence = Evidence(
            "receptive field",
            say("{seen} pixels", seen=view.seen),
            say("{limit:.0f} and more", limit=SHARE * view.side),
            "model",
        )
        yield self.finding(message, (evidence, *ending_of(run).evidence()))
