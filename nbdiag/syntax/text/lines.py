"""Lines as Python and IPython count them, whatever ends them.

``str.splitlines`` would also end a line at a form feed, at U+2028 and at five other characters that
Python reads as part of a line.
"""

import difflib
import re
from collections import Counter
from dataclasses import replace

from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun

_END = re.compile(r"\r\n|\r|\n")


def split_lines(text: str) -> list[str]:
    """Split a text into its lines, without their ends; after a last end follows ""."""
    return _END.split(text)


def with_plain_ends(text: str) -> str:
    r"""Return the text with ``\n`` at the end of each line, as Python reads it."""
    return _END.sub("\n", text) if "\r" in text else text


def run_with_plain_ends(run: TrainingRun) -> TrainingRun:
    r"""Return a run whose cells have ``\n`` at the end of each line; the run itself if they do."""
    texts = [cell.source for cell in (run.cell, *run.earlier)]
    texts += [past.source for past in run.previous]
    if not any("\r" in text for text in texts):
        return run
    return replace(
        run,
        cell=_plain(run.cell),
        earlier=tuple(map(_plain, run.earlier)),
        previous=tuple(replace(past, source=with_plain_ends(past.source)) for past in run.previous),
    )


def _plain(cell: Cell) -> Cell:
    return replace(cell, source=with_plain_ends(cell.source))


def with_ends_of(text: str, original: str) -> str:
    r"""Return an edited text with the line ends that the original has.

    Parameters
    ----------
    text
        The edited text, with ``\n`` alone.
    original
        The text as it was. A line that is still there keeps its end; a new one gets the end that
        most lines have.
    """
    ends = _END.findall(original)
    if not any("\r" in end for end in ends):
        return text
    usual = Counter(ends).most_common(1)[0][0]
    old, new = split_lines(original), text.split("\n")
    own = [usual] * (len(new) - 1)
    for block in difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        for before, now in zip(
            range(block.a, block.a + block.size), range(block.b, len(own)), strict=False
        ):
            own[now] = ends[before] if before < len(ends) else usual
    for place in range(len(own) - 1, 0, -1):
        if own[place - 1] == "\r" and f"{new[place]}{own[place]}".startswith("\n"):
            own[place - 1] = "\r\n"  # both together would be one end
    return "".join(line + end for line, end in zip(new, [*own, ""], strict=True))


def count_characters(line: str, offset: int) -> int:
    """Count the characters before an offset in UTF-8 bytes, as syntax trees give it."""
    if line.isascii():
        return offset
    return len(line.encode(errors="surrogatepass")[:offset].decode(errors="ignore"))
