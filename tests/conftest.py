"""Settings for every test; being in the package `tests` puts the project's root on the path."""

import hypothesis
import pytest

hypothesis.settings.register_profile("nbdiag", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("nbdiag")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files first that take long, so that two workers end together.

    These are what drives a browser, the notebooks, and what trains, in this order. Each worker of
    `scripts/test` takes the next file when it is through with one.
    """
    ranks: dict[object, int] = {}
    for item in items:
        ranks[item.path] = min(ranks.get(item.path, 3), _rank(item))
    items.sort(key=lambda item: ranks[item.path])


def _rank(item: pytest.Item) -> int:
    if item.get_closest_marker("browser"):
        return 0
    if item.path.suffix == ".ipynb":
        return 1
    return 2 if item.get_closest_marker("training") else 3
