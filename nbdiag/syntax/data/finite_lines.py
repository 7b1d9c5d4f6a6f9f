"""Lines above ``fit`` that fill inputs, or drop samples, whose numbers are not finite."""

import ast
from dataclasses import dataclass

from nbdiag.schema.cell import CallSite
from nbdiag.schema.changes import WriteInPlace
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import call_at, line_start
from nbdiag.syntax.calls import CellCall, imported_name, parsed
from nbdiag.syntax.text.scopes import reads, stored

_ARRAYS = ("numpy", "pandas")
_PAIR = 2
_KEPT, _MIDDLE = "is_finite", "middle"


@dataclass(frozen=True)
class _Side:
    """Training or validation samples: the names that fit is given, and what they hold."""

    x: str
    y: str
    inputs: ArrayStats
    labels: ArrayStats


def finite_lines(run: TrainingRun) -> WriteInPlace | None:
    """Fill inputs with the middle value of their column, and drop samples without a label.

    Returns
    -------
    WriteInPlace or None
        None where fit is not given two arrays by their names, and where a whole column has no
        finite number: that has another cause.
    """
    site = run.fit.site
    if isinstance(site, Missing) or site.cell != run.cell.number:
        return None
    fit, page = call_at(run, run.cell, site), parsed(run.cell)
    sides = () if fit is None else _sides(run, fit)
    if fit is None or page is None or not sides:
        return None
    statement: ast.AST = fit.node
    while not isinstance(statement, ast.stmt):
        statement = page.parents[statement]
    indent, begins = line_start(run.cell, statement)
    taken = {*reads(page.tree), *stored(page.tree)}
    numpy = imported_name(run, "numpy")
    if not begins or taken & {_KEPT, _MIDDLE} or (not numpy and "np" in taken):
        return None
    lines = (*(() if numpy else ("import numpy as np",)), *_lines(sides, numpy or "np"))
    above = CallSite(run.cell.number, statement.lineno, 0, statement.lineno, 0)
    return WriteInPlace(above, "", "".join(f"{indent}{line}\n" for line in lines))


def _sides(run: TrainingRun, fit: CellCall) -> tuple[_Side, ...]:
    """Return what fit is given, () where it is not arrays with names."""
    data = run.data
    if run.fit.input_kind not in _ARRAYS or run.fit.sample_weight:
        return ()
    given = [(fit.argument(0, "x"), fit.argument(1, "y"), data.inputs, data.labels)]
    held = fit.argument(-1, "validation_data")
    if held is not None:
        pair = held.elts if isinstance(held, ast.Tuple) and len(held.elts) == _PAIR else ()
        x, y = pair or (None, None)
        given.append((x, y, data.validation_inputs, data.validation_labels))
    found = []
    for x, y, inputs, labels in given:
        if not isinstance(x, ast.Name) or not isinstance(y, ast.Name) or x.id == y.id:
            return ()
        if len(inputs) != 1 or len(labels) != 1 or _has_empty_column(inputs[0]):
            return ()
        found.append(_Side(x.id, y.id, inputs[0], labels[0]))
    return tuple(found)


def _lines(sides: tuple[_Side, ...], np: str) -> list[str]:
    """Write the lines; validation inputs are filled with the middle of the training inputs."""
    lines: list[str] = []
    for side in sides:
        if _broken(side.labels):
            rows = f"{np}.isfinite({side.y})"
            rows += f".reshape(len({side.y}), -1).all(axis=1)" if side.labels.shape else ""
            pair = f"{side.x}[{_KEPT}], {side.y}[{_KEPT}]"
            lines += [f"{_KEPT} = {rows}", f"{side.x}, {side.y} = {pair}"]
        if side is sides[0] and any(_broken(item.inputs) for item in sides):
            finite = f"{np}.where({np}.isfinite({side.x}), {side.x}, {np}.nan)"
            lines.append(f"{_MIDDLE} = {np}.nanmedian({finite}, axis=0)")
        if _broken(side.inputs):
            lines.append(f"{side.x} = {np}.where({np}.isfinite({side.x}), {side.x}, {_MIDDLE})")
    return lines


def _broken(stats: ArrayStats) -> bool:
    return bool(stats.nans or stats.infinities)


def _has_empty_column(stats: ArrayStats) -> bool:
    """Whether as many numbers are broken as whole columns would have."""
    count, rows = stats.nans + stats.infinities, stats.rows or 0
    return rows > 0 and count >= rows and count % rows == 0
