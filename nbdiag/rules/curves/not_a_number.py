"""NBD305: the loss, the weights or the gradient are NaN or infinite."""

from collections.abc import Iterator
from math import isfinite

from nbdiag.facts.optimization.gradients import global_norm, gradients, probes_of
from nbdiag.facts.training.curves import not_finite
from nbdiag.language import say
from nbdiag.rules.base import Rule
from nbdiag.schema.finding import Evidence, Finding, Mark
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Probe
from nbdiag.schema.run import TrainingRun


class NotANumber(Rule):
    """The loss, the weights or the gradient are NaN or infinite.

    What it finds
    -------------
    NaN or infinity in a loss curve, in the weights, in the outputs or in the gradient, and where it
    appeared first. The weights are looked at by themselves, because a loss may stay finite on top
    of broken weights: on a CPU, TensorFlow's fused Dense and ReLU turns NaN into 0.

    Why it hurts
    ------------
    Every later step adds NaN to NaN. The model cannot recover and must be built again.

    Example
    -------
    ::

        model.compile(keras.optimizers.SGD(0.1), "mse")    # targets in the thousands
        # loss: nan from epoch 1

    Use instead
    -----------
    Look at the cause above this symptom: NaN in the data, targets or steps that are far too large,
    a logarithm or a quotient at zero. ``keras.callbacks.TerminateOnNaN()`` saves the time of
    the epochs after it.

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    None: one such value in a weight or a loss is enough.

    References
    ----------
    IEEE 754-2019, 6.2: an operation on a NaN gives a NaN.
    """

    code = "NBD305"
    name = "not-a-number"
    aspect = "curves"
    role = "symptom"
    severity = "error"
    confidence = "proven"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look at the curves, then at every probe."""
        curves = run.history.epochs
        losses = {label: values for label, values in curves.items() if label.endswith("loss")}
        places = [
            (at, label)
            for label, values in losses.items()
            if (at := not_finite(values)) is not None
        ]
        evidence = [
            Evidence(
                label,
                say("{value} in epoch {epoch}", value=losses[label][at], epoch=at + 1),
                "a number",
                "history",
            )
            for at, label in sorted(places)
        ]
        probes = probes_of(run)
        if not isinstance(probes, Missing):
            evidence += _in_probes(probes)
        if not evidence:
            return
        first = evidence[0]
        yield self.finding(
            say(
                "The training produced NaN or infinite values: {what} is {observed}. From then on "
                "the weights cannot recover; train again from the start.",
                what=say(first.name),
                observed=say(first.observed),
            ),
            evidence[:4],
            marks=tuple(Mark(at + 1, "no number from here", label) for at, label in places),
        )


def _in_probes(probes: tuple[Probe, ...]) -> Iterator[Evidence]:
    for probe in probes:
        when = (
            say("before step 1")
            if probe.moment == "start"
            else say("after epoch {epoch}", epoch=probe.epoch)
        )
        source = say("probe {when}", when=when)
        broken = [item for item, _ in gradients(probe) if item.nans]
        if broken:
            seen = say(
                "NaN in {places} places {when}", places=sum(item.nans for item in broken), when=when
            )
            yield Evidence(
                say("the weight '{weight}'", weight=broken[0].name), seen, "numbers", source
            )
        outputs = sum(item.nans for item in probe.outputs)
        if outputs:
            yield Evidence(
                "the output",
                say("NaN in {places} places {when}", places=outputs, when=when),
                "numbers",
                source,
            )
        norm = global_norm(probe)
        if not isinstance(norm, Missing) and not isfinite(norm):
            yield Evidence("the gradient", f"{norm} {when}", "a number", source)
        if broken or outputs:
            return
