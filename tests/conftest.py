"""Settings for every test; being in the package `tests` puts the project's root on the path."""

import gc
import re
from collections import Counter
from pathlib import Path

import hypothesis
import pytest

# Fixed in CI: what is red there, the change has done. "explore" draws new examples at every run.
hypothesis.settings.register_profile("fixed", deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("explore", deadline=None, print_blob=True, database=None)
hypothesis.settings.load_profile("fixed")


# Files that take more than five seconds without training, however few tests they have.
LONG = frozenset(
    {
        "test_corpus.py",
        "test_crash_overlap.py",
        "test_crashes_in_other_words.py",
        "test_every_rule.py",
        "test_gate.py",
        "test_language.py",
        "test_live_verdict.py",
        "test_long.py",
        "test_measured_nan.py",
        "test_properties_of_text.py",
        "test_race.py",
        "test_sequential.py",
        "test_translations.py",
    }
)
MARK_OF_ALL = re.compile(
    r"^pytestmark = [^=]*?\bpytest\.mark\.(training|browser)\b", flags=re.MULTILINE
)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out files in which everything trains, or drives a browser, where no such is asked for.

    Importing them only to deselect their tests would import TensorFlow or a browser, for seconds.
    """
    if collection_path.suffix != ".py" or "not " not in config.option.markexpr:
        return None
    marks = MARK_OF_ALL.findall(collection_path.read_text(encoding="utf-8"))
    return any(f"not {mark}" in config.option.markexpr for mark in marks) or None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files first that take long, so that two workers end together.

    These are what drives a browser, the notebooks, and what trains, in this order, and in each the
    files of `LONG` and those with many tests. A worker takes the next file when it has done one.
    """
    ranks: dict[Path, int] = {}
    counts = Counter(item.path for item in items)
    for item in items:
        ranks[item.path] = min(ranks.get(item.path, 3), _rank(item))
    items.sort(
        key=lambda item: (
            ranks[item.path],
            item.path.name not in LONG,
            -counts[item.path],
            item.path,
        )
    )


def pytest_collection_finish() -> None:
    """Let no garbage collection, of which tests ask for many, look at all tests again."""
    gc.freeze()


def _rank(item: pytest.Item) -> int:
    if item.get_closest_marker("browser"):
        return 0
    if item.path.suffix == ".ipynb":
        return 1
    return 2 if item.get_closest_marker("training") else 3
