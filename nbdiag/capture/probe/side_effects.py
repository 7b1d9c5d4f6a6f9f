"""Find out whether calling a model would change anything outside of it."""

from typing import Any

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
