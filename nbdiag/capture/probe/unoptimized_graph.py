"""Run a graph a few times only: making it fast would cost more than running it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unoptimized() -> Iterator[None]:
    """Let TensorFlow run this thread's graphs as they stand while the block lasts.

    Before its first run TensorFlow rewrites a graph (Grappler), which takes longer than
    ten runs on a probe batch. The setting belongs to this thread and is put back, so the
    training's own graphs are optimised as ever.
    """
    module = sys.modules.get("tensorflow.python.eager.context")
    context = module.context() if module else None
    options = getattr(context, "function_call_options", None)
    if module is None or context is None or options is None:
        yield
        return
    context.function_call_options = module.FunctionCallOptions(
        executor_type=options.executor_type, config_proto=_plain(options.config_proto_serialized)
    )
    try:
        yield
    finally:
        context.function_call_options = options


def _plain(serialized: bytes) -> object:
    from tensorflow.core.protobuf import config_pb2

    config = config_pb2.ConfigProto.FromString(serialized)
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    return config
