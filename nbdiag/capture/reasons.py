"""Exceptions in one line."""

import re

_LONGEST = 200
# TensorFlow puts the places where its graph was made before what went wrong, and names its nodes.
_PLACES = re.compile(
    r'Graph execution error:|Detected at node [^\n]*|^ *File "[^\n]*', re.MULTILINE
)
_NODES = re.compile(r"\[\[\{\{node.*?\}\}\]\]|\[Op:[^\]]*\]")


def in_a_line(problem: BaseException) -> str:
    """Say what an exception says, with its type, in one line of at most 200 characters."""
    text = _NODES.sub("", _PLACES.sub("", str(problem)))
    text = " ".join(text.split())
    told = f"{type(problem).__name__}: {text}" if text else type(problem).__name__
    return told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…"
