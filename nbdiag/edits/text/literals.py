"""Values written as a person would write them."""

import math
import re
from collections.abc import Mapping

from nbdiag.schema.cell import Scalar
from nbdiag.syntax.text.parsed_cell import ParsedCell

_MOST_PARTS = 65_536
"""Greatest n for which a scale is written 1 / n: that of 16-bit images."""


def quote_of(page: ParsedCell) -> str:
    """Return the quotation mark that the cell uses most; double when it has none."""
    marks = [token.text.lstrip("rRbBuUfF") for token in page.tokens if token.string]
    single = sum(mark.startswith("'") and not mark.startswith("'''") for mark in marks)
    double = sum(mark.startswith('"') and not mark.startswith('"""') for mark in marks)
    return "'" if single > double else '"'


def write(value: Scalar, quote: str = '"') -> str:
    """Write a value as Python."""
    if isinstance(value, str):
        plain = value.replace("\\", "\\\\").replace(quote, "\\" + quote).replace("\n", "\\n")
        return f"{quote}{plain}{quote}"
    if isinstance(value, float) and not isinstance(value, bool):
        return _float(value)
    return repr(value)


def write_arguments(arguments: Mapping[str, Scalar], quote: str = '"') -> str:
    """Write keyword arguments."""
    return ", ".join(f"{name}={write(value, quote)}" for name, value in arguments.items())


def _float(value: float) -> str:
    if not math.isfinite(value):
        return f'float("{value}")'
    return re.sub(r"e([+-])0*(\d)", lambda m: f"e{m[1].replace('+', '')}{m[2]}", repr(value))


def fraction(value: float) -> str:
    """Write a scale as 1 / n where n is a number with at most one decimal, else as it is."""
    for sign, size in (("", value), ("-", -value)):
        if size > 0 and size != 1:
            parts = 1 / size
            near = round(parts * 2) / 2
            if 1 < near <= _MOST_PARTS and abs(parts - near) < 1e-6 * near:
                return f"{sign}1 / {near:g}"
    return str(int(value)) if value == int(value) else _float(value)
