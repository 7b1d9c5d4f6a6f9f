"""Write a cell of Keras 1 or 2 for Keras 3, in the user's text.

What is clear from the text is rewritten, name by name and argument by argument; everything else
stays. What has no replacement is named in a note.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from nbdiag.edits.compose import Composed
from nbdiag.edits.context import EditContext
from nbdiag.edits.location.calls import Located
from nbdiag.edits.migration.calls import migrate_call
from nbdiag.edits.migration.context import MigrationContext
from nbdiag.edits.migration.imports import migrate_imports
from nbdiag.edits.migration.names import (
    migrate_attributes,
    migrate_history,
    migrate_paths,
    migrate_sizes,
)
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import WriteForKeras3
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.imports import read_names
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.parsed_cell import ParsedCell


@dataclass(frozen=True)
class Migrated:
    """A text for Keras 3.

    Attributes
    ----------
    notes
        What could not be written, a sentence each.
    """

    text: str
    notes: tuple[str, ...] = ()


def migrate(source: str, earlier: Sequence[str] = ()) -> Migrated:
    """Write a cell for Keras 3.

    Parameters
    ----------
    source
        The cell's raw text, magics included.
    earlier
        Texts of earlier cells, oldest first: their imports say what names mean.

    Raises
    ------
    Refused
        When the text is not Python.

    Notes
    -----
    A text that is written for Keras 3 already comes back unchanged.
    """
    page = ParsedCell(source)
    names = read_names(page, [other for text in earlier if (other := _page(text)) is not None])
    whole = Composed(page, names, ((1, 0, len(source), 0),), {1: page})
    shop = EditContext(Located(TrainingRun(cell=Cell(1, source)), whole))
    write_for_keras3(shop, WriteForKeras3())
    return Migrated(shop.finish(), tuple(shop.notes))


def write_for_keras3(shop: EditContext, change: WriteForKeras3) -> None:  # noqa: ARG001 - as all changes are applied
    """Apply a `WriteForKeras3`."""
    bench = MigrationContext(shop.page, shop.located.composed.names, shop.edits, quote=shop.quote)
    for call in shop.page.calls:
        migrate_call(bench, call)
    migrate_paths(bench)
    migrate_attributes(bench)
    migrate_sizes(bench)
    migrate_history(bench)
    migrate_imports(bench)
    bench.flush()
    shop.notes += bench.notes


def _page(text: str) -> ParsedCell | None:
    try:
        return ParsedCell(text)
    except Refused:
        return None
