"""A model's own description: its layers, and how each output ends.

Shapes are per sample, without the batch axis.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from nbdiag.schema.cell import CallSite, Shape
from nbdiag.schema.missing import Missing


@dataclass(frozen=True)
class Layer:
    """One layer, nested models flattened.

    Attributes
    ----------
    name
        The layer's unique name; never evidence for a rule.
    class_name
        Name of the class, "Dense" or a custom one.
    builtin
        Whether the class is Keras' own (then its class name can be trusted).
    parent
        Name of the nested model that holds the layer, None at the top.
    activation
        Name of the activation function: the ``activation`` argument, the function of an
        ``Activation`` layer, or "relu", "softmax" … for the layers ReLU, Softmax …;
        "custom" for a custom function; None for a layer that has no such thing.
    units
        ``units`` of a Dense or recurrent layer, ``filters`` of a convolution, else None.
    config
        The layer's configuration, plain JSON.
    input_shape, output_shape
        Without the batch axis.
    parameters
        Number of weights of this layer.
    trainable
        Whether the optimizer may change it.
    inbound
        Names of the layers whose outputs it takes.
    operations
        Class names of the bare operations ("Relu", "Add", "TrueDivide") that lie between those
        layers and this one: ``keras.ops``, ``tf.nn``, arithmetic on tensors.
    site
        Where the layer was made.
    application
        Module of ``keras.applications`` that made the layer ("resnet", "mobilenet_v2"), "" for a
        layer of the user: what is inside a published architecture is not the user's to change.
    """

    name: str
    class_name: str
    builtin: bool = True
    parent: str | None = None
    activation: str | None = None
    units: int | None = None
    config: dict[str, Any] = field(default_factory=dict)
    input_shape: Shape | Missing = Missing("not built")
    output_shape: Shape | Missing = Missing("not built")
    parameters: int = 0
    trainable: bool = True
    inbound: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    site: CallSite | Missing = Missing("made before nbdiag was loaded")
    application: str = ""


@dataclass(frozen=True)
class Head:
    """How one output of the model ends.

    Attributes
    ----------
    output
        Key of the output in dictionaries of losses and metrics (the name of its last layer).
    activation
        The last activation that the configuration shows, looking through layers that only
        reshape; Missing for a Lambda, an operation or a subclassed model.
    activation_layer
        Name of the layer whose argument sets that activation, None when unknown.
    weights_layer
        Name of the last layer with ``units`` or ``filters``, None when unknown.
    shape
        Shape of one sample's output.
    units
        Size of the last axis.
    softmax_axis
        Axis of a softmax, -1 by default; None without one.
    keeps_logits
        Whether TensorFlow's shortcut from probabilities back to logits is in reach (the
        activation is the very last operation and computes in float32).
    """

    output: str
    activation: str | Missing
    activation_layer: str | None = None
    weights_layer: str | None = None
    shape: Shape | Missing = Missing("not built")
    units: int | None = None
    softmax_axis: int | None = None
    keeps_logits: bool = False


@dataclass(frozen=True)
class Model:
    """The model's own description.

    Attributes
    ----------
    variable
        Name under which the user's cell keeps the model, None when it has none.
    kind
        How it was written.
    """

    name: str
    class_name: str
    kind: Literal["sequential", "functional", "subclass"]
    variable: str | None = None
    layers: tuple[Layer, ...] = ()
    heads: tuple[Head, ...] = ()
    parameters: int = 0
    trainable_parameters: int = 0
    custom_train_step: bool = False
    site: CallSite | Missing = Missing("made before nbdiag was loaded")
