"""What nbval is not to compare: TensorFlow's log and Keras' warnings differ from start to start."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the error stream out of every notebook's comparison."""
    for notebook in {item.parent for item in items if hasattr(item.parent, "skip_compare")}:
        notebook.skip_compare = (*notebook.skip_compare, "stderr")
