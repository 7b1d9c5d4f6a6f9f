"""Every change in every idiom sets up what it says, loses no comment, and is a no-op twice.

The whole corpus takes a minute (``python benchmarks/rewriting.py``); here each cell gets a share of
the changes that its name and theirs decide on, and the cells with a twist get more of them.
"""

from collections.abc import Iterator

import pytest

from tests.edits.corpus import TWISTS as TWISTED
from tests.edits.corpus import Case, composed, corpus
from tests.edits.judge import judge
from tests.recorded import chosen

SHARE = 9
SHARE_OF_TWISTED = 4


def shares() -> Iterator[object]:
    for cases, share in ((tuple(composed()), SHARE), (TWISTED, SHARE_OF_TWISTED)):
        for case in cases:
            sites = chosen(f"{case.name} by sites", 2)
            way = "sites" if sites else "names"
            yield pytest.param(case, sites, share, id=f"{case.name}-{way}")


@pytest.mark.parametrize(("case", "sites", "share"), shares())
def test_changes_are_written_rightly_or_refused(case: Case, sites: bool, share: int) -> None:
    results = judge(case, sites=sites, share=share)
    assert results
    bad = {
        name: (result.verdict, result.reason, result.source)
        for name, result in results.items()
        if result.verdict not in ("correct", "refused")
    }
    assert not bad


def test_the_corpus_is_wide() -> None:
    cases = corpus()
    assert len(cases) >= 150
    assert len({case.name for case in cases}) == len(cases)
    assert len({(case.cells, case.fit) for case in cases}) == len(cases)
