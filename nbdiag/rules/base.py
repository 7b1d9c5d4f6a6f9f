"""What every rule is: a class with a page, a code and a `check`."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar, TypeVar

from nbdiag.schema.finding import (
    Aspect,
    Confidence,
    Evidence,
    Finding,
    Fix,
    Mark,
    Role,
    Severity,
)
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

T = TypeVar("T")

_RULES: dict[str, type["Rule"]] = {}


class Skipped(Exception):  # noqa: N818 - not an error: a rule's way to say that it cannot judge
    """Raised by a rule that cannot judge a run; its text is the reason, one clause."""


def known(value: T | Missing) -> T:
    """Return the value, or skip the rule with the reason why it is missing.

    Raises
    ------
    Skipped
        When the value is `Missing`.
    """
    if isinstance(value, Missing):
        raise Skipped(value.reason)
    return value


class Rule(ABC):
    """One rule: a pure judgement of a `TrainingRun`.

    The class docstring is the rule's page; its first line is its title.

    Attributes
    ----------
    code
        "NBD" and three digits; the hundreds are the family. Never reused.
    name
        The pattern in kebab case, never the cure.
    former_names
        Names that the rule had in earlier versions; `%traindiag explain` still knows them.
    aspect, role, severity, confidence
        What the rule's findings say unless `finding` is called with others.
    explains
        Codes of symptoms that follow when this is the cause.
    supersedes
        Codes of causes that are only this one seen from another side.
    residual
        Whether the rule reports that steps were too small or too few, or that a layer died, without
        knowing why: it is ranked after every other cause of its severity, because one of those may
        be the reason.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    former_names: ClassVar[tuple[str, ...]] = ()
    aspect: ClassVar[Aspect]
    role: ClassVar[Role] = "cause"
    severity: ClassVar[Severity] = "error"
    confidence: ClassVar[Confidence] = "proven"
    explains: ClassVar[tuple[str, ...]] = ()
    supersedes: ClassVar[tuple[str, ...]] = ()
    residual: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        """Enter the rule in the registry.

        Raises
        ------
        ValueError
            When another rule has the code already.
        """
        super().__init_subclass__()
        if not hasattr(cls, "code"):
            return
        if cls.code in _RULES:
            raise ValueError(f"{cls.code} is {_RULES[cls.code].name} already: take another code.")
        _RULES[cls.code] = cls

    @abstractmethod
    def check(self, run: TrainingRun) -> Iterable[Finding]:
        """Judge a run.

        Parameters
        ----------
        run
            The recorded training.

        Returns
        -------
        Iterable[Finding]
            Nothing when the pattern is not there.

        Raises
        ------
        Skipped
            When a fact that the rule needs is missing.
        """

    def finding(
        self,
        message: str,
        evidence: Iterable[Evidence] = (),
        fixes: Iterable[Fix] = (),
        *,
        aspect: Aspect | None = None,
        severity: Severity | None = None,
        confidence: Confidence | None = None,
        role: Role | None = None,
        marks: Iterable[Mark] = (),
    ) -> Finding:
        """Make a finding of this rule; what is not given is the class's own.

        Texts with values in them are made with `nbdiag.language.say`, so that they can be
        translated; fixed ones may be given as they are.
        """
        return Finding(
            code=self.code,
            name=self.name,
            aspect=aspect or self.aspect,
            role=role or self.role,
            severity=severity or self.severity,
            confidence=confidence or self.confidence,
            message=message,
            evidence=tuple(evidence),
            explains=self.explains,
            fixes=tuple(fixes),
            supersedes=self.supersedes,
            marks=tuple(marks),
        )

    @classmethod
    def page(cls) -> str:
        """Return the rule's page: its docstring without the indentation."""
        return inspect.cleandoc(cls.__doc__ or "")


def strike(module: str) -> None:
    """Take the rules of a module out of the registry: the module is not whole."""
    for code in [code for code, rule in _RULES.items() if rule.__module__ == module]:
        del _RULES[code]


def registered() -> tuple[type[Rule], ...]:
    """All rules entered so far, by code."""
    return tuple(_RULES[code] for code in sorted(_RULES))
