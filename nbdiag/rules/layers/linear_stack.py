"""NBD501: layers in a row with nothing bent between them."""

from collections.abc import Iterator

from nbdiag.facts.data.task import task_of
from nbdiag.facts.model.graph import (
    FEW_RECTIFIED,
    LinearPair,
    hidden_layers,
    is_nonlinear,
    linear_pairs,
)
from nbdiag.facts.training.verdict import Ending, ending_of
from nbdiag.language import say, say_count
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import SetLayerArgument
from nbdiag.schema.finding import Confidence, Evidence, Finding, Fix, Severity
from nbdiag.schema.model import Model
from nbdiag.schema.run import TrainingRun

_WIDE = 32  # as many as NBD508 gives a layer that is too narrow


class LinearStack(Rule):
    """Layers in a row have no activation between them.

    What it finds
    -------------
    Dense or convolutional layers that feed another one with nothing nonlinear between them: no
    activation, no max pooling, no custom layer. A first layer that is narrower than both its
    neighbours is left out as long as something else is nonlinear: it is a bottleneck or a low-rank
    layer, and intended.

    Why it hurts
    ------------
    Two linear layers in a row are one linear layer. What the second adds is arithmetic, not
    capacity; a model without any activation cannot draw a curved boundary, however deep.

    Example
    -------
    ::

        layers.Dense(128)
        layers.Dense(64)
        layers.Dense(10, activation="softmax")

    Use instead
    -----------
    ::

        layers.Dense(128, activation="relu")
        layers.Dense(64, activation="relu")
        layers.Dense(10, activation="softmax")

    Fix safety
    ----------
    review: the model becomes another one, which may need other settings. Layers of at most three
    units are made wider with it.

    Thresholds and their source
    ---------------------------
    That the layers collapse is algebra. Whether it hurts is measured: a training that explains half
    of what always predicting the same value leaves is reported as information only, an autoencoder
    without any activation is left alone (it computes principal components), a model without any
    activation that learnt nothing is an error.

    References
    ----------
    Cybenko (1989), Approximation by superpositions of a sigmoidal function; Baldi, Hornik (1989)
    on linear autoencoders.
    """

    code = "NBD501"
    name = "linear-stack"
    aspect = "hidden_activation"
    explains = ("NBD301", "NBD304", "NBD309", "NBD312")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Find straight pairs and weigh them by how the training ended."""
        model = known(run.model)
        pairs = known(linear_pairs(model))
        bent = _is_bent_somewhere(model)
        counted = [pair for pair in pairs if not (pair.narrow and bent)]
        if not counted or (not bent and task_of(run).reconstruction):
            return
        ending = ending_of(run)
        names = list(dict.fromkeys(pair.first.name for pair in counted))
        message = say_count(
            "{names} has no activation, so '{first}' and '{second}' together are one linear layer.",
            "{names} have no activation, so '{first}' and '{second}' together are one linear "
            "layer.",
            len(names),
            names=_list(names),
            first=counted[0].first.name,
            second=counted[0].second.name,
        )
        advice = (
            say("Give each hidden layer one, such as relu.")
            if bent
            else say("The whole model is linear: however deep, it can only draw straight lines.")
        )
        evidence = Evidence("linear layers in a row", _list(names), "none", "model")
        confidence: Confidence = "proven" if not bent else "suspected"
        yield self.finding(
            f"{message} {advice}",
            (evidence, *ending.evidence()),
            (_fix(counted),),
            severity=_severity(ending, bent=bent),
            confidence=confidence,
        )


def _severity(ending: Ending, *, bent: bool) -> Severity:
    if ending.verdict == "failed":
        return "warning" if bent else "error"
    return "warning" if ending.verdict == "fair" and not bent else "info"


def _is_bent_somewhere(model: Model) -> bool:
    """Whether anything but the heads bends the signal, hidden layers or others."""
    heads = {head.weights_layer for head in model.heads}
    heads |= {head.activation_layer for head in model.heads}
    operations = any(layer.operations for layer in model.layers)
    others = (layer for layer in model.layers if layer.name not in heads)
    return operations or not hidden_layers(model) or any(map(is_nonlinear, others))


def _fix(pairs: list[LinearPair]) -> Fix:
    layers = {pair.first.name: pair.first for pair in pairs}
    slim = [
        name
        for name, layer in layers.items()
        if layer.class_name == "Dense" and 0 < (layer.units or 0) <= FEW_RECTIFIED
    ]
    bend = [SetLayerArgument(name, "activation", "relu") for name in layers]
    # A handful of linear units is enough; as many rectified ones may all be dead from the start.
    widen = [SetLayerArgument(name, "units", _WIDE) for name in slim]
    names = _list(list(layers))
    if not slim:
        title = say("Give {names} a relu activation", names=names)
    elif len(slim) == len(layers):
        title = say("Give {names} {units} units and a relu activation", names=names, units=_WIDE)
    else:
        title = say(
            "Give {names} a relu activation, and {slim} {units} units",
            names=names,
            slim=_list(slim),
            units=_WIDE,
        )
    return Fix(title, "review", (*bend, *widen))


def _list(names: list[str]) -> str:
    shown = [f"'{name}'" for name in names[:4]]
    rest = len(names) - len(shown)
    text = (
        shown[0]
        if len(shown) == 1
        else say("{names} and {last}", names=", ".join(shown[:-1]), last=shown[-1])
    )
    return say("{names} and {rest} more", names=", ".join(shown), rest=rest) if rest else text
