"""NBD601: no gradient arrives, at all or at the first layers."""

from collections.abc import Iterator

from nbdiag.facts.optimization.gradients import (
    by_layer,
    depth_loss,
    leverage,
    measured,
    silent_share,
)
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Probe
from nbdiag.schema.run import TrainingRun

NOTHING = 1e-6
FADED = 1e-3


class VanishingGradient(Rule):
    """No gradient arrives, at all or at the first layers.

    What it finds
    -------------
    Either no weight has a gradient worth the name at two looks in a row: each is exactly zero, or
    a change of all weights by their own size would move the loss by a millionth. Or the gradient
    fades on its way: relative to the weights, the first layer gets less than a thousandth of what
    a later one gets. Both only where the training has not succeeded: a model that has arrived has
    no gradient either.

    Why it hurts
    ------------
    A step is the gradient times the learning rate. Layers without a gradient keep their random
    weights, and all that the later layers see is noise.

    Example
    -------
    ::

        for _ in range(10):
            model.add(layers.Dense(16, activation="sigmoid"))   # each divides it by 4 or more

    Use instead
    -----------
    Look at the cause above this symptom: an output the loss cannot differentiate, units that are
    saturated or dead, sigmoid or tanh through many layers (rectifiers with He weights, batch
    normalization and skip connections keep it alive).

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    The measure is `leverage`: sum of |gradient| times |weight| over the loss, 0.1 to 100 in sound
    trainings, whatever the unit of the loss. 1e-6 is a step that float32 cannot tell from none.
    1e-3 for the first layer is AUTOTRAINER's (Zhang et al., ICSE 2021), here for relative
    gradients; sound networks of up to ten layers measure 0.1 to 10, ten sigmoids 4e-8.

    References
    ----------
    Bengio, Simard, Frasconi, "Learning long-term dependencies with gradient descent is
    difficult", 1994. Glorot and Bengio, AISTATS 2010.
    """

    code = "NBD601"
    name = "vanishing-gradient"
    aspect = "curves"
    role = "symptom"
    explains = ("NBD304", "NBD309", "NBD310", "NBD605")
    severity = "error"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Judge the last two looks at the gradient."""
        probes = known(measured(run))[-2:]
        if len(probes) < 2:  # noqa: PLR2004 - one look may be chance
            raise Skipped("gradients were measured once only")
        ending = ending_of(run)
        if ending.works or probes[-1].loss == 0:
            return
        if all(_nothing(probe) for probe in probes):
            yield self.finding(
                say(
                    "No gradient reaches your weights: all are exactly zero. No step can change "
                    "anything, whatever the learning rate."
                )
                if silent_share(probes[-1]) == 1
                else say(
                    "No gradient reaches your weights: what arrives is next to nothing. No step "
                    "can change anything, whatever the learning rate."
                ),
                [_evidence(probe) for probe in probes],
            )
        elif ending.verdict in ("failed", "fair") and all(_fades(probe) for probe in probes):
            layers = by_layer(probes[-1])
            strongest = max(layers[1:], key=lambda item: item.relative)
            share = layers[0].relative / strongest.relative
            yield self.finding(
                say(
                    "The gradient fades on its way back: relative to its weights, '{layer}' gets "
                    "{share:.1g} of what '{strongest}' gets. The first layers do not learn.",
                    layer=layers[0].layer,
                    share=share,
                    strongest=strongest.layer,
                ),
                (
                    Evidence(
                        say("gradient over weights, '{layer}'", layer=layers[0].layer),
                        f"{layers[0].relative:.2g}",
                        say(
                            "near {relative:.2g}, that of '{strongest}'",
                            relative=strongest.relative,
                            strongest=strongest.layer,
                        ),
                        "probe at the end",
                    ),
                ),
                severity="error" if ending.verdict == "failed" else "warning",
            )


def _nothing(probe: Probe) -> bool:
    reach = leverage(probe)
    return silent_share(probe) == 1 or (not isinstance(reach, Missing) and reach < NOTHING)


def _fades(probe: Probe) -> bool:
    share = depth_loss(probe)
    return not isinstance(share, Missing) and share < FADED


def _evidence(probe: Probe) -> Evidence:
    when = (
        say("before step 1")
        if probe.moment == "start"
        else say("after epoch {epoch}", epoch=probe.epoch)
    )
    zero, reach = silent_share(probe), leverage(probe)
    seen = (
        say("{zero:.0%} of the weights' gradients exactly zero", zero=zero)
        if zero == 1
        else say("leverage {reach:.1g}", reach=reach)
    )
    return Evidence(
        say("gradient {when}", when=when),
        seen,
        "leverage 0.1 to 100",
        say("probe {when}", when=when),
    )
