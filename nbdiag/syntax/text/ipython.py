"""IPython syntax hidden from the parser, character for character.

Every masked line keeps its length, so a position in the masked text is the same position in
the user's text: edits are made there, and nothing has to be put back.
"""

import re

from nbdiag.syntax.text.parsing import UnreadableError, parse_module

PYTHON_BODIES = frozenset(
    {"%%traindiag", "%%time", "%%timeit", "%%capture", "%%prun", "%%memit", "%%mprun"}
)
"""Cell magics whose cell is Python."""

_TIMED = re.compile(
    r"%(?:time|timeit|prun|memit|mprun)(?:[ ]+-[a-zA-Z]+(?:[ ]+\d+|\d+|(?=[ ])))*(?=[ ])"
)
_HELP = re.compile(r"^[^#'\"]*\?{1,2}\s*$")
_ASSIGNED = re.compile(r"^[^\W\d][\w., \[\]'\"]*?=\s*(?=[!%])")
_SUSPECT = re.compile(r"\s*[%!?,;/]|.*\?\s*$|.*=\s*[%!]")
_ESCAPES = ("%", "!", "?", ",", ";", "/")
"""What begins a line that IPython rewrites; no statement of Python begins so."""
_QUOTES = ("'''", '"""', "'", '"')


class NotPython(ValueError):  # noqa: N818 - says what the cell is, not that something failed
    """The cell is written in another language; its text is the magic's word (``%%bash``)."""


def magic_lines(source: str) -> int:
    """Count the lines at the top of a cell that are cell magics, blank lines between included."""
    lines = source.split("\n")
    found = 0
    for number, line in enumerate(lines, 1):
        if line.startswith("%%"):
            found = number
        elif line.strip():
            break
    return found


def mask(source: str) -> str:
    """Return Python of the same length, with IPython syntax replaced.

    Parameters
    ----------
    source
        The raw text of a cell.

    Returns
    -------
    str
        Text in which every character outside IPython lines is where it was.

    Raises
    ------
    NotPython
        When a cell magic says that the cell is not Python.
    """
    top = magic_lines(source)
    lines = source.split("\n")
    for line in lines[:top]:
        if line.strip() and line.split()[0] not in PYTHON_BODIES:
            raise NotPython(line.split()[0])
    masked = [" " * len(line) for line in lines[:top]]
    if not any(_SUSPECT.match(line) for line in lines[top:]):
        return "\n".join([*masked, *lines[top:]])
    reader = _Reader()
    continued = False
    for line in lines[top:]:
        hidden = " " * len(line) if continued else reader.hide(line)
        continued = (continued or hidden is not None) and line.endswith("\\")
        masked.append(line if hidden is None else hidden)
        if hidden is None:
            reader.read(line)
    return "\n".join(masked)


def timed_start(line: str) -> int:
    """Find where the Python begins in ``%time model.fit(…)``, 0 when the line is not such."""
    timed = _TIMED.match(line)
    return timed.end() if timed else 0


def timed_code(line: str) -> int | None:
    """Find the column where the Python of a timed line begins, None without one."""
    indent = len(line) - len(line.lstrip())
    start = timed_start(line.lstrip())
    code = line[indent + start :]
    return indent + start + len(code) - len(code.lstrip()) if start else None


def _blank(text: str) -> str:
    """Put a harmless expression in the place of a text."""
    return "0".ljust(len(text)) if text.strip() else text


class _Reader:
    """Knows at each line whether a statement can begin there."""

    def __init__(self) -> None:
        self.depth = 0
        self.quote = ""
        self.joined = False

    def hide(self, line: str) -> str | None:
        """Return the masked line when it is IPython syntax, else None."""
        if self.depth or self.quote or self.joined:
            return None
        body = line.lstrip()
        indent = line[: len(line) - len(body)]
        length = timed_start(body)
        if length and _is_simple(body[length:].strip()):
            return indent + "0" + " " * (length - 2) + ";" + body[length:]
        if body[:1] in _ESCAPES or _HELP.match(body):
            return indent + _blank(body)
        if assigned := _ASSIGNED.match(body):
            return indent + assigned.group() + _blank(body[assigned.end() :])
        return None

    def read(self, line: str) -> None:
        """Follow brackets and strings through a line."""
        place = 0
        self.joined = False
        while place < len(line):
            if self.quote:
                place = self._in_string(line, place)
                continue
            character = line[place]
            if character == "#":
                return
            if opening := next((q for q in _QUOTES if line.startswith(q, place)), ""):
                self.quote = opening
                place += len(opening)
                continue
            self.depth = max(0, self.depth + (character in "([{") - (character in ")]}"))
            place += 1
        self.joined = line.endswith("\\")
        if len(self.quote) == 1:
            self.quote = self.quote if self.joined else ""

    def _in_string(self, line: str, place: int) -> int:
        if line[place] == "\\":
            return place + 2
        if line.startswith(self.quote, place):
            place += len(self.quote)
            self.quote = ""
            return place
        return place + 1


def _is_simple(code: str) -> bool:
    """Whether a text is statements of one line."""
    try:
        body = parse_module(code).body
    except UnreadableError:
        return False
    return bool(body) and not any(hasattr(item, "body") for item in body)
