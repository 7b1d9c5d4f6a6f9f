"""How far one step goes, how far all of them can, and what the rate is by itself.

A learning rate is neither high nor low: a step is, against the loss that it is to lower and the
weights that it changes.
"""

import math

from nbdiag.facts.optimization.gradients import gradients
from nbdiag.language import say
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Probe, VariableProbe
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import CompileSetup, Optimizer

# First step of each optimizer over its rate, per weight with a gradient. After bias correction Adam
# and its kin divide the gradient by its own size; RMSprop keeps (1 - rho) = 0.1 of the square.
_SIGN_LIKE = {
    "adam": 1.0,
    "adamw": 1.0,
    "adamax": 1.0,
    "nadam": 1.0,
    "lion": 1.0,
    "lamb": 1.0,
    "rmsprop": math.sqrt(10.0),
}
_PLAIN = frozenset({"sgd"})
# Rates to start from: Keras' defaults, and the papers' own for Adagrad, Adadelta and Lion. They say
# what to propose, never what is allowed.
USUAL_RATES = {
    "adam": 1e-3,
    "adamw": 1e-3,
    "adamax": 1e-3,
    "nadam": 1e-3,
    "rmsprop": 1e-3,
    "sgd": 1e-2,
    "adagrad": 1e-2,
    "adadelta": 1.0,
    "ftrl": 1e-3,
    "lion": 1e-4,
}
# Mean of |z| for a normal z: turns a Euclidean norm into a sum of absolute values.
_MEAN_ABSOLUTE = math.sqrt(2.0 / math.pi)


def optimizer_of(run: TrainingRun) -> Optimizer | Missing:
    """Return the optimizer, if the model was compiled."""
    setup: CompileSetup | Missing = run.compile
    return setup if isinstance(setup, Missing) else setup.optimizer


def peak_rate(run: TrainingRun) -> float | Missing:
    """Highest learning rate that was in force: a schedule may warm up or decay."""
    optimizer = optimizer_of(run)
    if isinstance(optimizer, Missing):
        return optimizer
    seen = list(run.history.learning_rates)
    if not isinstance(optimizer.learning_rate, Missing):
        seen.append(optimizer.learning_rate)
    finite = [rate for rate in seen if math.isfinite(rate)]
    return max(finite) if finite else Missing("the learning rate could not be read")


def first_rate(run: TrainingRun) -> float | Missing:
    """Learning rate of the first step."""
    optimizer = optimizer_of(run)
    return optimizer if isinstance(optimizer, Missing) else optimizer.learning_rate


def momentum_gain(optimizer: Optimizer) -> float:
    """How much further momentum carries a steady gradient: 1 / (1 - momentum)."""
    momentum = optimizer.config.get("momentum") or 0.0
    return 1.0 / (1.0 - momentum) if 0 <= momentum < 1 else 1.0


def steps_per_epoch(run: TrainingRun) -> int | Missing:
    """Count the steps of one epoch, from rows and batch size where they were not counted."""
    if run.fit.steps:
        return run.fit.steps
    rows = next((item.rows for item in run.data.inputs if item.rows), None)
    if rows is None or isinstance(run.fit.batch_size, Missing):
        return Missing("the number of steps is not known")
    if run.fit.validation == "split" and 0 <= run.fit.validation_split < 1:
        rows = int(rows * (1 - run.fit.validation_split))
    return max(1, math.ceil(rows / run.fit.batch_size))


def total_steps(run: TrainingRun) -> int | Missing:
    """Count the steps of all completed epochs, or of those asked for while none is completed."""
    counted = run.history.steps
    if counted and len(counted) == run.history.completed:
        return sum(counted)  # epochs may differ: a generator runs dry
    steps = steps_per_epoch(run)
    epochs = run.history.completed or max(run.fit.epochs - run.fit.initial_epoch, 0)
    return steps if isinstance(steps, Missing) else steps * epochs


def reach(run: TrainingRun, probe: Probe) -> float | Missing:
    """Fall of the loss that one step at the first rate promises, over the loss.

    The gradient's own promise: rate x |g|² over the loss for plain descent, and rate x sum |g|
    for optimizers that divide the gradient by its size. Up to about one, a step goes at most
    to where the tangent crosses zero; far above, it must land beyond the valley, because no
    loss falls below zero.

    Parameters
    ----------
    run
        Gives optimizer and rate.
    probe
        Gives loss and gradients.

    Returns
    -------
    float or Missing
        Missing for optimizers whose first step is not known in closed form.

    References
    ----------
    B. T. Polyak, "Introduction to Optimization", 1987: the step (f - f*) / |g|².
    """
    optimizer, rate = optimizer_of(run), first_rate(run)
    if isinstance(optimizer, Missing):
        return optimizer
    promise = unit_reach(run, optimizer, probe)
    if isinstance(promise, Missing):
        return promise
    return rate if isinstance(rate, Missing) else rate * promise


def unit_reach(run: TrainingRun, optimizer: Optimizer, probe: Probe) -> float | Missing:
    """`reach` of one step of an optimizer at rate 1."""
    loss = loss_in_training(run, probe)
    if isinstance(loss, Missing):
        return loss
    pairs = gradients(probe)
    if not pairs:
        return Missing("gradients were not measured")
    if optimizer.name in _PLAIN:
        fall = sum(_clipped(optimizer, norm) * norm for _, norm in pairs)
    elif optimizer.name in _SIGN_LIKE:
        fall = _SIGN_LIKE[optimizer.name] * sum(_absolute_sum(item, norm) for item, norm in pairs)
    elif optimizer.name == "adagrad":
        began = float(optimizer.config.get("initial_accumulator_value") or 0.1)
        squares = ((norm**2, max(item.size, 1)) for item, norm in pairs)
        fall = sum(square / math.sqrt(began + square / size) for square, size in squares)
    else:
        return Missing(
            say(
                "the first step of {optimizer} is not known in closed form",
                optimizer=optimizer.name,
            )
        )
    if not math.isfinite(fall) or not math.isfinite(loss) or loss <= 0:
        return Missing("the loss or its gradient is not a finite number above 0")
    return fall / loss


def step_losses(run: TrainingRun) -> tuple[tuple[int, float], ...]:
    """Return the steps that were kept with the loss of their batch."""
    curve = run.history.step_losses
    return tuple(zip(curve.steps, curve.losses, strict=False))


def loss_in_training(run: TrainingRun, probe: Probe) -> float | Missing:
    """Return the loss at a probe as the optimizer meets it.

    The probe's own, but for models with batch normalization: their moving averages start at 0 and 1
    and follow slowly, so that a fresh one normalizes nothing in inference mode. There it is the
    loss of the first batch, or the mean of the epoch that ended.
    """
    normalizes = not isinstance(run.model, Missing) and any(
        layer.class_name == "BatchNormalization" for layer in run.model.layers
    )
    if not normalizes:
        return probe.loss
    epochs, steps = run.history.epochs.get("loss", ()), step_losses(run)
    if 0 < probe.epoch <= len(epochs):
        return epochs[probe.epoch - 1]
    if probe.epoch == 0 and steps and steps[0][0] == 0:
        return steps[0][1]
    return Missing("batch normalization has no averages yet, and no batch was seen")


def mean_rate(run: TrainingRun) -> float | Missing:
    """Average the learning rate over the epochs: a warm-up or a decay moves it from the first."""
    seen = run.history.learning_rates
    return sum(seen) / len(seen) if seen else first_rate(run)


def whole_reach(run: TrainingRun, probe: Probe) -> float | Missing:
    """`reach` of all steps together, momentum included: what the training could do at best."""
    steps, optimizer, rate = total_steps(run), optimizer_of(run), mean_rate(run)
    if isinstance(optimizer, Missing):
        return optimizer
    promise = unit_reach(run, optimizer, probe)
    if isinstance(promise, Missing):
        return promise
    if isinstance(rate, Missing):
        return rate
    if isinstance(steps, Missing):
        return steps
    return promise * rate * steps * momentum_gain(optimizer)


def _absolute_sum(item: VariableProbe, norm: float) -> float:
    zero = 0.0 if isinstance(item.zero_share, Missing) else item.zero_share
    return math.sqrt(max(item.size * (1.0 - zero), 0.0)) * norm * _MEAN_ABSOLUTE


def _clipped(optimizer: Optimizer, norm: float) -> float:
    limit = optimizer.config.get("clipnorm") or optimizer.config.get("global_clipnorm")
    return min(norm, float(limit)) if limit else norm


def moved(probe: Probe) -> float | Missing:
    """Greatest change of any variable since the last probe, relative to its size then."""
    if isinstance(probe.variables, Missing):
        return probe.variables
    ratios = [item.update_ratio for item in probe.variables if item.update_ratio is not None]
    finite = [ratio for ratio in ratios if math.isfinite(ratio)]
    return max(finite) if finite else Missing("the weights were seen once only")


def moved_in_all(run: TrainingRun) -> float | Missing:
    """Sum of the relative changes of the weight matrices between the probes.

    No less than the change from beginning to end, because steps may go back and forth.
    """
    probes = () if isinstance(run.probes, Missing) else run.probes
    changes = [change for change in map(moved_kernels, probes) if not isinstance(change, Missing)]
    return sum(changes) if changes else Missing("the weights were seen once only")


def moved_kernels(probe: Probe) -> float | Missing:
    """Median relative change of the weight matrices since the last probe.

    Biases start at zero, where a relative change says nothing.
    """
    if isinstance(probe.variables, Missing):
        return probe.variables
    ratios = sorted(
        item.update_ratio
        for item in probe.variables
        if item.update_ratio is not None
        and math.isfinite(item.update_ratio)
        and not item.name.endswith(("bias", "beta", "gamma"))
    )
    return ratios[len(ratios) // 2] if ratios else Missing("the weights were seen once only")
