"""Whether the steps were too long or too short, judged by what they did.

Too long: the weights or the loss were thrown, and something broke. Too short: all steps together
could not have lowered the loss by half, gradient and rate being what they were.
"""

import math
from itertools import accumulate
from typing import TypeGuard

from nbdiag.facts.cache import per_run
from nbdiag.facts.data.scale import LARGE, input_scales
from nbdiag.facts.data.targets import target_scales
from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.initializers import loses_signal
from nbdiag.facts.model.losses import CATEGORICAL, CROSS_ENTROPY, DISTANCE, SPARSE
from nbdiag.facts.model.outputs import Output, outputs_of
from nbdiag.facts.optimization.gradients import (
    dead_layers,
    least_loss,
    leverage,
    measured,
    silent_share,
)
from nbdiag.facts.optimization.updates import (
    USUAL_RATES,
    loss_in_training,
    momentum_gain,
    moved_in_all,
    moved_kernels,
    optimizer_of,
    reach,
    step_losses,
    steps_per_epoch,
    total_steps,
    unit_reach,
    whole_reach,
)
from nbdiag.facts.training.jump import LateJump, late_jump
from nbdiag.facts.training.lost_numbers import breaks_before_a_step
from nbdiag.facts.training.verdict import ending_of, first_probe, last_probe
from nbdiag.keras_api.activations import RANGES
from nbdiag.language import later, say
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Evidence
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Probe
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import Optimizer

THROWN = 1.0
"""Relative change of the weights within the first epoch from which they are no longer what was
initialised. Rates that train well stay below 0.6 with most networks; XOR and other tiny ones
reach 1.6, which is why a large change alone is not a finding."""
THROWN_LATE = 1.5
"""The same after the first epoch, in a training that failed. Weights that a penalty shrinks to
nothing change by 1."""
FAR = 5.0
"""`reach` times momentum from which a first step must overshoot; below 1.4 for usual rates."""
SPIKE = 5.0
"""Batch loss over that of the first batch: usual rates stay below 2."""
WORSE = 1.5
DEAD = 0.9
ALIVE = 0.6
SHORT = 0.5
"""`whole_reach` below which a training cannot get far: over 80 trainings (four tasks, four
optimizers, rates from 1e-6 to 5), all below it ended with less than 0.56 of the loss removed,
and the share removed follows it closely."""
STILL = 0.02
"""Change of the weights in a whole training that is none: 0.1 to 10 in those that learnt."""
SHORT_BEFORE = 0.02
"""The same before the first step, when the gradient may still grow: networks with tiny weights that
trained well in the end began at 0.17."""
LISTENING = 0.01
"""`leverage` below which it is the gradient that is missing, not the rate."""
WANTED = 10.0
"""`whole_reach` to aim at: that of a sound training of a few epochs."""
LARGE_TARGET = 10.0
BEYOND = 100.0
"""Size of inputs or targets that no rate makes up for: standardized, the same rate is a tenth of
what it was in relation to the weights, or less."""


def throw(run: TrainingRun) -> Evidence | None:
    """Measure how far the first steps went, if that was too far."""
    first = _after_first_epoch(run)
    change = moved_kernels(first) if first else Missing("no epoch was completed")
    if not isinstance(change, Missing) and change >= THROWN:
        seen = say("{times:.3g} times their own size", times=change)
        return Evidence("change of the weights in epoch 1", seen, "below 0.6 times", "probes")
    late = _late_throw(run)
    if late is not None:
        return late
    start, optimizer = first_probe(run), optimizer_of(run)
    if start is None or isinstance(optimizer, Missing):
        return None
    promise = reach(run, start)
    if isinstance(promise, Missing) or promise * momentum_gain(optimizer) < FAR:
        return None
    seen = say("{times:.3g} times the loss itself", times=promise * momentum_gain(optimizer))
    return Evidence("fall that the first step promises", seen, "below 1", "probe before step 1")


@per_run
def harm(run: TrainingRun) -> tuple[Evidence, ...]:
    """Find what steps broke: the first ones, or a later one that nothing recovered from.

    Nothing where loss or gradient were no numbers before the first step.
    """
    if breaks_before_a_step(run):
        return ()
    start, after = first_probe(run), _after_first_epoch(run)
    found = [_spike(run), _relapse(run)]
    if start is not None and after is not None:
        found += [_rise(run, start, after), _death(start, after), _silence(start, after)]
        found += [_late_death(run, after)]
    return tuple(item for item in found if item is not None)


def _spike(run: TrainingRun) -> Evidence | None:
    """Compare the batches of the first epoch with the very first one."""
    steps, curve = steps_per_epoch(run), step_losses(run)
    if isinstance(steps, Missing) or not curve or not curve[0][1] > 0 or _has_no_zero(run):
        return None
    first = curve[0][1]
    early = [loss for step, loss in curve if step < steps] or [first]
    worst = max(early, key=lambda loss: math.inf if math.isnan(loss) else loss)
    if worst < SPIKE * first:
        return None
    seen = say("{worst:.4g}, after {first:.4g} in the first batch", worst=worst, first=first)
    return Evidence(
        "worst batch loss of epoch 1", seen, say("below {limit:.2g}", limit=2 * first), "steps"
    )


def _late_throw(run: TrainingRun) -> Evidence | None:
    """Measure how far the weights of a failed training went after its first epoch."""
    if not _lost_early(run) or isinstance(run.probes, Missing):
        return None
    later = [moved_kernels(probe) for probe in run.probes if probe.epoch > 1]
    change = max((value for value in later if _is_known(value)), default=0.0)
    if change < THROWN_LATE:
        return None
    seen = say("{times:.3g} times their own size", times=change)
    return Evidence("change of the weights after epoch 1", seen, "about their own size", "probes")


def _lost_early(run: TrainingRun) -> bool:
    """Whether a training failed without ever having gone well: a late jump is another story."""
    return ending_of(run).verdict == "failed" and not isinstance(late_jump(run), LateJump)


def _relapse(run: TrainingRun) -> Evidence | None:
    """Find an epoch whose loss shot up, and after which none was as low as those before."""
    if isinstance(late_jump(run), LateJump) or _has_no_zero(run):
        return None
    losses = run.history.epochs.get("loss", ())
    # Both minima are carried along: a curve may have thousands of epochs.
    bests = list(accumulate(losses, min))
    clean = [math.inf if math.isnan(loss) else loss for loss in losses]
    lowest_from = list(accumulate(reversed(clean), min))[::-1]
    for at, loss in enumerate(losses[1:], start=1):
        best = bests[at - 1]
        if 0 < SPIKE * best <= loss and lowest_from[at] > best:
            name = say("loss of epoch {epoch}", epoch=at + 1)
            seen = say("{loss:.4g}, after {best:.4g} before it", loss=loss, best=best)
            return Evidence(name, seen, say("below {limit:.2g}", limit=2 * best), "history")
    return None


def _has_no_zero(run: TrainingRun) -> bool:
    """Whether the loss goes below 0, so that no value of it is a multiple of another."""
    return math.isinf(least_loss(run))


def _rise(run: TrainingRun, start: Probe, after: Probe) -> Evidence | None:
    before, later = loss_in_training(run, start), loss_in_training(run, after)
    if isinstance(before, Missing) or isinstance(later, Missing) or _has_no_zero(run):
        return None
    if later < WORSE * before:
        return None
    seen = say("{later:.4g}, from {before:.4g} before the first step", later=later, before=before)
    return Evidence("loss after epoch 1", seen, say("below {before:.4g}", before=before), "probes")


def _death(start: Probe, after: Probe) -> Evidence | None:
    alive = {layer.layer for layer in dead_layers(start, ALIVE)}
    dead = [layer for layer in dead_layers(after, DEAD) if layer.layer not in alive]
    if not dead:
        return None
    seen = say(
        "{share:.0%} of the units of '{layer}'", share=dead[0].dead or 0, layer=dead[0].layer
    )
    return Evidence("units that died in epoch 1", seen, "below 60 %", "probes")


def _late_death(run: TrainingRun, after: Probe) -> Evidence | None:
    """Find a layer that lived through the first epoch and was dead at the end of a failure."""
    last = last_probe(run)
    if last is None or not _lost_early(run):
        return None
    dying = {layer.layer for layer in dead_layers(after, DEAD)}
    dead = [layer for layer in dead_layers(last, DEAD) if layer.layer not in dying]
    if not dead:
        return None
    share, layer = dead[0].dead or 0, dead[0].layer
    seen = say("{share:.0%} of the units of '{layer}'", share=share, layer=layer)
    return Evidence("units that died after epoch 1", seen, "below 60 %", "probes")


def _silence(start: Probe, after: Probe) -> Evidence | None:
    before, later = silent_share(start), silent_share(after)
    if isinstance(before, Missing) or isinstance(later, Missing):
        return None
    if before > 0 or later < 1 / 2:
        return None
    return Evidence(
        "weights without any gradient",
        say("{later:.0%} after epoch 1", later=later),
        "0 %",
        "probes",
    )


WEIGHTS_MOVED = later("change of the weights in all")
"""Name of the evidence where no fall of the loss can be computed."""


def short(run: TrainingRun, *, late: bool = False) -> Evidence | Missing | None:
    """Measure how far the whole training could have gone, if that was not far enough.

    Parameters
    ----------
    late
        Whether to ask the last probe alone: what as many steps again could do from there.

    Returns
    -------
    Evidence or None or Missing
        The greatest `whole_reach` of the probes, where it is short and the gradient is there; for
        an optimizer whose steps have no closed form, how far the weights went. None when the
        training was long enough, Missing where no probe tells.
    """
    probes = measured(run)
    if isinstance(probes, Missing):
        return probes
    asked = probes[-1:] if late else probes
    heard = [value for value in map(leverage, asked) if _is_known(value)]
    if not heard or min(heard) < LISTENING:
        return None
    known = [value for value in (whole_reach(run, probe) for probe in asked) if _is_known(value)]
    if not known:
        return _still(run)
    if max(known) >= (SHORT if run.history.completed else SHORT_BEFORE):
        return None
    seen = say("{share:.2%} of its value", share=max(known))
    name = (
        say("loss that as many steps again can take away")
        if late
        else say("loss that all steps can take away")
    )
    return Evidence(name, seen, "several times its value", "probes")


def _still(run: TrainingRun) -> Evidence | Missing | None:
    total = moved_in_all(run)
    if isinstance(total, Missing):
        return total
    if total >= STILL:
        return None
    return Evidence(WEIGHTS_MOVED, f"{total:.2%}", "10 % and more", "probes")


def _is_known(value: float | Missing) -> TypeGuard[float]:
    return not isinstance(value, Missing) and not math.isnan(value)


def rate_for(run: TrainingRun, name: str) -> float:
    """Propose a rate: the usual one, or what brings a short training as far as a sound one goes.

    Parameters
    ----------
    name
        Of the optimizer that is to have it.

    Returns
    -------
    float
        1, 2 or 5 times a power of ten; between the usual rate and 50 times that.
    """
    usual, probes, steps = USUAL_RATES.get(name, 1e-3), measured(run), total_steps(run)
    if isinstance(probes, Missing) or isinstance(steps, Missing) or steps == 0:
        return usual
    promises = [unit_reach(run, Optimizer(name, usual), probe) for probe in probes]
    least = min((value for value in promises if _is_known(value)), default=0.0)
    return rounded(min(max(WANTED / (least * steps), usual), 50 * usual)) if least > 0 else usual


def rounded(value: float) -> float:
    """Round a positive number down to 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    step = max(digit for digit in (1, 2, 5) if digit * power <= value * (1 + 1e-9))
    return float(f"{step * power:.1g}")


def other_suspect(run: TrainingRun) -> str | None:
    """Name what else makes steps long or useless, so that a usual rate is not blamed for it."""
    scales = input_scales(run)
    if not isinstance(scales, Missing):
        for scale in scales:
            if scale.matters and scale.size > LARGE:
                return say("the inputs are far from unit scale")
    targets = target_scales(run)
    if not isinstance(targets, Missing) and any(item.size > LARGE_TARGET for item in targets):
        return say("the targets are far from unit scale")
    if not isinstance(run.model, Missing) and loses_signal(run.model):
        return say("the first weights shrink or blow up the signal")
    return None


def far_beyond_scale(run: TrainingRun) -> bool:
    """Whether inputs or targets are so large that steps diverge at modest rates, too."""
    scales, targets = input_scales(run), target_scales(run)
    large = () if isinstance(scales, Missing) else scales
    wide = () if isinstance(targets, Missing) else targets
    return any(item.matters and item.size > BEYOND for item in large) or any(
        item.size > BEYOND for item in wide
    )


def head_contradicts(run: TrainingRun) -> bool:
    """Whether some output cannot give what its loss expects, as far as configuration shows."""
    outputs = outputs_of(run)
    if isinstance(outputs, Missing):
        return False
    return any(_contradicts(output) for output in outputs)


def distance_on_classes(run: TrainingRun) -> bool:
    """Whether the distance of a probability to a class is minimised.

    Where a step throws such an answer to its end the gradient is gone, and a usual rate can do it;
    cross-entropy brings it back.
    """
    outputs = outputs_of(run)
    return not isinstance(outputs, Missing) and any(
        item.loss_name in DISTANCE
        and item.head.activation in ("sigmoid", "softmax")
        and task_of_output(run, item).classifies
        for item in outputs
    )


def _contradicts(output: Output) -> bool:
    activation, labels = output.head.activation, output.labels
    low, high = RANGES.get(str(activation), (-math.inf, math.inf))
    if output.loss_name not in CROSS_ENTROPY:
        return _outside(labels, low, high)
    if output.loss_name in SPARSE:
        outside = _outside(labels, 0, (output.head.units or math.inf) - 1)
    else:
        outside = _outside(labels, 0, 1)
    if outside or isinstance(activation, Missing):
        return outside
    classes = output.loss_name in CATEGORICAL | SPARSE
    if classes and (output.head.units == 1 or (activation == "sigmoid" and not output.from_logits)):
        return True
    return ((low, high) != (0.0, 1.0)) != output.from_logits


def _outside(labels: ArrayStats | Missing, low: float, high: float) -> bool:
    return not isinstance(labels, Missing) and (labels.minimum < low or labels.maximum > high)


def _after_first_epoch(run: TrainingRun) -> Probe | None:
    probes = () if isinstance(run.probes, Missing) else run.probes
    return next((probe for probe in probes if probe.epoch >= 1), None)
