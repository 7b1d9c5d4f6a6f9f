"""Settings for every test; being in the package `tests` puts the project's root on the path."""

from collections import Counter
from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("nbdiag", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("nbdiag")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files first that take long, so that two workers end together.

    These are what drives a browser, the notebooks, and what trains, in this order, and in each the
    files with many tests. A worker of `scripts/test` takes the next file when it has done one.
    """
    ranks: dict[Path, int] = {}
    counts = Counter(item.path for item in items)
    for item in items:
        ranks[item.path] = min(ranks.get(item.path, 3), _rank(item))
    items.sort(key=lambda item: (ranks[item.path], -counts[item.path], item.path))


def _rank(item: pytest.Item) -> int:
    if item.get_closest_marker("browser"):
        return 0
    if item.path.suffix == ".ipynb":
        return 1
    return 2 if item.get_closest_marker("training") else 3
