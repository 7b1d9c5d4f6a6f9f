"""Our functions are left out of the places that TensorFlow notes, where its way is as it was."""

import sys
import types
from typing import ClassVar

import pytest

from nbdiag.capture.failure import traces

NAME = "tensorflow.python.util.tf_stack"


class Filter:
    """As TensorFlow's: a stack of sets of files, one a thread."""

    stack: ClassVar = [frozenset()]

    def __enter__(self):
        self.parent = types.SimpleNamespace(get_filtered_filenames=lambda: Filter.stack[-1])
        Filter.stack.append(self.get_filtered_filenames())

    def __exit__(self, *_):
        Filter.stack.pop()


def test_our_files_are_left_out_in_the_block(monkeypatch):
    monkeypatch.setitem(sys.modules, NAME, types.SimpleNamespace(StackTraceFilter=Filter))
    monkeypatch.setattr(Filter, "stack", [frozenset({"theirs"})])
    with traces.UnlistedFrames():
        assert Filter.stack[-1] == {"theirs", traces.__file__}
    assert Filter.stack == [{"theirs"}]


@pytest.mark.parametrize("module", [None, types.SimpleNamespace()])
def test_another_tensorflow_is_left_alone(monkeypatch, module):
    monkeypatch.setitem(sys.modules, NAME, module)
    with pytest.raises(StopIteration, match="mine"), traces.UnlistedFrames():
        raise StopIteration("mine")
