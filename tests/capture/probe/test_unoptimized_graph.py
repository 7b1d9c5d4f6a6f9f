"""Only the probe's graphs go without TensorFlow's optimiser."""

import threading

import pytest

from nbdiag.capture.probe.unoptimized_graph import unoptimized

pytestmark = pytest.mark.training


def options():
    from tensorflow.core.protobuf import config_pb2
    from tensorflow.python.eager import context

    held = context.context().function_call_options
    config = config_pb2.ConfigProto.FromString(held.config_proto_serialized)
    return held, config.graph_options.rewrite_options.disable_meta_optimizer


def test_in_the_block_and_not_after_it():
    before, disabled = options()
    assert not disabled
    with unoptimized():
        assert options()[1]
    assert options()[0] is before


def test_put_back_when_the_block_fails():
    before, _ = options()
    with pytest.raises(ValueError, match="wrong"), unoptimized():
        raise ValueError("wrong")
    assert options()[0] is before


def test_other_threads_see_nothing_of_it():
    seen = []
    with unoptimized():
        thread = threading.Thread(target=lambda: seen.append(options()[1]))
        thread.start()
        thread.join()
    assert seen == [False]
