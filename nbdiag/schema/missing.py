"""A fact that could not be known, with the reason."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Missing:
    """Stands where a fact would stand, and says why there is none.

    Attributes
    ----------
    reason
        One clause in plain words, such as "the labels came from a generator".
    """

    reason: str
