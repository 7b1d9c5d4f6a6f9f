"""The rate that a range test proposes, among the fixes of a finding that blames the rate."""

from collections.abc import Sequence
from dataclasses import replace

from nbdiag.edits.live.edits import CannotRebuild
from nbdiag.language import later, say
from nbdiag.schema.changes import Change, SetOptimizer, SetOptimizerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.range_test import RangeTest
from nbdiag.trial.rate_test import find_rate
from nbdiag.trial.setup.training import Setup

_SOURCE = later("range test on a copy")


def set_rate(rate: float, others: Sequence[Change] = ()) -> Fix:
    """Make the fix that sets a rate, on top of other changes and instead of theirs."""
    kept = [item for item in others if not _sets_the_rate(item)]
    changes = tuple(
        replace(item, arguments=item.arguments | {"learning_rate": rate})
        if isinstance(item, SetOptimizer)
        else item
        for item in kept
    )
    if not any(isinstance(item, SetOptimizer) for item in kept):
        changes += (SetOptimizerArgument("learning_rate", rate),)
    title = say("Set the learning rate to {rate:g}, which a range test found", rate=rate)
    return Fix(title, "review", changes)


def with_found_rate(finding: Finding, setup: Setup) -> Finding:
    """Sweep the rates on a copy, where a finding blames the rate and offers another one.

    Parameters
    ----------
    finding
        What is about to be proven.
    setup
        The training that was judged.

    Returns
    -------
    Finding
        With the outcome as evidence and, where the sweep proposes a rate that none of its fixes
        sets alone, with a fix for it after the first one; as it was where there is nothing
        to sweep.
    """
    known = [fix.changes for fix in finding.fixes]
    tested = any(item.source == say(_SOURCE) for item in finding.evidence)
    if tested or not any(_sets_only_the_rate(changes) for changes in known):
        return finding
    try:
        test = find_rate(setup)
    except CannotRebuild:
        return finding  # the proofs, which need a copy as well, say why there is none
    found = replace(finding, evidence=(*finding.evidence, _evidence(test)))
    if test.proposed is None:
        return found
    fix = set_rate(test.proposed)
    if fix.changes in known:
        return found
    return replace(found, fixes=(*finding.fixes[:1], fix, *finding.fixes[1:]))


def _sets_only_the_rate(changes: Sequence[Change]) -> bool:
    return len(changes) == 1 and _sets_the_rate(changes[0])


def _sets_the_rate(change: Change) -> bool:
    return isinstance(change, SetOptimizerArgument) and change.argument == "learning_rate"


def _evidence(test: RangeTest) -> Evidence:
    better = (
        say("a rate that does")
        if test.proposed is None
        else say("about {rate:g}", rate=test.proposed)
    )
    return Evidence(say("range test"), test.summary, better, say(_SOURCE))
