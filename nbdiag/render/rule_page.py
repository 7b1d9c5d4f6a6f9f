"""A rule's page, read into blocks that can be shown."""

import re
from dataclasses import dataclass
from typing import Literal

from nbdiag.language import later, say
from nbdiag.render.columns import width, wrapped

HEADINGS = (
    later("What it finds"),
    later("Why it hurts"),
    later("Example"),
    later("Use instead"),
    later("Fix safety"),
    later("Thresholds and their source"),
    later("References"),
)
"""Every page has these; they are translated, what is under them is not."""

_WIDTH = 88
_HEADING = re.compile(r"(.+)\n-{3,}$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One heading, paragraph or piece of code of a page."""

    kind: Literal["title", "heading", "text", "code"]
    text: str


def blocks(page: str) -> tuple[Block, ...]:
    """Read a page: its first line is the title, underlined lines are headings.

    Parameters
    ----------
    page
        What `nbdiag.rules.base.Rule.page` gives.
    """
    title, _, body = page.strip().partition("\n")
    made = [Block("title", title)]
    for part in re.split(r"\n{2,}(?! )", body.strip("\n")):
        made += _read(part)
    return tuple(block for block in made if block.text)


def _read(part: str) -> list[Block]:
    """Read one part: perhaps a heading, then text, then perhaps the code that "::" announces."""
    made: list[Block] = []
    heading = _HEADING.match(part)
    if heading:
        made.append(Block("heading", heading[1]))
        part = part[heading.end() :].lstrip("\n")
    lead, code = _split_code(part)
    made.append(Block("text", " ".join(lead.split())))
    made.append(Block("code", code))
    return made


def _split_code(part: str) -> tuple[str, str]:
    lead, marker, code = part.partition("::\n")
    if not marker or not code.lstrip("\n").startswith("    "):
        return part, ""
    lines = code.strip("\n").split("\n")
    text = "\n".join(line.removeprefix("    ") for line in lines)
    return (f"{lead}:" if lead.strip() else ""), text


def plain(page: str) -> str:
    """Write a rule's page for a terminal, without the marks of its source."""
    written = []
    for block in blocks(page):
        text = block.text.replace("``", "")
        if block.kind == "heading":
            written.append(f"{say(text)}\n{'-' * width(say(text))}")
        elif block.kind == "code":
            written.append("\n".join(f"    {line}".rstrip() for line in block.text.split("\n")))
        else:
            written.append(wrapped(text, _WIDTH, ""))
    return "\n\n".join(written)
