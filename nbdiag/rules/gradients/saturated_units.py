"""NBD604: sigmoid or tanh units are pressed against their bounds."""

from collections.abc import Iterator

from nbdiag.facts.optimization.gradients import leverage, saturated_layers, silent_share, spread
from nbdiag.facts.training.verdict import ending_of, last_probe
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped
from nbdiag.schema.finding import Evidence, Finding, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Probe
from nbdiag.schema.run import TrainingRun

HIDDEN = 0.9
OUTPUT = 0.98
CONSTANT = 1e-3
NOTHING = 1e-6


class SaturatedUnits(Rule):
    """Sigmoid or tanh units are pressed against their bounds.

    What it finds
    -------------
    A hidden sigmoid or tanh layer of which nine tenths of the values lie at a bound, or outputs at
    0 or 1 that are the same for every row while no gradient is left, in a training that has not
    succeeded.

    Why it hurts
    ------------
    At its bounds the curve is flat: the gradient through such a unit is next to zero, and what
    lies before it hardly learns. A layer of them is a switch, not a function.

    Example
    -------
    ::

        x = table                                # columns in the thousands
        layers.Dense(16, activation="tanh")      # returns -1 or 1, nothing else

    Use instead
    -----------
    Look at the cause above this symptom: inputs far from unit scale, steps too long, initial
    weights too large.

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    Standardized inputs and Glorot's weights saturate under 2 % at the start; trained hidden layers
    reach half. For outputs, 98 % and one prediction for all samples are not enough: a sound
    training with cross-entropy passes through that and comes back, so the gradient must be gone as
    well.

    References
    ----------
    Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", AISTATS 2010.
    """

    code = "NBD604"
    name = "saturated-units"
    aspect = "curves"
    role = "symptom"
    severity = "error"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look at hidden layers and outputs of the last probe."""
        probe, ending = last_probe(run), ending_of(run)
        if probe is None:
            raise Skipped("there was no probe after an epoch")
        if ending.works:
            return
        severity: Severity = "error" if ending.verdict == "failed" else "warning"
        heads = {item.output for item in probe.outputs}
        for layer in saturated_layers(probe, HIDDEN):
            if layer.layer not in heads:
                seen = f"{layer.saturated or 0:.0%}"
                yield self.finding(
                    say(
                        "The units of '{layer}' are saturated: {seen} of their values lie at a "
                        "bound of {activation}, where it is flat.",
                        layer=layer.layer,
                        seen=seen,
                        activation=layer.activation,
                    ),
                    (
                        Evidence(
                            say("saturation of '{layer}'", layer=layer.layer),
                            seen,
                            "below 50 %",
                            "last probe",
                        ),
                    ),
                    severity=severity,
                )
                return
        stuck = [item for item in probe.outputs if item.saturated >= OUTPUT]
        if stuck and _constant_and_silent(probe):
            yield self.finding(
                "Your output is saturated: it is at the same bound for every sample, and no "
                "gradient is left to bring it back.",
                (
                    Evidence(
                        "outputs at 0 or 1",
                        say(
                            "{share:.0%}, spread {spread:.1g}",
                            share=stuck[0].saturated,
                            spread=spread(probe),
                        ),
                        "predictions that differ from sample to sample",
                        "last probe",
                    ),
                ),
                severity=severity,
            )


def _constant_and_silent(probe: Probe) -> bool:
    variety, reach = spread(probe), leverage(probe)
    gone = silent_share(probe) == 1 or (not isinstance(reach, Missing) and reach < NOTHING)
    return gone and not isinstance(variety, Missing) and variety < CONSTANT
