"""A cell of Keras 1 or 2 written for Keras 3."""

from nbdiag.edits.changes.aspects import Kind, as_it_is, of_text
from nbdiag.edits.changes.claims import Claims
from nbdiag.edits.migration.cell import write_for_keras3
from nbdiag.language import say
from nbdiag.schema.changes import WriteForKeras3

WRITE_FOR_KERAS3 = Kind(
    WriteForKeras3,
    text=write_for_keras3,
    live=of_text,
    describe=lambda _: say("write the calls of Keras 2 as Keras 3 knows them"),
    conflicts=lambda _, __: Claims(),
    predict=as_it_is,
)
