"""Plain text in columns, where a Chinese character takes two."""

import re
import textwrap
import unicodedata

# A line may break between any two wide characters, but must not begin with what ends a clause.
_PIECE = re.compile(
    r"\s+|[^\s\u2e80-\u9fff\uff00-\uffef]+|.[\u3001\u3002\uff01-\uff0f\uff1a-\uff1f]*"
)


def width(text: str) -> int:
    """Count the columns that a text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, columns: int) -> str:
    """Fill a text up with blanks."""
    return text + " " * (columns - width(text))


def wrapped(line: str, columns: int, indent: str) -> str:
    """Break a line of text so that no line takes more columns, words stay whole."""
    if line.isascii() or width(line) == len(line):
        return textwrap.fill(
            line,
            columns,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
    lines = [indent]
    for piece in _PIECE.findall(line.strip()):
        if width(lines[-1] + piece.rstrip()) > columns and lines[-1].strip():
            lines.append(indent)
        if piece.strip() or lines[-1].strip():
            lines[-1] += piece
    return "\n".join(item.rstrip() for item in lines)
