"""What ``compile`` was given, as Keras resolves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nbdiag.capture.model.config import is_builtin, plain, plain_config
from nbdiag.capture.model.layers import graph_of, walk
from nbdiag.capture.model.library import is_legacy, library_of
from nbdiag.keras_api.class_words import snake_case
from nbdiag.schema.cell import CallSite, Shape
from nbdiag.schema.missing import Missing
from nbdiag.schema.setup import CompileSetup, Loss, Metric, Optimizer

Written = Literal["string", "object", "omitted", "unknown"]
Form = Literal["string", "function", "object", "unknown"]
ACCURACY_WORDS = ("accuracy", "acc")
ENTROPY_WORDS = ("crossentropy", "ce")


@dataclass(frozen=True)
class CompileCall:
    """How ``compile`` was called.

    Attributes
    ----------
    site
        Where.
    optimizer
        How the optimizer was given.
    kept, unread
        As in `CompileSetup`.
    """

    site: CallSite | Missing
    optimizer: Written = "unknown"
    kept: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def describe_compile(
    model: Any,
    label_shapes: Sequence[Shape | None],
    output_shapes: Sequence[Shape | None],
    call: CompileCall,
    stale: tuple[str, ...] = (),
    keys: Sequence[str] = (),
) -> CompileSetup | Missing:
    """Describe the compile configuration of a model.

    Parameters
    ----------
    model
        The Keras model.
    label_shapes, output_shapes
        Shapes of one sample per output, None where unknown: words such as "accuracy" mean what
        these shapes say.
    call
        How ``compile`` was called.
    stale
        As in `CompileSetup`.
    keys
        Keys of the outputs as they were seen, for a model that does not know them.
    """
    left = compiled_of(model)
    if left is None:
        return Missing("the model was not compiled")
    names = output_names(model)
    names = tuple(keys) if names == ("",) and len(keys) > 1 else names
    return CompileSetup(
        losses=_losses(left, names, label_shapes, output_shapes),
        metrics=_metrics(left, names, label_shapes, output_shapes),
        optimizer=_optimizer(model.optimizer, call.optimizer),
        jit_compile=left.jit_compile,
        run_eagerly=bool(model.run_eagerly),
        site=call.site,
        kept=call.kept,
        unread=call.unread,
        stale=stale,
    )


@dataclass(frozen=True)
class _Left:
    """What ``compile`` left in a model of either Keras.

    ``metrics`` holds pairs: what was given, and what Keras has made of it so far.
    """

    library: Any
    jit_compile: bool
    loss: Any = None
    loss_weights: Any = None
    metrics: tuple[tuple[Any, Sequence[Any]], ...] = ()


def compiled_of(model: Any) -> _Left | None:
    """Read what ``compile`` left in a model; None when it was not called.

    Only private attributes keep the arguments as they were given.
    """
    library = library_of(model)
    if is_legacy(model):
        if not getattr(model, "_is_compiled", False):
            return None
        losses: Any = model.compiled_loss
        metrics: Any = model.compiled_metrics
        return _Left(
            library,
            bool(getattr(model, "_jit_compile", False)),
            getattr(losses, "_user_losses", None),
            getattr(losses, "_user_loss_weights", None),
            (
                (getattr(metrics, "_user_metrics", None), ()),
                (getattr(metrics, "_user_weighted_metrics", None), ()),
            ),
        )
    if not getattr(model, "compiled", False):
        return None
    losses = getattr(model, "_compile_loss", None)
    metrics = getattr(model, "_compile_metrics", None)
    return _Left(
        library,
        bool(model.jit_compile),
        getattr(losses, "_user_loss", None),
        getattr(losses, "_user_loss_weights", None),
        tuple(
            (
                getattr(metrics, f"_user_{side}metrics"),
                getattr(metrics, f"_flat_{side}metrics") if metrics.built else (),
            )
            for side in (("", "weighted_") if metrics is not None else ())
        ),
    )


def output_names(model: Any) -> tuple[str, ...]:
    """Keys of the outputs, ("",) for a model that does not know them."""
    names = getattr(graph_of(model), "output_names", None)
    return tuple(str(name) for name in names) if names else ("",)


def _per_output(given: Any, names: Sequence[str]) -> list[Any]:
    """Spread an argument of compile over the outputs: one for all, a list, or a dictionary."""
    if isinstance(given, dict):
        return [given.get(name) for name in names]
    if isinstance(given, list | tuple) and len(given) == len(names):
        return list(given)
    if isinstance(given, list | tuple):
        return [given[0] if len(given) == 1 else given] * len(names)
    return [given] * len(names)


def _at(shapes: Sequence[Shape | None], place: int) -> Shape | None:
    return shapes[place] if place < len(shapes) else None


def _losses(
    left: _Left,
    names: Sequence[str],
    label_shapes: Sequence[Shape | None],
    output_shapes: Sequence[Shape | None],
) -> tuple[Loss, ...]:
    if left.loss is None:
        return ()
    given = _per_output(left.loss, names)
    weights = left.loss_weights
    shares: list[Any] = [None] * len(names) if weights is None else _per_output(weights, names)
    several = len(names) > 1
    return tuple(
        _loss(
            item,
            names[place] if several else "",
            1.0 if shares[place] is None else float(shares[place]),
            _at(label_shapes, place),
            _at(output_shapes, place),
            left.library,
        )
        for place, item in enumerate(given)
        if item is not None
    )


def _loss(
    given: Any,
    output: str,
    weight: float,
    labels: Shape | None,
    outputs: Shape | None,
    keras: Any,
) -> Loss:
    written = form(given)
    resolved = given
    if isinstance(given, str):
        if given.lower() in ENTROPY_WORDS:
            name = f"{_kind(labels, outputs)}_crossentropy"
            return Loss(output=output, name=name, weight=weight, written=written)
        resolved = keras.losses.get(given)
    function = getattr(resolved, "fn", resolved)
    arguments = getattr(resolved, "_fn_kwargs", {})
    custom = not is_builtin(type(resolved)) if function is resolved else not is_builtin(function)
    if function is resolved and hasattr(resolved, "__name__"):
        custom = not is_builtin(resolved)
    return Loss(
        output=output,
        name=getattr(function, "__name__", None) or snake_case(type(resolved).__name__),
        custom=custom,
        from_logits=bool(arguments.get("from_logits", False)),
        label_smoothing=float(arguments.get("label_smoothing", 0.0) or 0.0),
        weight=weight,
        written=written,
        reduction=str(getattr(resolved, "reduction", None) or ""),
    )


def form(given: Any) -> Form:
    """How a loss or a metric was given."""
    if isinstance(given, str):
        return "string"
    return "function" if hasattr(given, "__name__") else "object"


def _kind(labels: Shape | None, outputs: Shape | None) -> str:
    """Resolve a bare "accuracy" or "crossentropy" by shapes, as Keras 3 does.

    One output unit means binary; labels of lower rank, or of one column against several units,
    mean sparse; everything else categorical (keras/src/trainers/compile_utils.py).
    """
    if outputs is None or not outputs:
        return "categorical"
    if outputs[-1] == 1:
        return "binary"
    if labels is not None and (len(labels) < len(outputs) or labels[-1] == 1):
        return "sparse_categorical"
    return "categorical"


def _metrics(
    left: _Left,
    names: Sequence[str],
    label_shapes: Sequence[Shape | None],
    output_shapes: Sequence[Shape | None],
) -> tuple[Metric, ...]:
    found: list[Metric] = []
    taken: dict[str, int] = {}
    for given, built in left.metrics:
        if given is None:
            continue
        per_output = [_flat(given)] if len(names) == 1 else _per_output(given, names)
        for place, items in enumerate(per_output):
            resolved = list(built[place].metrics) if place < len(built) and built[place] else []
            for index, item in enumerate(_flat(items)):
                kind = _kind(_at(label_shapes, place), _at(output_shapes, place))
                known = (
                    resolved[index] if index < len(resolved) else _resolve(item, kind, left.library)
                )
                key = names[place] if len(names) > 1 else ""
                found.append(_metric(item, known, key, taken))
    return tuple(found)


def _flat(items: Any) -> list[Any]:
    if items is None:
        return []
    if isinstance(items, dict):
        return [inner for item in items.values() for inner in _flat(item)]
    if isinstance(items, list | tuple):
        return [inner for item in items for inner in _flat(item)]
    return [items]


def _resolve(given: Any, kind: str, keras: Any) -> Any:
    """Find what a metric word will mean, without making a metric (that would take a name)."""
    if not isinstance(given, str):
        return given
    if given.lower() in ACCURACY_WORDS:
        return getattr(keras.metrics, f"{kind}_accuracy")
    if given.lower() in ENTROPY_WORDS:
        return getattr(keras.metrics, f"{kind}_crossentropy", given)
    return getattr(keras.metrics, given, given)


def stale_layers(model: Any) -> tuple[str, ...]:
    """Name the layers that were frozen or unfrozen after the training step had been built.

    On TensorFlow the step is traced at the first batch, and ``compile`` alone throws it away. The
    optimizer was built with the variables that were trainable then. Elsewhere, and run eagerly,
    each step reads what is trainable.
    """
    if is_legacy(model):
        return ()
    optimizer = getattr(model, "optimizer", None)
    built = getattr(getattr(optimizer, "inner_optimizer", optimizer), "_trainable_variables", None)
    traced = getattr(model, "train_function", None) is not None and not model.run_eagerly
    if not built or not traced or library_of(model).backend.backend() != "tensorflow":
        return ()
    then = {id(variable) for variable in built}
    now = {id(variable) for variable in model.trainable_variables}
    changed = then ^ now
    return tuple(
        layer.name
        for layer, _ in walk(model)
        if any(id(weight) in changed for weight in layer.weights)
    )


def _metric(given: Any, resolved: Any, output: str, taken: dict[str, int]) -> Metric:
    function = getattr(resolved, "_fn", resolved)
    arguments = getattr(resolved, "_fn_kwargs", {})
    if isinstance(function, str):
        name = snake_case(function)
    else:
        name = snake_case(getattr(function, "__name__", None) or type(function).__name__)
    threshold = arguments.get("threshold", getattr(resolved, "threshold", None))
    if threshold is None and name == "binary_accuracy":
        threshold = 0.5
    written = given if isinstance(given, str) else getattr(given, "__name__", type(given).__name__)
    label = written if isinstance(given, str) else getattr(resolved, "name", None) or name
    # Keras puts names of outputs before those of metrics, where it knows them.
    label = f"{output}_{label}" if output and not output.isdigit() else str(label)
    count = taken.get(label, 0)
    taken[label] = count + 1
    is_plain = function is resolved and not hasattr(function, "__name__")
    return Metric(
        output=output,
        name=name,
        written=written,
        label=f"{label}_{count}" if count else label,
        custom=not isinstance(function, str)
        and not is_builtin(type(function) if is_plain else function),
        threshold=float(threshold) if isinstance(threshold, int | float) else None,
        from_logits=bool(arguments.get("from_logits", getattr(resolved, "_from_logits", False))),
        written_as=form(given),
    )


def _optimizer(optimizer: Any, written: Written) -> Optimizer:
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    rate, schedule = _rate(inner)
    return Optimizer(
        name=type(inner).__name__.lower(),
        learning_rate=rate,
        schedule=schedule,
        config=plain_config(inner),
        custom=not is_builtin(type(inner)),
        written=written,
    )


def _rate(optimizer: Any) -> tuple[float | Missing, str | None]:
    kept = getattr(optimizer, "_learning_rate", None)
    if callable(kept) and hasattr(kept, "get_config"):
        try:
            return float(kept(0)), type(kept).__name__
        except Exception as problem:  # noqa: BLE001 - a user's schedule may raise anything
            reason = f"the schedule could not be evaluated at step 0 ({type(problem).__name__})"
            return Missing(reason), type(kept).__name__
    rate = plain(getattr(optimizer, "learning_rate", None))
    try:
        return float(rate if isinstance(rate, int | float) else optimizer.learning_rate), None
    except (AttributeError, TypeError, ValueError):
        return Missing("the optimizer does not show its learning rate"), None
