"""What a training can have made as usual, one aspect each: the changes that are tried."""

from collections.abc import Iterator
from dataclasses import dataclass

from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.graph import activation_after, changeable_layers, hidden_layers
from nbdiag.facts.model.initializers import initializer_of
from nbdiag.facts.model.input_path import entries_of
from nbdiag.facts.model.outputs import outputs_of
from nbdiag.fixes.conflicts import merged
from nbdiag.fixes.output_head import repair, wanted_for
from nbdiag.keras_api.activations import with_trait as activations_with
from nbdiag.keras_api.initializers import with_trait as initializers_with
from nbdiag.keras_api.layers import with_role
from nbdiag.language import later
from nbdiag.schema.changes import (
    Change,
    RemoveLayer,
    ScaleInputs,
    ScaleTargets,
    SetFitArgument,
    SetLayerArgument,
    SetOptimizer,
    SetOptimizerArgument,
)
from nbdiag.schema.finding import Aspect
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.run import TrainingRun

_USUAL_RATE = 0.001
# Adam trains alike between a third and three times its usual rate.
_NEAR = 3.0
_FASTER = 10.0
# Weights that are all alike, or drawn without regard to the size of the layer.
_UNUSUAL_INITIALIZERS = initializers_with("constant", "fixed_scale")
_FLAT = activations_with("saturates", "sums_to_one")
# Regression targets of about this size need no scale.
_MOST_OF_TARGETS, _LEAST_OF_TARGETS = 3.0, 0.3


@dataclass(frozen=True, eq=False)
class Variation:
    """One aspect of a training, made as usual; equal to itself alone.

    Attributes
    ----------
    words
        What it comes to, to stand after "with", in English: to be translated.
    title
        The same for a button.
    aspect
        Of the training.
    changes
        What makes it so.
    alone
        Whether it is tried by itself only: there is nothing usual about it.
    """

    words: str
    title: str
    aspect: Aspect
    changes: tuple[Change, ...]
    alone: bool = False


def variations_of(run: TrainingRun) -> tuple[Variation, ...]:
    """List what can be made as usual in a training, the likeliest cause first.

    Parameters
    ----------
    run
        The recorded training; what is as usual in it already is not listed.
    """
    if isinstance(run.model, Missing):
        return ()
    made = (
        *_inputs(run, run.model),
        *_targets(run),
        *_heads(run),
        *_optimizer(run),
        *_layers(run.model),
        *_fit(run),
    )
    return tuple(item for item in made if item.changes)


def _inputs(run: TrainingRun, model: Model) -> Iterator[Variation]:
    entries = entries_of(model, run.data.inputs)
    if isinstance(entries, Missing) or len(entries) != 1:
        return
    (entry,) = entries
    if entry.kind == "weighed" and not entry.masked and not entry.application:
        yield Variation(
            later("standardized inputs"),
            later("Standardize the inputs with a Normalization layer"),
            "inputs",
            (ScaleInputs("standardize"),),
        )


def _targets(run: TrainingRun) -> Iterator[Variation]:
    outputs = outputs_of(run)
    if isinstance(outputs, Missing) or len(outputs) != 1 or len(run.data.labels) != 1:
        return
    labels, task = run.data.labels[0], task_of_output(run, outputs[0])
    if task.kind != "regression" or task.reconstruction or task.form == "probability":
        return
    far = abs(labels.mean) > _MOST_OF_TARGETS * max(1.0, labels.std)
    usual = _LEAST_OF_TARGETS <= labels.std <= _MOST_OF_TARGETS
    if labels.std > 0 and (far or not usual):
        yield Variation(
            later("standardized targets"),
            later("Standardize the targets"),
            "targets",
            (ScaleTargets(mean=labels.mean, std=labels.std),),
        )


def _heads(run: TrainingRun) -> Iterator[Variation]:
    outputs = outputs_of(run)
    if isinstance(outputs, Missing):
        return
    changes: list[Change] = []
    for output in outputs:
        task = task_of_output(run, output)
        if task.kind == "regression" and not output.loss_name:
            continue  # a loss of the user's may ask for another number than the mean
        wanted = wanted_for(output, task)
        changes += (repair(run, output, wanted) or ()) if wanted is not None else ()
    yield Variation(
        later("the output and the loss that these labels ask for"),
        later("Use the output and the loss that these labels ask for"),
        "loss",
        merged([changes]),
    )


def _optimizer(run: TrainingRun) -> Iterator[Variation]:
    if isinstance(run.compile, Missing):
        return
    optimizer = run.compile.optimizer
    rate = optimizer.learning_rate
    constant = None if isinstance(rate, Missing) or optimizer.schedule or rate <= 0 else rate
    usual = constant is not None and 1 / _NEAR <= constant / _USUAL_RATE <= _NEAR
    clips = any(optimizer.config.get(key) for key in ("clipnorm", "clipvalue", "global_clipnorm"))
    if optimizer.name != "adam" or not usual or clips:
        yield Variation(
            later("Adam at a learning rate of 0.001"),
            later("Use Adam at a learning rate of 0.001"),
            "optimizer",
            (SetOptimizer("adam", {"learning_rate": _USUAL_RATE}),),
        )
    if constant is not None:
        yield Variation(
            later("a learning rate ten times as high"),
            later("Raise the learning rate to ten times"),
            "learning_rate",
            (SetOptimizerArgument("learning_rate", _FASTER * constant),),
            alone=True,
        )
        yield Variation(
            later("a tenth of the learning rate"),
            later("Lower the learning rate to a tenth"),
            "learning_rate",
            (SetOptimizerArgument("learning_rate", constant / _FASTER),),
            alone=True,
        )


def _layers(model: Model) -> Iterator[Variation]:
    hidden = hidden_layers(model)
    hidden = () if isinstance(hidden, Missing) else hidden
    own = [layer for layer in changeable_layers(model) if layer.builtin]
    yield Variation(
        later("initial weights as Keras draws them"),
        later("Draw the initial weights as Keras does"),
        "initializer",
        tuple(
            SetLayerArgument(layer.name, "kernel_initializer", "glorot_uniform")
            for layer in own
            if initializer_of(layer).kind in _UNUSUAL_INITIALIZERS
            if "kernel_initializer" in layer.config
        ),
    )
    yield Variation(
        later("ReLU in the hidden layers"),
        later("Use ReLU in the hidden layers"),
        "hidden_activation",
        tuple(
            SetLayerArgument(layer.name, "activation", "relu")
            for layer in hidden
            if "activation" in layer.config and _is_flat_or_straight(layer, model)
        ),
    )
    yield Variation(
        later("no dropout or noise"),
        later("Take out dropout and noise"),
        "regularization",
        tuple(RemoveLayer(layer.name) for layer in own if layer.class_name in with_role("noise")),
    )
    yield Variation(
        later("no penalty on the weights"),
        later("Take off the penalties on the weights"),
        "regularization",
        tuple(
            SetLayerArgument(layer.name, key, None)
            for layer in own
            for key in ("kernel_regularizer", "bias_regularizer", "activity_regularizer")
            if layer.config.get(key)
        ),
    )
    yield Variation(
        later("every layer trained"),
        later("Train every layer"),
        "architecture",
        tuple(
            SetLayerArgument(layer.name, "trainable", True)
            for layer in own
            if not layer.trainable and layer.parameters and "trainable" in layer.config
        ),
    )


def _is_flat_or_straight(layer: Layer, model: Model) -> bool:
    """Whether the slope before a layer vanishes, or nothing bends before the next weights."""
    return layer.activation in _FLAT or activation_after(layer, model) is None


def _fit(run: TrainingRun) -> Iterator[Variation]:
    if run.fit.shuffle is False and run.fit.input_kind in ("numpy", "tensor", "pandas"):
        yield Variation(
            later("samples in a new order every epoch"),
            later("Shuffle the samples in every epoch"),
            "batch_size",
            (SetFitArgument("shuffle", True),),
        )
    if run.fit.class_weight is not None:
        yield Variation(
            later("all classes weighed alike"),
            later("Weigh all classes alike"),
            "loss",
            (SetFitArgument("class_weight", None),),
        )
