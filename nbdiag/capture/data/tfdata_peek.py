"""Look at a tf.data pipeline through a copy of it, so that its own order stays what it was."""

from typing import Any

from nbdiag.capture.failure.reason import in_a_line
from nbdiag.schema.missing import Missing
from nbdiag.silence import silent

# Python code in a pipeline may count, log or read on: a copy would run it once more.
_PYTHON = {"PyFunc", "EagerPyFunc", "PyFuncStateless"}
# Arrays that a pipeline was made from are written into its graph.
_MOST_BYTES = 256 * 2**20


def first_batch(data: Any) -> Any | Missing:
    """Take the first batch of a copy of a pipeline.

    Beginning the pipeline itself would advance its shuffling and its random augmentation, and the
    next training would see other batches. A copy made from its serialised graph has separate
    generators.

    Parameters
    ----------
    data
        A ``tf.data.Dataset``.

    Returns
    -------
    Any or Missing
        The batch as NumPy arrays; Missing when the pipeline cannot be copied.
    """
    if not hasattr(data, "_as_serialized_graph"):
        return Missing("the data are spread over devices")
    try:
        with silent():
            return _first(data)
    except Exception as problem:  # noqa: BLE001 - the training itself has not begun
        return Missing(f"the pipeline could not be copied ({in_a_line(problem)})")


def _first(data: Any) -> Any | Missing:
    import tensorflow as tf

    policy = tf.data.experimental.ExternalStatePolicy.IGNORE
    written = data._as_serialized_graph(external_state_policy=policy).numpy()  # noqa: SLF001
    if len(written) > _MOST_BYTES:
        return Missing("the pipeline holds too many samples to be copied")
    graph = tf.compat.v1.GraphDef.FromString(written)
    for node in _nodes(graph):
        if node.op in _PYTHON:
            return Missing("the pipeline runs Python code, which reading it would run once more")
        _detach(node)
    copy = tf.data.experimental.from_variant(
        tf.raw_ops.DatasetFromGraph(graph_def=graph.SerializeToString()),
        structure=data.element_spec,
    )
    batch = next(iter(copy), None)
    if batch is None:
        return Missing("the pipeline gives no batch")
    return tf.nest.map_structure(lambda leaf: leaf.numpy(), batch)


def _nodes(graph: Any) -> list[Any]:
    return [*graph.node, *(node for body in graph.library.function for node in body.node_def)]


def _detach(node: Any) -> None:
    """Take a step of the copy off the resource that it shares with the original.

    The older kind of a shuffle has a separate generator and takes the leading inputs of the newer
    one. A cache, which may be a file, is passed by.
    """
    import tensorflow as tf

    kept = {"ShuffleDatasetV3": 4, "CacheDataset": 1, "CacheDatasetV2": 1}.get(node.op)
    if kept is None:
        return
    control = [name for name in node.input if name.startswith("^")]
    leading = [name for name in node.input if not name.startswith("^")][:kept]
    node.ClearField("input")
    node.input.extend([*leading, *control])
    if node.op == "ShuffleDatasetV3":
        node.op = "ShuffleDataset"
        return
    node.op = "Identity"
    node.ClearField("attr")
    node.attr["T"].type = tf.variant.as_datatype_enum
