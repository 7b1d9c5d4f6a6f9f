"""Make what a cell starts from within the cell, so that it can be run again."""

import ast

from nbdiag.edits.context import EditContext
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
