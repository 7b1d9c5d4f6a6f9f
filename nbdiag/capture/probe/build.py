"""Build a model that waits for its first batch, just as the training would."""

from typing import Any

from nbdiag.silence import silent


def build(model: Any, inputs: Any) -> None:
    """Trace the model once, as ``fit`` is about to do, so that its variables exist.

    The variables, their initial values, the names taken and the random numbers drawn are those
    that the training's own first trace would have made; therefore nothing is put back.

    Parameters
    ----------
    model
        The Keras model.
    inputs
        Shapes and types of its inputs.
    """
    import tensorflow as tf

    known = {"training": True} if getattr(model, "_call_has_training_arg", False) else {}
    trace = tf.function(lambda x: model(x, **known), autograph=False)
    layers = getattr(model, "_layers", None)
    try:
        # What it has to warn of, the training's own trace will say.
        with silent():
            trace.get_concrete_function(inputs)
    except BaseException:
        # A Sequential model keeps the input that did not fit, and would fail differently again.
        if layers is not None:
            model._layers = layers  # noqa: SLF001 - Keras has no public way back
        raise


def is_built(model: Any) -> bool:
    """Whether a model and all its layers have their variables."""
    return all(layer.built for layer in model._flatten_layers())  # noqa: SLF001 - as Keras asks
