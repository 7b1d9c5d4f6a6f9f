"""How far a proof is: what it gives to `nbdiag.trial.worker.report`, and its interrupt."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from nbdiag.engine import rank
from nbdiag.language import say
from nbdiag.schema.finding import Finding, Fix, Proof
from nbdiag.schema.report import ReportData

Place = tuple[int, int]
"""Number of a finding, and of one of its fixes."""


@dataclass(frozen=True)
class Begun:
    """A proof has begun.

    Attributes
    ----------
    report
        The report with the fixes that are tried: a learning rate may have been found for one.
    places
        Where they are in it.
    """

    report: ReportData
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Trying:
    """A fix is about to be tried on one more seed.

    Attributes
    ----------
    fix, total
        Its number, from 0, and how many there are.
    seed
        Which seed it is, from 1.
    """

    fix: int
    total: int
    seed: int


@dataclass(frozen=True)
class Tried:
    """What is known of a fix by now.

    Attributes
    ----------
    fix
        Its number.
    proof
        "undecided" until the question is decided.
    """

    fix: int
    proof: Proof


Progress = Begun | Trying | Tried


class ProofStopped(KeyboardInterrupt):
    """An interrupt during a proof.

    Attributes
    ----------
    tried, total
        Fixes that had been tried, and that were to be tried.
    proofs
        What came of those that had been tried, by their number.
    report
        The report with these proofs, once it is known.
    """

    def __init__(self, tried: int, total: int, proofs: Mapping[int, Proof] | None = None) -> None:
        super().__init__(tried, total)
        self.tried = tried
        self.total = total
        self.proofs = dict(proofs or {})
        self.report: Any = None


def trying_line(event: Trying) -> str:
    """Report which fix is tried."""
    return say(
        "trying fix {number} of {total} on seed {seed}",
        number=event.fix + 1,
        total=event.total,
        seed=event.seed,
    )


def with_proofs(report: ReportData, proofs: Mapping[Place, Proof]) -> tuple[Finding, ...]:
    """Return the findings of a report with proofs of fixes, ranked again."""
    return rank(
        replace(
            finding,
            fixes=tuple(
                _with_proof(fix, proofs.get((place, number)))
                for number, fix in enumerate(finding.fixes)
            ),
        )
        for place, finding in enumerate(report.findings)
    )


def _with_proof(fix: Fix, proof: Proof | None) -> Fix:
    return replace(fix, proof=proof) if proof is not None else fix
