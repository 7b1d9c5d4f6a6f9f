"""Find out whether calling a model would change anything outside of it."""

import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbdiag.capture.model.config import is_builtin
from nbdiag.syntax.effects.libraries import is_of_user
from nbdiag.syntax.effects.reader import Effects, effects_of, is_callable_of_user

_BODIES = ("While", "StatelessWhile", "If", "PartitionedCall", "StatefulPartitionedCall", "Case")
_EFFECTS = {
    "EagerPyFunc": "the user's Python code",
    "PyFunc": "the user's Python code",
    "PrintV2": "a print",
    "Print": "a print",
    "LookupTableInsertV2": "a lookup table",
    "MutableHashTableInsertV2": "a lookup table",
    "IteratorGetNext": "a data iterator",
}
_PREFIXES = ("Assign", "ResourceScatter", "ResourceApply", "ResourceStridedSliceAssign", "Queue")


# What Keras calls of a layer outside of a pass, or once before the first.
_NOT_IN_A_PASS = frozenset(
    """
    __init__ __new__ __setattr__ __delattr__ __repr__ __reduce__ __hash__ __eq__ build
    build_from_config get_build_config get_config from_config get_compile_config
    compile_from_config compile compile_own compute_loss compute_metrics compute_output_shape
    compute_output_spec train_step test_step predict_step train_on_batch test_on_batch
    predict_on_batch fit evaluate predict make_train_function make_test_function
    make_predict_function save save_weights load_weights save_own_variables load_own_variables
    summary export quantize metrics reset_metrics get_metrics_result from_preset
    """.split()  # noqa: SIM905 - a name a line would fill the page
)
# Functions that layers keep and that only the building and the optimizer call.
_BEFORE_AND_AFTER = ("initializer", "constraint")
_MISSING = object()

ACTS = "a call of the model prints or calls Python code, so nbdiag does not call it"


def foreign_state(model: Any) -> str | None:
    """Report that a model holds modules of PyTorch, whose state Keras cannot freeze.

    Keras wraps each module that a layer is given in a ``TorchModuleWrapper``.
    """
    for layer in model._flatten_layers():  # noqa: SLF001 - the only way to layers inside layers
        if type(layer).__name__ == "TorchModuleWrapper":
            name = type(layer.module).__name__
            return f"the model holds a PyTorch module ({name}), whose state a probe could move"
    return None


def effect_of(graph: Any, loss: Any) -> str | None:
    """Return what running a traced probe would change beside its results, None when nothing.

    Parameters
    ----------
    graph
        The function graph of the probe.
    loss
        The probe's own loss object, whose counters may change.
    """
    own = {id(handle) for handle in _handles(loss)}
    captured = {id(inner): id(outer) for outer, inner in graph.captures}
    nested = False
    for operation in graph.get_operations():
        nested = nested or operation.type in _BODIES
        if operation.type.startswith("Assign") and operation.inputs:
            if captured.get(id(operation.inputs[0])) in own:
                continue
            return _sentence("a variable that Keras does not know")
        what = _name(operation.type)
        if what:
            return _sentence(what)
    if nested:
        for function in graph.as_graph_def().library.function:
            for node in function.node_def:
                what = _name(node.op)
                if what:
                    return _sentence(what)
    return None


def _name(kind: str) -> str | None:
    if kind in _EFFECTS:
        return _EFFECTS[kind]
    return "a variable that Keras does not know" if kind.startswith(_PREFIXES) else None


def _sentence(what: str) -> str:
    return f"a call of the model reaches {what}, so nbdiag does not call it"


def _handles(loss: Any) -> list[Any]:
    handles = []
    for variable in getattr(loss, "variables", ()):
        value = getattr(variable, "value", variable)
        handles.append(getattr(value, "handle", value))
    return handles


def effects_of_model(model: Any) -> Effects:
    """Find what one more pass of a model would change."""
    functions: list[Any] = []
    for layer in model._flatten_layers():  # noqa: SLF001 - the only way to layers inside layers
        functions += [*_hooks(layer), *_parts(layer)]
    return effects_of(functions)


def effects_of_loss(loss: Any) -> Effects:
    """Find what one more call of a loss would change.

    Parameters
    ----------
    loss
        What ``compile`` was given: a name, a function, an object, a structure of these.
    """
    if isinstance(loss, dict | list | tuple):
        items = loss.values() if isinstance(loss, dict) else loss
        found = [effects_of_loss(item) for item in items]
        act = next((item.act for item in found if item.act is not None), None)
        attributes = tuple(pair for item in found for pair in item.attributes)
        return Effects(act, attributes)
    functions = [loss] if is_callable_of_user(loss) else []
    if not isinstance(loss, types.FunctionType | types.MethodType | str | type(None)):
        functions += [*_hooks(loss), *_parts(loss)]
    return effects_of(functions)


def reason_of(act: str) -> str:
    """Report why nothing is called."""
    return f"{act} whenever it is called, so nbdiag does not call it"


@contextmanager
def attributes_preserved(attributes: tuple[tuple[Any, str], ...]) -> Iterator[None]:
    """Put attributes back that the user's code sets while the block calls it."""
    before = [(vars(owner), name, vars(owner).get(name, _MISSING)) for owner, name in attributes]
    try:
        yield
    finally:
        for held, name, value in before:
            if value is _MISSING:
                held.pop(name, None)
            else:
                held[name] = value


def _hooks(owner: Any) -> Iterator[Any]:
    """Find the methods of the user's by which Keras runs an object."""
    kinds = type(owner).__mro__
    of_keras = {name for kind in kinds if is_builtin(kind) for name in vars(kind)}
    seen: set[str] = set()
    for kind in kinds:
        if is_builtin(kind):
            continue
        for name, found in vars(kind).items():
            if name in seen or name in _NOT_IN_A_PASS or name not in of_keras | {"__call__"}:
                continue
            seen.add(name)
            function = getattr(found, "fget", getattr(found, "__func__", found))
            if isinstance(function, types.FunctionType) and is_of_user(function.__code__):
                yield types.MethodType(function, owner)


def _parts(owner: Any) -> Iterator[Any]:
    """Find functions of the user's that an object holds: of a Lambda, an activation."""
    import keras

    # Only a model's own functions use what it holds: a GAN's two losses, in its own step.
    if isinstance(owner, keras.Model):
        return
    for name, value in vars(owner).items():
        if name.endswith(_BEFORE_AND_AFTER) or isinstance(value, keras.Layer | keras.Metric):
            continue
        if is_callable_of_user(value):
            yield value
