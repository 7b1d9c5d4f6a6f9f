"""NBD502: hidden layers that squash the signal, one after the other."""

from collections.abc import Iterator

from nbdiag.facts.model.graph import activation_after, consumers, hidden_layers
from nbdiag.facts.optimization.gradients import depth_loss
from nbdiag.facts.training.verdict import Ending, ending_of, first_probe, is_deaf, last_probe
from nbdiag.keras_api.activations import RANGES
from nbdiag.language import say, say_count
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import SetLayerArgument
from nbdiag.schema.finding import Confidence, Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.run import TrainingRun

SQUASHING = frozenset(name for name, span in RANGES.items() if span == (0.0, 1.0))
FEWEST = 2  # one such layer is the textbook's network, and trains
FEW = 4  # units of which none may die: see the page
THIN = 0.05  # gradient of the first layer over the greatest later one, relative to the weights


class SquashedStack(Rule):
    """Hidden layers squash the signal, one after the other.

    What it finds
    -------------
    Two or more hidden layers with sigmoid or softmax, and single hidden layers with softmax that
    feed another layer's weights.

    Why it hurts
    ------------
    A sigmoid passes at most a quarter of the gradient on, and its values are never centred on 0:
    after a few of them the first layers receive almost nothing. A softmax makes its units compete
    for a sum of 1, so that a layer of 64 hands on numbers around 0.016.

    Example
    -------
    ::

        layers.Dense(64, activation="sigmoid")
        layers.Dense(64, activation="sigmoid")

    Use instead
    -----------
    ::

        layers.Dense(64, activation="relu")
        layers.Dense(64, activation="relu")

    Fix safety
    ----------
    review: ReLU units need a similar learning rate, but the training is another one. Layers of four
    units and fewer get tanh: a ReLU unit that is negative for every sample is dead for good, and
    with so few none can be spared, while tanh centres its values on 0 and keeps a gradient.

    Thresholds and their source
    ---------------------------
    A quarter per sigmoid is the greatest slope of the function. Two or more layers are a warning
    when the training learnt nothing, or little with a relative gradient in the first layer under
    a twentieth of that in the best later one; otherwise, before the first epoch, and where no
    gradient reached anything from the start, information.

    Four units: XOR with one hidden layer, 60 seeds each, Adam at 0.05 for 1,500 steps, is solved by
    2 units in 7 (relu), 29 (tanh), 28 (sigmoid) of them, by 3 in 28, 54, 48, by 4 in 33, 58, 58, by
    8 in 50, 60, 60.

    References
    ----------
    Glorot, Bengio (2010), Understanding the difficulty of training deep feedforward neural
    networks; LeCun et al. (1998), Efficient BackProp, section 4.4.
    """

    code = "NBD502"
    name = "squashed-stack"
    aspect = "hidden_activation"
    confidence = "measured"
    explains = ("NBD301", "NBD302", "NBD304", "NBD309", "NBD601", "NBD604")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Find squashing layers and weigh them by the gradient and the ending."""
        model = known(run.model)
        layers = _squashing(model)
        soft = [layer for layer in layers if activation_after(layer, model) == "softmax"]
        if len(layers) < FEWEST and not soft:
            return
        ending = ending_of(run)
        thin = _last_thinness(run)
        names = ", ".join(f"'{layer.name}'" for layer in layers[:4])
        kind = str(activation_after((soft or layers)[0], model))
        wanted = {layer.name: _wanted(layer) for layer in layers}
        message = say_count(
            "{number} hidden layer ({names}) squashes the signal with {kind}: little of the "
            "gradient reaches what lies before. Use {wanted}.",
            "{number} hidden layers ({names}) squash the signal with {kind}: little of the "
            "gradient reaches what lies before. Use {wanted}.",
            len(layers),
            names=names,
            kind=kind,
            wanted=say(" and ").join(sorted(set(wanted.values()))),
        )
        evidence = [Evidence("hidden layers with sigmoid or softmax", names, "none", "model")]
        if thin is not None:
            seen = say("{share:.3g} of that in the best later layer", share=thin)
            evidence.append(
                Evidence(
                    "gradient in the first layer",
                    seen,
                    say("{limit} and more", limit=THIN),
                    "probe",
                )
            )
        changes = tuple(
            SetLayerArgument(_holder(layer, model), "activation", wanted[layer.name])
            for layer in layers
        )
        confidence: Confidence = "measured" if thin is not None and thin < THIN else "suspected"
        yield self.finding(
            message,
            (*evidence, *ending.evidence()),
            (Fix(_title(wanted), "review", changes, note=_why(layers, wanted)),),
            severity=_severity(ending, thin, deaf=is_deaf(run)),
            confidence=confidence,
        )


def _wanted(layer: Layer) -> str:
    """Return the activation for a layer: not relu where a dead unit would matter."""
    return "tanh" if layer.units is not None and layer.units <= FEW else "relu"


def _title(wanted: dict[str, str]) -> str:
    if "tanh" not in wanted.values():
        return say("Use relu in the hidden layers")
    if "relu" not in wanted.values():
        return say("Use tanh in the hidden layers")
    return say("Use relu in the hidden layers, tanh in the smallest ones")


def _why(layers: list[Layer], wanted: dict[str, str]) -> str:
    few = [layer.units for layer in layers if wanted[layer.name] == "tanh" and layer.units]
    if not few:
        return ""
    return say(
        "tanh where a layer has so few units ({units}): with relu, a unit that is negative for "
        "every sample no longer learns, and every unit is needed.",
        units=", ".join(map(str, few)),
    )


def _severity(ending: Ending, thin: float | None, *, deaf: bool) -> Severity:
    if ending.verdict == "failed":
        return "info" if deaf else "warning"
    weak = thin is not None and thin < THIN
    return "warning" if weak and ending.verdict == "fair" else "info"


def _squashing(model: Model) -> list[Layer]:
    return [
        layer
        for layer in known(hidden_layers(model))
        if activation_after(layer, model) in SQUASHING and not _gates(layer, model)
    ]


def _gates(layer: Layer, model: Model) -> bool:
    """Whether the layer's outputs multiply others: attention and gates squash on purpose."""
    taken, waiting = consumers(model), [layer]
    for _ in model.layers:
        if not waiting:
            return False
        follower = waiting.pop()
        for item in taken.get(follower.name, ()):
            if item.class_name in ("Multiply", "Dot") or item.operations or not item.builtin:
                return True
            if not item.parameters:
                waiting.append(item)
    return False


def _holder(layer: Layer, model: Model) -> str:
    """Name of the layer whose ``activation`` argument is to change."""
    if layer.activation in SQUASHING:
        return layer.name
    taken = consumers(model)
    waiting = list(taken.get(layer.name, ()))
    for follower in waiting:
        if follower.activation in SQUASHING:
            return follower.name
        if not follower.parameters or follower.class_name == "BatchNormalization":
            waiting += taken.get(follower.name, ())
    return layer.name


def _last_thinness(run: TrainingRun) -> float | None:
    """Relative gradient of the first layer, at the end where it is known: it may recover."""
    probe = last_probe(run) or first_probe(run)
    found = depth_loss(probe) if probe is not None else Missing("probes are off")
    return None if isinstance(found, Missing) else found
