"""Which changes can be made together, and what they come to."""

from collections.abc import Iterable, Sequence

from nbdiag.facts.model.outputs import outputs_of
from nbdiag.language import later, say
from nbdiag.schema.changes import (
    AddCallback,
    AddCompile,
    Change,
    ConvertData,
    DropShared,
    EncodeLabels,
    InsertBesideCall,
    InsertFirst,
    InsertLayer,
    MakeAgain,
    RemoveLayer,
    ReplaceLayer,
    ReplaceMetric,
    ScaleInputs,
    ScaleTargets,
    SetCallArgument,
    SetFitArgument,
    SetInputShape,
    SetLayerArgument,
    SetLoss,
    SetOptimizer,
    SetOptimizerArgument,
    ShuffleRows,
    SplitAnew,
)
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

# Arguments of a layer that say what its outputs are; another initializer leaves them as they are.
_SHAPING = ("activation", "units", "filters", "axis")
# Arguments of fit that say which rows are validated on.
_OF_THE_SPLIT = ("validation_data", "validation_split")
# What every optimizer of Keras takes, and what means the same with each of them.
_OF_EVERY_OPTIMIZER = ("clipnorm", "clipvalue", "global_clipnorm", "weight_decay")


def merged(parts: Iterable[Sequence[Change]]) -> tuple[Change, ...]:
    """Join changes that do not contradict each other; each is made once.

    What would be changed of a layer that is taken out is left out.
    """
    every: list[Change] = []
    for change in (item for part in parts for item in part):
        if change not in every:
            every.append(change)
    removed = {item.layer for item in every if isinstance(item, RemoveLayer)}
    return tuple(
        item for item in every if not (isinstance(item, SetLayerArgument) and item.layer in removed)
    )


def contradiction(run: TrainingRun, one: Sequence[Change], other: Sequence[Change]) -> str:
    """Name what two sets of changes would each set in their own way.

    Parameters
    ----------
    run
        The run whose cell is to change; it knows which layers end the model.
    one, other
        Changes that belong together, of one fix each.

    Returns
    -------
    str
        "the loss", "epochs of fit" …; "" when both can be made.
    """
    only_one = [item for item in one if item not in other]
    only_other = [item for item in other if item not in one]
    # Loss, output, labels and metric are repaired as one: half of another repair is a new fault.
    ends = _ends(run)
    for key in sorted({_end(item, ends) for item in one} - {None}, key=str):
        if any(_end(item, ends) == key for item in only_one) and any(
            _end(item, ends) == key for item in only_other
        ):
            return say("how the output {key!r} ends", key=key) if key else say("how the model ends")
    for mine in only_one:
        for its in only_other:
            named = _meet(mine, its) or _meet(its, mine)
            if named:
                return named
    return ""


def _ends(run: TrainingRun) -> dict[str, str]:
    """Find the output of each layer that ends the model."""
    outputs = outputs_of(run)
    if isinstance(outputs, Missing):
        return {}
    return {
        layer: output.key
        for output in outputs
        for layer in (output.head.activation_layer, output.head.weights_layer)
        if layer is not None
    }


def _end(change: Change, ends: dict[str, str]) -> str | None:
    """Return the output whose end a change belongs to, None for one that belongs to none."""
    match change:
        case SetLoss() | ReplaceMetric() | EncodeLabels():
            return change.output
        case SetLayerArgument(layer=layer, argument=argument) if argument in _SHAPING:
            return ends.get(layer)
        case RemoveLayer(layer=layer) | ReplaceLayer(layer=layer):
            return ends.get(layer)
        case InsertLayer(beside=layer, before=False):
            return ends.get(layer)
    return None


def _meet(one: Change, other: Change) -> str:
    """Name what both changes set; "" when they have nothing to do with each other."""
    match one, other:
        case SetOptimizer(), SetOptimizerArgument(argument=name) if (
            name not in _OF_EVERY_OPTIMIZER or name in one.arguments
        ):
            return say("the optimizer")
        case (RemoveLayer(layer=gone), InsertLayer(beside=layer) | ReplaceLayer(layer=layer)) | (
            ReplaceLayer(layer=gone),
            SetLayerArgument(layer=layer),
        ) if gone == layer:
            return say("the layer {layer!r}", layer=layer)
        case ((SplitAnew() | DropShared()), (SplitAnew() | DropShared() | ShuffleRows())):
            return say("which samples are on which side of the split")
        case ((SplitAnew() | DropShared()), SetFitArgument(argument=name)) if name in _OF_THE_SPLIT:
            return say("which samples are on which side of the split")
        case ((SplitAnew() | DropShared()), ScaleInputs(method="standardize")):
            return say("which samples the scaling of the inputs is adapted to")
        case MakeAgain(part="data"), (ScaleInputs() | ScaleTargets() | EncodeLabels()):
            # What was measured of spoilt data says nothing about the data as they are made.
            return say("what the data are")
        case AddCompile(), SetLoss() | SetOptimizer() | SetOptimizerArgument():
            return say("the arguments of compile")
    if type(one) is type(other) and type(one) in _PLACES:
        keys, words = _PLACES[type(one)]
        if all(getattr(one, key) == getattr(other, key) for key in keys):
            return say(words, change=one)
    return ""


_PLACES: dict[type, tuple[tuple[str, ...], str]] = {
    SetOptimizer: ((), later("the optimizer")),
    SetOptimizerArgument: (("argument",), later("{change.argument} of the optimizer")),
    SetLayerArgument: (
        ("layer", "argument"),
        later("{change.argument} of the layer {change.layer!r}"),
    ),
    InsertLayer: (
        ("class_name", "beside", "before"),
        later("a new layer beside {change.beside!r}"),
    ),
    ReplaceLayer: (("layer",), later("the layer {change.layer!r}")),
    ScaleInputs: ((), later("how the inputs enter the model")),
    ScaleTargets: ((), later("the scale of the targets")),
    SetFitArgument: (("argument",), later("{change.argument} of fit")),
    AddCallback: (("name",), later("the callback {change.name}")),
    ShuffleRows: ((), later("the order of the samples")),
    SetInputShape: ((), later("how the inputs enter the model")),
    InsertFirst: ((), later("how the inputs enter the model")),
    ConvertData: (("part", "at"), later("the form of the {change.part}")),
    SetCallArgument: (("call", "argument"), later("{change.argument} of {change.call.name}")),
    InsertBesideCall: (("call", "before"), later("a new layer beside {change.call.name}")),
    AddCompile: ((), later("the arguments of compile")),
}
"""What two changes of a kind share when they stand in each other's way, and its words."""
