"""NBD603: the units of a rectified layer are zero for every row."""

from collections.abc import Iterator

from nbdiag.facts.optimization.gradients import dead_layers, spread
from nbdiag.facts.training.verdict import ending_of, last_probe
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

SHARE = 0.98
CONSTANT = 1e-3


class DeadRelu(Rule):
    """The units of a rectified layer are zero for every row.

    What it finds
    -------------
    A layer in which 98 % of the ReLU units return 0 for every sample of the probe, in a model that
    predicts the same value for all of them.

    Why it hurts
    ------------
    Where a rectifier is 0 its gradient is 0 too: such a unit stays dead, and a whole layer of
    them cuts the network in two. What comes after sees a constant.

    Example
    -------
    ::

        model.compile(keras.optimizers.SGD(5.0), "binary_crossentropy")
        # after one epoch all 32 units of the second layer are dead

    Use instead
    -----------
    Look at the cause above this symptom: steps that are too long, inputs far from unit scale. In
    a fresh model, ``leaky_relu`` or ``elu`` keep a gradient below zero.

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    98 % dead and outputs that vary by less than 1e-3: half or nine tenths of dead units are
    common in networks that work (AUTOTRAINER's 70 % of zero gradients flags those).

    References
    ----------
    Lu, Shin, Su, Karniadakis, "Dying ReLU and initialization", CiCP 28(5), 2020.
    """

    code = "NBD603"
    name = "dead-relu"
    aspect = "curves"
    role = "symptom"
    severity = "error"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look at the last probe."""
        probe = last_probe(run)
        if probe is None:
            raise Skipped("there was no probe after an epoch")
        known(probe.activations)
        variety, ending = spread(probe), ending_of(run)
        if isinstance(variety, Missing) or not variety < CONSTANT or ending.works:
            return
        heads = {item.output for item in probe.outputs}
        dead = [layer for layer in dead_layers(probe, SHARE) if layer.layer not in heads]
        if not dead:
            return
        names = ", ".join(f"'{layer.layer}'" for layer in dead)
        yield self.finding(
            say(
                "The ReLU units of {names} are dead: {share:.0%} of them output 0 for every "
                "sample, so every prediction is the same.",
                names=names,
                share=dead[0].dead or 0,
            ),
            (
                Evidence(
                    say("dead units of '{layer}'", layer=dead[0].layer),
                    f"{dead[0].dead or 0:.0%}",
                    "below 90 %",
                    "probe at the end",
                ),
                Evidence(
                    "spread of the predictions", f"{variety:.1g}", "above 0.001", "last probe"
                ),
            ),
            severity="error" if ending.verdict == "failed" else "warning",
        )
