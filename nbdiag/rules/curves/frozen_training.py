"""NBD301: loss and weights stand still from epoch to epoch."""

from collections.abc import Iterator

from nbdiag.facts.optimization.gradients import measured, silent_share
from nbdiag.facts.optimization.updates import moved
from nbdiag.facts.training.curves import curve, repeats
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.finding import Evidence, Finding, Mark
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Probe
from nbdiag.schema.run import TrainingRun


class FrozenTraining(Rule):
    """Loss and weights stand still from epoch to epoch.

    What it finds
    -------------
    Two or more epochs at the end whose training loss is the same to seven digits, the validation
    loss too, while the weights have not moved since the last measurement or no gradient reaches any
    of them. A training that has stopped because it has converged is not reported.

    Why it hurts
    ------------
    Every further epoch gives the same model. More epochs, another learning rate or another batch
    size change nothing, because each multiplies an update of zero.

    Example
    -------
    ::

        layers.Dense(1)                          # no activation
        model.compile(loss="binary_crossentropy")
        # loss: 7.7364 - val_loss: 7.6168, in every epoch

    Use instead
    -----------
    Look at the cause above this symptom: most often an output that the loss cannot
    differentiate, units that are dead or saturated, or nothing that may be trained.

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    Equal means equal to 1e-6, the float32 rounding of a mean over the batches of an epoch. Raw
    batch losses vary even in a frozen training, because the batches differ; only epochs repeat.

    References
    ----------
    Keras clips probabilities to [1e-7, 1 - 1e-7] before the logarithm
    (keras.ops.binary_crossentropy); outside of that range the gradient is exactly zero.
    """

    code = "NBD301"
    name = "frozen-training"
    aspect = "curves"
    role = "symptom"
    explains = ("NBD302", "NBD304", "NBD309", "NBD310", "NBD605")
    severity = "error"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the last epochs, and the weights at the last two looks."""
        losses = known(curve(run))
        if len(losses) < 2:  # noqa: PLR2004 - to compare
            raise Skipped("fewer than two epochs were completed")
        validation = curve(run, "val_loss")
        same = repeats(losses)
        if not isinstance(validation, Missing):
            same = min(same, repeats(validation))
        if same < 2 or losses[-1] == 0 or ending_of(run).works:  # noqa: PLR2004 - a repetition
            return
        standing = _standing(known(measured(run)))
        if standing is None:
            return
        first = len(losses) - same + 1
        yield self.finding(
            say(
                "Your training has stopped: the loss is {last:.3g} in each of the last {epochs} "
                "epochs, and {evidence}.",
                last=losses[-1],
                epochs=same,
                evidence=say(standing.observed),
            ),
            (
                Evidence(
                    "loss of the last epochs",
                    say("{last:.3g}, {epochs} times", last=losses[-1], epochs=same),
                    "another value in each",
                    "history",
                ),
                standing,
            ),
            marks=(Mark(first, "stopped from here"),),
        )


def _standing(probes: tuple[Probe, ...]) -> Evidence | None:
    last = probes[-2:]
    if len(last) == 2 and all(silent_share(probe) == 1 for probe in last):  # noqa: PLR2004 - two looks
        observed = say("no weight has a gradient")
        return Evidence("gradient", observed, "above zero", "probes of the last epochs")
    change = moved(probes[-1])
    if change == 0:
        observed = say("no weight has changed since the last measurement")
        return Evidence("change of the weights", observed, "about 1e-3 per step", "probes")
    return None
