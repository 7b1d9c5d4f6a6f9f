"""A report as data: findings in order, the checklist, and the run that was judged."""

from dataclasses import dataclass, replace
from typing import Any, Self

from nbdiag.schema.codec import from_json, to_json
from nbdiag.schema.finding import Check, Finding
from nbdiag.schema.run import TrainingRun


@dataclass(frozen=True)
class ReportData:
    """Findings (principal cause first), the checklist, and the run.

    Attributes
    ----------
    findings
        Causes first, the principal one leading, then the symptoms and advice.
    checks
        Every rule with its outcome.
    run
        The run that was judged.
    lang
        The language of its texts.
    """

    findings: tuple[Finding, ...]
    checks: tuple[Check, ...]
    run: TrainingRun
    lang: str = "en"

    @property
    def principal(self) -> Finding | None:
        """The first cause, or None when there is none."""
        return next((item for item in self.findings if item.role == "cause"), None)

    def find(self, code: str) -> Finding | None:
        """Find the first finding with that code (case does not matter), or None."""
        wanted = code.upper()
        return next((item for item in self.findings if item.code == wanted), None)

    def with_findings(self, findings: tuple[Finding, ...]) -> Self:
        """Return the same report with other findings."""
        return replace(self, findings=findings)

    def to_dict(self) -> dict[str, Any]:
        """Write the whole report as plain JSON data, nothing masked."""
        plain: dict[str, Any] = to_json(self)
        return plain

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        return from_json(cls, data)
