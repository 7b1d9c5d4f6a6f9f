"""Changes that make head, loss, labels and metrics speak of one thing.

A fix that changed one of them alone would be a new fault: a sigmoid head whose labels stay
one-hot, a loss on raw scores whose accuracy is still cut at 0.5. So every head rule states how the
output should end, and the changes are what is different today.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from nbdiag.facts.data.task import Task
from nbdiag.facts.model.losses import BINARY, CATEGORICAL, CROSS_ENTROPY, DISTANCE, SPARSE
from nbdiag.facts.model.outputs import Output
from nbdiag.keras_api.layers import with_role
from nbdiag.keras_api.metrics import with_trait
from nbdiag.language import say
from nbdiag.schema.changes import (
    Change,
    EncodeLabels,
    InsertLayer,
    MetricSpec,
    RemoveLayer,
    ReplaceLayer,
    ReplaceMetric,
    SetLayerArgument,
    SetLoss,
)
from nbdiag.schema.finding import Fix, Safety
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import Metric

# Layers that are an activation themselves: they have no argument that could name another one.
_ACTIVATION_LAYERS = with_role("activation") - {"Activation"}
_OF_CLASSES = with_trait("of_classes")


@dataclass(frozen=True)
class Wanted:
    """How an output should end.

    Attributes
    ----------
    form
        How the labels are written then, as in `nbdiag.facts.data.labels`.
    encode
        How the labels get there, None when they are so already.
    """

    activation: str
    units: int | None
    loss: str
    form: str
    from_logits: bool = False
    encode: EncodeLabels | None = None


def wanted_for(output: Output, task: Task) -> Wanted | None:
    """Find how an output should end for its task, staying near to what the user has.

    Returns
    -------
    Wanted or None
        None when neither labels nor loss say what the output is to learn.
    """
    units, name = output.head.units, output.loss_name
    if task.form in ("one_hot", "distribution") and task.classifies:
        return Wanted("softmax", task.classes, "categorical_crossentropy", task.form)
    if task.kind == "multilabel":
        encode = EncodeLabels("greater", 0, output.key) if task.form == "signed" else None
        return Wanted("sigmoid", task.classes or units, _binary(name), "multi_hot", encode=encode)
    if task.kind == "binary" and (units or 1) > 1:
        encode = _zero_or_one(task, output.key)
        return Wanted("softmax", units, _SPARSE, "class_index", encode=encode)
    if task.kind == "binary":
        return Wanted("sigmoid", 1, _binary(name), "binary", encode=_zero_or_one(task, output.key))
    if task.kind == "multiclass":
        return _classes_wanted(output, task)
    if task.kind == "regression" and task.form == "probability" and name in BINARY:
        return Wanted("sigmoid", units, name, task.form)
    if task.kind == "regression":
        loss = name if name in DISTANCE else "mean_squared_error"
        return Wanted("linear", units, loss, task.form)
    return None


_SPARSE = "sparse_categorical_crossentropy"


def _binary(name: str) -> str:
    return name if name in BINARY else "binary_crossentropy"


def _classes_wanted(output: Output, task: Task) -> Wanted | None:
    units, name = output.head.units, output.loss_name
    if task.form != "class_index":
        # Labels were not seen: what can be said is that the loss compares classes.
        fits = name in CATEGORICAL or name in SPARSE
        return Wanted("softmax", units, name, task.form) if fits else None
    highest = int(task.highest or 0)
    if (units or 0) > highest or task.lowest == 0:
        return Wanted("softmax", max(units or 0, highest + 1), _SPARSE, "class_index")
    encode = EncodeLabels("subtract", 1, output.key)
    return Wanted("softmax", max(units or 0, highest), _SPARSE, "class_index", encode=encode)


def _zero_or_one(task: Task, key: str) -> EncodeLabels | None:
    low, high = task.lowest or 0.0, task.highest or 0.0
    if task.form == "signed":
        return EncodeLabels("greater", 0, key)
    if task.form != "two_values":
        return None
    if high - low == 1:
        return EncodeLabels("subtract", int(low), key)
    return EncodeLabels("greater", int(low), key)


def repair(run: TrainingRun, output: Output, wanted: Wanted) -> tuple[Change, ...] | None:
    """List what must change for the output to end as wanted.

    Returns
    -------
    tuple of Change or None
        None when a change is needed that cannot be made on this model: its last activation or
        its units are set by code that has no name (a subclassed model).
    """
    if isinstance(run.model, Missing):
        return None
    layer_changes = _layer_changes(run.model, output, wanted)
    if layer_changes is None:
        return None
    changes: list[Change] = list(layer_changes)
    if (output.loss_name, output.from_logits) != (wanted.loss, wanted.from_logits):
        changes.append(SetLoss(wanted.loss, wanted.from_logits, output.key))
    changes += metric_changes(output, wanted)
    if wanted.encode:
        changes.append(wanted.encode)
    return tuple(changes)


def repair_fix(
    run: TrainingRun, output: Output, wanted: Wanted | None, title: str, safety: Safety = "safe"
) -> tuple[Fix, ...]:
    """Make the fix of a repair, one to be shown only where the model cannot be edited."""
    if wanted is None:
        return ()
    changes = repair(run, output, wanted)
    if changes is None:
        note = say("The end of this model is written in code that cannot be edited with certainty.")
        return (Fix(title, "display", (), note=note),)
    return (Fix(title, safety, changes),) if changes else ()


def _layer_changes(model: Model, output: Output, wanted: Wanted) -> list[Change] | None:
    head = output.head
    changes: list[Change] = []
    if wanted.units is not None and wanted.units != head.units:
        layer = _layer(model, head.weights_layer)
        if layer is None or layer.units != head.units:
            return None
        argument = "filters" if "filters" in layer.config else "units"
        changes.append(SetLayerArgument(layer.name, argument, wanted.units))
    if head.activation == wanted.activation:
        return changes
    change = _activation_change(model, output, wanted.activation)
    return None if change is None else [*changes, change]


def _activation_change(model: Model, output: Output, activation: str) -> Change | None:
    layer = _layer(model, output.head.activation_layer)
    if layer is None:
        last = _layer(model, output.head.output)
        if last is None or model.kind == "subclass" or activation == "linear":
            return None
        return InsertLayer("Activation", last.name, arguments={"activation": activation})
    if layer.builtin and layer.class_name in _ACTIVATION_LAYERS:
        if activation == "linear":
            return RemoveLayer(layer.name)
        return ReplaceLayer(layer.name, "Activation", {"activation": activation})
    return SetLayerArgument(layer.name, "activation", activation)


def _layer(model: Model, name: str | None) -> Layer | None:
    return next((item for item in model.layers if item.name == name), None)


def metric_changes(output: Output, wanted: Wanted) -> Iterator[ReplaceMetric]:
    """Replace the metrics that would misread the wanted output.

    "acc" and "accuracy" follow the shapes by themselves; they only go wrong on raw scores, on
    numbers and on rows of several ones. The label in the history stays where the metric can be
    given a name.
    """
    replaced = False
    for metric in output.metrics:
        if metric.custom:
            continue
        new = _metric_wanted(metric, wanted)
        if new == "drop":
            yield ReplaceMetric(metric.written, None if replaced else MetricSpec("mae"), output.key)
            replaced = True
        elif isinstance(new, MetricSpec):
            yield ReplaceMetric(metric.written, new, output.key)


def _metric_wanted(metric: Metric, wanted: Wanted) -> MetricSpec | str | None:
    if wanted.loss not in CROSS_ENTROPY:
        return "drop" if metric.name in _OF_CLASSES else None
    logits = wanted.from_logits and wanted.activation == "linear"
    if logits and metric.name == "auc":
        return MetricSpec("AUC", {"from_logits": True, "name": metric.label})
    if logits and metric.name in ("precision", "recall") and metric.threshold is None:
        return MetricSpec(metric.name.title(), {"thresholds": 0.0, "name": metric.label})
    if not metric.name.endswith("accuracy") or metric.name.startswith("top_"):
        return None
    if wanted.loss in BINARY and logits:
        return MetricSpec("BinaryAccuracy", {"threshold": 0.0, "name": metric.label})
    if wanted.loss in BINARY and metric.threshold not in (None, 0.5) and metric.threshold <= 0:
        return MetricSpec("BinaryAccuracy", {"name": metric.label})
    kind = _accuracy_class(wanted)
    if wanted.form == "multi_hot" and metric.name != kind[1]:
        # Over several units Keras takes "accuracy" for the share of rows whose greatest unit fits.
        return MetricSpec(kind[0], {"name": metric.label})
    follows = metric.written.lower() in ("acc", "accuracy")
    if follows or metric.name == kind[1]:
        return None
    return MetricSpec(kind[0], {"name": metric.label})


def _accuracy_class(wanted: Wanted) -> tuple[str, str]:
    if wanted.loss in SPARSE:
        return "SparseCategoricalAccuracy", "sparse_categorical_accuracy"
    if wanted.loss in CATEGORICAL:
        return "CategoricalAccuracy", "categorical_accuracy"
    return "BinaryAccuracy", "binary_accuracy"
