"""Make what a cell starts from within the cell, so that it can be run again."""

import ast

from nbdiag.edits.changes.aspects import Kind, as_it_is, of_text
from nbdiag.edits.changes.claims import Claims, data_as_measured
from nbdiag.edits.context import EditContext
from nbdiag.edits.live.edits import LiveEdits
from nbdiag.edits.location.calls import receiver
from nbdiag.language import say
from nbdiag.schema.changes import MakeAgain
from nbdiag.syntax.refusal import Refused


def make_again(shop: EditContext, change: MakeAgain) -> None:
    """Apply a `MakeAgain`: the lines came along when the cell was composed; look that they did."""
    if change.part == "data":
        if shop.located.composed.page.source != shop.run.cell.source:
            shop.notes.append(
                say("The data are made again at the top of the cell, whenever it runs.")
            )
        return
    key = receiver(shop.located.fit)
    found = shop.located.tracer.binding(key, shop.located.fit) if key else None
    if found is None or not isinstance(found[1], ast.Call):
        raise Refused("no line of the notebook builds the model")
    if shop.located.tracer.scope(found[0]) is not shop.located.tracer.scope(shop.located.fit):
        raise Refused("the model is made in another function than it is trained in")


def _live(edits: LiveEdits, change: MakeAgain) -> None:
    if change.part == "data":
        of_text(edits, change)
    edits.fresh = True


MAKE_AGAIN = Kind(
    MakeAgain,
    text=make_again,
    live=_live,
    describe=lambda change: (
        say("make the data again in this cell")
        if change.part == "data"
        else say("build the model again in this cell")
    ),
    conflicts=lambda change, _: Claims(sets=(data_as_measured(),) if change.part == "data" else ()),
    predict=as_it_is,
)
