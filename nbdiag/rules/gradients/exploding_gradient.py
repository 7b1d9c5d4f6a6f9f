"""NBD602: the gradient is far larger than the loss it comes from."""

from collections.abc import Iterator
from math import isfinite

from nbdiag.facts.model.graph import freely_scaled
from nbdiag.facts.optimization.gradients import (
    by_layer,
    global_norm,
    least_loss,
    leverage,
    measured,
)
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Probe
from nbdiag.schema.run import TrainingRun

HUGE = 1000.0


class ExplodingGradient(Rule):
    """The gradient is far larger than the loss it comes from.

    What it finds
    -------------
    A gradient that is NaN or infinite, or a thousand times the loss in relation to the weights,
    in a training that has not succeeded.

    Why it hurts
    ------------
    A change of the weights by a thousandth then changes the loss by its own size: no step of a
    usual length can follow that. Plain descent overflows; Adam stumbles from wall to wall.

    Example
    -------
    ::

        for _ in range(12):
            model.add(layers.Dense(64, "relu", kernel_initializer=RandomNormal(stddev=0.5)))

    Use instead
    -----------
    Look at the cause above this symptom: inputs or weights drawn on too large a scale, long
    recurrences. ``clipnorm=1.0`` in the optimizer bounds the step while you look.

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    Leverage (`nbdiag.facts.optimization.gradients.leverage`) of 1,000; fresh sound networks measure
    0.01 to 60, raw bytes 250 to 1,000. Late in a good training leverage grows because the loss goes
    to 0, so only failed ones are judged, and a loss that has fallen counts as that before the first
    step. Of a loss that goes below 0 only the gradient's being a number is judged. Weights whose
    output a normalization follows are left out, and its own: however large the gradient, the size
    of such weights does not matter, and steps on them find their own length. Fresh, sound networks
    of ``keras.applications`` measure 1,100 to 10,000 with those weights and 4 to 32 without.

    References
    ----------
    Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks", ICML 2013.
    Arora, Li, Lyu, "Theoretical analysis of auto rate-tuning by batch normalization", ICLR 2019.
    """

    code = "NBD602"
    name = "exploding-gradient"
    aspect = "curves"
    role = "symptom"
    severity = "error"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Judge every measurement of the gradient, and report the first that is too large."""
        probes = known(measured(run))
        ending = ending_of(run)
        if ending.works:
            return
        least = least_loss(run)
        free = frozenset() if isinstance(run.model, Missing) else freely_scaled(run.model)
        for probe in probes:
            seen = _explosion(probe, least, free)
            if seen is None:
                continue
            layers = [item for item in by_layer(probe) if isfinite(item.norm)]
            where = (
                say("largest in '{layer}'", layer=max(layers, key=lambda item: item.norm).layer)
                if layers
                else say("in every layer")
            )
            when = (
                say("before step 1")
                if probe.moment == "start"
                else say("after epoch {epoch}", epoch=probe.epoch)
            )
            yield self.finding(
                say(
                    "Your gradient explodes {when} ({where}): it is {seen}.",
                    when=when,
                    seen=seen,
                    where=where,
                ),
                (
                    Evidence(
                        say("gradient {when}", when=when),
                        say("norm {norm:.3g}", norm=global_norm(probe)),
                        "leverage 0.1 to 100",
                        say("probe {when}", when=when),
                    ),
                ),
                severity="error" if ending.verdict == "failed" else "warning",
            )
            return


def _explosion(probe: Probe, least: float, free: frozenset[str]) -> str | None:
    norm, reach = global_norm(probe), leverage(probe, least=least, without=free)
    if not isinstance(norm, Missing) and not isfinite(norm):
        return say("NaN or infinite")
    if isinstance(reach, Missing) or reach < HUGE:
        return None
    return say("{reach:.3g} times the loss, relative to the weights", reach=reach)
