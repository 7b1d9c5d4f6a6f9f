"""A `TrainingRun`: all that one watched call of ``fit`` left behind.

Numbers are float64, shapes are per sample unless said otherwise, and shares lie in [0, 1].
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from nbdiag.schema.codec import from_json, to_json
from nbdiag.schema.missing import Missing

FORMAT = 1

Shape = tuple[int | None, ...]


@dataclass(frozen=True)
class CallSite:
    """Where in a cell a call is written.

    Attributes
    ----------
    cell
        Number of the cell, as in ``In[number]``.
    line, end_line
        First and last line of the call, counted from 1 in the cell's raw text, the magic's own
        line included.
    column, end_column
        Offsets in characters (not bytes), counted from 0.
    """

    cell: int
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class Cell:
    """One cell as the user typed it, the magic's own line included."""

    number: int
    source: str


@dataclass(frozen=True)
class Environment:
    """Versions, and what Keras computes on."""

    python: str = ""
    keras: str = ""
    backend: str = ""
    backend_version: str = ""
    nbdiag: str = ""


@dataclass(frozen=True)
class Layer:
    """One layer, nested models flattened.

    Attributes
    ----------
    name
        The layer's unique name; never evidence for a rule.
    class_name
        Name of the class, "Dense" or the user's own.
    builtin
        Whether the class is Keras' own (then its class name can be trusted).
    parent
        Name of the nested model that holds the layer, None at the top.
    activation
        Name of the activation function: the ``activation`` argument, the function of an
        ``Activation`` layer, or "relu", "softmax" … for the layers ReLU, Softmax …;
        "custom" for the user's own function; None for a layer that has no such thing.
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


@dataclass(frozen=True)
class Loss:
    """The loss of one output.

    Attributes
    ----------
    output
        Key of the output; "" when the model has one.
    name
        Keras' name in snake case ("binary_crossentropy"), or the function's own name.
    custom
        Whether the loss is the user's own.
    from_logits
        Whether the loss expects raw scores.
    written
        How the user gave it: a string, a function, an object.
    """

    output: str
    name: str
    custom: bool = False
    from_logits: bool = False
    label_smoothing: float = 0.0
    weight: float = 1.0
    written: Literal["string", "function", "object", "unknown"] = "unknown"


@dataclass(frozen=True)
class Metric:
    """One metric as Keras resolved it.

    Attributes
    ----------
    name
        Resolved name in snake case: "binary_accuracy" where the user wrote "acc" on one unit.
    written
        The word or class name that the user wrote.
    label
        Key in the history.
    threshold
        Cut of a thresholded metric, None where there is none.
    """

    output: str
    name: str
    written: str
    label: str
    custom: bool = False
    threshold: float | None = None
    from_logits: bool = False
    written_as: Literal["string", "function", "object", "unknown"] = "unknown"


@dataclass(frozen=True)
class Optimizer:
    """The optimizer and its settings.

    Attributes
    ----------
    name
        Class name in lower case: "adam", "sgd", "rmsprop".
    learning_rate
        Rate before the first step; Missing for a schedule that cannot be evaluated.
    schedule
        Class name of a learning-rate schedule, None for a constant.
    config
        All settings, plain JSON.
    written
        "omitted" when compile was called without one.
    """

    name: str
    learning_rate: float | Missing
    schedule: str | None = None
    config: dict[str, Any] = field(default_factory=dict)
    custom: bool = False
    written: Literal["string", "object", "omitted", "unknown"] = "unknown"


@dataclass(frozen=True)
class CompileSetup:
    """What ``compile`` was given."""

    losses: tuple[Loss, ...]
    metrics: tuple[Metric, ...]
    optimizer: Optimizer
    jit_compile: bool = False
    run_eagerly: bool = False
    site: CallSite | Missing = Missing("compiled before nbdiag was loaded")


@dataclass(frozen=True)
class FitCall:
    """The arguments of ``fit``.

    Attributes
    ----------
    given
        Names of the arguments that the user gave.
    input_kind
        Where the batches come from.
    validation
        Form of the validation data.
    callbacks
        Class names of the user's callbacks.
    steps
        Steps per epoch that were really run, None when unknown; of a loop, all its steps.
    site
        Where ``fit`` was called.
    loop
        How a training without ``fit`` was followed: its calls of ``train_on_batch``, or the steps
        that it reported to `nbdiag.record`; "" for a ``fit``. A loop has no epochs.
    """

    given: tuple[str, ...] = ()
    input_kind: Literal[
        "numpy", "tensor", "pandas", "tf.data", "generator", "PyDataset", "dict", "list", "unknown"
    ] = "unknown"
    epochs: int = 1
    initial_epoch: int = 0
    batch_size: int | Missing = Missing("the data set makes its own batches")
    steps: int | None = None
    validation: Literal["none", "split", "data"] = "none"
    validation_split: float = 0.0
    shuffle: bool | Missing = True
    callbacks: tuple[str, ...] = ()
    class_weight: dict[int, float] | None = None
    sample_weight: bool = False
    site: CallSite | Missing = Missing("the call was not seen")
    loop: Literal["", "train_on_batch", "step"] = ""


@dataclass(frozen=True)
class ArrayStats:
    """Statistics of one array of inputs or labels.

    Attributes
    ----------
    name
        Key of the input or output, "" when there is one.
    shape
        Of one sample.
    rows
        Number of samples in the whole array, None for a stream.
    sampled
        Number of samples that the statistics come from.
    whole
        Share of values that are whole numbers.
    nans, infinities
        Counts in the sample.
    values
        The distinct values and their counts when there are at most 256, sorted; else None.
    row_sums
        Least and greatest sum over the last axis, None for one axis.
    constant_columns, columns
        For flat rows: features that never change, and the number of features; 0 otherwise.
    column_means, column_stds
        Per feature, for rows with at most 512 features; None otherwise.
    shares
        For labels: rows per class (index of the greatest column, or the value itself).
    digest
        Digest of the sampled bytes, to compare two runs in one session.
    """

    name: str
    dtype: str
    shape: Shape
    rows: int | None
    sampled: int
    minimum: float
    maximum: float
    mean: float
    std: float
    whole: float = 0.0
    nans: int = 0
    infinities: int = 0
    values: tuple[tuple[float, int], ...] | None = None
    row_sums: tuple[float, float] | None = None
    constant_columns: int = 0
    columns: int = 0
    column_means: tuple[float, ...] | None = None
    column_stds: tuple[float, ...] | None = None
    shares: dict[int, float] | None = None
    digest: str = ""


@dataclass(frozen=True)
class NearRows:
    """Validation rows that nearly repeat a training row, counted on a sample.

    Attributes
    ----------
    looked_at, among
        Validation rows that were looked at, and training rows that they were compared with.
    columns
        Columns of quantities that the distance is measured on, each scaled to deviation 1.
    found
        Rows whose nearest training row is ten times closer than their tenth, and not the same
        byte for byte.
    dimension
        How many dimensions the rows fill, estimated from the tenth to the twentieth neighbour.
    """

    looked_at: int
    among: int
    columns: int
    found: int
    dimension: float


@dataclass(frozen=True)
class Split:
    """What training and validation rows have to do with each other.

    Attributes
    ----------
    training_rows, validation_rows
        Sizes of the two sides.
    shared_rows
        Validation rows that stand in the training data byte for byte.
    duplicate_rows
        Training rows that repeat an earlier one byte for byte.
    near
        Validation rows that repeat a training row but for small differences.
    ordered
        Share of neighbouring training rows with the same class, less the share expected of
        shuffled rows; close to 1 for data sorted by class. Missing for targets without classes.
    """

    training_rows: int
    validation_rows: int
    shared_rows: int | Missing = Missing("not compared")
    duplicate_rows: int | Missing = Missing("not compared")
    ordered: float | Missing = Missing("not compared")
    near: NearRows | Missing = Missing("not compared")


@dataclass(frozen=True)
class Data:
    """Inputs and labels of both sides of the split."""

    inputs: tuple[ArrayStats, ...] = ()
    labels: tuple[ArrayStats, ...] = ()
    validation_inputs: tuple[ArrayStats, ...] = ()
    validation_labels: tuple[ArrayStats, ...] = ()
    split: Split | Missing = Missing("no validation data")


@dataclass(frozen=True)
class VariableProbe:
    """One trainable variable at one moment.

    Attributes
    ----------
    gradient_norm, weight_norm
        Euclidean norms; the gradient is that of the probe batch's loss.
    zero_share
        Share of gradient entries that are exactly zero.
    update_ratio
        Norm of the change since the last probe over the norm then; None at the first probe.
    """

    name: str
    layer: str
    size: int
    weight_norm: float
    gradient_norm: float | Missing
    zero_share: float | Missing = Missing("not measured")
    update_ratio: float | None = None
    nans: int = 0


@dataclass(frozen=True)
class ActivationProbe:
    """One layer's output on the probe batch.

    Attributes
    ----------
    dead
        Share of units that are zero on every row (for relu and its kin).
    saturated
        Share of values within 0.01 of a bound of sigmoid or tanh.
    std
        Mean over units of the standard deviation over rows.
    """

    layer: str
    activation: str
    minimum: float
    maximum: float
    mean: float
    std: float
    dead: float | None = None
    saturated: float | None = None


@dataclass(frozen=True)
class OutputProbe:
    """What the model returns on the probe batch.

    Attributes
    ----------
    in_unit
        Share of values in [0, 1].
    row_sums
        Least and greatest sum over the last axis.
    spread
        Mean over units of the standard deviation over rows: 0 means a constant answer.
    saturated
        Share of values within 0.01 of 0 or 1, when all lie in [0, 1].
    """

    output: str
    minimum: float
    maximum: float
    mean: float
    std: float
    spread: float
    in_unit: float
    row_sums: tuple[float, float]
    saturated: float = 0.0
    nans: int = 0


@dataclass(frozen=True)
class Probe:
    """A look at the model on one fixed batch, without touching the training.

    Attributes
    ----------
    moment
        "start" before the first step, "epoch" after an epoch, "end" after training.
    epoch
        Epochs completed at that moment.
    rows
        Size of the probe batch.
    loss
        Total loss on the batch in inference mode.
    constant_loss
        Per output, the least loss on the same labels that an answer ignoring the inputs can
        reach; Missing when the loss has no known best constant.
    penalty
        The part of ``loss`` that regularizers and ``add_loss`` contribute: no constant answer
        would be spared it, so it is taken off before the two are compared.
    returned_loss
        The loss of the values that the model returns, where TensorFlow's losses take the scores
        behind the last activation instead; Missing where the loss takes what is returned.
    """

    moment: Literal["start", "epoch", "end"]
    epoch: int
    rows: int
    loss: float | Missing
    outputs: tuple[OutputProbe, ...] = ()
    variables: tuple[VariableProbe, ...] | Missing = Missing("not measured")
    activations: tuple[ActivationProbe, ...] | Missing = Missing("not measured")
    constant_loss: float | Missing = Missing("not computed")
    penalty: float = 0.0
    returned_loss: float | Missing = Missing("not computed")


@dataclass(frozen=True)
class StepCurve:
    """Losses at single steps, thinned so that no spike is lost.

    Attributes
    ----------
    steps, losses
        Step numbers from 0 and the loss of that step's batch.
    """

    steps: tuple[int, ...] = ()
    losses: tuple[float, ...] = ()


@dataclass(frozen=True)
class History:
    """Curves of the training.

    Attributes
    ----------
    epochs
        Per metric label, one value per epoch ("loss", "val_loss", …), as Keras reports them.
    seconds
        Wall time of each epoch; never shown, used to say what a stop has saved.
    learning_rates
        Rate at the end of each epoch.
    step_losses
        Losses of single batches where they were free to see.
    """

    epochs: dict[str, tuple[float, ...]] = field(default_factory=dict)
    completed: int = 0
    seconds: tuple[float, ...] = ()
    learning_rates: tuple[float, ...] = ()
    step_losses: StepCurve = StepCurve()


@dataclass(frozen=True)
class Thing:
    """What one of the user's names stood for when the cell failed.

    Attributes
    ----------
    kind
        "array" for anything with a shape and a dtype.
    type
        Name of the class.
    shape
        Of the whole array, rows included; None for other things.
    value
        The value of a number, a text or a tuple of those, as Python writes it; the classes of
        the items of an array of objects; "" otherwise.
    lengths
        Least and greatest length of the items of a list or of an object array; None without.
    """

    kind: Literal["array", "list", "number", "text", "tuple", "model", "dataset", "none", "other"]
    type: str
    dtype: str = ""
    shape: Shape | None = None
    value: str = ""
    lengths: tuple[int, int] | None = None


@dataclass(frozen=True)
class Scene:
    """What was there when the cell failed.

    Attributes
    ----------
    places
        The calls of the user's cells that led there, innermost last.
    names
        Names that those cells' text mentions.
    """

    places: tuple[CallSite, ...] = ()
    names: dict[str, Thing] = field(default_factory=dict)


@dataclass(frozen=True)
class RunError:
    """The exception that ended the cell.

    Attributes
    ----------
    during
        Where it was raised.
    lines
        Lines of the user's cell that led there, innermost last.
    scene
        What was there when it was raised.
    """

    type: str
    message: str
    during: Literal["fit", "cell"] = "fit"
    lines: tuple[int, ...] = ()
    scene: Scene = Scene()


StoppedBy = Literal["user", "error"]


@dataclass(frozen=True)
class Stopped:
    """A training that was asked to end before its time, and did.

    Attributes
    ----------
    by
        "user" for a click on Stop, "error" for a finding that was certain.
    code
        Of that finding, "" for a click.
    epochs
        Epochs completed when it was asked; the one that ran then is cut short.
    """

    by: StoppedBy
    code: str = ""
    epochs: int = 0


@dataclass(frozen=True)
class PastRun:
    """A former run of this session, for comparison.

    Attributes
    ----------
    cell, fit
        Number of its cell, and which fit of that cell it was (from 1).
    offers
        Digests of the cells that its report offered as repairs.
    source
        Text of its cell; "" when it was not kept. A session may keep no history of its cells.
    """

    cell: int
    model: str
    losses: tuple[str, ...]
    epochs: dict[str, tuple[float, ...]]
    input_digest: str = ""
    label_digest: str = ""
    rows: int | None = None
    input_range: tuple[float, float] | None = None
    input_shape: Shape | None = None
    label_shape: Shape | None = None
    cause: str | None = None
    applied: str | None = None
    fit: int = 1
    offers: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class TrainingRun:
    """All that one ``fit`` left behind, as a value.

    Attributes
    ----------
    cell
        The watched cell.
    earlier
        Cells that ran before it in this session, oldest first.
    fit_number, fits
        Which fit of the cell this is (from 1), and how many there were.
    started_trained
        Whether the optimizer had already made steps when ``fit`` began.
    previous
        Former runs of the session, oldest first.
    stopped
        Who asked to end the training before its time, None when nobody did.
    """

    cell: Cell
    environment: Environment = Environment()
    earlier: tuple[Cell, ...] = ()
    model: Model | Missing = Missing("no model was seen")
    compile: CompileSetup | Missing = Missing("the model was not compiled")
    fit: FitCall = FitCall()
    data: Data = Data()
    history: History = History()
    probes: tuple[Probe, ...] | Missing = Missing("probes are off")
    error: RunError | None = None
    interrupted: bool = False
    fit_number: int = 1
    fits: int = 1
    started_trained: bool = False
    previous: tuple[PastRun, ...] = ()
    stopped: Stopped | None = None
    format: int = FORMAT

    def to_dict(self) -> dict[str, Any]:
        """Write the run as plain JSON data."""
        plain: dict[str, Any] = to_json(self)
        return plain

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises
        ------
        ValueError
            When the data are not a run, or of a newer format.
        """
        if data.get("format", FORMAT) > FORMAT:
            raise ValueError(
                f"This run has format {data['format']}, newer than {FORMAT}: upgrade nbdiag."
            )
        return from_json(cls, data)

    def save(self, path: str | Path) -> None:
        """Write the run to a JSON file."""
        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=1)
        Path(path).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a run from a JSON file."""
        return cls.from_dict(json.loads(Path(path).read_text(encoding="utf-8")))
