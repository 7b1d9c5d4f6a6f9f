"""What is said of one mistake: the message, a line of evidence, a fix or an instruction."""

from dataclasses import dataclass

from nbdiag.schema.finding import Aspect, Fix


@dataclass(frozen=True)
class Explanation:
    """An explanation.

    Attributes
    ----------
    evidence
        What was measured, its value, what it should be.
    advice
        What to do by hand where there is no fix.
    """

    message: str
    evidence: tuple[str, str, str]
    fix: Fix | None
    advice: str
    aspect: Aspect = "architecture"
