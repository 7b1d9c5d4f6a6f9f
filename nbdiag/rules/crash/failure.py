"""What every crash rule shares: one exception has one cause, and Keras' own line is evidence."""

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from nbdiag.facts.crash.exception import Crash
from nbdiag.facts.crash.kind import Kind, kind_of
from nbdiag.fixes.follow_up import follow_up
from nbdiag.language import say
from nbdiag.rules.base import Rule, known, registered
from nbdiag.schema.changes import Change
from nbdiag.schema.finding import Aspect, Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun


class CrashRule(Rule):
    """A rule about one kind of exception.

    Attributes
    ----------
    kind
        The kind that the rule explains; every exception is of one kind at most.
    """

    kind: ClassVar[Kind]

    def check(self, run: TrainingRun) -> Iterable[Finding]:
        """Explain the exception when it is of the rule's kind."""
        if run.error is None:
            return ()
        kind, crash = known(kind_of(run))
        if kind != self.kind:
            return ()
        return tuple(
            replace(found, fixes=tuple(_whole(run, fix) for fix in found.fixes))
            for found in self.judge(run, crash)
        )

    @abstractmethod
    def judge(self, run: TrainingRun, crash: Crash) -> Iterable[Finding]:
        """Explain one exception."""

    def explain(
        self,
        crash: Crash,
        message: str,
        evidence: Iterable[Evidence] = (),
        fixes: Iterable[Fix | None] = (),
        aspect: Aspect | None = None,
    ) -> Finding:
        """Make the finding; what else is wrong waits until the cell runs."""
        line = Evidence(crash.type, crash.short or say("no message"), "no exception", "Keras")
        kept = tuple(item for item in fixes if item is not None)
        found = self.finding(message, (*evidence, line), kept, aspect=aspect)
        others = tuple(
            rule.code for rule in registered() if rule.role == "cause" and rule.code != self.code
        )
        return replace(found, supersedes=others)


def _whole(run: TrainingRun, fix: Fix) -> Fix:
    """Return a fix together with the repair of what the model would fail at next."""
    more = follow_up(run, fix.changes) if fix.changes else ()
    if not more:
        return fix
    title = say("{title} (and adapt what depends on it)", title=fix.title)
    return replace(fix, title=title, changes=(*fix.changes, *more))


def fix_of(title: str, *changes: Change | None) -> Fix | None:
    """Return a fix, None when one of its changes cannot be made."""
    made = tuple(change for change in changes if change is not None)
    return Fix(title, "review", made) if made and len(made) == len(changes) else None


def shown(title: str) -> Fix:
    """Return an instruction where no code can be written."""
    return Fix(title, "display", ())


def first_of(*fixes: Fix | None, otherwise: str) -> tuple[Fix, ...]:
    """Return the fixes that could be made, or an instruction."""
    made = tuple(item for item in fixes if item is not None)
    return made or (shown(otherwise),)
