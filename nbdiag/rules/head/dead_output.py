"""NBD123: the last layer with a relu returns 0 for everything."""

from collections.abc import Iterator
from dataclasses import replace

from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.losses import DISTANCE
from nbdiag.facts.model.outputs import Output
from nbdiag.facts.optimization.gradients import dead_layers
from nbdiag.facts.training.verdict import ending_of, last_probe
from nbdiag.fixes.output_head import Wanted, repair_fix
from nbdiag.language import say
from nbdiag.rules.base import Skipped
from nbdiag.rules.head.outputs import HeadRule, curve_evidence, labels_of, loss_name
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun

SHARE = 1.0  # one unit that lives still brings a gradient back


class DeadOutput(HeadRule):
    """The last layer with a relu returns 0 for everything.

    What it finds
    -------------
    A last layer with relu under a loss that measures distance, whose units are all 0 on every row
    of the look at the end of the training, while the targets are not.

    Why it hurts
    ------------
    A relu that is below zero for every row has no slope there: the gradient of the whole model is
    exactly 0, and no number of epochs brings it back. Whether it comes to that is decided by the
    fresh weights or by one long step; the same program may train at the next start.

    Example
    -------
    ::

        model.add(layers.Dense(1, activation="relu"))    # prices are never negative
        model.compile("adam", "mse")

    Use instead
    -----------
    ::

        model.add(layers.Dense(1))

    Fix safety
    ----------
    review: without the relu a prediction may be a little below 0; ``softplus`` stays above it and
    has a slope everywhere.

    Thresholds and their source
    ---------------------------
    All units 0 on all samples of the probe. A training that works, or ends with active units, is
    not reported. It is ranked after a learning rate or inputs that may have killed the units.

    References
    ----------
    Lu, Shin, Su, Karniadakis (2020), Dying ReLU and initialization.
    """

    code = "NBD123"
    name = "dead-output"
    aspect = "output_activation"
    confidence = "measured"
    residual = True
    explains = ("NBD301", "NBD302", "NBD304", "NBD309", "NBD310", "NBD601", "NBD604", "NBD605")

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Look at the last layer in the last probe."""
        if loss_name(output) not in DISTANCE or output.head.activation != "relu":
            return
        probe = last_probe(run)
        if probe is None:
            raise Skipped("there was no probe after an epoch")
        ends = (output.head.activation_layer, output.head.weights_layer)
        dead = [item for item in dead_layers(probe, SHARE) if item.layer in ends]
        labels, ending = labels_of(output), ending_of(run)
        if not dead or ending.verdict != "failed" or labels.maximum <= 0:
            return
        wanted = Wanted(
            "linear", output.head.units, output.loss_name, task_of_output(run, output).form
        )
        yield self.finding(
            say(
                "{output} ends with a relu that returns 0 for every sample: it has no slope "
                "there, so no gradient comes back and nothing more is learnt.",
                output=output.opening,
            ),
            (
                Evidence(
                    say("dead units of '{layer}'", layer=dead[0].layer),
                    "100%",
                    "0%",
                    "probe at the end",
                ),
                Evidence(
                    "targets",
                    f"{labels.minimum:.4g} … {labels.maximum:.4g}",
                    say("all 0, if that prediction were right"),
                    "labels",
                ),
                *curve_evidence(run, "loss", "towards 0"),
            ),
            [
                replace(fix, safety="review")
                for fix in repair_fix(
                    run, output, wanted, "Leave the last layer without activation"
                )
            ],
        )
