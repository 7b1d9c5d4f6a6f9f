"""What a rule says: findings with their evidence and fixes."""

from dataclasses import dataclass
from typing import Literal

from nbdiag.schema.changes import Change

Aspect = Literal[
    "loss",
    "output_activation",
    "output_units",
    "metrics",
    "labels",
    "inputs",
    "targets",
    "split",
    "learning_rate",
    "optimizer",
    "epochs",
    "batch_size",
    "hidden_activation",
    "initializer",
    "normalization",
    "regularization",
    "architecture",
    "notebook",
    "curves",
]
Role = Literal["cause", "symptom", "advice"]
Severity = Literal["error", "warning", "info"]
Confidence = Literal["proven", "measured", "suspected"]
Safety = Literal["safe", "review", "display"]


@dataclass(frozen=True)
class Evidence:
    """One number that shows the finding.

    Attributes
    ----------
    name
        What was looked at.
    observed, expected
        What was seen, and what a sound training would show, ready to be read.
    source
        Where the observation comes from: "probe before step 1", "compile", "history" …
    """

    name: str
    observed: str
    expected: str
    source: str


@dataclass(frozen=True)
class Trial:
    """Both sides of a proof, by one number.

    Attributes
    ----------
    metric
        Name of the compared number.
    before, after
        One value per seed.
    steps
        Length of a training.
    output
        Key of the output, "" for the only one.
    read_at
        Steps after which the trainings were read.
    before_curves, after_curves
        One curve per seed: a value for each of ``read_at``, NaN after the end of a training that
        is shorter.
    others
        Values of the unchanged training from other seeds, where a difference was checked by them.
    """

    metric: str
    seeds: tuple[int, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]
    steps: int
    output: str = ""
    read_at: tuple[int, ...] = ()
    before_curves: tuple[tuple[float, ...], ...] = ()
    after_curves: tuple[tuple[float, ...], ...] = ()
    others: tuple[float, ...] = ()


@dataclass(frozen=True)
class Proof:
    """What trying a fix on copies has shown.

    Attributes
    ----------
    verdict
        "better" and "worse": a change that does nothing is called so in 5 of 100 proofs at most.
        "no difference": the mean gain is surely small. "undecided": more seeds or steps would be
        needed than there was time for. "cannot be judged": the samples or the model allow no
        trial. "failed": the changed training raised an error.
    summary
        The numbers, in a sentence.
    trials
        The trainings, one entry for each number that was compared.
    gain
        Interval of the mean gain of the first of them, that holds after every seed.
    """

    verdict: Literal["better", "no difference", "worse", "undecided", "cannot be judged", "failed"]
    summary: str
    trials: tuple[Trial, ...] = ()
    gain: tuple[float, float] | None = None


@dataclass(frozen=True)
class Fix:
    """Changes that belong together, and the cell that makes them.

    Attributes
    ----------
    title
        What the button says, in the imperative.
    safety
        "safe": settings contradict each other and this resolves it. "review": plausible, trades
        something. "display": shown, not written.
    changes
        What both interpreters apply.
    source
        Complete text of the new cell; "" until the cell has been written.
    diff
        Unified diff from the user's text to the new cell.
    note
        Why the cell works on live objects, or what to check; "" when there is nothing to say.
    repairs
        Codes of the findings that it repairs together; empty for a fix of one finding alone.
    """

    title: str
    safety: Safety
    changes: tuple[Change, ...]
    source: str = ""
    diff: str = ""
    note: str = ""
    proof: Proof | None = None
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mark:
    """A place on the curves that a finding points at.

    Attributes
    ----------
    epoch
        Epochs completed there: 1 is the first point of the curve.
    text
        A few words to stand beside it: "jumps here".
    curve
        Key in the history.
    """

    epoch: int
    text: str
    curve: str = "loss"


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found.

    Attributes
    ----------
    explains
        Codes of symptoms that follow from this cause. A rule lists all that it could explain;
        the engine keeps those that were found.
    supersedes
        Codes of other causes that are only this one seen from another side; they are dropped.
    marks
        Places on the curves to point at.
    """

    code: str
    name: str
    aspect: Aspect
    role: Role
    severity: Severity
    confidence: Confidence
    message: str
    evidence: tuple[Evidence, ...] = ()
    explains: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()
    supersedes: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Check:
    """One line of the checklist.

    Attributes
    ----------
    reason
        Why a rule was skipped or crashed; "" otherwise.
    """

    code: str
    name: str
    status: Literal["passed", "found", "skipped", "crashed"]
    reason: str = ""
