"""``# nbdiag: ignore[NBD101]``: findings that the author of a line does not want to hear of."""

import re
from collections.abc import Sequence

from nbdiag.schema.cell import CallSite

_COMMENT = re.compile(
    r"#\s*nbdiag:\s*(?P<what>ignore-file|ignore)\b(?:\[(?P<codes>[^\]]*)\])?", re.IGNORECASE
)


def is_suppressed(code: str, source: str, site: CallSite) -> bool:
    """Whether a comment on a line of a call, or on the line above it, silences a code.

    Parameters
    ----------
    source
        The text of the cell.
    site
        The call that the finding is about.
    """
    lines = source.split("\n")
    above = lines[max(site.line - 2, 0) : site.line - 1]
    near = [line for line in above if line.lstrip().startswith("#")]
    return any(
        _silences(line, code, "ignore") for line in [*near, *lines[site.line - 1 : site.end_line]]
    )


def is_file_suppressed(code: str, sources: Sequence[str]) -> bool:
    """Whether ``# nbdiag: ignore-file`` in one of the cells silences a code everywhere."""
    lines = (line for source in sources if "nbdiag" in source for line in source.split("\n"))
    return any(_silences(line, code, "ignore-file") for line in lines)


def _silences(line: str, code: str, what: str) -> bool:
    return any(
        found["what"].lower() == what
        and (
            found["codes"] is None
            or any(
                code.startswith(item.strip().upper())
                for item in found["codes"].split(",")
                if item.strip()
            )
        )
        for found in _COMMENT.finditer(line)
    )
