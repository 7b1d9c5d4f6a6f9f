"""Small words that every form of a report shares."""

import math
import re

from nbdiag.language import say, say_count, worded
from nbdiag.syntax.text.lines import with_plain_ends

_ESCAPE = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|.)?", re.DOTALL)
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
"""Characters that are not seen, or that turn round what is: controls, joiners, directions."""

_GROUPED = 1000
_MINUTE, _HOUR = 60, 3600
_ROUND = 10  # hours or minutes from which on a fraction says nothing


def clean(text: str) -> str:
    r"""Make a text of the user's showable: what is read is what is there.

    An exception's text may hold colour codes, which are taken out. A layer's name may hold anything
    at all: what cannot be seen is written as Python escapes it (``\u202e`` would turn the rest of
    the line round). New lines and tabs stay.
    """
    if text.isascii() and text.isprintable():  # as most are
        return text
    return _HIDDEN.sub(_escaped, _ESCAPE.sub("", with_plain_ends(text)))


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def one_line(text: str, most: int = 300) -> str:
    """Return a text in one line, shortened to ``most`` characters."""
    flat = " ".join(clean(text).split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def listed(items: tuple[str, ...] | list[str]) -> str:
    """Write a list: "a", "a and b", "a, b and c"."""
    *front, last = items
    return say("{items} and {last}", items=say(", ").join(front), last=last) if front else last


def number(value: float) -> str:
    """Write a number with three digits that count: 0.693, 1,234, 40 million.

    What is not 1 is not written as 1: an accuracy of 0.9996 keeps its fourth digit.
    """
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "-∞"
    size = abs(value)
    if size >= _GROUPED:
        return worded(value)
    said = f"{value:.3g}"
    return f"{value:.4g}" if said in ("1", "-1") and size < 1 else said


def duration(seconds: float) -> str:
    """Write a time as people say it: "4 seconds", "2 minutes", "1.5 hours"."""
    if seconds >= 1.5 * _HOUR:
        return say("{time} hours", time=_rounded(seconds / _HOUR))
    if seconds >= 1.5 * _MINUTE:
        return say("{time} minutes", time=_rounded(seconds / _MINUTE))
    return say_count("{number} second", "{number} seconds", max(round(seconds), 1))


def _rounded(value: float) -> str:
    return f"{value:.0f}" if value >= _ROUND else f"{value:.2g}"
