"""The statement that compiled the model, written once more above its fit."""

import ast

from nbdiag.schema.cell import CallSite
from nbdiag.schema.changes import WriteInPlace
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import call_at, line_start, text_of
from nbdiag.syntax.calls import parsed, statements

_PLACE_OF_OPTIMIZER = 0


def compiled_above_fit(run: TrainingRun) -> WriteInPlace | None:
    """Write the newest call of ``compile`` above the fit of the watched cell.

    Returns
    -------
    WriteInPlace or None
        None where one of the two is not a whole statement, or the call takes an optimizer
        that exists already: an optimizer keeps the variables that it was built with.
    """
    setup = run.compile
    if isinstance(setup, Missing) or isinstance(setup.site, Missing):
        return None
    if isinstance(run.fit.site, Missing) or run.fit.site.cell != run.cell.number:
        return None
    compiled_at = setup.site
    home = next((c for c in (run.cell, *run.earlier) if c.number == compiled_at.cell), None)
    fit = call_at(run, run.cell, run.fit.site)
    made = None if home is None else call_at(run, home, compiled_at)
    if home is None or made is None or fit is None or fit.owner is None or made.owner is None:
        return None
    alone = any(getattr(item, "value", None) is made.node for item in statements(home))
    optimizer = made.argument(_PLACE_OF_OPTIMIZER, "optimizer")
    new = optimizer is None or isinstance(optimizer, ast.Constant | ast.Call)
    if not alone or not new or ast.unparse(fit.owner) != ast.unparse(made.owner):
        return None
    page = parsed(run.cell)
    top: ast.AST = fit.node
    while page is not None and not isinstance(top, ast.stmt):
        top = page.parents[top]
    if not isinstance(top, ast.stmt):
        return None
    indent, begins = line_start(run.cell, top)
    if not begins:
        return None
    site = CallSite(run.cell.number, top.lineno, 0, top.lineno, 0)
    return WriteInPlace(site, "", f"{indent}{text_of(home, made.node)}\n")
