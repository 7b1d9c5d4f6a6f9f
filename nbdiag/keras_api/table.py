"""How a table of names is read."""

from collections.abc import Iterator
from pathlib import Path

_FOLDER = Path(__file__).parent / "tables"


def rows(family: str) -> Iterator[dict[str, str]]:
    """Read the rows of a table, in its order.

    Parameters
    ----------
    family
        "layers", "losses" …: the name of the file without its ending.

    Returns
    -------
    Iterator[dict[str, str]]
        The cells of each row by column.
    """
    head, *lines = (_FOLDER / f"{family}.tsv").read_text(encoding="utf-8").rstrip("\n").split("\n")
    columns = head.split("\t")
    return (dict(zip(columns, line.split("\t"), strict=True)) for line in lines)


def words(cell: str) -> frozenset[str]:
    """Return the words of a cell."""
    return frozenset(cell.split())


def parameters(cell: str) -> tuple[str, ...]:
    """Return the parameters of the newest Keras, in order, those that must be named as well."""
    return tuple(each.partition("@")[0] for each in cell.split() if each != "*" and "~" not in each)


def positional(cell: str) -> tuple[str, ...]:
    """Return the parameters that can be given by position."""
    return parameters(cell.partition(" * ")[0] if not cell.startswith("*") else "")
