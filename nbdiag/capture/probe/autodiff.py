"""Gradients of a loss by the library that Keras computes on."""

from collections.abc import Callable, Sequence
from typing import Any

from nbdiag.capture.probe.forward import Pass
from nbdiag.schema.missing import Missing

Run = Callable[[Sequence[Any]], Pass]

# A probe needs a way to take gradients here; OpenVINO cannot train anyway.
BACKENDS = ("tensorflow", "jax", "torch")


def with_slopes(run: Run, values: Sequence[Any]) -> tuple[Pass, Any]:
    """Run a pass and differentiate its loss.

    Parameters
    ----------
    run
        Runs the model with given values of the trainable variables.
    values
        Those values, as tensors.

    Returns
    -------
    tuple
        The pass, and a gradient per value: None where the loss does not depend on it. Missing
        when the loss is.
    """
    import keras

    return {"tensorflow": _tape, "jax": _pull_back, "torch": _autograd}[keras.backend.backend()](
        run, values
    )


_UNKNOWN = Missing("the loss is not known")


def _tape(run: Run, values: Sequence[Any]) -> tuple[Pass, Any]:
    import tensorflow as tf

    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(values)
        made = run(values)
    if isinstance(made.loss, Missing):
        return made, _UNKNOWN
    slopes = tape.gradient(made.loss, values)
    return made, [None if item is None else tf.convert_to_tensor(item) for item in slopes]


def _autograd(run: Run, values: Sequence[Any]) -> tuple[Pass, Any]:
    import torch

    # Frozen batches of whole numbers have no gradient; a training loop may have switched it off.
    with torch.enable_grad():
        leaves = [item.detach().clone().requires_grad_(item.is_floating_point()) for item in values]
        made = run(leaves)
        if isinstance(made.loss, Missing):
            return made, _UNKNOWN
        moving = [item for item in leaves if item.requires_grad]
        if not moving or not made.loss.requires_grad:
            return made, [None] * len(leaves)
        found = iter(torch.autograd.grad(made.loss, moving, allow_unused=True))
    return made, [next(found) if item.requires_grad else None for item in leaves]


def _pull_back(run: Run, values: Sequence[Any]) -> tuple[Pass, Any]:
    import jax
    import jax.numpy as jnp

    kinds: dict[str, str] = {}
    reasons: list[Missing] = []

    def loss_of(given: Sequence[Any]) -> Any:
        # JAX lets arrays alone out of a differentiated function.
        made = run(given)
        kinds.update({name: kind for name, (_, kind) in made.seen.items()})
        if isinstance(made.loss, Missing):
            reasons.append(made.loss)
        loss = jnp.zeros(()) if isinstance(made.loss, Missing) else made.loss
        tensors = {name: tensor for name, (tensor, _) in made.seen.items()}
        return loss, (made.outputs, made.penalty, tensors, made.averages, made.pictures)

    loss, back, others = jax.vjp(loss_of, list(values), has_aux=True)
    outputs, penalty, tensors, averages, pictures = others
    seen = {name: (tensor, kinds[name]) for name, tensor in tensors.items()}
    made = Pass(outputs, reasons[0] if reasons else loss, penalty, seen=seen, averages=averages)
    made.pictures = pictures
    return made, _UNKNOWN if reasons else back(jnp.ones_like(loss))[0]
