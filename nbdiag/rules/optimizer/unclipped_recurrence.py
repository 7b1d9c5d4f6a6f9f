"""NBD205: a recurrent network whose gradient bursts is trained without clipping."""

from collections.abc import Iterator
from math import isfinite

from nbdiag.facts.optimization.gradients import global_norm, least_loss, leverage, measured
from nbdiag.facts.optimization.step_size import SPIKE
from nbdiag.facts.optimization.updates import optimizer_of
from nbdiag.facts.training.lost_numbers import breaks_before_a_step
from nbdiag.facts.training.verdict import ending_of
from nbdiag.keras_api.layers import with_role
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import SetOptimizerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer
from nbdiag.schema.probe import Probe
from nbdiag.schema.run import TrainingRun

RECURRENT = with_role("recurrent") | {"Bidirectional"}
HUGE = 100.0


class UnclippedRecurrence(Rule):
    """A recurrent network whose gradient bursts is trained without clipping.

    What it finds
    -------------
    A recurrent layer, an optimizer without ``clipnorm``, ``clipvalue`` or ``global_clipnorm``, a
    training that has not succeeded, and a burst: batch losses that shoot up to five times the
    first, numbers that overflow, or a gradient of a hundred times the loss.

    Why it hurts
    ------------
    Through a recurrence the gradient is multiplied by the same matrix at every time step. On long
    sequences it is now and then thousands of times larger than usual, and one such step undoes
    an epoch.

    Example
    -------
    ::

        layers.SimpleRNN(32, activation="relu")          # 100 time steps
        model.compile(keras.optimizers.SGD(0.1), "mse")  # loss: nan

    Use instead
    -----------
    ::

        model.compile(keras.optimizers.SGD(0.1, clipnorm=1.0), "mse")

    Fix safety
    ----------
    review: clipping shortens the rare long steps only; the direction stays.

    Thresholds and their source
    ---------------------------
    Leverage (`nbdiag.facts.optimization.gradients.leverage`) of 100 in a failed training, where
    sound fresh networks measure 0.01 to 60. A norm of 1 is the bound most used for recurrent
    networks.

    References
    ----------
    Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks", ICML 2013.
    """

    code = "NBD205"
    name = "unclipped-recurrence"
    aspect = "optimizer"
    severity = "error"
    confidence = "suspected"
    explains = ("NBD302", "NBD303", "NBD304", "NBD305", "NBD306", "NBD602")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Ask for the recurrence, the missing clip and the burst."""
        recurrent = [layer for layer in known(run.model).layers if _is_recurrent(layer)]
        optimizer, ending = known(optimizer_of(run)), ending_of(run)
        clips = ("clipnorm", "clipvalue", "global_clipnorm")
        if not recurrent or any(optimizer.config.get(name) for name in clips):
            return
        if ending.works or ending.verdict == "open" or breaks_before_a_step(run):
            return
        burst = _burst(run)
        if burst is None:
            return
        yield self.finding(
            say(
                "The gradient through '{layer}' explodes, and nothing clips it: {what} {observed}.",
                layer=recurrent[0].name,
                what=say(burst.name),
                observed=say(burst.observed),
            ),
            (
                burst,
                Evidence("clipping", "none", "clipnorm=1.0", "compile"),
                *ending.evidence(),
            ),
            _fixes(),
            severity="error" if ending.verdict == "failed" else "warning",
        )


def _fixes() -> Iterator[Fix]:
    change = SetOptimizerArgument("clipnorm", 1.0)
    yield Fix("Clip the gradient to norm 1", "review", (change,))


def _is_recurrent(layer: Layer) -> bool:
    return layer.builtin and layer.class_name in RECURRENT and layer.trainable


def _burst(run: TrainingRun) -> Evidence | None:
    losses, least = run.history.step_losses.losses, least_loss(run)
    if losses and not isfinite(losses[0]):
        return None  # what was not a number before the first step is not the steps' doing
    worst = max(losses, key=lambda loss: loss if isfinite(loss) else float("inf"), default=0.0)
    spiked = isfinite(least) and worst > SPIKE * abs(losses[0] if losses else 0.0)
    if losses and (not isfinite(worst) or spiked):
        seen = say(
            "{worst:.4g}, after {first:.4g} in the first batch", worst=worst, first=losses[0]
        )
        return Evidence(
            "the worst batch loss is", seen, say("below {limit:.3g}", limit=2 * losses[0]), "steps"
        )
    for probe in known(measured(run)):
        seen = _large(probe, least) or ""
        if seen:
            return Evidence("the gradient is", seen, "leverage 0.1 to 100", "probes")
    return None


def _large(probe: Probe, least: float) -> str | None:
    norm, reach = global_norm(probe), leverage(probe, least=least)
    if not isinstance(norm, Missing) and not isfinite(norm):
        return say("NaN or infinite")
    if isinstance(reach, Missing) or reach < HUGE:
        return None
    return say("{reach:.3g} times the loss, relative to the weights", reach=reach)
